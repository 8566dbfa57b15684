"""What the shift leader's board and the gate show: everything in hand, every queue, who is on duty and how."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Count, F, Func, Min, Prefetch, Q, QuerySet, Window
from django.db.models.fields import DateTimeField
from django.db.models.functions import RowNumber

from hotline.cases.logic.flow import QUEUE_LABELS, STAGE_LABELS, STAGE_OF, Queue, Stage, Status
from hotline.cases.models import Attachment, Case, Holding, StageRun, Task
from hotline.people.models import Centre, Person, Presence, PresenceState
from hotline.rosters.queries import duty as rosters

SHOWN_OF_A_QUEUE = 6
MOST_IN_HAND = 1_000
MOST_DRAWN = 120  # a board redraws itself at every change: what is least urgent is counted, and drawn when asked for
QUEUES = (Queue.INTAKE, Queue.FILING_GATE, Queue.DISPATCH, Queue.FIELD, Queue.FEEDBACK, Queue.CLOSING_GATE)
GATES = (Queue.FILING_GATE, Queue.CLOSING_GATE)
STATES = (PresenceState.READY, PresenceState.BUSY, PresenceState.AWAY)


def _since() -> Func:
    return Func(F("span"), function="lower", output_field=DateTimeField())


def open_of(centre: Centre | int) -> QuerySet[Holding]:
    """Open holdings of a centre, each with the moment since which it lasts."""
    return Holding.objects.open().filter(case__centre=centre).annotate(since=_since())


class InHand(NamedTuple):
    """A case in a person's hands, as far as it is counted: of a thousand of them a hundred are drawn."""

    holding: int
    case: int
    status: str
    due_at: datetime | None
    person: int
    name: str
    number: str


def is_late(holding: Holding | InHand, at: datetime) -> bool:
    """Whether the countdown has run out; exactly at its end it has not (reading 100)."""
    return holding.due_at is not None and holding.due_at < at


@dataclass(slots=True)
class Hands:
    """Cases that belong together on the board: those of a person, or those of a stage."""

    key: str
    name: str
    rows: list[InHand] = field(default_factory=list)
    shown: list[Holding] = field(default_factory=list)
    late: int = 0
    state: str = ""
    number: str = ""

    @property
    def hidden(self) -> int:
        """How many of its cases are counted and not drawn."""
        return len(self.rows) - len(self.shown)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue: how many, since when, the oldest of them."""

    queue: Queue
    label: str
    count: int
    oldest: datetime | None
    rows: Sequence[Holding]


@dataclass(frozen=True, slots=True)
class AtUnit:
    """What a department has."""

    unit_id: int
    name: str
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A person on duty: what he does since when, and how much he has in hand."""

    person: Person
    state: str  # a presence state, "break" or "absent"
    since: datetime | None
    reason: str
    in_hand: int


# What a row of the board shows, and no more.
OF_A_HOLDING = ("case", "person", "due_at", "span", "stage")
OF_A_CASE = ("number", "version", "status", "is_urgent", "place", "description", "arrived_at", "category")
OF_A_PERSON = ("name", "number", "name_key")


def held_by_people(centre: Centre | int) -> list[InHand]:
    """Cases in persons' hands, the most overdue first."""
    rows = open_of(centre).filter(person__isnull=False).order_by(F("due_at").asc(nulls_last=True), "pk")
    names = ("pk", "case", "case__status", "due_at", "person", "person__name", "person__number")
    return [InHand(*row) for row in rows.values_list(*names)[:MOST_IN_HAND]]


def by_person(rows: Sequence[InHand], states: dict[int, str], at: datetime, whole: str = "") -> list[Hands]:
    """Grouped by who has them; whoever is most overdue stands first. The group named `whole` is drawn whole."""
    found: dict[int, Hands] = {}
    for row in rows:
        if row.person not in found:
            state = states.get(row.person, "")
            found[row.person] = Hands(f"person-{row.person}", row.name, state=state, number=row.number)
        found[row.person].rows.append(row)
    return _drawn(list(found.values()), rows, at, whole)


def by_stage(rows: Sequence[InHand], at: datetime, whole: str = "") -> list[Hands]:
    """Grouped by stage, in the order of the flow. The group named `whole` is drawn whole."""
    found = {stage.value: Hands(f"stage-{stage}", STAGE_LABELS[stage]) for stage in Stage}
    for row in rows:
        stage = STAGE_OF[Status(row.status)]  # a holding that runs on over several stages keeps the one it began in
        if stage is not None:
            found[stage].rows.append(row)
    return _drawn([hands for hands in found.values() if hands.rows], rows, at, whole)


def _drawn(groups: list[Hands], rows: Sequence[InHand], at: datetime, whole: str) -> list[Hands]:
    """Count what is late, and read what a row shows of those that are drawn: one query."""
    draw = {row.holding for row in rows[:MOST_DRAWN]}
    draw |= {row.holding for hands in groups if hands.key == whole for row in hands.rows}
    found = _rows_of(draw)
    for hands in groups:
        hands.late = sum(is_late(row, at) for row in hands.rows)
        hands.shown = [found[row.holding] for row in hands.rows if row.holding in found]
    return groups


def _rows_of(keys: Collection[int]) -> dict[int, Holding]:
    """Holdings with what a row of the board shows, by key."""
    rows = Holding.objects.filter(pk__in=keys).select_related("case__category", "person")
    rows = rows.only(
        *OF_A_HOLDING, *(f"case__{name}" for name in OF_A_CASE), "case__category__big_name",
        "case__category__small_name", *(f"person__{name}" for name in OF_A_PERSON),
    )  # fmt: skip
    return {row.pk: row for row in rows}


def queues(centre: Centre | int) -> list[Waiting]:
    """Every queue with its length and its oldest cases: two queries."""
    waiting = open_of(centre).filter(queue__in=QUEUES)
    totals = {
        row["queue"]: row for row in waiting.order_by().values("queue").annotate(rows=Count("pk"), oldest=Min("since"))
    }
    place = Window(RowNumber(), partition_by=F("queue"), order_by=F("pk").asc())
    oldest: dict[str, list[Holding]] = defaultdict(list)
    for row in waiting.annotate(place=place).filter(place__lte=SHOWN_OF_A_QUEUE).select_related("case__category"):
        oldest[row.queue].append(row)
    return [_waiting(queue, totals.get(queue.value), oldest[queue.value]) for queue in QUEUES]


def _waiting(queue: Queue, total: Mapping[str, Any] | None, rows: list[Holding]) -> Waiting:
    ordered = sorted(rows, key=lambda row: row.pk)
    if total is None:
        return Waiting(queue, QUEUE_LABELS[queue], 0, None, ordered)
    return Waiting(queue, QUEUE_LABELS[queue], total["rows"], total["oldest"], ordered)


def at_units(centre: Centre | int, at: datetime) -> list[AtUnit]:
    """What the departments have, the most overdue first."""
    rows = (
        open_of(centre)
        .filter(unit__isnull=False)
        .order_by()
        .values("unit", "unit__name")
        .annotate(rows=Count("pk"), late=Count("pk", filter=Q(case__due_at__lt=at)))
        .order_by("-late", "-rows", "unit")
    )
    return [AtUnit(row["unit"], row["unit__name"], row["rows"], row["late"]) for row in rows]


def on_duty(centre: Centre | int, at: datetime, rows: Iterable[InHand]) -> list[OnDuty]:
    """Who is on duty now, by what he does; `rows` are the cases in hand: two queries."""
    carried: dict[int, int] = defaultdict(int)
    for row in rows:
        carried[row.person] += 1
    entries: list[Any] = list(rosters.on_duty(centre, at))
    people = [entry.person_id for entry in entries]
    seats = {row.person_id: row for row in Presence.objects.filter(person__in=people, span__upper_inf=True)}
    found = []
    for entry in entries:
        seat = seats.get(entry.person_id)
        state = "break" if entry.in_break else seat.state if seat else "absent"
        since = seat.span.lower if seat and not entry.in_break else None
        reason = seat.reason if seat else ""
        found.append(OnDuty(entry.person, state, since, reason, carried[entry.person_id]))
    order = (*STATES, "break", "absent")
    return sorted(found, key=lambda one: (order.index(one.state), one.person.name_key, one.person.pk))


def gate(centre: Centre | int, queue: Queue) -> list[Holding]:
    """What waits at a gate, the oldest first, each with the deadline of its stage."""
    rows = open_of(centre).filter(queue=queue.value).select_related("case__category", "case__operator")
    return list(rows.prefetch_related(_open_stage()).order_by("pk")[:MOST_IN_HAND])


def gate_counts(centre: Centre | int) -> dict[str, int]:
    """How many wait at each gate."""
    rows = open_of(centre).filter(queue__in=GATES).order_by().values("queue").annotate(rows=Count("pk"))
    found = {row["queue"]: row["rows"] for row in rows}
    return {queue.value: found.get(queue.value, 0) for queue in GATES}


def _open_stage() -> "Prefetch[str]":
    return Prefetch("case__stages", StageRun.objects.filter(ended_at__isnull=True), to_attr="open_stages")


@dataclass(frozen=True, slots=True)
class AtGate:
    """A case before the gate with all that the decision rests on."""

    case: Case
    holding: Holding
    task: Task | None  # the last reply from the spot: the verification before filing, the check before closing
    files: Sequence[Attachment]


def at_gate(person: Person, queue: Queue, number: str) -> AtGate | None:
    """The case of that number at the gate, or the oldest one; None when nothing waits."""
    waiting = open_of(person.centre_id).filter(queue=queue.value, case__in=Case.objects.visible_to(person).values("pk"))
    if number:
        waiting = waiting.filter(case__number=number)
    names = ("case__category", "case__condition", "case__district", "case__department", "case__operator")
    held = waiting.select_related(*names).prefetch_related(_open_stage()).order_by("pk").first()
    if held is None:
        return None
    kind = "verify" if queue == Queue.FILING_GATE else "check"
    task = held.case.tasks.filter(kind=kind, status="done").select_related("person").order_by("-status_at").first()
    files = list(held.case.files.order_by("at", "pk"))
    return AtGate(held.case, held, task, files)
