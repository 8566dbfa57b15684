"""The voice of the customer: the page, the list behind each number, reports as they were sent, who gets them."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_noop

from hotline.cases.logic.flow import STATUS_LABELS, Status
from hotline.cases.models import Category, Source
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view, xlsx
from hotline.insight import forms
from hotline.insight.logic import charts
from hotline.insight.logic.months import before, month_of
from hotline.insight.models import Recipient
from hotline.insight.queries import complaints
from hotline.insight.queries import voice as queries
from hotline.insight.services import reports
from hotline.kernel.rules import Refused

BECAME_LABELS = {
    "reports": gettext_noop("Reports received"),
    "not_accepted": gettext_noop("Not accepted"),
    "rejected": gettext_noop("Rejected"),
    "reworked": gettext_noop("Reworked"),
    "reopened": gettext_noop("Reopened"),
}


def _month(request: Request, known: list[date]) -> date:
    """The month that ?month= asks for; else the newest that was counted."""
    try:
        return month_of(date.fromisoformat(request.GET.get("month", "")))
    except ValueError:
        return known[0] if known else month_of(clock.local_day(request.at))


def _source(request: Request) -> str:
    wish = request.GET.get("source", "")
    return wish if wish in Source.values else ""


def _form(request: Request, known: list[date], month: date) -> forms.VoiceForm:
    listed = known if month in known else [month, *known]
    return forms.VoiceForm({"month": month.isoformat(), "source": _source(request)}, months=listed)


@view("insight.view_voice", methods=["GET"])
def voice(request: Request) -> HttpResponse:
    """Top reasons, hot places, complaints, wishes not met, the trend: each number opens onto its list."""
    centre = request.user.centre_id
    known = queries.months(centre)
    month, source = _month(request, known), _source(request)
    found = queries.voice(centre, month, source)
    context = {
        "form": _form(request, known, month),
        "voice": found,
        "month": month,
        "is_running": month == month_of(clock.local_day(request.at)),
        "chart": _chart(found),
        "series": _series(found),
        "tiles": _tiles(found),
        "unmet": _unmet(found),
        "complaints": found.complaints,
        "most": max((one.reports for one in found.reasons), default=1) or 1,
        "query": urlencode({"month": month.isoformat(), "source": source}),
        "may_settle": may(request.user, "insight.settle_recipients"),
    }
    return draw(request, "insight/voice.html", context)


def _names() -> dict[str, str]:
    return {source.value: str(source.label) for source in Source}


def _chart(found: queries.Voice) -> charts.Chart:
    columns = [(f"{month:%y-%m}", counts) for month, counts in found.trend]
    return charts.stacked(columns, queries.SOURCES, _names())


def _series(found: queries.Voice) -> list[tuple[str, str]]:
    """The sources that appear, with their names."""
    return [(name, label) for name, label in _names().items() if any(counts.get(name) for _m, counts in found.trend)]


def _tiles(found: queries.Voice) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "label": gettext(label),
            "value": f"{found.totals[key]:,}",
            "then": f"{found.then[key]:,}",
            "change": charts.change(found.totals[key], found.then[key]),
        }
        for key, label in BECAME_LABELS.items()
    ]


def _unmet(found: queries.Voice) -> list[dict[str, Any]]:
    return [
        {"kind": one.kind, "label": gettext(STATUS_LABELS[Status(one.kind)]), "text": one.text, "times": one.times}
        for one in found.unmet
    ]


def _wanted(request: Request, month: date) -> queries.Wanted:
    category = request.GET.get("category", "")
    kind, _dash, rest = category.partition("-")
    is_known = category == "none" or category.isdigit() or (kind in {"component", "event"} and rest.isalnum())
    row, _colon, column = request.GET.get("cell", "").partition(":")
    try:
        cell = (int(row), int(column))
    except ValueError:
        cell = None
    became = request.GET.get("became", "reports")
    return queries.Wanted(
        month=month,
        source=_source(request),
        category=category if is_known else "",
        became=became if became in queries.BECAME else "reports",
        cell=cell if cell and abs(cell[0]) <= 90 * 200 and abs(cell[1]) <= 180 * 200 else None,
        reason=request.GET.get("reason", "")[:200],
        complaint=said if complaints.is_known(said := request.GET.get("complaint", "")) else "",
    )


@view("insight.view_voice", methods=["GET"])
def behind(request: Request) -> HttpResponse:
    """The reports that a number counts."""
    month = _month(request, queries.months(request.user.centre_id))
    wanted = _wanted(request, month)
    context = {
        "wanted": wanted,
        "month": month,
        "narrowed": _narrowed(wanted),
        "page": page_of(request, queries.behind(request.user, wanted)),
    }
    return draw(request, "insight/behind.html", context)


def _narrowed(wanted: queries.Wanted) -> list[str]:
    """What the list is narrowed to, in words."""
    found = []
    if wanted.became != "reports":
        found.append(gettext(BECAME_LABELS[wanted.became]))
    if wanted.source:
        found.append(str(Source(wanted.source).label))
    if wanted.category == "none":
        found.append(gettext("Without a category"))
    elif wanted.category.isdigit():
        row = Category.objects.filter(pk=int(wanted.category)).first()
        found.append(row.small_name if row else "")
    elif wanted.category:
        kind, big = wanted.category.split("-", 1)
        row = Category.objects.filter(kind=kind, big_code=big).first()
        found.append(row.big_name if row else "")
    if wanted.complaint:
        found.append(complaints.Complaint(wanted.complaint, 0).words)
    if wanted.cell:
        found.append(gettext("one cell of the map"))
    if wanted.reason:
        found.append(f"“{wanted.reason}”")
    return [text for text in found if text]


@view("insight.view_voice", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The month as a sheet."""
    centre = request.user.centre_id
    month = _month(request, queries.months(centre))
    found = queries.voice(centre, month, _source(request))
    rows: list[tuple[object, ...]] = [
        *((gettext("Contact reason"), one.big, one.name, one.reports, one.then) for one in found.reasons),
        *((gettext("Place"), one.district, one.name, one.reports, one.then) for one in found.places),
        *((one["label"], "", one["text"], one["times"], None) for one in _unmet(found)),
        *((gettext("Not content"), "", one.words, one.times, None) for one in found.complaints),
        *((gettext("Searched in vain"), "", one.text, one.times, None) for one in found.sought),
    ]
    heads = (
        gettext("Kind"),
        gettext("Class or district"),
        gettext("What"),
        gettext("Reports received"),
        gettext("Month before"),
    )
    return xlsx(f"voice-{month:%Y-%m}", heads, rows)


@view("insight.view_voice", methods=["GET"])
def report_list(request: Request) -> HttpResponse:
    """Reports as they were sent, and who gets them."""
    settles = may(request.user, "insight.settle_recipients")
    context = {
        "page": page_of(request, queries.reports(request.user)),
        "recipients": _recipients(request) if settles else [],
        "form": forms.RecipientForm(person=request.user) if settles else None,
        "last": before(month_of(clock.local_day(request.at))),
    }
    return draw(request, "insight/reports.html", context)


def _recipients(request: Request) -> list[Recipient]:
    rows = Recipient.objects.visible_to(request.user).filter(is_active=True)
    return list(rows.select_related("unit").order_by("unit__name_key", "name")[:200])


@view("insight.view_voice", methods=["GET"])
def report(request: Request, pk: int) -> HttpResponse:
    """One report, as it was frozen; for print."""
    return draw(request, "insight/report.html", {"report": get_object_or_404(queries.reports(request.user), pk=pk)})


@view("insight.make_report", methods=["POST"])
def report_make(request: Request) -> HttpResponse:
    """Make last month's report now instead of waiting for the first; it is frozen and mailed."""
    person = request.user
    month = before(month_of(clock.local_day(request.at)))
    made = reports.make(centre=person.centre, month=month, by=person, at=request.at)
    messages.success(request, gettext("The report of {month} stands.").format(month=f"{month:%Y-%m}"))
    return redirect("insight:report", made.pk)


@view("insight.settle_recipients", methods=["POST"])
def recipient_add(request: Request) -> HttpResponse:
    """Somebody more gets the report."""
    form = forms.RecipientForm(request.POST, person=request.user)
    if form.is_valid():
        try:
            reports.add_recipient(**form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("From now on the report goes there too."))
            return redirect("insight:reports")
    context = {
        "page": page_of(request, queries.reports(request.user)),
        "recipients": _recipients(request),
        "form": form,
        "last": before(month_of(clock.local_day(request.at))),
    }
    return render(request, "insight/reports.html", context, status=422)


@view("insight.settle_recipients", methods=["POST"])
def recipient_end(request: Request, pk: int) -> HttpResponse:
    """Somebody gets no report any more."""
    row = get_object_or_404(Recipient.objects.visible_to(request.user), pk=pk)
    reports.end_recipient(recipient_id=row.pk, by=request.user, at=request.at)
    return redirect("insight:reports")
