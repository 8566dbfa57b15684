"""Dispatchers and departments: what is to be dispatched and to whom, requests for more time, a department's inbox."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from hotline.cases.logic.flow import Action, Queue, Status
from hotline.cases.logic.resolution import Answer, Proposal, propose
from hotline.cases.models import Case, CaseEvent, Holding
from hotline.cases.queries.board import open_of
from hotline.core.clock import local_day
from hotline.people.models import Centre, Person, Position, Unit, UnitKind

MOST = 500
# A page of cards redraws itself at every change: it draws the most pressing and counts the rest.
DRAWN = 50
NEW = (Status.DISPATCHED, Status.REWORK)
AT_DEPARTMENT = (Status.DISPATCHED, Status.HANDLING, Status.REWORK)
ASKS = "asks_more_time"
ANSWERS = "answers_more_time"


def departments(centre: Centre | int) -> list[Unit]:
    """Departments that take cases, by name."""
    return list(Unit.objects.filter(centre=centre, kind=UnitKind.DEPARTMENT, is_active=True))


def proposals(cases: Iterable[Case], known: Sequence[Unit]) -> dict[int, Proposal | None]:
    """Who shall handle each case: the standard's department and the district's, in the order of its kind."""
    active = {unit.pk for unit in known}
    by_code = {unit.code: unit.pk for unit in known}
    return {case.pk: _proposal(case, active, by_code) for case in cases}


def _proposal(case: Case, active: set[int], by_code: dict[str, int]) -> Proposal | None:
    condition = case.condition
    if condition is None:
        return None
    owner = condition.department_id if condition.department_id in active else None
    place = by_code.get(case.district.code) if case.district else None
    return propose(condition.category.kind, {Answer.OWNER: owner, Answer.PLACE: place})


def _waiting(centre: Centre | int, queue: Queue) -> list[Holding]:
    names = ("case__category", "case__condition__category", "case__district", "case__operator")
    rows = open_of(centre).filter(queue=queue.value).select_related(*names)
    return list(rows.order_by("-case__is_urgent", "pk")[:DRAWN])


def waiting_counts(centre: Centre | int) -> dict[str, int]:
    """How many wait to be dispatched, and how many are parked: one query."""
    rows = open_of(centre).filter(queue__in=(Queue.DISPATCH, Queue.PARKED)).order_by().values("queue")
    found = {row["queue"]: row["rows"] for row in rows.annotate(rows=Count("pk"))}
    return {queue.value: found.get(queue.value, 0) for queue in (Queue.DISPATCH, Queue.PARKED)}


def to_dispatch(centre: Centre | int) -> list[Holding]:
    """Filed, sent-back and reopened cases that wait for a dispatcher: urgent first, then the oldest, so many."""
    return _waiting(centre, Queue.DISPATCH)


def parked(centre: Centre | int) -> list[Holding]:
    """Parked cases, the oldest first, so many."""
    return _waiting(centre, Queue.PARKED)


@dataclass(frozen=True, slots=True)
class MoreTime:
    """A department's request for more time that nobody has answered yet."""

    event: CaseEvent
    case: Case
    amount: int
    reason: str


def more_time(cases: QuerySet[Case]) -> list[MoreTime]:
    """The open requests for more time among cases at departments, the oldest first."""
    later = CaseEvent.objects.filter(case=OuterRef("case"), seq__gt=OuterRef("seq"))
    settled = later.filter(
        Q(action__in=(Action.POSTPONE, Action.SEND_BACK, Action.FEEDBACK, Action.PARK))
        | Q(action=Action.NOTE, data__has_any_keys=[ASKS, ANSWERS])
    )
    rows = (
        CaseEvent.objects.filter(action=Action.NOTE, data__has_key=ASKS)
        .filter(case__in=cases.filter(status__in=AT_DEPARTMENT).values("pk"))
        .filter(~Exists(settled))
        .select_related("case__category", "case__condition", "case__department", "actor")
        .order_by("at", "pk")
    )
    return [MoreTime(row, row.case, int(row.data[ASKS]), row.note) for row in rows[:MOST]]


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A case at the department, with its request for more time if one is open."""

    case: Case
    since: datetime
    asked: MoreTime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """A department's cases by what they need; each stands in one place only."""

    overdue: list[InboxRow]
    today: list[InboxRow]
    new: list[InboxRow]
    running: list[InboxRow]

    @property
    def count(self) -> int:
        """How many cases the department has."""
        return sum(len(rows) for rows in (self.overdue, self.today, self.new, self.running))


def units_of(person: Person) -> list[int]:
    """The departments for which a person answers."""
    return [unit for position, unit in person.standing.held if position == Position.DEPARTMENT_CLERK]


def cases_at(person: Person) -> QuerySet[Case]:
    """Cases that lie with the person's departments now."""
    held = Holding.objects.open().filter(unit__in=units_of(person))
    return Case.objects.filter(centre=person.centre_id, pk__in=held.values("case"))


def inbox(person: Person, at: datetime) -> Inbox:
    """What lies with the person's departments: overdue, due today, new, and what is being handled."""
    rows = open_of(person.centre_id).filter(unit__in=units_of(person))
    rows = rows.select_related("case__category", "case__condition", "case__department")
    asked = {one.case.pk: one for one in more_time(cases_at(person))}
    found = Inbox([], [], [], [])
    for held in rows.order_by(F("case__due_at").asc(nulls_last=True), "pk")[:MOST]:
        row = InboxRow(held.case, held.span.lower, asked.get(held.case_id))
        _place_of(found, held.case, at).append(row)
    return found


def _place_of(found: Inbox, case: Case, at: datetime) -> list[InboxRow]:
    if case.due_at is not None and case.due_at < at:
        return found.overdue
    if case.due_at is not None and local_day(case.due_at) == local_day(at):
        return found.today
    return found.new if case.status in NEW else found.running


def reported_lately(person: Person) -> list[Case]:
    """The last cases whose result the person's departments have reported."""
    units = units_of(person)
    rows = Case.objects.filter(centre=person.centre_id, department__in=units, feedback_at__isnull=False)
    return list(rows.exclude(status__in=AT_DEPARTMENT).select_related("category").order_by("-feedback_at")[:20])
