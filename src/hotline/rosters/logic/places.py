"""What each place of the roster costs by itself, and for which covers it counts: the problem as arrays of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from hotline.rosters.logic.pricing import NEVER, Floats
from hotline.rosters.logic.problem import DAY_MINUTES, Cover, Person, Problem, Wish

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Places:
    """`costs[person, day, kind]`, the last kind a day off; NEVER where a hard rule forbids it.

    A cell is a set of covers for which a place counts; `cells[person, day, kind]` is -1 where it counts for none.
    `demands` and `leasts` say for which covers a cell counts, one row a cell.
    """

    costs: Floats
    cells: Ints
    demands: csr_matrix
    leasts: csr_matrix


def places_of(problem: Problem) -> Places:
    """The arrays of a problem."""
    count, kinds = len(problem.people), len(problem.kinds)
    costs = np.zeros((count, problem.days, kinds + 1))
    cells = np.full((count, problem.days, kinds + 1), -1, dtype=np.int64)
    numbers: dict[tuple[tuple[int, ...], tuple[int, ...]], int] = {}
    number_of = {cover: number for number, cover in enumerate(problem.covers)}
    marks: dict[tuple[object, ...], int] = {}
    for at, person in enumerate(problem.people):
        _price(problem, person, costs[at])
        for day in range(problem.days):
            away = (person.key, day) in problem.absences or problem.partly.get((person.key, day))
            booked = tuple(b.key for b in problem.bookings_of[person.key] if b.day == day)
            for kind in range(kinds):
                mark = (day, kind, person.skills, booked, away)
                if mark not in marks:
                    key = problem.kinds[kind].key
                    counted = _counted(problem, person, day, key, number_of)
                    marks[mark] = numbers.setdefault(counted, len(numbers)) if any(counted) else -1
                cells[at, day, kind] = marks[mark]
    sets = list(numbers)
    return Places(
        costs,
        cells,
        _matrix([demand for demand, _ in sets], len(problem.covers)),
        _matrix([least for _, least in sets], len(problem.covers)),
    )


def _counted(
    problem: Problem, person: Person, day: int, kind: str, number_of: dict[Cover, int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    covers = problem.covers_of[day]
    demand = tuple(
        number_of[cover] for cover in covers if (cover.under or cover.over) and problem.counts(person, cover, kind)
    )
    least = tuple(
        number_of[cover] for cover in covers if cover.least > 0 and problem.counts(person, cover, kind, for_least=True)
    )
    return demand, least


def _matrix(sets: Sequence[tuple[int, ...]], width: int) -> csr_matrix:
    rows = [row for row, each in enumerate(sets) for _ in each]
    columns = [column for each in sets for column in each]
    return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(sets), width))


def _price(problem: Problem, person: Person, costs: Floats) -> None:
    """Fill what the days of one person cost, by every rule that looks at one place alone."""
    number = {kind.key: at for at, kind in enumerate(problem.kinds)}
    most = problem.hours.day + problem.hours.overtime_day if problem.hours else DAY_MINUTES * 2
    for day in range(problem.days):
        for at, kind in enumerate(problem.kinds):
            is_none = person.most_of_kind.get(kind.key) == 0
            if is_none or kind.worked > most or not problem.is_offered(person, kind, day):
                costs[day, at] = NEVER
        if (person.key, day) in problem.absences and problem.fixed.get((person.key, day)) is None:
            costs[day, :-1] = NEVER
    _price_given(problem, person, costs, number)


def _price_given(problem: Problem, person: Person, costs: Floats, number: dict[str, int]) -> None:
    for whose, day, key in problem.blocked:
        if whose == person.key and problem.fixed.get((whose, day)) != key:
            costs[day, number[key]] = NEVER
    for wish in problem.wishes_of[person.key]:
        _price_wish(wish, costs, number)
    _price_pattern(problem, person, costs)
    _price_bookings(problem, person, costs)
    for (whose, day), given in problem.fixed.items():
        if whose == person.key:
            keep = -1 if given is None else number[given]
            kept = costs[day, keep]
            costs[day] = NEVER
            costs[day, keep] = kept


def _price_wish(wish: Wish, costs: Floats, number: dict[str, int]) -> None:
    last = costs.shape[1] - 1
    meant = range(last) if wish.kind is None else [number[wish.kind]]
    missed = [at for at in range(last + 1) if (at in meant) != wish.wants]
    costs[wish.day, missed] += wish.weight


def _price_pattern(problem: Problem, person: Person, costs: Floats) -> None:
    pattern = person.pattern
    if pattern is None:
        return
    price = NEVER if pattern.weight is None else pattern.weight
    for day in range(problem.days):
        if (person.key, day) in problem.absences or (person.key, day) in problem.fixed:
            continue
        if pattern.is_on(day):
            costs[day, -1] += price
        else:
            costs[day, :-1] += price


def _price_bookings(problem: Problem, person: Person, costs: Floats) -> None:
    for booking in problem.bookings_of[person.key]:
        if (person.key, booking.day) in problem.absences:
            continue
        missed = [at for at, kind in enumerate(problem.kinds) if not kind.spans(booking.start, booking.end)]
        costs[booking.day, [*missed, -1]] += NEVER if booking.weight is None else booking.weight
