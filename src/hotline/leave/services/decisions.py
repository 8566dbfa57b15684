"""Deciding about leave: in order, with what each step has to say; granted, it is counted, taken and booked at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hotline.approvals import services as approvals
from hotline.approvals.models import Step
from hotline.approvals.services import Outcome
from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.core.states import move
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.leave.models import Leave, LeaveStatus
from hotline.leave.models.requests import SUBJECT
from hotline.leave.queries import facts, requests
from hotline.leave.queries.kinds import Kinds
from hotline.leave.services import ledger
from hotline.leave.services import requests as asking
from hotline.people.models import Person
from hotline.people.services import notices

GRANTED = _("Your {kind} from {first} to {last} is granted.")
REFUSED = _("Your {kind} from {first} to {last} is not granted: {note}")


@transaction.atomic
def decide_leave(*, leave_id: int, is_yes: bool, note: str = "", by: Person, at: datetime) -> Leave:
    """Take the present step; the last yes grants: days counted anew, balance, roster and event in this transaction."""
    row = asking.locked(leave_id)
    authorize(by, "leave.decide", row)
    if is_yes:
        refuse_if(_not_yet(row, note))
    outcome = approvals.decide(subject=SUBJECT, subject_id=row.pk, is_yes=is_yes, note=note, by=by, at=at)
    if outcome is Outcome.APPROVED:
        _grant(row, note, by, at)
    elif outcome is Outcome.REFUSED:
        move(row, LeaveStatus.REFUSED, by=by, at=at, note=note.strip())
        asking.give_up(row, by, at)
        asking.leave_spell(row)
        _tell(row, REFUSED, note.strip(), by, at)
    asking.touch(row)
    return row


def _not_yet(row: Leave, note: str) -> Iterable[Refusal]:
    """What a yes still lacks."""
    chain = requests.chain_of_leave(row)
    steps = list(Step.objects.filter(chain=chain).order_by("number"))
    is_last = bool(steps) and steps[-1].is_turn
    said = note.strip() or any(step.note for step in steps)
    kinds = Kinds(row.person.centre_id)
    if row.is_late and not said:
        reason = _("It was asked for less than {days} full days before: say why it is urgent.")
        days = kinds.on(local_day(row.asked_at))[row.kind].notice_days
        yield Refusal("D2.9", reason, {"days": days, "field": "note"})
    if row.is_beside and is_last and not note.strip():
        reason = _("Somebody has annual leave at that time already: say the special reason.")
        yield Refusal("D4.4", reason, {"field": "note"})
    missing = requests.papers_missing(row, kinds)
    if is_last and missing:
        reason = _("Certificates are still missing: {missing}. They are handed in on the page of the request.")
        yield Refusal(requests.kind_of(row).clause, reason, {"missing": missing})


def _grant(row: Leave, note: str, by: Person, at: datetime) -> None:
    """The roster may have changed since it was asked for: counted now, and refused where that is too much."""
    kind = requests.kind_of(row)
    reading = facts.read(row.person, kind, row.piece, row.reason or "-", row.asked_at, but=row.pk)
    refuse_if(one for one in reading.refusals if one.params.get("field") == "last")
    row.half_days, row.shifts = reading.facts.half_days, reading.facts.shifts
    move(row, LeaveStatus.GRANTED, by=by, at=at, note=note.strip(), also=("half_days", "shifts"))
    asking.count(row, reading)
    ledger.settle(leave=row, by=by, at=at)
    asking.book(row, reading.roster, by, at)
    _tell(row, GRANTED, "", by, at)


def _tell(row: Leave, text: str, note: str, by: Person, at: datetime) -> None:
    params = {
        "kind": requests.kind_of(row).name, "first": row.first.isoformat(), "last": row.last.isoformat(), "note": note,
    }  # fmt: skip
    notices.notify(to=row.person, text=text, params=params, link=asking.link(row), by=by, at=at)
