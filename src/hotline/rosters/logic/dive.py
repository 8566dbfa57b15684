"""Rosters out of columns: fix the rows that the linear programme likes best, find new ones for the rest, and again."""

import random
from collections.abc import Callable, Iterable

from hotline.rosters.logic.columns import Column, Generator

ROUNDS = 3
SURE = 0.99
LIKED = 0.7


class Diver:
    """Makes whole rosters from a generator's columns. A roster here is a column a person."""

    def __init__(self, generator: Generator, seed: int = 0) -> None:
        self.generator = generator
        self.chance = random.Random(seed)  # noqa: S311 which roster is tried next is no secret

    def dive(self, open_to: Iterable[int], given: dict[int, Column], until: Callable[[], bool]) -> dict[int, Column]:
        """Rows for the open people beside the given rows of the others; without a row where none was found in time."""
        generator, rows = self.generator, dict(given)
        left = set(open_to)
        for column in rows.values():
            generator.close(column)
        try:
            while left and not until():
                generator.rounds(ROUNDS)
                chosen = self._choose(left)
                if not chosen:
                    break
                for column in chosen:
                    rows[column.person] = column
                    left.discard(column.person)
                    generator.close(column)
        finally:
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
        liked = [at for value, _, at in values if value >= LIKED][: max(1, len(left) // 6)]
        best = [at for _, _, at in values[:1]]
        columns = [self.generator.master.columns[at] for at in (sure or liked or best)]
        return list({column.person: column for column in reversed(columns)}.values())
