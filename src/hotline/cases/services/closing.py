"""From the department's result to the end: check, closing review, the closing gate, rework, reopening, cancelling."""

from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import Action, Queue
from hotline.cases.models import Attachment, Case, FileKind, PhotoRule, Task, TaskKind, TaskStatus
from hotline.cases.services import act, field
from hotline.cases.services.dispatching import handling_due
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person


@transaction.atomic
def ask_check(*, case_id: int, version: int, question: str = "", by: Person, at: datetime) -> Case:
    """Ask the field supervisor to check the result on the spot (核查, B3.4)."""
    case = act.start(case_id, version, Action.ASK_CHECK, "cases.ask_check", by)
    field.ask(case, kind=TaskKind.CHECK, action=Action.ASK_CHECK, question=question, by=by, at=at)
    return case


@transaction.atomic
def submit_for_closing(*, case_id: int, version: int, answer: str, by: Person, at: datetime) -> Case:
    """Put a case before the closing gate: the answer says how the closing condition is met (B2.4, B3.5)."""
    case = act.start(case_id, version, Action.TO_CLOSING_GATE, "cases.submit_closing", by)
    _may_close(case, answer)
    act.record(
        case,
        action=Action.TO_CLOSING_GATE,
        by=by,
        at=at,
        note=answer.strip(),
        holder=Queue.CLOSING_GATE,
        sets={"closing_answer": answer.strip()},
    )
    return case


def _may_close(case: Case, answer: str) -> None:
    """Close only when the check on the spot agrees, the closing condition is answered, and the photos are there."""
    missing: list[Refusal] = []
    if not answer.strip():
        missing.append(Refusal("B2.4", _("Say how the closing condition is met."), {"field": "answer"}))
    checks = Task.objects.filter(case=case, kind=TaskKind.CHECK, status=TaskStatus.DONE).order_by("-status_at")
    if not checks.values_list("is_confirmed", flat=True).first():
        missing.append(Refusal("B3.5", _("The check on the spot does not confirm the result. Demand rework.")))
    rule = case.condition.photos if case.condition else PhotoRule.NONE
    kinds = (
        set(Attachment.objects.filter(case=case).values_list("kind", flat=True)) if rule != PhotoRule.NONE else set()
    )
    if rule != PhotoRule.NONE and FileKind.AFTER not in kinds:
        missing.append(Refusal("B2.4", _("The photo after handling is missing.")))
    if rule == PhotoRule.BEFORE_AFTER and not kinds & {FileKind.BEFORE, FileKind.NEAR, FileKind.FAR}:
        missing.append(Refusal("B2.4", _("The photo before handling is missing.")))
    if missing:
        raise Refused(*missing)


@transaction.atomic
def close(*, case_id: int, version: int, by: Person, at: datetime) -> Case:
    """Close (结案). The clock of custody stops at this moment."""
    case = act.start(case_id, version, Action.CLOSE, "cases.close", by)
    _may_close(case, case.closing_answer)
    act.record(case, action=Action.CLOSE, by=by, at=at)
    return case


@transaction.atomic
def demand_rework(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Send a result below standard back to the department (返工), which gets its limit anew (B3.5)."""
    case = act.start(case_id, version, Action.REWORK, "cases.rework", by, reason=reason)
    if case.department is None or case.condition is None:
        raise Refused(Refusal("B3.5", _("No department has handled this case.")))
    due = handling_due(case.condition, at)
    act.record(
        case,
        action=Action.REWORK,
        by=by,
        at=at,
        note=reason,
        holder=case.department,
        stage_due=due,
        sets={"due_at": due, "rework_count": case.rework_count + 1},
    )
    return case


@transaction.atomic
def reopen(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Open a closed case again: custody begins anew, in the hands of whoever reopens it or in the dispatch queue."""
    case = act.start(case_id, version, Action.REOPEN, "cases.reopen", by, reason=reason)
    act.record(
        case,
        action=Action.REOPEN,
        by=by,
        at=at,
        note=reason,
        holder=Queue.DISPATCH,
        sets={"ended_at": None, "due_at": None, "closing_answer": "", "reopen_count": case.reopen_count + 1},
    )
    return case


@transaction.atomic
def cancel(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Cancel (作废) what should never have been filed."""
    case = act.start(case_id, version, Action.CANCEL, "cases.cancel", by, reason=reason)
    act.record(case, action=Action.CANCEL, by=by, at=at, note=reason)
    return case
