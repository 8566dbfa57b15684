"""The month's roster by machine: a first one in a moment, a bound, rows chosen as wholes, then part after part anew.

OR-Tools takes seconds to load: whoever wants this module in a page or a command imports it only then.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from hotline.rosters.logic import check
from hotline.rosters.logic.columns import Generator
from hotline.rosters.logic.dive import Dives
from hotline.rosters.logic.greedy import Greedy
from hotline.rosters.logic.neighbourhood import Parts
from hotline.rosters.logic.problem import Place, Problem, Roster
from hotline.rosters.logic.search import Budget, Search, fill

SMALL = 1_700  # places times kinds up to which the whole model is worth a try
NEAR = 1e-4
# Shares of the time: after which no dive is begun any more, and for which parts are filled anew between two dives.
MOST_DIVES, TURN = 0.85, 0.1
ALONE = 5.0  # seconds for the model of one person


class Status(StrEnum):
    """What the solver found out."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The best roster found, what it costs, and below which cost no roster is."""

    status: Status
    roster: dict[Place, str] | None
    cost: int | None
    bound: int
    seconds: float

    @property
    def gap(self) -> float | None:
        """How far the roster may be from the best, as a share of its cost."""
        if self.cost is None:
            return None
        return (self.cost - self.bound) / self.cost if self.cost > self.bound else 0.0


Better = Callable[[dict[Place, str], int], None]


class Solver:
    """One run. `better` hears of each better roster, `stop` may end the run before its time."""

    def __init__(
        self,
        problem: Problem,
        *,
        seconds: float,
        start: Roster | None = None,
        better: Better | None = None,
        stop: Callable[[], bool] | None = None,
        budget: Budget | None = None,
        rounds: int | None = None,
    ) -> None:
        self.problem, self.seconds = problem, seconds
        self.budget = budget or Budget()
        self._began = time.perf_counter()
        self._tell = better
        self._stop = stop
        self._rounds = rounds
        self.bound = 0
        self.roster: dict[Place, str] | None = None
        self.cost: int | None = None
        self._is_impossible = False
        if start is not None and check.is_lawful(problem, start):
            self._take(dict(start))

    def run(self) -> Answer:
        """Solve."""
        generator = Generator(self.problem)
        if self.roster is None:
            self._begin(generator)
        if not self._is_done():
            generator.run(self._by(0.45))
            self._raise(generator.bound)
        dives = Dives(generator, lambda rows: self._offer(generator.roster(rows.values())), self.budget.seed)
        if not self._is_done():
            generator.relax()
            self._dive(dives)
        if not self._is_done() and self.roster is None:
            self._fill(share=1.0)
        elif not self._is_done() and self._size() <= SMALL:
            self._fill(share=0.5)
        if not self._is_done() and self.roster is not None:
            self._search(generator, dives)
        return self.answer()

    def answer(self) -> Answer:
        """What is known by now."""
        status = Status.UNKNOWN
        if self._is_impossible:
            status = Status.IMPOSSIBLE
        elif self.cost is not None:
            status = Status.OPTIMAL if self.cost <= self.bound else Status.FEASIBLE
        bound = self.bound if self.cost is None else min(self.bound, self.cost)
        return Answer(status, self.roster, self.cost, bound, self.spent())

    def spent(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self._began

    def remaining(self) -> float:
        """Seconds that are left."""
        return self.seconds - self.spent()

    def _size(self) -> int:
        return len(self.problem.people) * self.problem.days * len(self.problem.kinds)

    def _by(self, share: float) -> Callable[[], bool]:
        """Whether this share of the time is over."""
        return lambda: self.spent() > self.seconds * share or self._is_stopped()

    def _is_stopped(self) -> bool:
        return self._stop is not None and self._stop()

    def _is_done(self) -> bool:
        closed = self.cost is not None and self.cost <= self.bound
        return closed or self._is_impossible or self.remaining() <= 0 or self._is_stopped()

    def _begin(self, generator: Generator) -> None:
        """A first roster: row after row, and for whoever got none that way the whole model of him alone."""
        rows = Greedy(generator, self.budget.seed).run(self._by(0.2))
        roster, parts = generator.roster(rows.values()), Parts(self.problem, generator.places)
        for at, person in enumerate(self.problem.people):
            if at not in rows and not self._is_done():
                found = fill(parts.part(roster, {person.key}, range(self.problem.days)), self._of(ALONE))
                roster |= found.roster or {}
        self._offer(roster)

    def _of(self, seconds: float) -> Budget:
        """The budget of one call of CP-SAT."""
        return replace(self.budget, seconds=max(0.1, min(seconds, self.remaining())))

    def _dive(self, dives: Dives) -> None:
        """Rosters out of whole rows, around the best one that there is."""
        if self.roster is not None and self.cost is not None:
            dives.begin_at(self.roster, self.cost)
        dives.run(lambda: self._by(MOST_DIVES)() or self._is_done())

    def _fill(self, *, share: float) -> None:
        """The whole model at once."""
        found = fill(self.problem, self._of(self.remaining() * share), self.roster, self.bound)
        self._is_impossible = found.is_impossible and self.roster is None
        if found.roster is not None:
            self._offer(found.roster)
            self._raise(found.bound)

    def _search(self, generator: Generator, dives: Dives) -> None:
        """Part after part anew, and between whiles whole rows again: what stops one, the other gets over."""
        assert self.roster is not None
        search = Search(
            Parts(self.problem, generator.places),
            self.roster,
            self._is_done,
            self.remaining,
            self._better,
            self.budget,
        )
        if self._rounds is not None:
            search.until = lambda: search.rounds >= (self._rounds or 0) or self._is_done()
        while not self._is_done():
            if self._rounds is None:
                search.until = self._for(self.seconds * TURN)
            search.run()
            if search.is_proven:
                self._raise(search.cost)
            if self._rounds is not None or self._is_done():
                return
            self._dive(dives)
            search.begin_at(self.roster)

    def _for(self, seconds: float) -> Callable[[], bool]:
        """Whether so many seconds from now are over, or everything is."""
        end = self.spent() + seconds
        return lambda: self.spent() > end or self._is_done()

    def _better(self, roster: dict[Place, str], _cost: int) -> None:
        self._offer(roster)

    def _raise(self, bound: float) -> None:
        if math.isfinite(bound):
            self.bound = max(self.bound, math.ceil(bound - NEAR))

    def _offer(self, roster: dict[Place, str]) -> int | None:
        """Keep a roster if it is lawful and better; what it costs, None where it is not lawful."""
        return self._take(roster) if check.is_lawful(self.problem, roster) else None

    def _take(self, roster: dict[Place, str]) -> int:
        cost = check.cost(self.problem, roster)
        if self.cost is None or cost < self.cost:
            self.roster, self.cost = roster, cost
            if self._tell is not None:
                self._tell(roster, cost)
        return cost


def solve(
    problem: Problem,
    *,
    seconds: float,
    start: Roster | None = None,
    better: Better | None = None,
    stop: Callable[[], bool] | None = None,
    budget: Budget | None = None,
    rounds: int | None = None,
) -> Answer:
    """The best roster that can be found in the time, and a bound; `rounds` limits the search where time may not."""
    return Solver(problem, seconds=seconds, start=start, better=better, stop=stop, budget=budget, rounds=rounds).run()
