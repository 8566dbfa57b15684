"""A month: computed from frozen facts, shown, confirmed by a named person, closed by another."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from hotline.appraisal.logic import Parts, is_worse
from hotline.appraisal.models import Period, PeriodStatus, Sheet
from hotline.appraisal.queries import facts as facts_queries
from hotline.appraisal.queries import pages
from hotline.appraisal.services import freezing
from hotline.attendance.queries.pages import month_end
from hotline.attendance.queries.records import digest
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.leave.queries import months
from hotline.people.models import Centre, Person
from hotline.people.services import notices
from hotline.rulebook.assessment.lines import yuan

# The handbook names no time for it; the centre's own, as for findings of accuracy.
APPEAL_WITHIN = timedelta(days=3)
S = PeriodStatus
OPEN = (S.COMPUTED, S.SHOWN)
HERE = "/appraisal/"
SHOWN = _("Your assessment of {month} is there: {points} points, {yuan} yuan. Object to a line until {day}.")
CHANGED = _(
    "Your assessment of {month} has changed for the worse: {points} points, {yuan} yuan. Object to a line until {day}."
)


@transaction.atomic
def compute(*, centre: Centre, month: date, by: Person, at: datetime) -> Period:
    """Freeze everybody's facts and assess them; the same facts change nothing, other ones make a further run.

    Whoever then stands worse than he was shown is told, and everybody may object for the whole time once more (D3.2).
    """
    authorize(by, "appraisal.compute", centre.pk)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if month > facts_queries.running(at) or month.day != 1:
        raise Refused(Refusal("D3.2", _("That month has not begun.")))
    period = Period.objects.select_for_update(of=("self",)).filter(centre=centre, month=month).first()
    if period is None:
        period = Period(centre=centre, month=month)
        begin(period, S.COMPUTED, by=by, at=at)
        period.save(force_insert=True)
    _must_be_open(period)
    found = facts_queries.facts_of(centre, month, at)
    before = pages.parts(period) if period.status == S.SHOWN else {}
    freezing.write_sheets(period=period, found=found, by=by, at=at)
    if period.status == S.SHOWN:
        _tell_worse(period, before, by, at)
    live.touch(f"appraisal:{centre.pk}")
    return period


def _tell_worse(period: Period, before: Mapping[int, Parts], by: Person, at: datetime) -> None:
    """Nothing enters a month that was shown without a notice and the whole time to object to it."""
    now = pages.parts(period)
    new = now.keys() - before.keys()
    worse = {key for key in before.keys() & now.keys() if is_worse(before[key], now[key])}
    if not new | worse:
        return
    period.appeal_until = at + APPEAL_WITHIN
    period.save(update_fields=["appeal_until"])
    sheets = period.sheets.filter(is_current=True)
    _tell(period, sheets.filter(person__in=new), SHOWN, by, at)
    _tell(period, sheets.filter(person__in=worse), CHANGED, by, at)


def _must_be_open(period: Period) -> None:
    if period.status not in OPEN:
        note = _("The month is {status}: it takes no other figures. Later corrections go into the next one.")
        raise Refused(Refusal("D3.2", note, {"status": period.get_status_display()}))


# ---------------------------------------------------------------- to the end


def _locked(period_id: int) -> Period:
    return Period.objects.select_for_update(of=("self",)).select_related("centre").get(pk=period_id)


@transaction.atomic
def show(*, period_id: int, by: Person, at: datetime) -> Period:
    """Show everybody his month; from now on he may object to a line for three days."""
    period = _locked(period_id)
    authorize(by, "appraisal.compute", period.centre_id)
    if period.month >= facts_queries.running(at):
        raise Refused(Refusal("D3.2", _("The month is not over yet.")))
    period.appeal_until = at + APPEAL_WITHIN
    move(period, S.SHOWN, by=by, at=at, also=("appeal_until",))
    _tell(period, period.sheets.filter(is_current=True), SHOWN, by, at)
    live.touch(f"appraisal:{period.centre_id}")
    return period


def _tell(period: Period, sheets: QuerySet[Sheet], text: str, by: Person, at: datetime) -> None:
    assert period.appeal_until is not None
    for sheet in sheets.select_related("person"):
        params = {
            "month": f"{period.month:%Y-%m}",
            "points": sheet.points,
            "yuan": yuan(sheet.fen),
            "day": f"{local(period.appeal_until):%Y-%m-%d %H:%M}",
        }
        notices.notify(to=sheet.person, text=text, params=params, link=HERE, by=by, at=at)


@transaction.atomic
def confirm(*, period_id: int, by: Person, at: datetime) -> Period:
    """A named person answers for the month (D3.2), when nobody can object any more and everything is decided.

    It is computed once more. Where that makes somebody's month worse it stays shown, with a new time to object to it:
    the caller sees by its status.
    """
    period = _locked(period_id)
    authorize(by, "appraisal.confirm", period)
    if period.appeal_until is None or at < period.appeal_until:
        raise Refused(Refusal("D3.2", _("Everybody may still object: wait for the end of that time.")))
    waiting = pages.appeals_open_in(period)
    if waiting:
        raise Refused(Refusal("D3.2", _("{n} appeals wait to be decided first."), {"n": waiting}))
    undecided = pages.undecided(period)
    if undecided:
        raise Refused(Refusal("D3.13", _("{n} incidents wait to be decided first."), {"n": undecided}))
    asked = months.pending(pages.assessed(period), period.month, month_end(period.month))
    if asked:
        names = ", ".join(sorted({row.person.name for row in asked}))
        raise Refused(Refusal("D3.4", _("Leave of this month waits to be decided first: {names}."), {"names": names}))
    period = compute(centre=period.centre, month=period.month, by=by, at=at)
    if period.appeal_until is None or at < period.appeal_until:
        return period
    period.confirmed_by = by
    move(period, S.CONFIRMED, by=by, at=at, also=("confirmed_by",))
    live.touch(f"appraisal:{period.centre_id}")
    return period


@transaction.atomic
def close(*, period_id: int, by: Person, at: datetime) -> Period:
    """A second person closes the month: from now on the database itself refuses every write to it."""
    period = _locked(period_id)
    authorize(by, "appraisal.close", period)
    period.digest = digest([list(row) for row in pages.export_rows(period)])
    move(period, S.CLOSED, by=by, at=at, also=("digest",))
    live.touch(f"appraisal:{period.centre_id}")
    return period
