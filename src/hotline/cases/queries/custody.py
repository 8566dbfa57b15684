"""Who has what in hand, since when, and how much of it is charged (D3.7)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import F, Func, OuterRef, QuerySet, Subquery
from django.db.models.fields import DateTimeField

from hotline.cases.logic.flow import Queue, Status
from hotline.cases.models import Case, Condition, Holding, StageRun, Waiver, WaiverStatus
from hotline.core import rows
from hotline.core.clock import local_day
from hotline.handbook import queries as handbook
from hotline.handbook.queries import InForce
from hotline.kernel.spans import Span
from hotline.people.models import Centre, Person, Position, Presence, PresenceState
from hotline.rosters.queries import duty as rosters
from hotline.rulebook.case_custody import CustodyTerms, charged, custody_terms, over_limit, stage_is_charged
from hotline.rulebook.parameters.terms import stage_limit
from hotline.rulebook.parameters.values import Reading

DESK = (Position.OPERATOR, Position.AGENT, Position.SHIFT_LEADER, Position.TEAM_LEADER, Position.DISPATCHER)
GIVEN_TO = (Position.OPERATOR, Position.AGENT)

# Where a case waits when whoever has it puts it back.
QUEUE_OF: dict[Status, Queue] = {
    Status.REGISTERED: Queue.INTAKE,
    Status.PRE_FILED: Queue.INTAKE,
    Status.VERIFYING: Queue.FIELD,
    Status.FILED: Queue.DISPATCH,
    Status.RETURNED: Queue.DISPATCH,
    Status.REOPENED: Queue.DISPATCH,
    Status.FEEDBACK: Queue.FEEDBACK,
    Status.CHECKING: Queue.FIELD,
    Status.CLOSE_REVIEW: Queue.FEEDBACK,
    Status.PARKED: Queue.PARKED,
}


# The values of a locked case's centre, by the case's key.
DECIDED = handbook.DECIDED.replace("= %s", "= (SELECT centre_id FROM cases_case WHERE id = %s)", 1)


def locked(case_id: int) -> Case:
    """Lock a case and read it with condition, open holding and stage and its centre's values, in one round trip.

    Each statement sees what others committed while the first one waited for the lock.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {rows.columns(Case)} FROM cases_case WHERE id = %s FOR NO KEY UPDATE;
            SELECT {rows.columns(Condition)} FROM cases_condition
            WHERE id = (SELECT condition_id FROM cases_case WHERE id = %s);
            SELECT {rows.columns(Holding)} FROM cases_holding WHERE case_id = %s AND upper_inf(span);
            SELECT {rows.columns(StageRun)} FROM cases_stagerun WHERE case_id = %s AND ended_at IS NULL;
            {DECIDED}
            """,  # noqa: S608 names of columns
            [*[case_id] * 5, handbook.FOR_ITS_DATES],
        )
        case = rows.take(cursor, Case)
        if case is None:
            raise Case.DoesNotExist(f"there is no case {case_id}")
        case.condition = rows.take(cursor, Condition)
        case.__dict__["holding"] = rows.take(cursor, Holding)
        case.__dict__["open_stage"] = rows.take(cursor, StageRun)
        case.__dict__["decided"] = handbook.decisions(cursor.fetchall())
    return case


def queue_for(case: Case) -> Queue:
    """The queue a case belongs to in its status."""
    return QUEUE_OF.get(case.code, Queue.INTAKE)


def may_hold(person: Person) -> bool:
    """Whether the person works cases at the desk."""
    return person.standing.is_any(*DESK)


def in_hand(person: Person) -> QuerySet[Holding]:
    """Open holdings of a person, the most urgent countdown first."""
    return (
        Holding.objects.open()
        .filter(person=person.pk)
        .select_related("case__category", "case__condition", "case__district", "case__customer")
        .order_by(F("due_at").asc(nulls_last=True), "id")
    )


def open_holdings(centre: Centre) -> QuerySet[Holding]:
    """Every open holding of a centre, with case and holder."""
    return (
        Holding.objects.open()
        .filter(case__centre=centre)
        .select_related("case__category", "case__condition", "case__district", "person", "unit")
        .order_by(F("due_at").asc(nulls_last=True), "id")
    )


def free_at_desk(centre: Centre, at: datetime) -> list[Person]:
    """Operators on duty, not in a break, ready, with nothing in hand; the longest idle first."""
    on_duty = [entry.person_id for entry in rosters.on_duty(centre, at, positions=GIVEN_TO) if not entry.in_break]
    if not on_duty:
        return []
    busy = set(Holding.objects.open().filter(person__in=on_duty).values_list("person_id", flat=True))
    last_held = Holding.objects.filter(person=OuterRef("person_id")).order_by("-id")
    ready = (
        Presence.objects.filter(person__in=set(on_duty) - busy, state=PresenceState.READY, span__upper_inf=True)
        .select_related("person")
        .annotate(
            since=Func(F("span"), function="lower", output_field=DateTimeField()),
            freed=Subquery(
                last_held.annotate(ended=Func(F("span"), function="upper", output_field=DateTimeField())).values(
                    "ended"
                )[:1]
            ),
        )
    )
    return [row.person for row in sorted(ready, key=lambda row: (max(row.since, row.freed or row.since), row.pk))]


@dataclass(frozen=True, slots=True)
class Charged:
    """A holding with what of it is charged, and whether that is over the limit."""

    holding: Holding
    length: timedelta
    charged: timedelta
    is_over: bool
    is_waived: bool


def charge(holdings: Sequence[Holding], until: datetime) -> list[Charged]:
    """Charge holdings (open ones up to `until`) against the shifts, breaks and approved waivers of their persons.

    By the values of the centre whose cases they are, on the day on which each began. Four queries for the holdings of
    one centre, however many; a queue's and a department's time is charged to nobody (readings 97, 98). The holdings
    come with their cases.
    """
    mine = [row for row in holdings if row.person_id]
    duty = _duty(mine, until)
    waivers = _waivers(mine)
    terms = Terms()
    return [_charged(row, until, duty, waivers, terms) for row in holdings]


class Terms:
    """The numbers of the five-minute rule and the limits of the stages by centre and day, each read once."""

    def __init__(self, case: Case | None = None) -> None:
        """A locked case knows the values of its centre already."""
        self._centres: dict[int, InForce] = {}
        if case is not None:
            self._centres[case.centre_id] = InForce(case.centre_id, own=case.__dict__.get("decided"))
        self._on: dict[tuple[int, date], CustodyTerms] = {}

    def on(self, centre_id: int, day: date) -> CustodyTerms:
        """The terms of a centre on a day."""
        if (centre_id, day) not in self._on:
            self._on[centre_id, day] = custody_terms(self._read(centre_id, day))
        return self._on[centre_id, day]

    def stage_limit(self, centre_id: int, stage: str, day: date) -> timedelta | None:
        """How long a stage that begins on that day may take; None for one whose limit does not stand in the table."""
        return stage_limit(stage, self._read(centre_id, day))

    def _read(self, centre_id: int, day: date) -> Reading:
        if centre_id not in self._centres:
            self._centres[centre_id] = InForce(centre_id)
        return self._centres[centre_id].on(day).reading()


Duty = dict[int, tuple[list[Span], list[Span]]]


def _duty(holdings: Iterable[Holding], until: datetime) -> Duty:
    rows = list(holdings)
    if not rows:
        return {}
    first = min(row.span.lower for row in rows)
    last = max(row.span.upper or until for row in rows)
    return rosters.duty_spans_of({row.person_id for row in rows if row.person_id}, first, max(first, last))


def _waivers(holdings: Iterable[Holding]) -> dict[tuple[int, int], list[Span]]:
    found: dict[tuple[int, int], list[Span]] = defaultdict(list)
    cases = {row.case_id for row in holdings}
    for waiver in Waiver.objects.filter(case__in=cases, status=WaiverStatus.APPROVED):
        found[waiver.case_id, waiver.person_id].append(Span(waiver.span.lower, waiver.span.upper))
    return found


def _charged(
    row: Holding, until: datetime, duty: Duty, waivers: dict[tuple[int, int], list[Span]], known: Terms
) -> Charged:
    end = max(row.span.upper or until, row.span.lower)
    held = Span(row.span.lower, end)
    day = local_day(row.span.lower)
    time = timedelta()
    excused: list[Span] = []
    if not row.person_id:
        return Charged(row, held.length, time, is_over=False, is_waived=False)
    terms = known.on(row.case.centre_id, day)
    if stage_is_charged.on(day)(row.stage, True, terms):
        shifts, breaks = duty.get(row.person_id, ([], []))
        excused = waivers.get((row.case_id, row.person_id), [])
        time = charged.on(day)(held, shifts, breaks, excused)
    return Charged(row, held.length, time, over_limit.on(day)(time, terms), bool(excused))


def timeline(case: Case) -> list[Holding]:
    """All holdings of a case in order."""
    return list(case.holdings.select_related("person", "unit").order_by("span"))


def month_of(person: Person, start: datetime, end: datetime) -> QuerySet[Holding]:
    """A person's ended holdings that began within a period."""
    return (
        Holding.objects.filter(person=person.pk, span__upper_inf=False, span__startswith__gte=start)
        .filter(span__startswith__lt=end)
        .select_related("case")
        .order_by("span")
    )
