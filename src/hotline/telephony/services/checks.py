"""Checks of the line: asked for by the clock or a person, called by the ACD, told when something is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from hotline.core import clock, live
from hotline.core.access import authorize
from hotline.core.states import begin as begin_status
from hotline.core.states import move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person, Position
from hotline.people.services import notices
from hotline.telephony.logic.checks import Fault
from hotline.telephony.logic.words import SIMULATED
from hotline.telephony.models import Call, Check, CheckCause, CheckKind, CheckStatus, CheckStep, Leader, Line, Recording
from hotline.telephony.queries.menus import in_force
from hotline.telephony.services.phones import ACD_TOPIC

CLAUSES = {CheckKind.LINE: "A7.1", CheckKind.MENU: "A7.2"}
NOT_TAKEN = timedelta(minutes=3)  # after which a check that no ACD has taken is a fault of its own
TOO_LONG = timedelta(minutes=60)  # after which one that was begun is given up: a menu of many ways takes its time
TOLD = (Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One test call as the ACD tells of it."""

    number: int
    expected: str
    began_at: datetime
    ended_at: datetime
    moves: Sequence[Sequence[str]] = ()
    faults: Sequence[Fault] = ()
    answered_ms: int | None = None
    heard: int = 0
    call_ref: str = ""
    recording: UUID | None = field(default=None)


@transaction.atomic
def ask(*, centre: Centre, kind: CheckKind, cause: CheckCause, dialled: str, by: Person, at: datetime) -> Check | None:
    """Let a number be checked; None when that is going on already, or there is no menu to walk.

    Refused for a number that is none of the centre's, and for a walk where no menu is in use.
    """
    authorize(by, "telephony.ask_check", centre)
    if Leader.objects.filter(centre=centre, switch=SIMULATED).exists():
        raise Refused(Refusal(CLAUSES[kind], gettext_noop("The exchange is simulated: there is no line to check.")))
    line = Line.objects.select_for_update(of=("self",)).filter(centre=centre, dialled=dialled).first()
    if line is None:
        raise Refused(
            Refusal(CLAUSES[kind], gettext_noop("This number is none of the centre's."), {"field": "dialled"})
        )
    version = None
    if kind is CheckKind.MENU:
        if line.menu is not None and line.menu.is_on:
            version = in_force(list(line.menu.versions.all()), at)
        if version is None:
            raise Refused(
                Refusal("A7.2", gettext_noop("No menu is in force before this number."), {"field": "dialled"})
            )
    if Check.objects.filter(
        centre=centre, dialled=dialled, kind=kind, status__in=[CheckStatus.ASKED, CheckStatus.RUNNING]
    ).exists():
        return None
    check = Check(centre=centre, kind=kind, cause=cause, dialled=dialled, version=version, asked_by=by, asked_at=at)
    begin_status(check, CheckStatus.ASKED, by=by, at=at)
    check.save(force_insert=True)
    live.touch(f"{ACD_TOPIC}{centre.pk}", f"calls:{centre.pk}")
    return check


def _held(check_id: int) -> Check:
    return Check.objects.select_for_update(of=("self",)).select_related("centre").get(pk=check_id)


@transaction.atomic
def take(*, check_id: int, by: Person, at: datetime) -> bool:
    """The ACD begins to call; False when somebody has done so or given up."""
    check = _held(check_id)
    authorize(by, "telephony.run_acd", check.centre)
    if check.status != CheckStatus.ASKED:
        return False
    move(check, CheckStatus.RUNNING, by=by, at=at)
    live.touch(f"calls:{check.centre_id}")
    return True


@transaction.atomic
def write_step(*, check_id: int, outcome: Outcome, by: Person, at: datetime) -> CheckStep | None:
    """What one test call found; None when the check was given up meanwhile."""
    check = _held(check_id)
    authorize(by, "telephony.run_acd", check.centre)
    if check.status != CheckStatus.RUNNING:
        return None
    call = Call.objects.filter(centre=check.centre, ref=outcome.call_ref).first() if outcome.call_ref else None
    recording = Recording.objects.filter(pk=outcome.recording).first() if outcome.recording else None
    step, _ = CheckStep.objects.update_or_create(
        check_of=check,
        number=outcome.number,
        defaults={
            "moves": [list(one) for one in outcome.moves],
            "expected": outcome.expected[:160],
            "began_at": outcome.began_at,
            "ended_at": max(outcome.ended_at, outcome.began_at),
            "is_ok": not outcome.faults,
            "faults": [fault.value for fault in outcome.faults],
            "answered_ms": outcome.answered_ms,
            "heard": outcome.heard,
            "call": call,
            "recording": recording,
        },
    )
    live.touch(f"calls:{check.centre_id}")
    return step


@transaction.atomic
def finish(*, check_id: int, by: Person, at: datetime) -> Check:
    """Every test call is made: in order when each was, else a fault that is told at once."""
    check = _held(check_id)
    authorize(by, "telephony.run_acd", check.centre)
    if check.status == CheckStatus.RUNNING:
        steps = list(check.steps.all())
        good = bool(steps) and all(step.is_ok for step in steps)
        _end(check, CheckStatus.PASSED if good else CheckStatus.FAILED, by, at)
    return check


@transaction.atomic
def give_up(*, check_id: int, by: Person, at: datetime) -> Check:
    """Nobody calls: the ACD is away, was restarted, or hangs; that is a fault of the line like any other."""
    check = _held(check_id)
    authorize(by, "telephony.run_acd", check.centre)
    if check.status in {CheckStatus.ASKED, CheckStatus.RUNNING}:
        _end(check, CheckStatus.FAILED, by, at, note=Fault.NO_ENGINE.value)
    return check


def _end(check: Check, status: CheckStatus, by: Person, at: datetime, note: str = "") -> None:
    move(check, status, by=by, at=at, note=note)
    live.touch(f"calls:{check.centre_id}")
    if status is not CheckStatus.FAILED:
        return
    people = Person.objects.filter(centre=check.centre, is_active=True, is_system=False)
    for person in people.holding(*TOLD, on=clock.local_day(at)).distinct():
        notices.notify(
            to=person, text=gettext_noop("Line fault: the check of {number} has failed."),
            params={"number": check.dialled}, link=f"/calls/checks/{check.pk}", by=by, at=at,
        )  # fmt: skip


@transaction.atomic
def sign(*, check_id: int, by: Person, at: datetime) -> Check:
    """A7.2: a person has looked at the outcome and signs for it, once."""
    check = _held(check_id)
    authorize(by, "telephony.sign_check", check)
    if check.status not in {CheckStatus.PASSED, CheckStatus.FAILED}:
        raise Refused(Refusal(CLAUSES[CheckKind(check.kind)], gettext_noop("The check is not over yet.")))
    if check.signed_at is None:
        check.signed_by, check.signed_at = by, at
        check.save(update_fields=["signed_by", "signed_at"])
        live.touch(f"calls:{check.centre_id}")
    return check


@transaction.atomic
def close_fault(*, check_id: int, note: str, by: Person, at: datetime) -> Check:
    """The fault is mended: what it was, and what was done about it."""
    check = _held(check_id)
    authorize(by, "telephony.sign_check", check)
    clause = CLAUSES[CheckKind(check.kind)]
    if check.status != CheckStatus.FAILED or check.closed_at is not None:
        raise Refused(Refusal(clause, gettext_noop("There is no open fault.")))
    if not note.strip():
        raise Refused(Refusal(clause, gettext_noop("Say what was wrong, and what was done."), {"field": "note"}))
    check.closed_by, check.closed_at, check.closed_note = by, at, note.strip()[:300]
    check.save(update_fields=["closed_by", "closed_at", "closed_note"])
    live.touch(f"calls:{check.centre_id}")
    return check
