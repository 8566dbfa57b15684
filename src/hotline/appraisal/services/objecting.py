"""Appeals against lines: asked by the person, decided by another; the money follows."""

from datetime import date, datetime

from django.db import transaction

from hotline.appraisal.models import Appeal, AppealStatus, Line, Period, PeriodStatus, Sheet
from hotline.appraisal.queries import pages, reckoning
from hotline.appraisal.services import assessing, freezing
from hotline.attendance.access import DECIDING
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.queries import nearest
from hotline.people.services import notices

CLAUSE = "D3.15"
LATE_FINDING = _(
    "Your shift of {day} was found to be otherwise after {month} was closed, which stays as it is. Object to the line"
    " that it changes: the difference is booked in an open month."
)
NOT_ALONE = ("award", "cap", "counted", "none", "prorata", "correction")


@transaction.atomic
def appeal(*, line_id: int, words: str, by: Person, at: datetime) -> Appeal:
    """Object to a deduction, in the month's own time or after it was closed."""
    line = Line.objects.select_for_update(of=("self",)).select_related("sheet__period", "sheet__person").get(pk=line_id)
    authorize(by, "appraisal.appeal", line)
    if not words.strip():
        raise Refused(Refusal(CLAUSE, _("Say why the line is wrong."), {"field": "words"}))
    if not line.sheet.is_current:
        raise Refused(Refusal(CLAUSE, _("The month was computed anew: object to the line as it stands now.")))
    if line.sort in NOT_ALONE or (line.points >= 0 and line.fen >= 0):
        raise Refused(Refusal(CLAUSE, _("This line takes nothing from you: object to the deduction it rests on.")))
    period = line.sheet.period
    late = period.appeal_until is not None and at >= period.appeal_until
    if period.status == PeriodStatus.CONFIRMED or (period.status == PeriodStatus.SHOWN and late):
        note = _("The time to object is over until the month is closed; then a correction can be asked for.")
        raise Refused(Refusal(CLAUSE, note))
    said = pages.objections(line.sheet, [line])[line.pk]
    # a line of a closed month stays as it was, granted or not: it is given back once; and of an earlier run of the
    # month what waits is not said again
    if any(one.line_id == line.pk or one.status == AppealStatus.ASKED for one in said):
        raise Refused(Refusal(CLAUSE, _("You have objected to this line already.")))
    row = Appeal(line=line, person=by, words=words.strip(), asked_at=at)
    begin(row, AppealStatus.ASKED, by=by, at=at)
    row.save(force_insert=True)
    for one in nearest(by, *DECIDING, on=local_day(at)):
        text = _("{person} objects to a line of his assessment.")
        params = {"person": by.name}
        notices.notify(to=one, text=text, params=params, link="/appraisal/appeals", by=by, at=at)
    live.touch(f"appraisal:{by.centre_id}", f"my_month:{by.pk}")
    return row


@transaction.atomic
def decide(*, appeal_id: int, grant: bool, note: str, by: Person, at: datetime) -> Appeal:
    """Grant or decline it with the reason. Granted, the sheet is computed without the fact; of a closed month the
    difference is booked in the next open one, citing the line."""
    row = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("person", "line__sheet__period__centre")
        .get(pk=appeal_id)
    )
    authorize(by, "appraisal.decide_appeal", row)
    if not note.strip():
        raise Refused(Refusal(CLAUSE, _("Give the reason."), {"field": "note"}))
    verdict = AppealStatus.GRANTED if grant else AppealStatus.DECLINED
    period = row.line.sheet.period
    if grant and period.status == PeriodStatus.CLOSED:
        _book(row, period)
    move(row, verdict, by=by, at=at, note=note.strip(), also=("booked", "points", "fen"))
    if grant:
        _follow(row, row.booked or period, by, at)
    text = _("Your objection was granted: {note}") if grant else _("Your objection was declined: {note}")
    params = {"note": note.strip()}
    notices.notify(to=row.person, text=text, params=params, link=assessing.HERE, by=by, at=at)
    live.touch(f"appraisal:{row.person.centre_id}", f"my_month:{row.person_id}")
    return row


def _book(row: Appeal, closed: Period) -> None:
    """What the closed month would have been without it, less what it was and less what earlier ones gave back."""
    target = pages.next_open(closed.centre_id, closed.month)
    if target is None:
        note = _("There is no open month after that one yet: compute the next month first.")
        raise Refused(Refusal(CLAUSE, note))
    # One objection to a sheet at a time: each is reckoned over those before it.
    sheet = Sheet.objects.select_for_update(of=("self",)).get(pk=row.line.sheet_id)
    booked = reckoning.booked_since([sheet.pk]).get(sheet.pk, [])
    row.booked = target
    row.points, row.fen = reckoning.gain(sheet, row.line, booked)


def _follow(row: Appeal, period: Period, by: Person, at: datetime) -> None:
    sheet = period.sheets.filter(person=row.person_id, is_current=True).first()
    if sheet is not None:
        raw = sheet.facts["facts"]
        freezing.write_sheets(period=period, found=[(row.person, raw)], by=by, at=at)


@transaction.atomic
def tell_of_late_finding(*, person: Person, day: date, by: Person, at: datetime) -> bool:
    """Tell somebody whose shift of a closed month has another finding now; whether there was something to tell."""
    authorize(by, "appraisal.compute", person.centre_id)
    month = day.replace(day=1)
    sheets = Sheet.objects.filter(person=person.pk, period__month=month, is_current=True)
    if not sheets.filter(period__status=PeriodStatus.CLOSED).exists():
        return False
    params = {"day": day.isoformat(), "month": f"{month:%Y-%m}"}
    notices.notify(to=person, text=LATE_FINDING, params=params, link=f"{assessing.HERE}?month={month}", by=by, at=at)
    return True
