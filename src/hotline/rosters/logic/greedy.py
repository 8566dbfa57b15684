"""A first roster in a moment: each in turn takes the row that is cheapest beside what the others have."""

import random
from collections.abc import Callable, Mapping

import numpy as np

from hotline.rosters.logic.columns import MUCH, Column, Generator
from hotline.rosters.logic.pricing import Floats

PASSES = 4  # over everybody


class Greedy:
    """Rows one after another, then each again beside the others, for as long as that gains."""

    def __init__(self, generator: Generator, seed: int = 0) -> None:
        self.generator = generator
        self.chance = random.Random(seed)  # noqa: S311 which roster is tried next is no secret
        problem, places = generator.problem, generator.places
        self._needs = np.array([cover.need for cover in problem.covers], dtype=np.int64)
        self._leasts = np.array([cover.least for cover in problem.covers], dtype=np.int64)
        self._unders = np.array([cover.under for cover in problem.covers], dtype=float)
        self._overs = np.array([cover.over for cover in problem.covers], dtype=float)
        self._counts = np.zeros(places.demands.shape[0], dtype=np.int64)

    def run(self, until: Callable[[], bool], given: Mapping[int, Column] | None = None) -> dict[int, Column]:
        """A row for everybody, or for as many as time or rules allow; some may have been given theirs."""
        rows = dict(given or {})
        for column in rows.values():
            np.add.at(self._counts, list(column.cells), 1)
        order = list(range(len(self.generator.problem.people)))
        # Whoever has no row yet comes first; time may end the polishing, not this.
        for number in range(PASSES):
            self.chance.shuffle(order)
            order.sort(key=lambda person: person in rows)
            gains = 0
            for person in order:
                if until() and (person in rows or number > 0):
                    break
                gains += self._turn(person, rows)
            if not gains or until():
                break
        return rows

    def _turn(self, person: int, rows: dict[int, Column]) -> bool:
        """Give a person his best row beside the others; whether that is better than what he had."""
        old = rows.get(person)
        if old is not None:
            np.subtract.at(self._counts, list(old.cells), 1)
        prices = self._prices(person)
        answer = self.generator.answer(person, prices)
        new = old if answer is None else self.generator.column(person, *answer)
        gained = False
        if new is not None and (old is None or self._worth(new, prices) < self._worth(old, prices) - 1e-6):
            rows[person], gained = new, True
        if person in rows:
            np.add.at(self._counts, list(rows[person].cells), 1)
        return gained

    def _prices(self, person: int) -> Floats:
        """What one more head at each place saves, beside those already there."""
        places = self.generator.places
        demand, least = places.demands.T @ self._counts, places.leasts.T @ self._counts
        saved = places.demands @ np.where(demand < self._needs, self._unders, -self._overs)
        saved = saved + places.leasts @ np.where(least < self._leasts, MUCH, 0.0)
        return np.asarray(places.costs[person] - np.append(saved, 0.0)[places.cells[person]])

    def _worth(self, column: Column, prices: Floats) -> float:
        own = self.generator.places.costs[column.person]
        return column.cost + sum(float(prices[day, kind] - own[day, kind]) for day, kind in enumerate(column.kinds))
