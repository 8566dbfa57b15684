"""Checks of execution (A1.6): planned, made, put right, verified."""

from datetime import date, datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import begin, move
from hotline.handbook import queries
from hotline.handbook.models import CheckStatus, ExecutionCheck
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.rulebook.texts.handbook import CLAUSES

AUDITS = "A1.6"


def _checked(check_id: int, name: str, by: Person) -> ExecutionCheck:
    row = ExecutionCheck.objects.select_for_update(of=("self",)).select_related("checker", "owner").get(pk=check_id)
    authorize(by, name, row)
    return row


def _check_went_on(row: ExecutionCheck, to: CheckStatus, by: Person, at: datetime, *also: str, note: str = "") -> None:
    move(row, to, by=by, at=at, note=note, also=also)
    live.touch(f"handbook:{row.centre_id}")


def _tell_of_check(row: ExecutionCheck, to: Person, text: str, by: Person, at: datetime) -> None:
    if to.pk != by.pk:
        notices.notify(to=to, text=text, params={"clause": row.clause}, link=f"/handbook/checks/{row.pk}", by=by, at=at)


@transaction.atomic
def plan_check(*, clause: str, sample: str, due_on: date, checker: Person, by: Person, at: datetime) -> ExecutionCheck:
    """Plan a look at whether a clause is carried out: what is sampled, by whom, until when (A1.6)."""
    authorize(by, "handbook.plan_check")
    found = []
    if clause not in CLAUSES:
        found.append(Refusal(AUDITS, _("There is no such clause."), {"field": "clause"}))
    if not sample.strip():
        found.append(Refusal(AUDITS, _("Say what is looked at, and how many of it."), {"field": "sample"}))
    if due_on < local_day(at):
        found.append(Refusal(AUDITS, _("That day is over: choose one to come."), {"field": "due_on"}))
    if checker.centre_id != by.centre_id or not queries.is_bound(checker):
        found.append(Refusal(AUDITS, _("Choose somebody of this centre."), {"field": "checker"}))
    refuse_if(found)
    row = ExecutionCheck(
        centre_id=by.centre_id, clause=clause, sample=sample.strip(), due_on=due_on, checker=checker, planned_by=by,
        planned_at=at,
    )  # fmt: skip
    begin(row, CheckStatus.PLANNED, by=by, at=at)
    row.save(force_insert=True)
    _tell_of_check(row, checker, _("You are asked to check whether {clause} is carried out."), by, at)
    live.touch(f"handbook:{row.centre_id}")
    return row


@transaction.atomic
def record_check(
    *,
    check_id: int,
    looked_at: int,
    broken: int,
    finding: str,
    owner: Person | None = None,
    correction: str = "",
    correct_by: date | None = None,
    by: Person,
    at: datetime,
) -> ExecutionCheck:
    """Write down what was found; where something was not as written, who puts what right until when."""
    row = _checked(check_id, "handbook.check", by)
    found = []
    if looked_at < 1 or not 0 <= broken <= looked_at:
        note = _("Say how many were looked at, at least one, and how many of them were not as written.")
        found.append(Refusal(AUDITS, note, {"field": "broken" if looked_at >= 1 else "looked_at"}))
    if broken and not finding.strip():
        found.append(Refusal(AUDITS, _("Say what was found."), {"field": "finding"}))
    if broken and (owner is None or owner.centre_id != by.centre_id or owner.pk == row.checker_id):
        found.append(Refusal(AUDITS, _("Say who puts it right: somebody else than you."), {"field": "owner"}))
    if broken and not correction.strip():
        found.append(Refusal(AUDITS, _("Say what has to be put right."), {"field": "correction"}))
    if broken and (correct_by is None or correct_by < local_day(at)):
        found.append(Refusal(AUDITS, _("Say until when; a day to come."), {"field": "correct_by"}))
    refuse_if(found)
    row.looked_at, row.broken, row.finding = looked_at, broken, finding.strip()
    if broken:
        row.owner, row.correction, row.correct_by = owner, correction.strip(), correct_by
    fields = ("looked_at", "broken", "finding", "owner", "correction", "correct_by")
    _check_went_on(row, CheckStatus.BROKEN if broken else CheckStatus.KEPT, by, at, *fields)
    if broken and owner is not None:
        _tell_of_check(row, owner, _("A check of {clause} found something for you to put right."), by, at)
    return row


@transaction.atomic
def correct(*, check_id: int, done: str, by: Person, at: datetime) -> ExecutionCheck:
    """Whoever puts it right says what was done."""
    row = _checked(check_id, "handbook.correct", by)
    if not done.strip():
        raise Refused(Refusal(AUDITS, _("Say what you did about it."), {"field": "done"}))
    row.done = done.strip()
    _check_went_on(row, CheckStatus.CORRECTED, by, at, "done")
    _tell_of_check(row, row.checker, _("What the check of {clause} found is said to be right now: verify it."), by, at)
    return row


@transaction.atomic
def verify(*, check_id: int, is_right: bool, note: str, by: Person, at: datetime) -> ExecutionCheck:
    """Whoever found it, and did not put it right, looks again: it is right now, or goes back."""
    row = _checked(check_id, "handbook.check", by)
    if not note.strip():
        raise Refused(Refusal(AUDITS, _("Say what you saw."), {"field": "note"}))
    _check_went_on(row, CheckStatus.VERIFIED if is_right else CheckStatus.BROKEN, by, at, note=note.strip())
    if not is_right and row.owner is not None:
        _tell_of_check(row, row.owner, _("What the check of {clause} found is not right yet."), by, at)
    return row
