"""Why there is no roster, and what a wish costs.

OR-Tools takes seconds to load: whoever wants this module in a page or a command imports it only then.
"""

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from hotline.rosters.logic import check
from hotline.rosters.logic.columns import MUCH
from hotline.rosters.logic.model import Group, RosterModel
from hotline.rosters.logic.neighbourhood import Parts
from hotline.rosters.logic.places import places_of
from hotline.rosters.logic.problem import PersonKey, Problem, Roster, Wish
from hotline.rosters.logic.rules.book import RULES
from hotline.rosters.logic.search import Budget, Search, fill, solver_of

SMALL = 1_500  # places times kinds up to which the whole model answers
A_TRY = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Clash:
    """A rule that stands in the way, and for whom or when."""

    rule: str
    clause: str
    name: str  # an English msgid
    people: tuple[PersonKey, ...]
    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """Rules that cannot hold together. `is_minimal`: without any one of these clashes there would be a roster."""

    clashes: tuple[Clash, ...]
    is_minimal: bool


class _Core:
    """Finds few groups of constraints that contradict each other."""

    def __init__(self, problem: Problem, seconds: float) -> None:
        self.model = RosterModel(problem, guarded=True)
        self.model.post()
        self._ends = time.perf_counter() + seconds
        self.is_minimal = True

    def clash_of(self, kept: Iterable[Group]) -> list[Group] | None:
        """Some of the groups that clash among these; None when they can hold together, or nobody can tell in time."""
        guards = {self.model.guards[group].index: group for group in kept}
        self.model.cp.clear_assumptions()
        self.model.cp.add_assumptions([self.model.guards[group] for group in guards.values()])
        solver = solver_of(Budget(seconds=max(0.1, min(A_TRY, self._ends - time.perf_counter())), workers=1))
        status = solver.solve(self.model.cp)
        if status != cp_model.INFEASIBLE:
            self.is_minimal &= status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
            return None
        return [guards[index] for index in solver.sufficient_assumptions_for_infeasibility()]

    def without(self, kept: list[Group], parts: Sequence[Collection[Group]]) -> list[Group]:
        """Leave out part after part as long as a clash remains."""
        for part in parts:
            if not set(part) & set(kept):
                continue
            if time.perf_counter() > self._ends:
                self.is_minimal = False
                break
            rest = [group for group in kept if group not in part]
            found = self.clash_of(rest) if rest else None
            if found is not None:
                kept = found
        return kept


def why_impossible(problem: Problem, *, seconds: float = 30.0) -> Reason | None:
    """A least set of rules, people and days that no roster can satisfy together; None when none was found."""
    core = _Core(problem, seconds)
    kept = core.clash_of(core.model.guards)
    if kept is None:
        return None
    core.is_minimal = True
    by_rule: dict[str, set[Group]] = {}
    for group in core.model.guards:
        by_rule.setdefault(group[0], set()).add(group)
    # Whole rules first, those last that a planner would rather hear of: what is fixed and who is away.
    kept = core.without(kept, list(by_rule.values()))
    kept = core.without(kept, [{group} for group in list(kept)])
    return Reason(tuple(_clashes(kept)), core.is_minimal)


def _clashes(kept: Iterable[Group]) -> Iterable[Clash]:
    by_rule: dict[str, list[Group]] = {}
    for group in kept:
        by_rule.setdefault(group[0], []).append(group)
    for key, rule in RULES.items():
        groups = by_rule.get(key, [])
        if groups:
            people = dict.fromkeys(person for _, person, _ in groups if person is not None)
            days = sorted({day for _, _, day in groups if day is not None})
            yield Clash(key, rule.clause, rule.name, tuple(people), tuple(days))


@dataclass(frozen=True, slots=True)
class Price:
    """What a wish costs: the rise of the roster's cost when it is met, and a roster that meets it.

    No cost and exact: it cannot be met. No cost and not exact: no roster that meets it was found in the time. A cost
    that is not exact is the most it costs: a longer search may meet it for less. Below nought: the search that met it
    found a cheaper roster on the way.
    """

    cost: int | None
    is_exact: bool
    roster: Roster | None = None


Told = Callable[[int], None]


def price_of(
    problem: Problem,
    roster: Roster,
    wish: Wish,
    *,
    seconds: float = 10.0,
    seed: int = 0,
    told: Told | None = None,
) -> Price:
    """What meeting one wish would add to the cost of a roster, by planning anew with the wish as a must.

    `told` hears what it costs at most, each time that the search knows less.
    """
    others = tuple(one for one in problem.wishes if one != wish)
    must = replace(problem, wishes=(*others, replace(wish, weight=int(MUCH))))
    now = check.cost(problem, roster)
    if wish.is_met(roster.get((wish.person, wish.day))):
        return Price(0, is_exact=True, roster=roster)
    size = len(problem.people) * problem.days * len(problem.kinds)
    after: Roster | None
    if size <= SMALL:
        found = fill(must, Budget(seconds=seconds, seed=seed), roster)
        after, is_exact = found.roster, found.is_optimal or found.is_impossible
    else:
        after, is_exact = _search(must, roster, wish, seconds, seed, lambda cost: told and told(cost - now)), False
    if after is None or not wish.is_met(after.get((wish.person, wish.day))):
        return Price(None, is_exact)
    return Price(check.cost(problem, after) - now, is_exact, after)


def _search(
    must: Problem, roster: Roster, wish: Wish, seconds: float, seed: int, told: Callable[[int], object]
) -> Roster:
    """Plan anew around the wish: its person and some others at a time."""
    ends = time.perf_counter() + seconds
    place = wish.person, wish.day

    def better(found: Roster, cost: int) -> None:
        if wish.is_met(found.get(place)):
            told(cost)

    search = Search(
        Parts(must, places_of(must)),
        dict(roster),
        until=lambda: time.perf_counter() > ends,
        remaining=lambda: ends - time.perf_counter(),
        better=better,
        budget=Budget(seconds=3.0, seed=seed),
        around=wish.person,
    )
    search.run()
    return search.roster
