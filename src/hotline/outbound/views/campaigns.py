"""Campaigns for those who lead: the list, progress with its charts, people on the lists, data exported."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, ordered, page_of, put_on, view, xlsx
from hotline.core.templatetags import formats
from hotline.customers.logic import digits_of
from hotline.kernel.rules import Refused
from hotline.outbound.forms import campaigns as forms
from hotline.outbound.logic import pacing
from hotline.outbound.logic.words import MODE_SHORT, Mode, Standing, Status
from hotline.outbound.models import Campaign, Crew, Record
from hotline.outbound.queries import figures, line, sheets, work
from hotline.outbound.services import exporting
from hotline.outbound.views import shown

ORDER = {"next": "next_at", "name": "name", "tries": "tries", "status": "status"}
FEWEST_DIGITS = 4
MOST_ON_LINE = 200
HEIGHT, TOP, BOTTOM = 180, 10, 150


@view("outbound.view_list", methods=["GET"])
def campaign_list(request: Request) -> HttpResponse:
    """Every campaign of the centre, the newest first."""
    rows = Campaign.objects.visible_to(request.user).select_related("owner")
    rows = rows.annotate(people=Count("records"), done=Count("records", Q(records__status=Standing.DONE.value)))
    context = {
        "page": page_of(request, rows.order_by("-made_at", "-pk")),
        "may_make": may(request.user, "outbound.make_campaign"),
        "topics": f"campaigns:{request.user.centre_id}",
    }
    return draw(request, "outbound/campaigns.html", context, fragment="outbound/_campaigns.html")


@dataclass(frozen=True, slots=True)
class Column:
    """One day of the chart: three bars and a label."""

    x: int
    label: str
    title: str
    calls: tuple[int, int]  # y and height
    reached: tuple[int, int]
    done: tuple[int, int]


@view("outbound.view_progress", methods=["GET"])
def campaign(request: Request, pk: int) -> HttpResponse:
    """How a campaign goes; whoever works in it sees its progress and his own line (A2.8)."""
    row = shown.campaign_of(request, pk)
    found = figures.progress(row, request.at)
    leads = may(request.user, "outbound.view_list")
    crew = Crew.objects.filter(campaign=row, person=request.user, is_active=True).first()
    lines = found.lines if leads else [line for line in found.lines if line.person == request.user.pk]
    context: dict[str, Any] = {
        "campaign": row,
        "mode": gettext(MODE_SHORT[Mode(row.mode)]),
        "progress": found,
        "lines": lines,
        "leads": leads,
        "works": crew is not None,
        "on_line": list(line.open_stints(row)[:MOST_ON_LINE]) if leads and row.mode == Mode.PROGRESSIVE else [],
        "standing": [(one.value, found.standing[one.value]) for one in Standing],
        "columns": _columns(found.days),
        "reached_share": formats.share(found.reached, found.calls),
        "done_share": formats.share(found.done, found.reached),
        "abandoned_share": formats.share(found.abandoned, found.answered),
        "cap_share": formats.share(row.cap, pacing.THOUSAND),
        "goal": row.goal or found.people,
        "most_hour": max((part.calls for part in found.hours), default=0),
        "most_ending": max((part.calls for part in found.endings), default=0),
        "runs": may(request.user, "outbound.run_campaign", row),
        "may_export": may(request.user, "outbound.export", row),
        "closed": shown.closed_note(row, work.closed(row, request.at), request) if row.code is Status.RUNNING else "",
        "tabs": shown.tabs(request, row, "campaign"),
        "topics": f"campaign:{row.pk}",
    }
    return draw(request, "outbound/campaign.html", context, fragment="outbound/_campaign.html")


def _columns(days: list[figures.Part]) -> list[Column]:
    most = max((part.calls for part in days), default=0) or 1

    def bar(amount: int) -> tuple[int, int]:
        height = amount * (BOTTOM - TOP) // most
        return BOTTOM - height, height

    columns = []
    for place, part in enumerate(days):
        day = str(part.key)
        title = gettext("%(day)s: %(calls)s calls, %(reached)s reached, %(done)s completed") % {
            "day": day, "calls": part.calls, "reached": part.reached, "done": part.done,
        }  # fmt: skip
        columns.append(Column(20 + place * 44, day[5:], title, bar(part.calls), bar(part.reached), bar(part.done)))
    return columns


@view("outbound.view_list", methods=["GET"])
def people(request: Request, pk: int) -> HttpResponse:
    """Who is on a campaign's lists, by where they stand; numbers are masked."""
    row = shown.campaign_of(request, pk)
    form = forms.PeopleFilter(request.GET)
    rows = (
        Record.objects.visible_to(request.user).filter(campaign=row).select_related("last", "taken_by", "promised_to")
    )
    said = form.cleaned_data if form.is_valid() else {}
    if said.get("status"):
        rows = rows.filter(status=said["status"])
    if said.get("q"):
        rows = rows.filter(_matches(said["q"].strip()))
    context = {
        "campaign": row,
        "form": form,
        "filtered": any(said.values()),
        "page": page_of(request, ordered(request, rows, ORDER, "next")),
        "tabs": shown.tabs(request, row, "people"),
        "topics": f"campaign:{row.pk}",
    }
    return draw(request, "outbound/people.html", context, fragment="outbound/_people.html")


def _matches(text: str) -> Q:
    digits = digits_of(text)
    by_number = Q(e164__endswith=digits) if len(digits) >= FEWEST_DIGITS else Q()
    return Q(name__icontains=text) | by_number if by_number else Q(name__icontains=text)


@view("outbound.make_campaign")
def export(request: Request, pk: int) -> HttpResponse:
    """Take a campaign's data along as a workbook: numbers masked, or whole with a reason that is kept (A3.14)."""
    row = shown.run_by(request, pk)
    form = forms.ExportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            taken = exporting.note_export(campaign_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            asked = sheets.questions(row)
            name = f"campaign-{row.pk}-{clock.local_day(request.at):%Y%m%d}"
            return xlsx(name, sheets.heads(row, asked), sheets.rows(row, asked, whole=taken.with_numbers))
    return render(request, "outbound/export.html", {"campaign": row, "form": form, "exports": _exports(row)})


def _exports(row: Campaign) -> list[Any]:
    return list(row.exports.select_related("by").order_by("-at")[:10])
