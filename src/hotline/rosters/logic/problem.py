"""What a roster is planned from, and the finished roster: plain frozen facts for the solver, the checker and the pages.

Days are counted from 0, the first day of the plan; minutes of a day from midnight, and past 1440 on the next day.
Weights and costs are whole points: a solver minimises their sum.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TypeAlias

from hotline.rulebook.staffing import OVERTIME, OvertimeTerms

PersonKey: TypeAlias = int | str
Place: TypeAlias = tuple[PersonKey, int]
# (person, day) -> the key of a shift kind; whoever is not named on a day is off.
Roster: TypeAlias = Mapping[Place, str]
Row: TypeAlias = tuple[str | None, ...]

SLOT = 30
DAY_MINUTES = 24 * 60
EVERY_DAY = frozenset(range(7))
SATURDAY, SUNDAY = 5, 6
MINUTE = timedelta(minutes=1)
LAW = OVERTIME.on(OVERTIME.first_day)


@dataclass(frozen=True, slots=True)
class ShiftKind:
    """A shift that can be given to somebody on a day.

    `worked` are the minutes that count as work, `length` those from the start to the end with the breaks. Empty
    `positions` admit everybody; all of `skills` are needed. `bars` are kinds that may not be worked on the next day,
    beside those that the minimum rest forbids.
    """

    key: str
    start: int
    length: int
    worked: int
    name: str = ""
    weekdays: frozenset[int] = EVERY_DAY
    positions: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    breaks: tuple[tuple[int, int], ...] = ()  # minutes after the start: from, to
    is_late: bool = False  # counts for the fairness of late shifts
    bars: frozenset[str] = frozenset()

    @property
    def end(self) -> int:
        """Minutes after midnight of its day at which it ends."""
        return self.start + self.length

    @property
    def label(self) -> str:
        """What it is called on a page."""
        return self.name or self.key

    def spans(self, since: int, until: int) -> bool:
        """Whether somebody on this shift is there, at work or at rest, all the time between two minutes of the day."""
        return self.start <= since and until <= self.end

    def works(self, since: int, until: int) -> bool:
        """Whether somebody on this shift is at work, and in no break, all the time between two minutes of the day."""
        return self.spans(since, until) and not any(
            since < self.start + to and self.start + from_ < until for from_, to in self.breaks
        )


@dataclass(frozen=True, slots=True)
class Pattern:
    """So many days on, so many off, over and over; day `phase` is the first of the days on.

    Without a weight it is fixed: nobody may be planned otherwise. With one, each day otherwise costs it.
    """

    on: int
    off: int
    phase: int = 0
    weight: int | None = None

    def is_on(self, day: int) -> bool:
        """Whether the pattern has a shift on this day."""
        return (day - self.phase) % (self.on + self.off) < self.on


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be planned, with his limits. None is no limit.

    `before` are the shifts of the days just before the plan, oldest first, as far as they are known; the other counts
    are carried in from what lies before the plan.
    """

    key: PersonKey
    name: str = ""
    positions: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    most_of_kind: Mapping[str, int] = field(default_factory=dict)
    least_minutes: int | None = None
    most_minutes: int | None = None
    longest_run: int | None = None  # consecutive days with a shift
    shortest_run: int = 1
    shortest_rest: int = 1  # consecutive days off
    most_weekends: int | None = None
    pattern: Pattern | None = None
    before: Row = ()
    fair_lates: int | None = None  # his share of late shifts: rules.fairness.shares
    fair_weekends: int | None = None
    overtime_before: int = 0  # minutes of the first month, before the plan


class Scheme(StrEnum):
    """How working time is limited (parameter `hours.scheme`)."""

    STANDARD = "standard"  # by day and week; what is above is overtime
    AVERAGED = "averaged"  # 综合计算工时: over the month, by an approval that the centre must hold


@dataclass(frozen=True, slots=True)
class Hours:
    """The limits of working time by law, in minutes (Labour Law 36, 41); those of the rulebook where none are given."""

    scheme: Scheme = Scheme.STANDARD
    day: int = LAW.ordinary_day // MINUTE
    week: int = LAW.ordinary_week // MINUTE
    overtime_day: int = LAW.most_a_day // MINUTE
    overtime_month: int = LAW.most_a_month // MINUTE

    @classmethod
    def of(cls, terms: OvertimeTerms) -> "Hours":
        """As the rulebook has them."""
        return cls(
            Scheme.AVERAGED if terms.is_averaged else Scheme.STANDARD,
            terms.ordinary_day // MINUTE,
            terms.ordinary_week // MINUTE,
            terms.most_a_day // MINUTE,
            terms.most_a_month // MINUTE,
        )


@dataclass(frozen=True, slots=True)
class Cover:
    """Heads needed on a day: on a shift kind, or at work in a half hour counted from midnight; of a skill, or of all.

    Each head below `need` costs `under`, each above costs `over`. Fewer than `least` on shift is never allowed: there
    the break counts as being there, as with the service window (A2.1).
    """

    day: int
    need: int
    under: int
    over: int = 0
    kind: str | None = None
    slot: int | None = None
    skill: str = ""
    least: int = 0

    def is_met_by(self, kind: ShiftKind) -> bool:
        """Whether somebody on this shift counts for the need."""
        if self.slot is None:
            return kind.key == self.kind
        return kind.works(self.slot * SLOT, (self.slot + 1) * SLOT)

    def is_kept_by(self, kind: ShiftKind) -> bool:
        """Whether somebody on this shift counts for the least."""
        if self.slot is None:
            return kind.key == self.kind
        return kind.spans(self.slot * SLOT, (self.slot + 1) * SLOT)


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody wants, or does not want, a shift on a day; without a kind, any shift. Unmet it costs its weight."""

    person: PersonKey
    day: int
    kind: str | None
    wants: bool
    weight: int

    def is_met(self, given: str | None) -> bool:
        """Whether what he was given is what he wished."""
        has = given is not None if self.kind is None else given == self.kind
        return has == self.wants


@dataclass(frozen=True, slots=True)
class Booking:
    """A meeting, training or coaching of some people (A2.18): they are to be on shift then, and count for no cover.

    Without a weight whoever is booked must be on shift; with one, each who is not costs it.
    """

    key: str
    day: int
    start: int
    end: int
    people: frozenset[PersonKey]
    weight: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Problem:
    """Everything that a roster is planned from.

    `fixed` holds what may not be changed, None a day off. Whoever is in `absences` gets no shift on that day; a shift
    fixed there nevertheless stays, counts as missed and for no cover. `blocked` are single shifts somebody cannot work.
    `partly` are the minutes of a day somebody is away though his shift stays: he counts for no cover in them.
    """

    first: date
    days: int
    kinds: tuple[ShiftKind, ...]
    people: tuple[Person, ...]
    covers: tuple[Cover, ...] = ()
    wishes: tuple[Wish, ...] = ()
    fixed: Mapping[Place, str | None] = field(default_factory=dict)
    absences: frozenset[Place] = frozenset()
    partly: Mapping[Place, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    blocked: frozenset[tuple[PersonKey, int, str]] = frozenset()
    bookings: tuple[Booking, ...] = ()
    rest_minimum: int | None = None  # minutes between two shifts (rest.minimum)
    hours: Hours | None = None
    workdays: frozenset[int] | None = None  # days that are working days by the calendar; None: Monday to Friday
    late_weight: int = 0  # each late shift above somebody's fair share
    weekend_weight: int = 0

    @cached_property
    def kind(self) -> dict[str, ShiftKind]:
        """Shift kinds by key."""
        return {kind.key: kind for kind in self.kinds}

    @cached_property
    def person(self) -> dict[PersonKey, Person]:
        """People by key."""
        return {person.key: person for person in self.people}

    @cached_property
    def weekends(self) -> tuple[tuple[int, ...], ...]:
        """The days of each weekend, as far as it lies in the plan."""
        found: dict[int, list[int]] = defaultdict(list)
        for day in range(self.days):
            if self.weekday(day) in {SATURDAY, SUNDAY}:
                found[(day + self.first.weekday()) // 7].append(day)
        return tuple(tuple(days) for days in found.values())

    @cached_property
    def weeks(self) -> tuple[tuple[int, ...], ...]:
        """The days of each week from Monday on, as far as it lies in the plan."""
        found: dict[int, list[int]] = defaultdict(list)
        for day in range(self.days):
            found[(day + self.first.weekday()) // 7].append(day)
        return tuple(tuple(days) for days in found.values())

    @cached_property
    def months(self) -> tuple[tuple[int, ...], ...]:
        """The days of each calendar month, as far as it lies in the plan."""
        found: dict[tuple[int, int], list[int]] = defaultdict(list)
        for day in range(self.days):
            on = self.date_of(day)
            found[on.year, on.month].append(day)
        return tuple(tuple(days) for days in found.values())

    @cached_property
    def covers_of(self) -> dict[int, tuple[Cover, ...]]:
        """The covers of each day."""
        found: dict[int, list[Cover]] = {day: [] for day in range(self.days)}
        for cover in self.covers:
            found[cover.day].append(cover)
        return {day: tuple(covers) for day, covers in found.items()}

    @cached_property
    def wishes_of(self) -> dict[PersonKey, tuple[Wish, ...]]:
        """The wishes of each person."""
        found: dict[PersonKey, list[Wish]] = {person.key: [] for person in self.people}
        for wish in self.wishes:
            found[wish.person].append(wish)
        return {person: tuple(wishes) for person, wishes in found.items()}

    @cached_property
    def bookings_of(self) -> dict[PersonKey, tuple[Booking, ...]]:
        """The bookings of each person."""
        found: dict[PersonKey, list[Booking]] = {person.key: [] for person in self.people}
        for booking in self.bookings:
            for person in booking.people & found.keys():
                found[person].append(booking)
        return {person: tuple(bookings) for person, bookings in found.items()}

    @cached_property
    def follows_not(self) -> dict[str, frozenset[str]]:
        """For each kind those that may not be worked on the next day: barred, or too soon after it."""
        return {one.key: one.bars | self._too_soon_after(one) for one in self.kinds}

    def _too_soon_after(self, one: ShiftKind) -> frozenset[str]:
        if self.rest_minimum is None:
            return frozenset()
        return frozenset(two.key for two in self.kinds if two.start + DAY_MINUTES - one.end < self.rest_minimum)

    def weekday(self, day: int) -> int:
        """The day of the week, Monday 0."""
        return (self.first.weekday() + day) % 7

    def date_of(self, day: int) -> date:
        """The date of a day."""
        return self.first + timedelta(days=day)

    def is_workday(self, day: int) -> bool:
        """Whether the calendar has a working day."""
        return self.weekday(day) < SATURDAY if self.workdays is None else day in self.workdays

    def is_offered(self, person: Person, kind: ShiftKind, day: int) -> bool:
        """Whether a kind of shift is for this person and this day of the week (D2.1)."""
        return (
            self.weekday(day) in kind.weekdays
            and (not kind.positions or bool(kind.positions & person.positions))
            and kind.skills <= person.skills
        )

    def counts(self, person: Person, cover: Cover, kind: str, *, for_least: bool = False) -> bool:
        """Whether a person on this shift counts for a cover: not when away, booked elsewhere or without the skill."""
        if self.is_away(person, cover) or (cover.skill and cover.skill not in person.skills):
            return False
        if for_least:
            return cover.is_kept_by(self.kind[kind])
        return cover.is_met_by(self.kind[kind]) and not self._is_booked(person, cover)

    def is_away(self, person: Person, cover: Cover) -> bool:
        """Whether somebody is away that day, or in part of this half hour."""
        place = (person.key, cover.day)
        if place in self.absences:
            return True
        if cover.slot is None or place not in self.partly:
            return False
        since, until = cover.slot * SLOT, (cover.slot + 1) * SLOT
        return any(start < until and since < end for start, end in self.partly[place])

    def _is_booked(self, person: Person, cover: Cover) -> bool:
        if cover.slot is None:
            return False
        since, until = cover.slot * SLOT, (cover.slot + 1) * SLOT
        return any(
            booking.day == cover.day and booking.start < until and since < booking.end
            for booking in self.bookings_of[person.key]
        )


def row_of(problem: Problem, roster: Roster, person: PersonKey) -> Row:
    """What somebody was given, day by day."""
    return tuple(roster.get((person, day)) for day in range(problem.days))


def roster_of(rows: Iterable[tuple[PersonKey, Row]]) -> dict[Place, str]:
    """The roster that these rows make."""
    return {(person, day): given for person, row in rows for day, given in enumerate(row) if given is not None}
