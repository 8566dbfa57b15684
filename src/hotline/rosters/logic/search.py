"""Large-neighbourhood search: free a part of the roster, let CP-SAT fill it as well as can be, and go on.

The parts grow while they are solved quickly and shrink when they are not; a part that has grown to the whole and is
solved proves the optimum.
"""

import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum

from ortools.sat.python import cp_model

from hotline.rosters.logic import check
from hotline.rosters.logic.model import RosterModel
from hotline.rosters.logic.neighbourhood import Parts
from hotline.rosters.logic.problem import PersonKey, Place, Problem, Roster

QUICK = 0.7
GROWTH, SHRINKAGE = 1.15, 0.8
FIRST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Budget:
    """What one call of CP-SAT may take.

    Eight workers are the least that bring its linear relaxations and its own neighbourhoods along, however few cores
    there are. With `steady` the answer depends on the work done and not on time.
    """

    seconds: float = 5.0
    work: float = 1e9  # deterministic time
    workers: int = 8
    seed: int = 0
    steady: bool = False


def solver_of(budget: Budget) -> cp_model.CpSolver:
    """CP-SAT with the settings that rosters want."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = budget.workers
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = budget.seconds
    solver.parameters.max_deterministic_time = budget.work
    solver.parameters.random_seed = budget.seed
    solver.parameters.interleave_search = budget.steady
    return solver


@dataclass(frozen=True, slots=True)
class Found:
    """What one call of CP-SAT came to."""

    roster: dict[Place, str] | None
    bound: float
    is_optimal: bool
    is_impossible: bool


def fill(problem: Problem, budget: Budget, start: Roster | None = None, bound: float | None = None) -> Found:
    """The whole model of a problem, begun at a roster."""
    model = RosterModel(problem)
    model.post()
    if start is not None:
        model.hint(start)
    if bound is not None:
        model.cp.add(model.goal >= int(bound))
    solver = solver_of(budget)
    status = solver.solve(model.cp)
    has_roster = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    return Found(
        model.read(solver) if has_roster else None,
        solver.best_objective_bound,
        status == cp_model.OPTIMAL,
        status == cp_model.INFEASIBLE,
    )


class Kind(StrEnum):
    """What is freed: some people, some days, or some people on some days."""

    PEOPLE = "people"
    DAYS = "days"
    BOTH = "both"


@dataclass(slots=True)
class Search:
    """A roster that gets better and better."""

    parts: Parts
    roster: dict[Place, str]
    until: Callable[[], bool]
    remaining: Callable[[], float]
    better: Callable[[dict[Place, str], int], None]
    budget: Budget = field(default_factory=Budget)
    around: PersonKey | None = None  # somebody who is in every part
    cost: int = 0
    is_proven: bool = False
    rounds: int = 0
    sizes: dict[Kind, float] = field(default_factory=dict)
    _chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        """Begin."""
        self.cost = check.cost(self.problem, self.roster)
        self.sizes = dict.fromkeys(Kind, float(FIRST_PLACES))
        self._chance = random.Random(self.budget.seed)  # noqa: S311 which part is tried next is no secret

    def begin_at(self, roster: Roster) -> None:
        """Go on from a roster that was found elsewhere."""
        self.roster, self.cost = dict(roster), check.cost(self.problem, roster)

    @property
    def problem(self) -> Problem:
        """The problem whose roster it is."""
        return self.parts.problem

    def run(self) -> None:
        """Repair parts until it is enough."""
        while not self.until() and not self.is_proven:
            self.rounds += 1
            kind = self._chance.choice(list(Kind))
            people, days = self._choose(kind)
            began = time.perf_counter()
            found = self.repair(people, days)
            took = time.perf_counter() - began
            whole = len(people) == len(self.problem.people) and len(days) == self.problem.days
            if found.is_optimal and whole:
                self.is_proven = True
            if found.is_optimal and (took < QUICK or self.budget.steady):
                self.sizes[kind] = min(self.sizes[kind] * GROWTH, len(self.problem.people) * self.problem.days)
            elif not found.is_optimal:
                self.sizes[kind] = max(self.sizes[kind] * SHRINKAGE, 20)

    def repair(self, people: Collection[PersonKey], days: Collection[int]) -> Found:
        """Fill one part anew, and keep what is not worse."""
        part = self.parts.part(self.roster, people, days)
        inside = set(people)
        start = {place: given for place, given in self.roster.items() if place[0] in inside}
        budget = Budget(
            seconds=max(0.1, min(self.budget.seconds, self.remaining())),
            work=self.budget.work,
            workers=self.budget.workers,
            seed=self.budget.seed + self.rounds,
            steady=self.budget.steady,
        )
        found = fill(part, budget, start)
        if found.roster is not None:
            self._take({place: given for place, given in self.roster.items() if place[0] not in inside} | found.roster)
        return found

    def _take(self, roster: dict[Place, str]) -> None:
        cost = check.cost(self.problem, roster)
        if cost <= self.cost:
            is_better = cost < self.cost
            self.roster, self.cost = roster, cost
            if is_better:
                self.better(roster, cost)

    def _choose(self, kind: Kind) -> tuple[list[PersonKey], range]:
        """Who and when: more often around days that cost."""
        everybody = [person.key for person in self.problem.people]
        size, horizon = self.sizes[kind], self.problem.days
        if kind is Kind.PEOPLE:
            return self._some(everybody, size / horizon), range(horizon)
        if kind is Kind.DAYS:
            length = max(2, min(horizon, round(size / len(everybody))))
            return everybody, self._window(length)
        length = min(horizon, self._chance.choice((7, 10, 14, 14, 21)))
        return self._some(everybody, size / length), self._window(length)

    def _some(self, everybody: list[PersonKey], count: float) -> list[PersonKey]:
        some = self._chance.sample(everybody, max(1, min(len(everybody), round(count))))
        return some if self.around is None or self.around in some else [self.around, *some]

    def _window(self, length: int) -> range:
        costs = self.parts.missing(self.roster)
        days = range(self.problem.days)
        (centre,) = self._chance.choices(days, [1 + costs.get(day, 0) for day in days])
        first = centre - self._chance.randrange(length)
        first = max(0, min(self.problem.days - length, first))
        return range(first, first + length)
