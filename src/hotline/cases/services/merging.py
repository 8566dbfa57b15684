"""Merging (并案): a report of a known matter goes on in the other case. A link that is undone at will; nothing is lost.

All cases that a command touches are locked in the order of their keys: people who merge crosswise wait, never block.
"""

from datetime import datetime
from typing import Any

from django.db import transaction

from hotline.cases.events import CaseEnded, CasesMerged, CasesParted
from hotline.cases.logic.flow import ENDED, Action, Queue, Status
from hotline.cases.models import Case, Task, TaskKind
from hotline.cases.queries import custody, merged
from hotline.cases.queries.plain import held_plain
from hotline.cases.services import act, dispatching, field
from hotline.core import events
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Unit

CLAUSE = "cases.merge"
TAKES_NONE = frozenset({Status.REJECTED, Status.NOT_ACCEPTED, Status.CANCELLED})
ON_THE_SPOT = {Status.VERIFYING: TaskKind.VERIFY, Status.CHECKING: TaskKind.CHECK}
# While a case stands here the clock of its handling phase runs; it stood still while the case was merged.
RUNNING = frozenset({Status.FILED, Status.DISPATCHED, Status.RETURNED, Status.HANDLING, Status.REWORK, Status.REOPENED})


@transaction.atomic
def merge(
    *, case_id: int, version: int, into_id: int, into_version: int, reason: str, by: Person, at: datetime
) -> Case:
    """Merge a case into another: its custody ends, the other's clocks run on, and its caller gets the other's answer.

    What had been merged into it goes along, so that no merged case ever hangs on a merged one.
    """
    if case_id == into_id:
        raise Refused(Refusal(CLAUSE, _("A case cannot be merged into itself."), {"field": "into"}))
    locked = act.lock_together(case_id, into_id, *merged.children(case_id))
    case = act.start(case_id, version, Action.MERGE, "cases.merge", by, reason=reason)
    into = act.seen(into_id, into_version)
    _fits(into, by)
    along = [locked[key] for key in merged.children(case_id)]
    ways = merged.ways(one.pk for one in along)
    for one in along:
        _send(one, into, [*ways[one.pk], case.pk], reason, by, at)
    field.withdraw_open(case, by=by, at=at)
    stood = {"status": case.status, "holder": dict(held_plain(case.holding).holder) if case.holding else {}}
    _record_merge(case, into, {"via": [], "before": stood}, reason, by, at)
    act.record(into, action=Action.JOINED, by=by, at=at, note=f"{case.number}: {reason}", data={"from": case.pk})
    events.emit(CasesMerged(case.pk, into.pk, into.centre_id), at=at)
    if into.code in ENDED:  # the answer is there already
        for one in (case, *along):
            events.emit(CaseEnded(one.pk, into.status, into_id=into.pk), at=at)
    return case


def _fits(into: Case, by: Person) -> None:
    authorize(by, "cases.view_case", into)
    if into.merged_into is not None:
        raise Refused(
            Refusal(
                CLAUSE,
                _("{number} was itself merged into {into}: choose that one."),
                {"number": into.number, "into": into.merged_into.number, "field": "into"},
            )
        )
    if into.code in TAKES_NONE:
        raise Refused(
            Refusal(
                CLAUSE,
                _("{number} is “{status}”: nobody would be answered there."),
                {"number": into.number, "status": into.get_status_display(), "field": "into"},
            )
        )


def _record_merge(case: Case, into: Case, data: dict[str, Any], reason: str, by: Person, at: datetime) -> None:
    said = {"into": into.pk, **data}
    note = f"{into.number}: {reason}"
    act.record(case, action=Action.MERGE, by=by, at=at, note=note, sets={"merged_into_id": into.pk}, data=said)


def _send(one: Case, to: Case, way: list[int], reason: str, by: Person, at: datetime) -> None:
    """Let an already merged case go on elsewhere."""
    was = one.merged_into_id
    _record_merge(one, to, {"via": way}, reason, by, at)
    events.emit(CasesMerged(one.pk, to.pk, to.centre_id, from_id=was), at=at)


@transaction.atomic
def part(*, case_id: int, version: int, reason: str, by: Person, at: datetime) -> Case:
    """Undo a merge (撤销并案): the case stands where it stood, in its queue or its first owner's hands.

    What was added since stays. Cases that had come along with it go back to it.
    """
    into_id = Case.objects.values_list("merged_into_id", flat=True).get(pk=case_id)
    siblings = merged.children(into_id) if into_id else []
    ways = {key: way for key, way in merged.ways(siblings).items() if case_id in way}
    locked = act.lock_together(case_id, *([into_id] if into_id else []), *ways)
    case = act.start(case_id, version, Action.PART, "cases.part", by, reason=reason)
    into = locked[case.merged_into_id or 0]
    before = merged.before_merge(case)
    at = max(at, case.changed_at)
    sets: dict[str, Any] = {"merged_into_id": None, "ended_at": None, "part_count": case.part_count + 1}
    if before.status in RUNNING and case.condition is not None and case.due_at is not None:
        sets["due_at"] = dispatching.due_after_pause(case.condition, case.due_at, before.at, at)
    _give_back(case, before, sets, f"{into.number}: {reason}", by, at)
    for key, way in ways.items():
        _send(locked[key], case, way[: way.index(case.pk)], reason, by, at)
    act.record(into, action=Action.LEFT, by=by, at=at, note=f"{case.number}: {reason}", data={"from": case.pk})
    events.emit(CasesParted(case.pk, into.pk, case.centre_id, case.status), at=at)
    return case


def _give_back(case: Case, before: merged.Before, sets: dict[str, Any], note: str, by: Person, at: datetime) -> None:
    """Custody begins anew where the case was: on the spot, at the department, in its queue, with its first owner."""
    status, data, due = before.status, {"from": case.merged_into_id}, None
    task = None
    holder: Person | Unit | Queue | None
    if status in ON_THE_SPOT:
        kind = ON_THE_SPOT[status]
        asked = Task.objects.filter(case=case, kind=kind).order_by("-asked_at", "-pk").first()
        task = field.new_task(case, kind=kind, question=asked.question if asked else "", by=by, at=at)
        holder, due, data = task.person or Queue.FIELD, task.due_at, {**data, "task": task.pk}
    elif "unit" in before.holder:
        holder, due = case.department, sets.get("due_at", case.due_at)
    elif "queue" in before.holder:
        holder = Queue(str(before.holder["queue"]))
    else:
        holder = _first_owner(case, at)
        if holder is not None:
            sets["operator_id"] = holder.pk
    act.record(
        case,
        action=Action.PART,
        by=by,
        at=at,
        note=note,
        holder=holder or custody.QUEUE_OF[status],
        stage_due=due,
        sets=sets,
        data=data,
        back_to=status,
        topics=field.topics_of(task) if task is not None else (),
    )
    if task is not None:
        field.tell_asked(task, case, by, at)


def _first_owner(case: Case, at: datetime) -> Person | None:
    """The first owner, when he is on duty now (D2.6)."""
    owner = case.first_owner
    if owner is None or not owner.is_active:
        return None
    duty, breaks = act.shifts_ahead(owner, at)
    here = any(span.holds(at) for span in duty) and not any(span.holds(at) for span in breaks)
    return owner if here else None
