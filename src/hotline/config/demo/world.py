"""Who and what the simulated staff move among: people with their shifts, the standard, the places, the chance."""

import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.cases.models import Condition, GridDuty
from hotline.core import clock
from hotline.kernel.spans import Span
from hotline.people import queries as people
from hotline.people.models import Centre, Person, Position, Post, SeatSession, Unit, UnitKind
from hotline.rosters.queries import duty as rosters

DEVICE = "simulated seat"  # how a session of simulated staff is known from that of a browser
SEED = "yunlan"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AT_SEAT = (Position.OPERATOR, Position.SHIFT_LEADER, Position.TEAM_LEADER, Position.DISPATCHER)
OVERRUN = 25 * MINUTE  # so long somebody stays after the shift to finish what is in hand


@dataclass(slots=True)
class World:
    """A centre as the simulation knows it."""

    centre: Centre
    seed: str = SEED
    kept: frozenset[int] = frozenset()  # seats that are left to whoever looks at the demonstration
    system: Person = field(init=False)
    staff: dict[int, Person] = field(init=False, default_factory=dict)
    post: dict[int, Post] = field(init=False, default_factory=dict)
    departments: dict[int, Unit] = field(init=False, default_factory=dict)
    clerks: dict[int, list[Person]] = field(init=False, default_factory=dict)
    conditions: dict[tuple[str, int], Condition] = field(init=False, default_factory=dict)
    duty: dict[int, tuple[list[Span], list[Span]]] = field(init=False, default_factory=dict)
    humans: set[int] = field(init=False, default_factory=set)
    grid_of: dict[str, str] = field(init=False, default_factory=dict)  # user name -> grid of a field supervisor

    def learn(self, at: datetime) -> None:
        """Read everybody and everything that does not change from minute to minute."""
        self.system = people.system_person(self.centre)
        posts = Post.objects.on(clock.local_day(at)).filter(
            person__centre=self.centre, person__is_active=True, person__is_system=False, is_primary=True
        )
        self.post = {post.person_id: post for post in posts.select_related("person__centre", "unit").order_by("pk")}
        self.staff = {key: post.person for key, post in self.post.items()}
        units = Unit.objects.filter(centre=self.centre, kind=UnitKind.DEPARTMENT, is_active=True)
        self.departments = {unit.pk: unit for unit in units}
        self.clerks = {}
        for post in self.post.values():
            if post.position == Position.DEPARTMENT_CLERK:
                self.clerks.setdefault(post.unit_id, []).append(post.person)
        duties = GridDuty.objects.filter(grid__district__centre=self.centre, days__contains=clock.local_day(at))
        self.grid_of = dict(duties.values_list("person__username", "grid__code"))
        rows = Condition.objects.on(clock.local_day(at)).filter(category__centre=self.centre)
        self.conditions = {
            (row.category.code, row.seq): row for row in rows.select_related("category", "department").order_by("pk")
        }

    def read_duty(self, start: datetime, end: datetime) -> None:
        """Read the shifts and breaks of a stretch."""
        self.duty = rosters.duty_spans_of(self.staff, start, end)

    def see_humans(self) -> None:
        """Who sits there with a real browser: they are never moved."""
        live = SeatSession.objects.filter(person__in=self.staff, ended_at__isnull=True).exclude(device=DEVICE)
        self.humans = set(live.values_list("person_id", flat=True))

    def simulated(self, person_id: int) -> bool:
        """Whether the simulation may act as this person."""
        return person_id in self.staff and person_id not in self.humans and person_id not in self.kept

    def holding(self, *positions: str) -> list[Person]:
        """Everybody whose main position is one of these."""
        return [self.staff[key] for key, post in self.post.items() if post.position in positions]

    def is_any(self, person_id: int, *positions: str) -> bool:
        """Whether the main position of a person is one of these."""
        post = self.post.get(person_id)
        return post is not None and post.position in positions

    # ---------------------------------------------------------------- chance

    def dice(self, *parts: object) -> random.Random:
        """The chance of one decision: the same for the same seed and the same decision."""
        return random.Random(":".join([self.seed, *(str(part) for part in parts)]))

    # ---------------------------------------------------------------- time at work

    def on_duty(self, person_id: int, at: datetime) -> bool:
        """Inside a shift and not in a break."""
        spans, breaks = self.duty.get(person_id, ([], []))
        return _within(spans, at) is not None and _within(breaks, at) is None

    def works_at(self, person_id: int, at: datetime) -> datetime | None:
        """The first moment from `at` on at which somebody at a seat can act; None when no shift is known."""
        spans, breaks = self.duty.get(person_id, ([], []))
        rest = _within(breaks, at)
        if rest is not None:
            return rest.end + MINUTE
        place = bisect_right(spans, at, key=_start)
        if place and at < spans[place - 1].end + OVERRUN:
            return at
        return spans[place].start + 2 * MINUTE if place < len(spans) else None


def _start(span: Span) -> datetime:
    return span.start


def _within(spans: Sequence[Span], at: datetime) -> Span | None:
    """The one of these spans, which come in order, that holds a moment."""
    place = bisect_right(spans, at, key=_start)
    return spans[place - 1] if place and at < spans[place - 1].end else None


def around(pick: random.Random, median: timedelta, spread: float = 0.5) -> timedelta:
    """A length of time as people need it: mostly near the median, now and then much longer."""
    factor = math.exp(pick.gauss(0, spread))
    return timedelta(microseconds=int(median / timedelta(microseconds=1) * factor))


def in_hours(at: datetime, opens: int, closes: int, *, weekends: bool = True) -> datetime:
    """The moment itself, or the next opening when it lies outside the hours of work."""
    local = clock.local(at)
    day = local.date()
    if local.hour >= closes:
        day += DAY
    elif local.hour >= opens and (weekends or local.weekday() < 5):
        return at
    while not weekends and day.weekday() >= 5:
        day += DAY
    # not everybody at the very minute: the seconds of the hour stay
    return clock.wall(day, opens) + timedelta(minutes=local.minute % 40, seconds=local.second)
