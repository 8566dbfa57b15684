"""The cheapest roster of one person under given prices of the places: dynamic programming over the days.

People of one shape are reckoned together as one array. A state is how long the person has worked or rested and after
which class of shift, with counters beside it: weekends worked, minutes, shifts of a limited kind. What the counters
leave out makes the answer too cheap, never too dear: it is a bound.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import product
from math import gcd, prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from hotline.rosters.logic.problem import SATURDAY, SUNDAY, Person, Problem, Scheme
from hotline.rosters.logic.rules.counts import STEPS

Floats: TypeAlias = npt.NDArray[np.float64]
NEVER = np.inf
NEAR = 1e-6
WITHOUT_END = 10**9
MANY_UNITS = 100


@dataclass(frozen=True, slots=True)
class Counter:
    """Something counted along the days: what each kind adds, the ends that are allowed, and what an end costs.

    Where one count stands for so many `minutes` of work, all such counters together tell the working time.
    """

    adds: tuple[int, ...]  # by kind
    ends: tuple[float, ...]  # by count; NEVER where it may not end
    weekends: bool = False  # counts weekends instead of shifts
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Shape:
    """What people must have in common to be reckoned in one array."""

    longest: int
    saturates: bool  # a run of `longest` may go on
    shortest_run: int
    shortest_rest: int
    counters: tuple[Counter, ...]
    known: int  # days before the plan of which the shifts are known
    minutes: tuple[int, int]  # least and most, as far as counters tell them

    @property
    def size(self) -> int:
        """Numbers of a person's state."""
        return self.longest * prod(len(counter.ends) for counter in self.counters)


def shape_of(problem: Problem, person: Person, capped: Iterable[str] = ()) -> Shape:
    """The shape of a person; `capped` are the kinds whose limit is counted."""
    bound = person.longest_run is not None and person.longest_run <= problem.days
    longest = person.longest_run if bound and person.longest_run is not None else max(person.shortest_run, 1)
    counters = [*_weekends(problem, person), *_working_time(problem, person)]
    counters += [_cap(problem, person, kind) for kind in sorted(capped)]
    most = WITHOUT_END if person.most_minutes is None else person.most_minutes
    return Shape(
        longest,
        not bound,
        person.shortest_run,
        person.shortest_rest,
        tuple(counters),
        len(person.before),
        (person.least_minutes or 0, most) if any(counter.minutes for counter in counters) else (0, 0),
    )


def _weekends(problem: Problem, person: Person) -> Iterator[Counter]:
    all_of_them, most = len(problem.weekends), person.most_weekends
    top = all_of_them if most is None else min(most, all_of_them)
    is_soft = person.fair_weekends is not None and problem.weekend_weight > 0
    if top < all_of_them or is_soft:
        share = person.fair_weekends if is_soft and person.fair_weekends is not None else all_of_them
        ends = tuple(float(problem.weekend_weight * _beyond(count - share)) for count in range(top + 1))
        yield Counter(tuple(0 for _ in problem.kinds), ends, weekends=True)


def _beyond(count: int) -> int:
    return sum(max(0, count - step) for step in range(STEPS))


def _working_time(problem: Problem, person: Person) -> list[Counter]:
    """Counters of the minutes and of the late shifts: one for both where the length of a shift tells which it is."""
    unit = reduce(gcd, (kind.worked for kind in problem.kinds)) or 1
    lengths = sorted({kind.worked for kind in problem.kinds})
    most = problem.days * lengths[-1] if person.most_minutes is None else person.most_minutes
    if person.most_minutes is None and person.least_minutes is None:
        return _lates(problem, person)
    if most // unit < MANY_UNITS or len(lengths) > 2:
        adds = tuple(kind.worked // unit for kind in problem.kinds)
        top = min(most // unit, problem.days * max(adds))
        least = -(-(person.least_minutes or 0) // unit)
        minutes = Counter(adds, tuple(0.0 if count >= least else NEVER for count in range(top + 1)))
        return [minutes, *_lates(problem, person)]
    by_length = [_of_length(problem, person, length, most) for length in lengths]
    lates = _lates(problem, person)
    if lates:
        for at, counter in enumerate(by_length):
            if counter.adds == lates[0].adds:
                by_length[at] = replace(counter, ends=lates[0].ends[: len(counter.ends)])
                lates = []
                break
    return [*by_length, *lates]


def _of_length(problem: Problem, person: Person, length: int, most: int) -> Counter:
    top = min(problem.days, most // length)
    hours = problem.hours
    if hours is not None and hours.scheme is Scheme.STANDARD and len(problem.months) == 1 and length > hours.day:
        top = min(top, max(0, hours.overtime_month - person.overtime_before) // (length - hours.day))
    return Counter(tuple(int(kind.worked == length) for kind in problem.kinds), (0.0,) * (top + 1), minutes=length)


def _lates(problem: Problem, person: Person) -> list[Counter]:
    if person.fair_lates is None or not problem.late_weight:
        return []
    share, weight = person.fair_lates, problem.late_weight
    ends = tuple(float(weight * _beyond(count - share)) for count in range(problem.days + 1))
    return [Counter(tuple(int(kind.is_late) for kind in problem.kinds), ends)]


def _cap(problem: Problem, person: Person, kind: str) -> Counter:
    return Counter(tuple(int(one.key == kind) for one in problem.kinds), (0.0,) * (person.most_of_kind[kind] + 1))


@dataclass(frozen=True, slots=True)
class _Step:
    """Kinds that lead from the same states to the same state: whichever of them is cheapest is taken."""

    kinds: tuple[int, ...]
    after: int  # the class it leads to
    before: tuple[int, ...]  # classes it may follow
    adds: tuple[int, ...]  # to each counter


@dataclass(slots=True)
class _Day:
    """The cheapest ways up to the end of a day, and what was paid for its steps."""

    on: Floats  # [person, run, class, counters…]
    off: Floats  # [person, rest, counters…]


class Pricer:
    """Finds the cheapest rows of people of one shape."""

    def __init__(self, problem: Problem, people: Sequence[Person], shape: Shape) -> None:
        self.problem, self.people, self.shape = problem, people, shape
        self.sizes = tuple(len(counter.ends) for counter in shape.counters)
        bars = [problem.follows_not[kind.key] for kind in problem.kinds]
        kinds_of: dict[frozenset[str], int] = {}
        self.class_of = [kinds_of.setdefault(barred, len(kinds_of)) for barred in bars]
        self.classes = list(kinds_of)
        self._steps = [self._steps_of(weekend=weekend) for weekend in (False, True)]
        self._ends = self._end_costs()

    def _steps_of(self, *, weekend: bool) -> list[_Step]:
        """Steps that begin a weekend's work, or not, joined where they lead the same way."""
        found: dict[tuple[int, tuple[int, ...], tuple[int, ...]], list[int]] = {}
        for number, kind in enumerate(self.problem.kinds):
            before = tuple(one for one, barred in enumerate(self.classes) if kind.key not in barred)
            adds = tuple(int(weekend) if counter.weekends else counter.adds[number] for counter in self.shape.counters)
            if all(add < size for add, size in zip(adds, self.sizes, strict=True)):
                found.setdefault((self.class_of[number], before, adds), []).append(number)
        return [_Step(tuple(kinds), after, before, adds) for (after, before, adds), kinds in found.items()]

    def _end_costs(self) -> Floats:
        total, minutes = np.zeros(self.sizes), np.zeros(self.sizes)
        for axis, counter in enumerate(self.shape.counters):
            shape = [1] * len(self.sizes)
            shape[axis] = self.sizes[axis]
            total = total + np.array(counter.ends).reshape(shape)
            minutes = minutes + (np.arange(self.sizes[axis]) * counter.minutes).reshape(shape)
        if self.shape.minutes != (0, 0):
            least, most = self.shape.minutes
            total = np.where((minutes >= least) & (minutes <= most), total, NEVER)
        return total

    def solve(self, costs: Floats, who: Sequence[int] | None = None) -> list[_Day]:
        """All cheapest ways of all people, or of some; `costs` are [person, day, kind], the last kind a day off."""
        days, state = [], self._start(range(len(self.people)) if who is None else who)
        for day in range(self.problem.days):
            state = self._forward(state, day, costs[:, day])
            days.append(state)
        return days

    def _start(self, who: Sequence[int]) -> _Day:
        shape, count = self.shape, len(who)
        on = np.full((count, shape.longest, len(self.classes), *self.sizes), NEVER)
        off = np.full((count, max(shape.shortest_rest, 1), *self.sizes), NEVER)
        zero = (0,) * len(self.sizes)
        for number, person in enumerate(self.people[at] for at in who):
            ahead = _run_before(person)
            if ahead > 0:
                last = person.before[-1]
                kind = next(at for at, one in enumerate(self.problem.kinds) if one.key == last)
                on[(number, min(ahead, shape.longest) - 1, self.class_of[kind], *zero)] = 0
            else:
                rest = min(-ahead, shape.shortest_rest) if ahead else shape.shortest_rest
                off[(number, rest - 1, *zero)] = 0
        return _Day(on, off)

    def _may_end(self, day: int, length: int, least: int) -> bool:
        """Whether a run of this length at the end of a day may end there: long enough, or of unknown beginning."""
        return length >= least or length == day + 1 + self.shape.known

    def _resting(self, state: _Day, day: int) -> Floats:
        """The cheapest way to be off at the end of `day` and free to work on the next."""
        if day < 0 and not self.shape.known:
            return _least(state.off, 1)
        lengths = range(1, state.off.shape[1] + 1)
        free = [length - 1 for length in lengths if self._may_end(day, length, self.shape.shortest_rest)]
        return _least(state.off[:, free], 1)

    def _working(self, state: _Day, day: int) -> Floats | None:
        """The cheapest way to work on `day` and be free to rest on the next."""
        lengths = range(1, state.on.shape[1] + 1)
        free = [length - 1 for length in lengths if self._may_end(day, length, self.shape.shortest_run)]
        return _least(state.on[:, free], (1, 2)) if free else None

    def _forward(self, state: _Day, day: int, costs: Floats) -> _Day:
        wide = (len(costs),) + (1,) * len(self.sizes)
        on, off = np.full_like(state.on, NEVER), np.full_like(state.off, NEVER)
        idle = costs[:, -1].reshape(wide)
        working = self._working(state, day - 1)
        if working is not None:
            off[:, 0] = working + idle
        if off.shape[1] > 1:
            off[:, 1:] = state.off[:, :-1] + idle[:, None]
        off[:, -1] = np.minimum(off[:, -1], state.off[:, -1] + idle)
        resting = self._resting(state, day - 1)
        for step in self._steps[self._counts_weekend(day, worked_before=False)]:
            self._enter(on, resting, step, costs[:, step.kinds].min(axis=1).reshape(wide))
        for step in self._steps[self._counts_weekend(day, worked_before=True)]:
            self._go_on(on, state.on, step, costs[:, step.kinds].min(axis=1).reshape(wide))
        return _Day(on, off)

    def _counts_weekend(self, day: int, *, worked_before: bool) -> bool:
        weekday = self.problem.weekday(day)
        return weekday == SATURDAY or (weekday == SUNDAY and (not worked_before or day == 0))

    def _enter(self, on: Floats, resting: Floats, step: _Step, price: Floats) -> None:
        there, here = _moved(step.adds)
        target = _at(on, slice(None), 0, step.after, *there)
        np.minimum(target, _at(resting, slice(None), *here) + price, out=target)

    def _go_on(self, on: Floats, before: Floats, step: _Step, price: Floats) -> None:
        if not step.before:
            return
        classes = list(step.before)
        whole = len(classes) == len(self.classes)
        came = before.min(axis=2) if whole else before[:, :, classes].min(axis=2)
        there, here = _moved(step.adds)
        if on.shape[1] > 1:
            target = _at(on, slice(None), slice(1, None), step.after, *there)
            earlier = _at(came, slice(None), slice(None, -1), *here)
            np.minimum(target, earlier + price[:, None], out=target)
        if self.shape.saturates:
            target = _at(on, slice(None), -1, step.after, *there)
            np.minimum(target, _at(came, slice(None), -1, *here) + price, out=target)

    # --- reading the rows back --------------------------------------------------------------------------------------

    def cheapest(self, days: list[_Day]) -> Floats:
        """What the cheapest row of each person costs."""
        on, off = days[-1].on.min(axis=(1, 2)), days[-1].off.min(axis=1)
        total = np.minimum(on, off) + self._ends
        return _least(total.reshape(len(total), -1), 1)

    def rows(
        self, days: list[_Day], costs: Floats, person: int, most: int, who: Sequence[int] | None = None
    ) -> Iterator[tuple[int, ...]]:
        """Up to `most` cheapest rows of a person, each with another end of its counters; first the cheapest of all."""
        start = self._start(range(len(self.people)) if who is None else who)
        last = days[-1]
        ends = np.minimum(last.on[person].min(axis=(0, 1)), last.off[person].min(axis=0)) + self._ends
        flat = ends.ravel()
        few = np.argsort(flat, kind="stable")[:most]
        for where in few:
            if not flat[where] < NEVER:
                return
            at = tuple(int(part) for part in np.unravel_index(int(where), self.sizes)) if self.sizes else ()
            yield self._back(days, start, costs[person], person, at)

    def _back(self, days: list[_Day], start: _Day, costs: Floats, person: int, at: tuple[int, ...]) -> tuple[int, ...]:
        last = days[-1]
        on = _at(last.on, person, slice(None), slice(None), *at)
        off = _at(last.off, person, slice(None), *at)
        mode: tuple[int, int]
        if off.min() <= on.min():
            mode = (int(off.argmin()), -1)
        else:
            run, of_class = np.unravel_index(int(on.argmin()), on.shape)
            mode = (int(run), int(of_class))
        row = []
        for day in range(len(days) - 1, -1, -1):
            before = days[day - 1] if day else start
            kind, mode, at = self._step_back(days[day], before, costs[day], day, person, mode, at)
            row.append(kind)
        return tuple(reversed(row))

    def _step_back(
        self,
        state: _Day,
        before: _Day,
        costs: Floats,
        day: int,
        person: int,
        mode: tuple[int, int],
        at: tuple[int, ...],
    ) -> tuple[int, tuple[int, int], tuple[int, ...]]:
        length, of_class = mode
        if of_class < 0:
            wanted = state.off[(person, length, *at)]
            for came, here in self._ways_to_rest(before, day, length):
                if abs(self._value(before, person, came, here, at) + costs[-1] - wanted) <= NEAR:
                    return len(self.problem.kinds), (came, here), at
            raise AssertionError("no way back to a day off")
        wanted = state.on[(person, length, of_class, *at)]
        for step, came, here in self._ways_to_work(before, day, length, of_class):
            then = tuple(count - add for count, add in zip(at, step.adds, strict=True))
            if min(then, default=0) < 0:
                continue
            prices = costs[list(step.kinds)]
            if abs(self._value(before, person, came, here, then) + prices.min() - wanted) <= NEAR:
                return step.kinds[int(prices.argmin())], (came, here), then
        raise AssertionError("no way back to a shift")

    def _value(self, state: _Day, person: int, length: int, of_class: int, at: tuple[int, ...]) -> float:
        if of_class < 0:
            return float(state.off[(person, length, *at)])
        return float(state.on[(person, length, of_class, *at)])

    def _ways_to_rest(self, before: _Day, day: int, length: int) -> Iterator[tuple[int, int]]:
        if length == 0:
            for run, of_class in product(range(before.on.shape[1]), range(len(self.classes))):
                if self._may_end(day - 1, run + 1, self.shape.shortest_run):
                    yield run, of_class
        else:
            yield length - 1, -1
        if length == before.off.shape[1] - 1:
            yield length, -1

    def _ways_to_work(self, before: _Day, day: int, length: int, of_class: int) -> Iterator[tuple[_Step, int, int]]:
        if length == 0:
            unknown = day == 0 and not self.shape.known
            for step in self._steps[self._counts_weekend(day, worked_before=False)]:
                for rest in range(before.off.shape[1]):
                    free = unknown or self._may_end(day - 1, rest + 1, self.shape.shortest_rest)
                    if step.after == of_class and free:
                        yield step, rest, -1
        saturated = self.shape.saturates and length == self.shape.longest - 1
        for step in self._steps[self._counts_weekend(day, worked_before=True)]:
            if step.after == of_class:
                for one in step.before:
                    if length:
                        yield step, length - 1, one
                    if saturated:
                        yield step, length, one


def _at(array: Floats, *where: Any) -> Floats:
    """A view of an array of as many axes as there are counters."""
    return np.asarray(array[where])


def _least(array: Floats, axes: int | tuple[int, ...]) -> Floats:
    return np.asarray(array.min(axis=axes))


def _moved(adds: Sequence[int]) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """Slices of the counters after and before so much was added to each."""
    return tuple(slice(add, None) for add in adds), tuple(slice(None, -add or None) for add in adds)


def _run_before(person: Person) -> int:
    """Days worked just before the plan; negative: days rested; 0: not known."""
    if not person.before:
        return 0
    works, length = person.before[-1] is not None, 0
    for given in reversed(person.before):
        if (given is not None) != works:
            break
        length += 1
    return length if works else -length
