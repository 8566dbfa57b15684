"""The month of everybody, what waits to be decided, and talks."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from hotline.attendance.forms import DecideForm, TalkForm
from hotline.attendance.models import Correction, Excuse, Talk
from hotline.attendance.queries import pages
from hotline.attendance.services import asking, following
from hotline.attendance.views import shown
from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, asked_month, draw, month_tabs, page_of, put_on, view, xlsx
from hotline.core.templatetags.pieces import Tab
from hotline.handbook.queries import values_on
from hotline.kernel.rules import Refused
from hotline.messages.logic.sealing import unseal
from hotline.messages.queries import secrets
from hotline.people.models import Person
from hotline.rulebook.attendance import LadderTerms, ladder_terms, seconds, spell


@view("attendance.view_team", methods=["GET"])
def team(request: Request) -> HttpResponse:
    """Everybody's month in figures, and the shifts about which a person has to ask."""
    reader = request.user
    known = pages.months_known(reader.centre_id)
    month = asked_month(request, known)
    lines = pages.statistics(reader, month)
    stated = pages.confirmed(reader, month)
    may_confirm = may(reader, "attendance.confirm_month", reader.centre_id)
    context = {
        "lines": lines,
        "talk_from": _ladder(reader, month).talk_from,
        "month": month,
        "tabs": month_tabs(known, month),
        "ask": [shown.row(fact) for fact in pages.unknown_shifts(reader, month)],
        "sick": pages.sick_reports(reader, month),
        "reads_statement": may(reader, "attendance.view_month_statement"),
        "stated": stated,
        "is_stated": stated is not None and stated.digest == _total(lines),
        "may_confirm": may_confirm,
        "topic": f"attendance_month:{reader.centre_id}",
        "page_url": f"{reverse('attendance:team')}?month={month}",
    }
    return draw(request, "attendance/team.html", context, fragment="attendance/_team.html")


def _ladder(reader: Person, day: date) -> LadderTerms:
    """From when a lateness is logged and how many bring a talk, as the centre has it on a day."""
    return ladder_terms(values_on(reader.centre_id, day).reading())


def _total(lines: list[pages.Line]) -> str:
    from hotline.attendance.queries.records import digest  # noqa: PLC0415 only where a month is compared

    return digest(pages.figures(lines))


@view("attendance.view_team", methods=["GET"])
def person(request: Request, pk: int) -> HttpResponse:
    """One person's shifts of a month."""
    shown_person = get_object_or_404(Person.objects.visible_to(request.user), pk=pk)
    known = pages.months_known(request.user.centre_id)
    month = asked_month(request, known)
    rows = pages.facts(request.user).filter(person=pk, day__range=(month, pages.month_end(month)))
    found = list(rows.order_by("-day", "-pk"))
    context = {"rows": [shown.row(fact) for fact in found], "tabs": month_tabs(known, month), "month": month}
    return draw(request, "attendance/person.html", context | {"person": shown_person})


@view("attendance.view_team", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The month's statistics as a sheet (B2.2)."""
    month = asked_month(request, pages.months_known(request.user.centre_id))
    log_from = spell(seconds(_ladder(request.user, month).log_from))
    heads = (
        gettext("Full name"), gettext("Staff number"), gettext("Shifts"), gettext("Present"),
        pgettext("attendance", "Late"), gettext("Absent"), gettext("On leave"), gettext("Unknown"),
        gettext("Left early"), gettext("Late by {time} or more").format(time=log_from), gettext("Minutes late"),
    )  # fmt: skip
    rows = (
        (
            line.person.name, line.person.number, line.shifts, line.present, line.late, line.absent, line.leave,
            line.unknown, line.early, line.logged, line.minutes,
        )
        for line in pages.statistics(request.user, month)
    )  # fmt: skip
    return xlsx(f"attendance-{month:%Y-%m}", heads, rows)


@view("attendance.confirm_month", methods=["POST"])
def confirm(request: Request) -> HttpResponse:
    """Confirm the month's statistics as shown."""
    month = asked_month(request, [])
    try:
        following.confirm_month(centre=request.user.centre, month=month, by=request.user, at=request.at)
    except Refused as error:
        for refusal in error.refusals:
            messages.error(request, gettext(refusal.note))
    else:
        messages.success(request, gettext("The month's statistics are confirmed."))
    return redirect(f"{reverse('attendance:team')}?month={month}")


@view("attendance.view_team", methods=["GET"])
def inbox(request: Request) -> HttpResponse:
    """Excuses and corrections that wait, with who may decide them."""
    reader = request.user
    context = {
        "excuses": [(row, may(reader, "attendance.decide", row)) for row in pages.excuses_to_decide(reader)],
        "corrections": [(row, may(reader, "attendance.decide", row)) for row in pages.corrections_to_decide(reader)],
        "topic": f"attendance_inbox:{reader.centre_id}",
    }
    return draw(request, "attendance/inbox.html", context, fragment="attendance/_inbox.html")


@view("attendance.decide", methods=["POST"])
def decide_excuse(request: Request, pk: int) -> HttpResponse:
    """Approve or refuse an excuse."""
    row = get_object_or_404(Excuse.objects.visible_to(request.user), pk=pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            asking.decide_excuse(excuse_id=row.pk, **_verdict(form), by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
    return _back(request, form)


@view("attendance.decide", methods=["POST"])
def decide_correction(request: Request, pk: int) -> HttpResponse:
    """Approve or refuse a correction."""
    row = get_object_or_404(Correction.objects.visible_to(request.user), pk=pk)
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            asking.decide_correction(correction_id=row.pk, **_verdict(form), by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
    return _back(request, form)


def _verdict(form: DecideForm) -> dict[str, Any]:
    return {"approve": form.cleaned_data["verdict"] == "approve", "note": form.cleaned_data["note"]}


def _back(request: Request, form: DecideForm) -> HttpResponse:
    for problems in form.errors.values():
        messages.error(request, "; ".join(str(problem) for problem in problems))
    if not form.errors:
        messages.success(request, gettext("The decision is recorded."))
    return redirect("attendance:inbox")


@view("attendance.view_team", methods=["GET"])
def talks(request: Request) -> HttpResponse:
    """Talks that are due, and filed ones."""
    reader = request.user
    held = request.GET.get("show") == "held"
    due = pages.talks_due(reader)
    context = {
        "held": held,
        "talk_from": _ladder(reader, local_day(request.at)).talk_from,
        "due": [(talk, may(reader, "attendance.hold_talk", talk)) for talk in due],
        "page": page_of(request, pages.talks_held(reader)) if held else None,
        "tabs": [
            Tab(gettext("Due"), "?show=due", not held, len(due)),
            Tab(gettext("Held and filed"), "?show=held", held),
        ],
        "topic": f"attendance_inbox:{reader.centre_id}",
        "page_url": f"{reverse('attendance:talks')}?show={'held' if held else 'due'}",
    }
    return draw(request, "attendance/talks.html", context, fragment="attendance/_talks.html")


@view("attendance.view_own", methods=["GET", "POST"])
def talk(request: Request, pk: int) -> HttpResponse:
    """One talk: hold it and file it, or read what was filed."""
    rows = Talk.objects.visible_to(request.user).select_related("person", "status_by")
    row = get_object_or_404(rows, pk=pk)
    form = TalkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            following.hold_talk(talk_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The talk is filed."))
            return redirect("attendance:talks" if may(request.user, "attendance.view_team") else "attendance:mine")
    reads = row.health is not None and may(request.user, "attendance.read_health", row)
    context = {
        "talk": row,
        "form": form,
        "may_hold": row.status == "due" and may(request.user, "attendance.hold_talk", row),
        "health": unseal(bytes(row.health), secrets())["words"] if reads and row.health else "",
        "is_sealed": row.health is not None and not reads,
    }
    return draw(request, "attendance/talk.html", context)
