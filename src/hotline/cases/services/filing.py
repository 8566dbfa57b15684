"""From report to filed case: verification on the spot, pre-filing, the filing gate, rejection (B2.4, B3.2, B3.3)."""

from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import Action, Queue, Status
from hotline.cases.models import Case, Condition, TaskKind
from hotline.cases.services import act, field
from hotline.cases.services.search import index_case
from hotline.core.clock import local_day
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices


@transaction.atomic
def ask_verify(*, case_id: int, version: int, question: str = "", by: Person, at: datetime) -> Case:
    """Ask the field supervisor of the place to verify the report on the spot (核实, B3.2)."""
    case = act.start(case_id, version, Action.ASK_VERIFY, "cases.ask_verify", by)
    field.ask(case, kind=TaskKind.VERIFY, action=Action.ASK_VERIFY, question=question, by=by, at=at)
    return case


@transaction.atomic
def pre_file(*, case_id: int, version: int, condition_id: int, by: Person, at: datetime) -> Case:
    """Pre-file (预立案) under a condition of the standard that is in force."""
    case = act.start(case_id, version, Action.PRE_FILE, "cases.pre_file", by)
    condition = (
        Condition.objects.visible_to(by).on(local_day(at)).select_related("category").filter(pk=condition_id).first()
    )
    if condition is None:
        raise Refused(
            Refusal("B2.4", _("This filing condition is not in force. Choose another."), {"field": "condition"})
        )
    was = case.category_id
    act.record(
        case,
        action=Action.PRE_FILE,
        by=by,
        at=at,
        sets={"condition_id": condition.pk, "category_id": condition.category_id},
    )
    case.condition, case.category = condition, condition.category
    if was != condition.category_id:
        index_case(case=case)
    return case


def _complete(case: Case) -> None:
    """B2.6: all that filing needs is there."""
    missing = []
    if case.condition is None:
        missing.append(Refusal("B2.4", _("Choose the filing condition first."), {"field": "condition"}))
    if not case.place and case.latitude is None:
        missing.append(Refusal("B2.6", _("Say where it is."), {"field": "place"}))
    if missing:
        raise Refused(*missing)


@transaction.atomic
def submit_for_filing(*, case_id: int, version: int, by: Person, at: datetime) -> Case:
    """Put a pre-filed case before the shift leader's filing gate (B2.4)."""
    case = act.start(case_id, version, Action.TO_FILING_GATE, "cases.submit_filing", by)
    _complete(case)
    act.record(case, action=Action.TO_FILING_GATE, by=by, at=at, holder=Queue.FILING_GATE)
    return case


@transaction.atomic
def file(*, case_id: int, version: int, by: Person, at: datetime) -> Case:
    """File (立案). Whoever had it in hand goes on to dispatch it; out of the gate it goes to the dispatchers."""
    case = act.start(case_id, version, Action.FILE, "cases.file", by)
    _complete(case)
    held = case.holding
    mine = held is not None and held.person_id == by.pk and by.pk == case.operator_id
    holder = act.KEEP if mine else Queue.DISPATCH
    act.record(case, action=Action.FILE, by=by, at=at, holder=holder, sets={"filed_at": at})
    return case


@transaction.atomic
def reject(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Reject (废案) a report that the standard does not let us file; its sender is told why (B3.3)."""
    case = act.start(case_id, version, Action.REJECT, "cases.reject", by, reason=reason)
    act.record(case, action=Action.REJECT, by=by, at=at, note=reason)
    _tell_sender(case, reason, by, at)
    return case


@transaction.atomic
def not_accept(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Return a report that does not qualify, with the reason; its sender is told (B3.3)."""
    case = act.start(case_id, version, Action.NOT_ACCEPT, "cases.not_accept", by, reason=reason)
    act.record(case, action=Action.NOT_ACCEPT, by=by, at=at, note=reason)
    _tell_sender(case, reason, by, at)
    return case


def _tell_sender(case: Case, reason: str, by: Person, at: datetime) -> None:
    """Tell the colleague who reported it; a citizen is told by whoever talks to him, the reason stands in the case."""
    if case.reporter is not None and case.reporter_id != by.pk:
        notices.notify(
            to=case.reporter,
            text=_("Your report {number} was returned: {reason}"),
            params={"number": case.number, "reason": reason},
            link=f"/cases/{case.number}",
            by=by,
            at=at,
        )


@transaction.atomic
def return_from_gate(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """The shift leader sends a case back from a gate to the desk, with the reason."""
    case = act.start(case_id, version, Action.GATE_RETURN, "cases.gate_return", by, reason=reason)
    queue = Queue.INTAKE if case.code is Status.PRE_FILED else Queue.FEEDBACK
    # the status stays; the reason stands where whoever takes the case up again reads what came before
    sets = {"status_note": reason}
    act.record(case, action=Action.GATE_RETURN, by=by, at=at, note=reason, holder=queue, sets=sets)
    if case.operator is not None:
        notices.notify(
            to=case.operator,
            text=_("Case {number} came back from the gate: {reason}"),
            params={"number": case.number, "reason": reason},
            link=f"/cases/{case.number}",
            by=by,
            at=at,
        )
    return case
