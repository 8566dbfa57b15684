"""Between the desk and the departments: dispatch, acceptance, sending back, postponing, parking, the result."""

from datetime import datetime

from django.db import transaction

from hotline.cases.logic.flow import Action, Queue
from hotline.cases.models import Case, CaseEvent, Condition
from hotline.cases.services import act
from hotline.core.clock import local_day
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.kernel.workclock import Unit as ClockUnit
from hotline.kernel.workclock import deadline, elapsed
from hotline.people.models import Person, Unit, UnitKind
from hotline.rosters.queries import duty as rosters


def handling_due(condition: Condition, start: datetime, amount: int | None = None) -> datetime:
    """When the limit of a condition (or `amount` of its unit) runs out on the work clock."""
    calendar = rosters.work_calendar(local_day(start))
    return deadline(calendar, ClockUnit(condition.limit_unit), start, amount or condition.limit_value)


def due_after_pause(condition: Condition, due_at: datetime, since: datetime, at: datetime) -> datetime:
    """The deadline anew after the clock stood still: what was left of the phase's time runs on from now."""
    calendar, unit = rosters.work_calendar(local_day(at)), ClockUnit(condition.limit_unit)
    left = elapsed(calendar, unit, since, due_at) if due_at > since else None
    return deadline(calendar, unit, at, left) if left else at


@transaction.atomic
def dispatch(*, case_id: int, version: int, department: Unit, note: str = "", by: Person, at: datetime) -> Case:
    """Dispatch (批转) to a department. The clock of the handling phase starts once and runs on over every hop."""
    case = act.start(case_id, version, Action.DISPATCH, "cases.dispatch", by)
    if department.centre_id != case.centre_id or department.kind != UnitKind.DEPARTMENT or not department.is_active:
        raise Refused(Refusal("A2.21", _("{name} takes no cases."), {"name": department.name, "field": "department"}))
    if case.condition is None:
        raise Refused(Refusal("B2.4", _("Choose the filing condition first."), {"field": "condition"}))
    due = case.due_at or handling_due(case.condition, at)
    sets: dict[str, object] = {"department_id": department.pk, "due_at": due}
    if case.dispatched_at is None:
        sets["dispatched_at"] = at
    act.record(case, action=Action.DISPATCH, by=by, at=at, note=note, holder=department, stage_due=due, sets=sets)
    return case


@transaction.atomic
def accept(*, case_id: int, version: int, by: Person, at: datetime) -> Case:
    """The department begins (处置)."""
    case = act.start(case_id, version, Action.ACCEPT, "cases.accept", by)
    act.record(case, action=Action.ACCEPT, by=by, at=at)
    return case


@transaction.atomic
def send_back(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """The department returns a dispatch (回退) with a reason; all data stays, the phase's clock runs on."""
    case = act.start(case_id, version, Action.SEND_BACK, "cases.send_back", by, reason=reason)
    act.record(
        case,
        action=Action.SEND_BACK,
        by=by,
        at=at,
        note=reason,
        holder=Queue.DISPATCH,
        sets={"send_back_count": case.send_back_count + 1, "department_id": None},
    )
    return case


@transaction.atomic
def postpone(*, case_id: int, version: int, amount: int, reason: str, by: Person, at: datetime) -> Case:
    """Grant more time (延期), in the unit of the condition's limit, from the present due time on."""
    case = act.start(case_id, version, Action.POSTPONE, "cases.postpone", by, reason=reason)
    if case.condition is None or case.due_at is None:
        raise Refused(Refusal("A2.21", _("Nothing is due that could be postponed.")))
    if not 1 <= amount <= 10 * case.condition.limit_value:
        raise Refused(
            Refusal(
                "A2.21",
                _("Postpone by 1 to {most} of the limit's own unit."),
                {"most": 10 * case.condition.limit_value, "field": "amount"},
            )
        )
    due = handling_due(case.condition, case.due_at, amount)
    act.record(
        case,
        action=Action.POSTPONE,
        by=by,
        at=at,
        note=reason,
        holder=_same_department(case),
        stage_due=due,
        sets={"due_at": due, "postponed_count": case.postponed_count + 1},
    )
    return case


def _same_department(case: Case) -> Unit:
    held = case.holding
    assert held is not None
    assert held.unit is not None
    return held.unit


@transaction.atomic
def park(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Park (挂账) what cannot be solved now; the clock of the handling phase stops."""
    case = act.start(case_id, version, Action.PARK, "cases.park", by, reason=reason)
    act.record(case, action=Action.PARK, by=by, at=at, note=reason, holder=Queue.PARKED)
    return case


@transaction.atomic
def resume(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Take a parked case up again: to the dispatchers, with what was left of the handling phase's time."""
    case = act.start(case_id, version, Action.RESUME, "cases.resume", by, reason=reason)
    sets = {}
    if case.condition is not None and case.due_at is not None:
        parked = (
            CaseEvent.objects.filter(case=case, action=Action.PARK).order_by("-seq").values_list("at", flat=True)[0]
        )
        sets["due_at"] = due_after_pause(case.condition, case.due_at, parked, at)
    act.record(case, action=Action.RESUME, by=by, at=at, note=reason, holder=Queue.DISPATCH, sets=sets)
    return case


@transaction.atomic
def feedback(*, case_id: int, version: int, result: str, by: Person, at: datetime) -> Case:
    """The department reports the result (反馈); the desk looks at it."""
    case = act.start(case_id, version, Action.FEEDBACK, "cases.feedback", by)
    if not result.strip():
        raise Refused(Refusal("B2.6", _("Say what was done."), {"field": "result"}))
    act.record(
        case,
        action=Action.FEEDBACK,
        by=by,
        at=at,
        note=result.strip(),
        holder=Queue.FEEDBACK,
        sets={"feedback_at": at},
    )
    return case
