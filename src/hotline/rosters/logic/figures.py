"""What the pages say of a roster: heads by half hour against the need, hours, late shifts, weekends, wishes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hotline.rosters.logic.problem import SLOT, Person, PersonKey, Problem, Roster, ShiftKind, Wish
from hotline.rosters.logic.rules.base import Violation
from hotline.rosters.logic.rules.counts import shares

SLOTS = 96  # half hours from midnight to midnight of the next day: shifts run on


@dataclass(frozen=True, slots=True)
class Heads:
    """One half hour: how many are needed, how many are at work."""

    slot: int
    need: int
    there: int

    @property
    def under(self) -> int:
        """Heads too few."""
        return max(0, self.need - self.there)

    @property
    def over(self) -> int:
        """Heads too many."""
        return max(0, self.there - self.need)


@dataclass(frozen=True, slots=True)
class DayCover:
    """A day's half hours for which something is needed."""

    day: int
    heads: tuple[Heads, ...]

    @property
    def worst(self) -> int:
        """The most heads that lack in any half hour."""
        return max((one.under for one in self.heads), default=0)

    @property
    def short(self) -> int:
        """Half hours in which somebody lacks."""
        return sum(one.under > 0 for one in self.heads)

    @property
    def under(self) -> Fraction:
        """Head hours that lack."""
        return Fraction(sum(one.under for one in self.heads), 2)

    @property
    def over(self) -> Fraction:
        """Head hours above the need."""
        return Fraction(sum(one.over for one in self.heads), 2)


def cover(problem: Problem, roster: Roster, days: Iterable[int] | None = None) -> tuple[DayCover, ...]:
    """Heads at work against what is needed of all, for each half hour of these days."""
    worked = {kind.key: _slots(kind) for kind in problem.kinds}
    found = []
    for day in range(problem.days) if days is None else days:
        there = _heads(problem, roster, worked, day)
        needs = {one.slot: one.need for one in problem.covers_of[day] if one.slot is not None and not one.skill}
        found.append(DayCover(day, tuple(Heads(slot, needs[slot], there[slot]) for slot in sorted(needs))))
    return tuple(found)


def _slots(kind: ShiftKind) -> tuple[int, ...]:
    return tuple(slot for slot in range(SLOTS) if kind.works(slot * SLOT, (slot + 1) * SLOT))


def _heads(problem: Problem, roster: Roster, worked: Mapping[str, Sequence[int]], day: int) -> Counter[int]:
    there: Counter[int] = Counter()
    given = {person.key: roster.get((person.key, day)) for person in problem.people}
    for kind, count in Counter(
        kind for key, kind in given.items() if kind in worked and (key, day) not in problem.absences
    ).items():
        for slot in worked[kind or ""]:
            there[slot] += count
    for key, slots in _elsewhere(problem, day).items():
        kind = given.get(key)
        if kind in worked and (key, day) not in problem.absences:
            for slot in slots & set(worked[kind or ""]):
                there[slot] -= 1
    return there


def _elsewhere(problem: Problem, day: int) -> dict[PersonKey, set[int]]:
    """The half hours of a day in which people are in a booking, or away for a part of it."""
    found: dict[PersonKey, set[int]] = defaultdict(set)
    spans = [(key, one.start, one.end) for one in problem.bookings if one.day == day for key in one.people]
    spans += [(key, *span) for (key, on), away in problem.partly.items() if on == day for span in away]
    for key, start, end in spans:
        found[key].update(range(start // SLOT, -(-end // SLOT)))
    return found


@dataclass(frozen=True, slots=True)
class Measure:
    """What a month gives one person."""

    shifts: int
    minutes: int
    lates: int
    weekends: int
    wishes: int
    wishes_met: int


def measures(problem: Problem, roster: Roster) -> dict[PersonKey, Measure]:
    """The figures of everybody."""
    given: dict[PersonKey, dict[int, ShiftKind]] = defaultdict(dict)
    for (person, day), key in roster.items():
        if key in problem.kind:
            given[person][day] = problem.kind[key]
    return {person.key: _measure(problem, person, given[person.key]) for person in problem.people}


def _measure(problem: Problem, person: Person, given: Mapping[int, ShiftKind]) -> Measure:
    wishes = problem.wishes_of[person.key]
    return Measure(
        shifts=len(given),
        minutes=sum(kind.worked for kind in given.values()),
        lates=sum(kind.is_late for kind in given.values()),
        weekends=sum(any(day in given for day in days) for days in problem.weekends),
        wishes=len(wishes),
        wishes_met=sum(is_met(wish, given.get(wish.day)) for wish in wishes),
    )


def is_met(wish: Wish, given: ShiftKind | None) -> bool:
    """Whether a wish is met by what was given on its day."""
    return wish.is_met(given.key if given else None)


def fair_shares(
    problem: Problem, lates_before: Mapping[PersonKey, int], weekends_before: Mapping[PersonKey, int]
) -> tuple[dict[PersonKey, int], dict[PersonKey, int]]:
    """What each at the desk should take of the late shifts and weekends, by what he had in the months before."""
    lates = [kind for kind in problem.kinds if kind.is_late]
    days_there = {
        person.key: [day for day in range(problem.days) if (person.key, day) not in problem.absences]
        for person in problem.people
    }
    can_late = {
        person.key: len(days_there[person.key])
        if any(not kind.positions or kind.positions & person.positions for kind in lates)
        else 0
        for person in problem.people
    }
    needed = {day: _needs(problem, day) for day in range(problem.days)}
    late_heads = sum(late for late, _all in needed.values())
    weekend_heads = sum(max((needed[day][1] for day in days), default=0) for days in problem.weekends)
    can_weekend = {
        key: sum(any(day in set(days) for day in weekend) for weekend in problem.weekends)
        for key, days in days_there.items()
    }
    of_lates = {person.key: lates_before.get(person.key, 0) for person in problem.people}
    of_weekends = {person.key: weekends_before.get(person.key, 0) for person in problem.people}
    return shares(of_lates, late_heads, can_late), shares(of_weekends, weekend_heads, can_weekend)


def _needs(problem: Problem, day: int) -> tuple[int, int]:
    """Heads that only late shifts can give on a day, and heads needed at all: shifts that the day takes."""
    ends = [kind.end for kind in problem.kinds if not kind.is_late]
    evening = max(ends, default=0)
    late = early = 0
    for one in problem.covers_of[day]:
        if one.slot is None or one.skill:
            continue
        need = max(one.need, one.least)
        if (one.slot + 1) * SLOT > evening:
            late = max(late, need)
        early = max(early, need)
    return late, max(early, late)


def worse(new: Iterable[Violation], mended: Iterable[Violation]) -> list[Violation]:
    """Hard violations that a change brings, without those that were there before and are only told otherwise now."""
    before = list(mended)
    return [one for one in new if one.hard and not any(_is_same(one, other) for other in before)]


def _is_same(one: Violation, other: Violation) -> bool:
    if (one.rule, one.person, one.message) != (other.rule, other.person, other.message):
        return False
    return not one.days or bool(set(one.days) & set(other.days))
