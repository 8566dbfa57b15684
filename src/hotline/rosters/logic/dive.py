"""Rosters out of columns: fix the rows that the linear programme likes best, find new ones for the rest, and again."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hotline.rosters.logic.columns import Column, Generator
from hotline.rosters.logic.greedy import Greedy
from hotline.rosters.logic.problem import Roster

Rows = dict[int, Column]

ROUNDS, ROUNDS_OF_FEW = 2, 8
FEW = 20
SURE = 0.99
LIKED = 0.7
AT_ONCE = 10
# Dives without a better roster after which they are given up, and shares of the people who are asked anew in one.
STALE = 12
SHARES = (3, 2, 1.5)


class Diver:
    """Makes whole rosters from a generator's columns. A roster here is a column a person."""

    def __init__(self, generator: Generator, seed: int = 0) -> None:
        self.generator = generator
        self.chance = random.Random(seed)  # noqa: S311 which roster is tried next is no secret

    def dive(self, open_to: Iterable[int], given: Rows, until: Callable[[], bool]) -> Rows:
        """Rows for the open people beside the given rows of the others; without a row where none was found in time."""
        generator, rows = self.generator, dict(given)
        left = set(open_to)
        for column in rows.values():
            generator.close(column)
        try:
            while left and not until():
                generator.is_hasty = len(left) > FEW
                generator.rounds(ROUNDS if generator.is_hasty else ROUNDS_OF_FEW)
                chosen = self._choose(left)
                if not chosen:
                    break
                for column in chosen:
                    rows[column.person] = column
                    left.discard(column.person)
                    generator.close(column)
        finally:
            generator.is_hasty = False
            for column in rows.values():
                generator.open(column)
        return rows

    def _choose(self, left: set[int]) -> list[Column]:
        """What the programme has settled on; else the few that it likes best, else the one."""
        values = [
            (variable.solution_value(), self.chance.random(), at)
            for at, variable in enumerate(self.generator.master.variables)
            if self.generator.master.columns[at].person in left and variable.solution_value() > 1e-6
        ]
        values.sort(reverse=True)
        sure = [at for value, _, at in values if value >= SURE]
        liked = [at for value, _, at in values if value >= LIKED][: max(1, len(left) // 4)]
        best = [at for _, _, at in values]
        found: Rows = {}
        for at in sure or liked or best:
            column = self.generator.master.columns[at]
            found.setdefault(column.person, column)
            if not (sure or liked) and len(found) >= max(1, len(left) // AT_ONCE):
                break
        return list(found.values())


@dataclass(slots=True)
class Dives:
    """Dives one after another: by turns from nothing, and with the best rows of some people asked anew.

    A dive takes a second or two and ends where chance leads it, so that several of them find what a long search does
    not. `offer` takes a roster and says what it costs, None where it is not lawful.
    """

    generator: Generator
    offer: Callable[[Rows], int | None]
    seed: int = 0
    best: Rows = field(default_factory=dict)
    cost: int | None = None
    number: int = 0
    _chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        """Begin."""
        self._chance = random.Random(self.seed)  # noqa: S311 which roster is tried next is no secret

    def begin_at(self, roster: Roster, cost: int) -> None:
        """Dive around this roster from now on."""
        self.best, self.cost = self.generator.rows_of(roster), cost

    def run(self, until: Callable[[], bool]) -> None:
        """Dive until it is enough, or until it has led nowhere better for a while."""
        stale = 0
        while stale < STALE and not until():
            stale = 0 if self._take(self._dive(until)) else stale + 1
            self.number += 1

    def _dive(self, until: Callable[[], bool]) -> Rows:
        everybody, seed = range(len(self.generator.problem.people)), self.seed + self.number
        anew = set(everybody)
        if self.cost is not None and self.number % 2:
            share = self._chance.choice(SHARES)
            anew = set(self._chance.sample(everybody, max(1, int(len(everybody) / share))))
        given = {person: column for person, column in self.best.items() if person not in anew}
        rows = Diver(self.generator, seed).dive(anew, given, until)
        return Greedy(self.generator, seed).run(until, rows)

    def _take(self, rows: Rows) -> bool:
        cost = self.offer(rows)
        if cost is None or (self.cost is not None and cost > self.cost):
            return False
        is_better = self.cost is None or cost < self.cost
        self.best, self.cost = dict(rows), cost
        return is_better
