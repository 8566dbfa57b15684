"""Whole rows as columns of a linear programme: column generation, its bound, and rosters made from its columns."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from ortools.linear_solver import pywraplp

from hotline.rosters.logic.places import Places, places_of
from hotline.rosters.logic.pricing import NEAR, Floats, Pricer, Shape, shape_of
from hotline.rosters.logic.problem import Place, Problem, Roster, Row, roster_of, row_of
from hotline.rosters.logic.rules.book import PERSON_RULES

Cells = tuple[int, ...]
# Kinds whose limit is counted only once a row has broken it, as long as the arrays stay this small.
LARGEST_STATE = 100_000
# Numbers of a day's arrays: of people reckoned together, and of those asked in one round.
LARGEST_GROUP = 1_000_000
LARGEST_LOAD = 2_500_000
SMALL_CAP = 5
PRESSES = 7
# Rounds in which prices are still wild: rows that break a limit are passed over.
WARM_UP = 8
A_ROW = 6
KEPT, MOST_COLUMNS = 30, 1500  # columns a person, and beyond which some are dropped
MUCH = 1_000_000.0
REWARD = 50_000.0


@dataclass(frozen=True, slots=True)
class Column:
    """A whole row of a person, what it costs by itself, and the cells it fills."""

    number: int
    person: int
    kinds: tuple[int, ...]
    cost: int
    cells: Cells


@dataclass(slots=True)
class Group:
    """People reckoned together."""

    members: list[int]
    pricer: Pricer


@dataclass(slots=True)
class Master:
    """The linear programme over the columns found so far."""

    solver: pywraplp.Solver
    people: list[pywraplp.Constraint]
    cells: list[pywraplp.Constraint]
    demands: dict[int, pywraplp.Constraint]
    leasts: dict[int, pywraplp.Constraint]
    columns: list[Column] = field(default_factory=list)
    variables: list[pywraplp.Variable] = field(default_factory=list)
    seen: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)


@dataclass(slots=True)
class _Asking:
    """One round of pricing: prices asked, prices of the programme itself, and what came of it."""

    prices: Floats
    outer: Floats
    wages: Floats
    found: int = 0
    widened: int = 0


class Generator:
    """Column generation over one problem."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.places: Places = places_of(problem)
        self.capped: list[set[str]] = [set() for _ in problem.people]
        self.groups: list[Group] = []
        self._group()
        self.master = self._master()
        self.bound = -math.inf
        self.value = math.inf
        self._best_duals: tuple[Floats, Floats] | None = None
        self.closed: dict[int, Column] = {}  # people whose rows are given
        self._is_exact = False
        self._rounds = 0
        self.is_hasty = False  # rows that break a limit are passed over

    # --- set up -----------------------------------------------------------------------------------------------------

    def _group(self) -> None:
        by_shape: dict[Shape, list[int]] = {}
        for at, person in enumerate(self.problem.people):
            by_shape.setdefault(shape_of(self.problem, person, self.capped[at]), []).append(at)
        self.groups, self._load = [], 0
        for shape, members in by_shape.items():
            size = shape.size * len(self.problem.kinds)
            self._load += size * len(members)
            step = max(1, LARGEST_GROUP // size)
            for first in range(0, len(members), step):
                some = members[first : first + step]
                self.groups.append(Group(some, Pricer(self.problem, [self.problem.people[at] for at in some], shape)))

    def _master(self) -> Master:
        solver = pywraplp.Solver.CreateSolver("GLOP")
        assert solver is not None
        goal = solver.Objective()
        goal.SetMinimization()
        infinite = solver.infinity()

        def variable(cost: float) -> pywraplp.Variable:
            made = solver.NumVar(0, infinite, "")
            goal.SetCoefficient(made, cost)
            return made

        people = []
        for _ in self.problem.people:
            row = solver.Constraint(1, 1)
            row.SetCoefficient(variable(MUCH), 1)
            people.append(row)
        cells = [solver.Constraint(0, 0) for _ in range(self.places.demands.shape[0])]
        heads = [variable(0) for _ in cells]
        for cell, head in zip(cells, heads, strict=True):
            cell.SetCoefficient(head, -1)
        demands, leasts = {}, {}
        for number, cover in enumerate(self.problem.covers):
            if cover.under or cover.over:
                row = solver.Constraint(cover.need, cover.need)
                row.SetCoefficient(variable(cover.under), 1)
                row.SetCoefficient(variable(cover.over), -1)
                demands[number] = row
            if cover.least > 0:
                row = solver.Constraint(cover.least, infinite)
                row.SetCoefficient(variable(MUCH), 1)
                leasts[number] = row
        for matrix, rows in ((self.places.demands, demands), (self.places.leasts, leasts)):
            triples = matrix.tocoo()
            for cell, number in zip(triples.row, triples.col, strict=True):
                rows[int(number)].SetCoefficient(heads[int(cell)], 1)
        return Master(solver, people, cells, demands, leasts)

    # --- the loop ---------------------------------------------------------------------------------------------------

    def run(self, until: Callable[[], bool], *, smooth: float = 0.5) -> None:
        """Find columns until none makes the programme cheaper, or `until` says that it is enough."""
        weight, turn = smooth, 0
        while not until():
            self._solve()
            if self.value - self.bound <= 1e-6 * max(1.0, abs(self.value)):
                return
            out = self._duals()
            asked = out if self._best_duals is None else _between(self._best_duals, out, weight)
            groups, turn = self._turn(turn)
            self._rounds += 1
            found = self._price(asked, out, groups)
            if found:
                weight = smooth
            elif self._rounds <= WARM_UP or len(groups) < len(self.groups):
                self._rounds, turn = max(self._rounds, WARM_UP), -1
            elif weight > 0:
                weight = 0.0
            elif self._is_exact:
                return
            else:
                self._is_exact = True

    def _turn(self, turn: int) -> tuple[list[Group], int]:
        """Whom to ask in this round: everybody, or by turns a part of them where everybody would take long."""
        parts = min(len(self.groups), -(-self._load // LARGEST_LOAD))
        if parts <= 1 or turn < 0 or turn == parts:
            return self.groups, 0
        return self.groups[turn::parts], turn + 1

    def rounds(self, count: int) -> None:
        """A few rounds for the people who are still open, and the programme's answer after them."""
        if len(self.master.columns) > MOST_COLUMNS + 2 * KEPT * (len(self.problem.people) - len(self.closed)):
            self._prune()
        self._solve()
        for _ in range(count):
            out = self._duals()
            if not self._price(out, out, self.groups):
                break
            self._solve()

    def relax(self) -> None:
        """Count only small limits again: the bound is found, and rosters are wanted quickly."""
        for person, kinds in zip(self.problem.people, self.capped, strict=True):
            kinds -= {kind for kind in kinds if person.most_of_kind[kind] > SMALL_CAP}
        self._group()
        self._prune()

    def _prune(self) -> None:
        """Keep the columns that the programme likes best: a small one answers sooner."""
        old, given = self.master, dict(self.closed)
        self._solve()
        order = sorted(range(len(old.columns)), key=lambda at: float(old.variables[at].reduced_cost()))
        self.master, self.closed = self._master(), {}
        for column in given.values():
            self.close(self.column(column.person, column.kinds, column.cost))
        left = [at for at in order if old.columns[at].person not in given]
        for at in left[: KEPT * (len(self.problem.people) - len(given))]:
            self.column(old.columns[at].person, old.columns[at].kinds, old.columns[at].cost)

    def close(self, column: Column) -> None:
        """Give a person this row, and ask for no other.

        A reward fixes it: a bound would make the programme's last answer useless as a start for the next.
        """
        self._reward(column, REWARD)
        self.closed[column.person] = column

    def open(self, column: Column) -> None:
        """Take back what `close` said."""
        self._reward(column, 0.0)
        self.closed.pop(column.person, None)

    def _reward(self, column: Column, reward: float) -> None:
        number = self.column(column.person, column.kinds, column.cost).number
        self.master.solver.Objective().SetCoefficient(self.master.variables[number], column.cost - reward)

    def _solve(self) -> None:
        parameters = pywraplp.MPSolverParameters()
        parameters.SetIntegerParam(parameters.PRESOLVE, parameters.PRESOLVE_OFF)
        parameters.SetIntegerParam(parameters.INCREMENTALITY, parameters.INCREMENTALITY_ON)
        status = self.master.solver.Solve(parameters)
        assert status == pywraplp.Solver.OPTIMAL, status
        self.value = self.master.solver.Objective().Value() + REWARD * len(self.closed)

    def _duals(self) -> tuple[Floats, Floats]:
        covers = self.problem.covers
        demand, least = np.zeros(len(covers)), np.zeros(len(covers))
        for number, row in self.master.demands.items():
            demand[number] = min(max(row.dual_value(), -covers[number].over), covers[number].under)
        for number, row in self.master.leasts.items():
            least[number] = max(row.dual_value(), 0.0)
        return demand, least

    def prices(self, duals: tuple[Floats, Floats]) -> Floats:
        """What each place costs when the covers pay for the heads that they get."""
        paid = self.places.demands @ duals[0] + self.places.leasts @ duals[1]
        return np.asarray(self.places.costs - np.append(paid, 0.0)[self.places.cells])

    def _price(self, asked: tuple[Floats, Floats], out: tuple[Floats, Floats], groups: Sequence[Group]) -> int:
        """Look for rows at the asked prices, enter those that pay at the programme's own; a bound comes with it."""
        ask = _Asking(self.prices(asked), self.prices(out), np.array([row.dual_value() for row in self.master.people]))
        needs = np.array([[cover.need, cover.least] for cover in self.problem.covers], dtype=float).reshape(-1, 2)
        bound = float(asked[0] @ needs[:, 0] + asked[1] @ needs[:, 1])
        for group in groups:
            bound += self._price_group(group, ask)
        if len(groups) == len(self.groups) and not self.closed and bound > self.bound:
            self.bound, self._best_duals = bound, asked
        if ask.widened:
            self._group()
        return ask.found + ask.widened

    def _price_group(self, group: Group, ask: _Asking) -> float:
        who = [number for number, person in enumerate(group.members) if person not in self.closed]
        if not who:
            return 0.0
        members = [group.members[number] for number in who]
        costs = ask.prices[members]
        days = group.pricer.solve(costs, who)
        cheapest = group.pricer.cheapest(days)
        pressed: list[tuple[int, int]] = []
        for at, person in enumerate(members):
            for number, kinds in enumerate(group.pricer.rows(days, costs, at, A_ROW, who)):
                kind = self._above_cap(person, kinds)
                if kind is None:
                    self._offer(person, kinds, ask)
                elif self._rounds <= WARM_UP or self.is_hasty:
                    continue
                elif self._widen(person, kind):
                    ask.widened += 1
                elif number == 0:
                    pressed.append((at, kind))
        if pressed:
            self._press(group, who, pressed, costs, cheapest, ask)
        return float(cheapest.sum())

    def _press(
        self,
        group: Group,
        open_to: list[int],
        pressed: list[tuple[int, int]],
        costs: Floats,
        cheapest: Floats,
        ask: _Asking,
    ) -> None:
        """Make a kind dearer for whoever took too much of it, until he does not: a multiplier for his limit."""
        places = [at for at, _ in pressed]
        who = [open_to[at] for at in places]
        least, most = np.zeros(len(who)), np.full(len(who), self._dearest)
        for _ in range(PRESSES):
            fee = (least + most) / 2
            dearer = costs[places]
            for at, (_place, kind) in enumerate(pressed):
                dearer[at, :, kind] += fee[at]
            days = group.pricer.solve(dearer, who)
            values = group.pricer.cheapest(days)
            for at, (place, kind) in enumerate(pressed):
                person = group.members[who[at]]
                limit = self.problem.people[person].most_of_kind[self.problem.kinds[kind].key]
                cheapest[place] = max(cheapest[place], values[at] - fee[at] * limit)
                (kinds,) = group.pricer.rows(days, dearer, at, 1, who)
                if kinds.count(kind) > limit:
                    least[at] = fee[at]
                else:
                    most[at] = fee[at]
                    if self._above_cap(person, kinds) is None:
                        self._offer(person, kinds, ask)

    @cached_property
    def _dearest(self) -> float:
        return 2.0 * max((max(cover.under, cover.over) for cover in self.problem.covers), default=1)

    def answer(self, person: int, prices: Floats) -> tuple[tuple[int, ...], int] | None:
        """The cheapest lawful row of one person at the prices of his places that could be found, and its own cost."""
        group = next(each for each in self.groups if person in each.members)
        who = [group.members.index(person)]
        fees = np.zeros(len(self.problem.kinds) + 1)
        limited = sum(0 < most < self.problem.days for most in self.problem.people[person].most_of_kind.values())
        for _ in range(PRESSES * (2 + limited)):
            dearer = (prices + fees)[None]
            days = group.pricer.solve(dearer, who)
            first = None
            for kinds in group.pricer.rows(days, dearer, 0, A_ROW, who):
                first = kinds if first is None else first
                if self._above_cap(person, kinds) is None:
                    cost, broken = self._judge(person, kinds)
                    if not broken:
                        return kinds, cost
            above = None if first is None else self._above_cap(person, first)
            if above is None:
                return None
            # Dearer and dearer, until he takes other kinds.
            fees[above] = max(2 * fees[above], self._dearest / 32)
        return None

    def _offer(self, person: int, kinds: tuple[int, ...], ask: _Asking) -> None:
        """Take a row as a column if it is new, lawful and pays."""
        if (person, kinds) in self.master.seen:
            return
        cost, broken = self._judge(person, kinds)
        if broken:
            return
        own = self.places.costs[person]
        paid = sum(ask.outer[person, day, kind] - own[day, kind] for day, kind in enumerate(kinds))
        if cost + paid - ask.wages[person] < -NEAR:
            self.column(person, kinds, cost)
            ask.found += 1

    def _above_cap(self, person: int, kinds: tuple[int, ...]) -> int | None:
        """A kind of which the row has more than the person may."""
        most = self.problem.people[person].most_of_kind
        for number, kind in enumerate(self.problem.kinds):
            if kind.key in most and kinds.count(number) > most[kind.key]:
                return number
        return None

    def _widen(self, person: int, kind: int) -> bool:
        """Count a kind from now on, if its limit is small and so is the array."""
        whose, key = self.problem.people[person], self.problem.kinds[kind].key
        if key in self.capped[person] or (whose.most_of_kind[key] > SMALL_CAP and not self._is_exact):
            return False
        shape = shape_of(self.problem, whose, [*self.capped[person], key])
        if shape.size * len(self.problem.kinds) > LARGEST_STATE:
            return False
        self.capped[person].add(key)
        return True

    def _judge(self, person: int, kinds: tuple[int, ...]) -> tuple[int, bool]:
        """What a row costs by itself, and whether it breaks a hard rule."""
        row, whose = self.row(kinds), self.problem.people[person]
        cost = 0
        for rule in PERSON_RULES:
            for violation in rule.check(self.problem, whose, row):
                if violation.hard:
                    return 0, True
                cost += violation.cost
        return cost, False

    def row(self, kinds: Sequence[int]) -> Row:
        """A row of numbers as a row of shifts."""
        last = len(self.problem.kinds)
        return tuple(None if kind == last else self.problem.kinds[kind].key for kind in kinds)

    def column(self, person: int, kinds: tuple[int, ...], cost: int) -> Column:
        """The column of a row, entered if it is new."""
        if (person, kinds) in self.master.seen:
            return self.master.columns[self.master.seen[person, kinds]]
        cells = tuple(
            int(cell) for day, kind in enumerate(kinds) if (cell := self.places.cells[person, day, kind]) >= 0
        )
        column = Column(len(self.master.columns), person, kinds, cost, cells)
        made = self.master.solver.NumVar(0, self.master.solver.infinity(), "")
        self.master.solver.Objective().SetCoefficient(made, cost)
        self.master.people[person].SetCoefficient(made, 1)
        for cell in cells:
            self.master.cells[cell].SetCoefficient(made, 1)
        self.master.seen[person, kinds] = column.number
        self.master.columns.append(column)
        self.master.variables.append(made)
        return column

    def roster(self, rows: Iterable[Column]) -> dict[Place, str]:
        """The roster that these rows make."""
        people = self.problem.people
        return roster_of((people[column.person].key, self.row(column.kinds)) for column in rows)

    def rows_of(self, roster: Roster) -> dict[int, Column]:
        """The columns that a lawful roster is made of."""
        number = {kind.key: at for at, kind in enumerate(self.problem.kinds)}
        found = {}
        for at, person in enumerate(self.problem.people):
            row = row_of(self.problem, roster, person.key)
            kinds = tuple(len(number) if given is None else number[given] for given in row)
            cost, _broken = self._judge(at, kinds)
            found[at] = self.column(at, kinds, cost)
        return found


def _between(best: tuple[Floats, Floats], out: tuple[Floats, Floats], weight: float) -> tuple[Floats, Floats]:
    if weight == 0:
        return out
    return weight * best[0] + (1 - weight) * out[0], weight * best[1] + (1 - weight) * out[1]
