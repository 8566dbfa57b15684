"""A month as it is planned: everything the solver, the checker and the pages must know of it, in a few queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import Count, Q

from hotline.core import clock
from hotline.handbook.queries import values_on
from hotline.kernel.spans import Span
from hotline.people.models import Centre, Person, PersonSkill, Post, Unit
from hotline.rosters.logic import figures, hours, problem
from hotline.rosters.logic.check import changed, of_change, violations
from hotline.rosters.logic.rules.base import Violation
from hotline.rosters.models import (
    Absence,
    AskedAbsence,
    BookingSeat,
    CalendarDay,
    DayKind,
    Demand,
    DraftEntry,
    PatternKeeper,
    RosterEntry,
    RosterPlan,
    ShiftType,
    Wish,
)
from hotline.rosters.queries import away, duty
from hotline.rulebook.parameters.terms import overtime_terms
from hotline.rulebook.shifts import PLANNING, Kind, PlanTerms

WEEK = 7
EDITION = "@"
Key = tuple[int, date]
Entries = Mapping[Key, DraftEntry]
OFF = frozenset({DayKind.REST, DayKind.STATUTORY})


def kind_of(shift: ShiftType) -> str:
    """Early, mid or late, as the shift's code tells; nothing for a shift of another name."""
    return next((kind.value for kind in Kind if kind.value in shift.code), "")


class Kinds:
    """The shifts that a month may use, each under a key: its code, and the day for editions that begin within it."""

    def __init__(self, centre: Centre | int, first: date, last: date) -> None:
        self.types: dict[str, ShiftType] = {}
        self._until: dict[str, date] = {}
        rows = ShiftType.objects.filter(centre=centre, since__lte=last).order_by("code", "since")
        for row in rows:
            if row.since <= first:
                self.types[row.code] = row  # a later edition takes the earlier one's place
            else:
                self.types[f"{row.code}{EDITION}{row.since}"] = row
        self._keys = {row.pk: key for key, row in self.types.items()}
        for key, row in self.types.items():
            later = [other.since for other in self.types.values() if other.code == row.code and other.since > row.since]
            self._until[key] = min(later, default=date.max)

    def key(self, shift_type_id: int) -> str | None:
        """Under which key a shift stands; None for one that the month does not use any more."""
        return self._keys.get(shift_type_id)

    def of_code(self, code: str, day: date) -> str | None:
        """The shift of that code worked on a day, else its weekend form."""
        for name in (code, f"weekend_{code}"):
            for key, row in self.types.items():
                if row.code == name and self.is_on(key, day) and day.weekday() in row.weekdays:
                    return key
        return None

    def is_on(self, key: str, day: date) -> bool:
        """Whether this edition is in force on that day."""
        return self.types[key].since <= day < self._until[key]

    def kind_name(self, key: str) -> str:
        """Early, mid or late; the code itself for a shift of another name."""
        return kind_of(self.types[key]) or self.types[key].code

    def positions(self) -> set[str]:
        """Who keeps any of these hours."""
        return {position for row in self.types.values() for position in row.positions}

    @cached_property
    def as_facts(self) -> tuple[problem.ShiftKind, ...]:
        """The shifts as the checker and the solver know them."""
        return tuple(_kind(key, row) for key, row in self.types.items())


def _kind(key: str, row: ShiftType) -> problem.ShiftKind:
    whole = hours.shift_span(row.since, row.starts, row.ends)
    length = whole.length // hours.MINUTE
    pairs = tuple(zip(row.breaks[::2], row.breaks[1::2], strict=True))
    return problem.ShiftKind(
        key=key,
        start=row.starts.hour * 60 + row.starts.minute,
        length=length,
        worked=length - sum(until - since for since, until in pairs),
        name=row.name,
        weekdays=frozenset(row.weekdays),
        positions=frozenset(row.positions),
        breaks=pairs,
        is_late=kind_of(row) == Kind.LATE,
    )


@dataclass(frozen=True)
class Staff:
    """Whom a month plans: people, the positions they hold in it, the days on which they hold none."""

    people: Mapping[int, Person]
    positions: Mapping[int, frozenset[str]]
    teams: Mapping[int, frozenset[int]]
    gone: frozenset[Key]

    def is_desk(self, person_id: int) -> bool:
        """Whether he counts for the heads that are needed at the desk."""
        return not self.positions[person_id].isdisjoint(duty.SERVES)


def staff_of(centre: Centre | int, days: tuple[date, ...], positions: Collection[str]) -> Staff:
    """Everybody who holds one of these positions on a day of the month."""
    month = DateRange(days[0], days[-1], "[]")
    held: dict[int, list[Post]] = defaultdict(list)
    posts = Post.objects.filter(
        person__centre=centre, person__is_active=True, person__is_system=False, position__in=positions,
        days__overlap=month,
    )  # fmt: skip
    for post in posts.select_related("person"):
        held[post.person_id].append(post)
    people = sorted((posts[0].person for posts in held.values()), key=lambda one: (one.name_key, one.pk))
    gone = frozenset(
        (person_id, day)
        for person_id, posts in held.items()
        if not any(_whole(post, days) for post in posts)
        for day in days
        if not any(_holds(post, day) for post in posts)
    )
    return Staff(
        people={one.pk: one for one in people},
        positions={key: frozenset(post.position for post in posts) for key, posts in held.items()},
        teams={key: frozenset(post.unit_id for post in posts) for key, posts in held.items()},
        gone=gone,
    )


def _whole(post: Post, days: tuple[date, ...]) -> bool:
    return _holds(post, days[0]) and _holds(post, days[-1])


def _holds(post: Post, day: date) -> bool:
    lower, upper = post.days.lower, post.days.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


@dataclass(frozen=True)
class History:
    """Late shifts and weekends of the months before, for fairness."""

    lates: Mapping[problem.PersonKey, int]
    weekends: Mapping[problem.PersonKey, int]


def history_of(centre: Centre | int, first: date, months: int) -> History:
    """Counted from the roster of so many months before a day, in one query."""
    since = first
    for _ in range(months):
        since = (since - timedelta(days=1)).replace(day=1)
    rows = (
        RosterEntry.objects.filter(person__centre=centre, day__gte=since, day__lt=first)
        .values("person")
        .annotate(
            lates=Count("pk", filter=Q(shift_type__code__contains=Kind.LATE.value)),
            # A weekend is counted by its week: Saturday and Sunday lie in one.
            weekends=Count("day__week", filter=Q(day__iso_week_day__gte=6), distinct=True),
        )
        .order_by()
        .values_list("person", "lates", "weekends")
    )
    found = list(rows)
    return History({key: lates for key, lates, _ in found}, {key: weekends for key, _, weekends in found})


@dataclass(frozen=True)
class MonthFacts:
    """A month with everything around it. `desk` and `others` are two problems: only the desk has heads to reach."""

    plan: RosterPlan
    days: tuple[date, ...]
    special: Mapping[date, CalendarDay]
    kinds: Kinds
    staff: Staff
    entries: Mapping[Key, DraftEntry]
    wishes: Mapping[Key, Wish]
    absences: Mapping[Key, Absence]
    partly: Mapping[Key, Absence]  # away for a part of the day: a shift stays (reading 55)
    asked: Mapping[Key, AskedAbsence]  # shown to the planner; nothing is planned around it before it is granted
    history: History
    desk: problem.Problem
    others: problem.Problem

    @cached_property
    def roster(self) -> dict[problem.Place, str]:
        """What is planned, by person and number of the day."""
        found: dict[problem.Place, str] = {}
        for (person_id, day), entry in self.entries.items():
            key = self.kinds.key(entry.shift_type_id) if entry.shift_type_id else None
            if key is not None:
                found[person_id, (day - self.plan.first).days] = key
        return found

    def problem_of(self, person_id: int) -> problem.Problem:
        """In which of the two somebody stands."""
        return self.desk if person_id in self.desk.person else self.others

    @cached_property
    def violations(self) -> list[Violation]:
        """Everything that the month breaks or costs as it stands."""
        return [*violations(self.desk, self.roster), *violations(self.others, self.roster)]

    def of_change(self, changes: Mapping[problem.Place, str | None]) -> tuple[list[Violation], list[Violation]]:
        """What a change of some places newly breaks, and what it mends."""
        new: list[Violation] = []
        mended: list[Violation] = []
        for part in (self.desk, self.others):
            mine = {place: given for place, given in changes.items() if place[0] in part.person}
            if mine:
                one, two = of_change(part, self.roster, mine)
                new += one
                mended += two
        return new, mended

    def after(self, changes: Mapping[problem.Place, str | None]) -> dict[problem.Place, str]:
        """The month after such a change."""
        return changed(self.roster, changes)

    @cached_property
    def cover(self) -> tuple[figures.DayCover, ...]:
        """Heads at the desk against the need, day by day."""
        return figures.cover(self.desk, self.roster)

    @cached_property
    def measures(self) -> dict[problem.PersonKey, figures.Measure]:
        """Hours, late shifts, weekends and wishes of everybody."""
        return figures.measures(self.desk, self.roster) | figures.measures(self.others, self.roster)

    @property
    def estimated(self) -> list[date]:
        """Days of the month whose kind nobody has announced yet."""
        return [day for day, row in sorted(self.special.items()) if not row.is_announced]

    def to_solve(self) -> problem.Problem:
        """What the solver gets: the desk, with what hands have set fixed, and a least of hours for everybody."""
        terms = PLANNING.on(self.plan.first)
        fixed: dict[problem.Place, str | None] = {
            (person_id, (day - self.plan.first).days): self.kinds.key(entry.shift_type_id or 0)
            for (person_id, day), entry in self.entries.items()
            if entry.is_fixed and person_id in self.desk.person
        }
        ordinary = self.desk.hours.day * len(self.desk.workdays or ()) if self.desk.hours else 0
        people = tuple(replace(one, least_minutes=_least(self.desk, one, ordinary, terms)) for one in self.desk.people)
        return replace(self.desk, fixed=fixed, people=people)


def _least(of: problem.Problem, person: problem.Person, ordinary: int, terms: PlanTerms) -> int:
    there = sum((person.key, day) not in of.absences for day in range(of.days))
    return int(ordinary * terms.least_share * there / of.days)


def facts(plan: RosterPlan, people: Collection[int] | None = None) -> MonthFacts:
    """A month as it stands. With `people` the rows of the others stay unread: for one person's page alone."""
    days = hours.month_days(plan.first)
    centre, last = plan.centre_id, days[-1]
    kinds = Kinds(centre, plan.first, last)
    staff = staff_of(centre, days, kinds.positions())
    if people is not None:
        staff = replace(staff, people={key: one for key, one in staff.people.items() if key in people})
    special = duty.special_days(plan.first, last)
    found = _Facts(plan, days, kinds, staff, special)
    desk, others = found.problems()
    return MonthFacts(
        plan=plan,
        days=days,
        special=special,
        kinds=kinds,
        staff=staff,
        entries={(row.person_id, row.day): row for row in plan.entries.select_related("shift_type", "reason_by")},
        wishes=found.wishes,
        absences=found.away.whole,
        partly=found.away.partly,
        asked=found.asked,
        history=found.history,
        desk=desk,
        others=others,
    )


class _Facts:
    """Reads what stands around a month and makes the two problems of it."""

    def __init__(
        self,
        plan: RosterPlan,
        days: tuple[date, ...],
        kinds: Kinds,
        staff: Staff,
        special: Mapping[date, CalendarDay],
    ) -> None:
        self.plan, self.days, self.kinds, self.staff, self.special = plan, days, kinds, staff, special
        self.centre, self.first, self.last = plan.centre_id, days[0], days[-1]
        self.terms = PLANNING.on(self.first)
        self.law = overtime_terms(self.first, values_on(self.centre, self.first).reading())
        self.wishes = {
            (row.person_id, row.day): row
            for row in Wish.objects.filter(person__centre=self.centre, day__range=(self.first, self.last))
        }
        self.asked = {place: rows[-1] for place, rows in away.by_day(AskedAbsence, self.centre, days).items()}
        self.away = away.read(self.centre, days, self._offered)
        self.history = history_of(self.centre, self.first, self.terms.history_months)

    def _number(self, day: date) -> int:
        return (day - self.first).days

    def _offered(self, person_id: int, day: date) -> dict[str, Span]:
        """The shifts that somebody could have on a day, by key."""
        mine = self.staff.positions.get(person_id, frozenset())
        return {
            key: hours.shift_span(day, row.starts, row.ends)
            for key, row in self.kinds.types.items()
            if self.kinds.is_on(key, day) and day.weekday() in row.weekdays and mine.intersection(row.positions)
        }

    def problems(self) -> tuple[problem.Problem, problem.Problem]:
        """The desk, and everybody else who keeps shifts."""
        people = self._people()
        desk = [one for one in people if self.staff.is_desk(int(one.key))]
        rest = [one for one in people if not self.staff.is_desk(int(one.key))]
        bare = self._problem(desk, self._covers())
        lates, weekends = figures.fair_shares(bare, self.history.lates, self.history.weekends)
        fair = [replace(one, fair_lates=lates[one.key], fair_weekends=weekends[one.key]) for one in bare.people]
        return replace(bare, people=tuple(fair)), self._problem(rest, ())

    def _problem(self, people: list[problem.Person], covers: tuple[problem.Cover, ...]) -> problem.Problem:
        keys = {one.key for one in people}
        gone = {(key, self._number(day)) for key, day in (*self.away.whole, *self.staff.gone) if key in keys}
        return problem.Problem(
            first=self.first,
            days=len(self.days),
            kinds=self.kinds.as_facts,
            people=tuple(people),
            covers=covers,
            wishes=self._wishes(keys),
            absences=frozenset(gone),
            partly={(key, self._number(day)): parts for (key, day), parts in self.away.minutes.items() if key in keys},
            blocked=self._blocked(keys),
            bookings=self._bookings(keys),
            rest_minimum=self.law.rest // hours.MINUTE,
            hours=problem.Hours.of(self.law),
            workdays=frozenset(number for number, day in enumerate(self.days) if self._is_workday(day)),
            late_weight=self.terms.late,
            weekend_weight=self.terms.weekend,
        )

    def _is_workday(self, day: date) -> bool:
        row = self.special.get(day)
        return day.weekday() < 5 if row is None else row.kind not in OFF

    def _people(self) -> list[problem.Person]:
        ids = list(self.staff.people)
        skills: dict[int, set[str]] = defaultdict(set)
        month = DateRange(self.first, self.last, "[]")
        has = PersonSkill.objects.filter(person__in=ids, days__overlap=month)
        for person_id, code in has.values_list("person_id", "skill__code"):
            skills[person_id].add(code)
        before = self._before()
        turns = self._turns()
        return [
            problem.Person(
                key=key,
                name=one.name,
                positions=self.staff.positions[key],
                skills=frozenset(skills[key]),
                longest_run=self.terms.longest_run,
                pattern=turns.get(key),
                before=before.get(key, ()),
            )
            for key, one in self.staff.people.items()
        ]

    def _before(self) -> dict[int, tuple[str | None, ...]]:
        """The week before the month; whoever has nothing there is not known to have been free."""
        since = self.first - timedelta(days=WEEK)
        rows = RosterEntry.objects.filter(person__in=list(self.staff.people), day__gte=since, day__lt=self.first)
        found: dict[int, dict[date, str]] = defaultdict(dict)
        for person_id, day, code in rows.values_list("person_id", "day", "shift_type__code"):
            if code in self.kinds.types:
                found[person_id][day] = code
        week = hours.days_between(since, self.first - hours.ONE_DAY)
        return {key: tuple(given.get(day) for day in week) for key, given in found.items()}

    def _turns(self) -> dict[int, problem.Pattern]:
        """Patterns of so many days on, so many off; a turn of another shape is for the draft alone."""
        rows = PatternKeeper.objects.filter(
            person__in=list(self.staff.people), days__contains=DateRange(self.first, self.last, "[]")
        ).select_related("pattern")
        found = {}
        for row in rows:
            turn = [bool(code) for code in row.pattern.turn]
            on = sum(turn)
            starts = [n for n, works in enumerate(turn) if works and not turn[n - 1]]
            if len(starts) == 1 and on < len(turn):
                phase = (row.begins - self.first).days + starts[0]
                found[row.person_id] = problem.Pattern(on, len(turn) - on, phase % len(turn), self.terms.pattern)
        return found

    def _wishes(self, keys: set[problem.PersonKey]) -> tuple[problem.Wish, ...]:
        found = []
        for (person_id, day), row in self.wishes.items():
            kind = self.kinds.of_code(row.code, day) if row.code else None
            if person_id not in keys or (row.code and kind is None):
                continue
            wants = False if not row.code else not row.is_against  # without a shift: a day off is wanted
            weight = row.weight * self.terms.wish
            found.append(problem.Wish(person_id, self._number(day), kind, wants=wants, weight=weight))
        return tuple(found)

    def _blocked(self, keys: set[problem.PersonKey]) -> frozenset[tuple[problem.PersonKey, int, str]]:
        """Days on which an edition of a shift is not in force, and shifts that a leave of part of a day takes whole."""
        out = [
            (self._number(day), key) for key in self.kinds.types for day in self.days if not self.kinds.is_on(key, day)
        ]
        taken = {(person, self._number(day), key) for person, day, key in self.away.taken if person in keys}
        return frozenset((person, day, key) for day, key in out for person in keys) | taken

    def _bookings(self, keys: set[problem.PersonKey]) -> tuple[problem.Booking, ...]:
        whole = DateTimeTZRange(clock.wall(self.first), clock.wall(self.last + hours.ONE_DAY))
        seats = BookingSeat.objects.filter(booking__centre=self.centre, span__overlap=whole).select_related("booking")
        people: dict[int, set[problem.PersonKey]] = defaultdict(set)
        rows = {}
        for seat in seats:
            if seat.person_id in keys:
                rows[seat.booking_id] = seat.booking
                people[seat.booking_id].add(seat.person_id)
        found = []
        for pk, row in rows.items():
            day = clock.local_day(row.span.lower)
            start = (row.span.lower - clock.wall(day)) // hours.MINUTE
            end = (row.span.upper - clock.wall(day)) // hours.MINUTE
            found.append(
                problem.Booking(
                    f"booking-{pk}", self._number(day), start, end, frozenset(people[pk]), self.terms.booking, row.title
                )
            )
        return tuple(found)

    def _covers(self) -> tuple[problem.Cover, ...]:
        """What was worked out or written down; days that have nothing get one head in the service window (A2.1)."""
        demands = list(
            Demand.objects.filter(centre=self.centre, day__range=(self.first, self.last)).select_related("skill")
        )
        known = {row.day for row in demands if row.skill is None}
        found = []
        for row in demands:
            skill = row.skill.code if row.skill else ""
            least = int(not skill and row.slot in window_slots(row.day) and row.heads > 0)
            found.append(self._cover(row.day, row.slot, row.heads, least, skill))
        for day in self.days:
            if day not in known:
                found += [self._cover(day, slot, 1, 1) for slot in window_slots(day)]
        return tuple(found)

    def _cover(self, day: date, slot: int, need: int, least: int, skill: str = "") -> problem.Cover:
        over = 0 if skill else self.terms.over
        return problem.Cover(self._number(day), need, self.terms.under, over, slot=slot, skill=skill, least=least)


def window_slots(day: date) -> range:
    """The half hours of the service window of a day."""
    window, midnight = hours.service_window(day), clock.wall(day)
    half = problem.SLOT * hours.MINUTE
    return range((window.start - midnight) // half, -(-(window.end - midnight) // half))


def teams_of(found: MonthFacts) -> list[Unit]:
    """The units in which people of the month hold their positions."""
    ids = {unit for units in found.staff.teams.values() for unit in units}
    return list(Unit.objects.filter(pk__in=ids))
