"""The roster as a model for CP-SAT: who has which shift on which day, and what the rules say about it.

OR-Tools takes seconds to load: whoever wants this module in a page or a command imports it only then.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

import numpy as np
from ortools.sat.python import cp_model

from hotline.rosters.logic.problem import Cover, PersonKey, Place, Problem, Roster
from hotline.rosters.logic.rules.base import DayRule, PersonRule
from hotline.rosters.logic.rules.book import DAY_RULES, PERSON_RULES

Literal: TypeAlias = cp_model.LiteralT
Expression: TypeAlias = cp_model.LinearExpr | int
Bound: TypeAlias = cp_model.BoundedLinearExpression | bool | np.bool_
# A rule and the person or day that it speaks of here; None for the rule as a whole.
Group: TypeAlias = tuple[str, PersonKey | None, int | None]


class RosterModel:
    """A CP-SAT model of one problem. `guarded` lets each group of hard constraints be switched off by a literal."""

    def __init__(self, problem: Problem, *, guarded: bool = False) -> None:
        self.problem = problem
        self.cp = cp_model.CpModel()
        self.guards: dict[Group, cp_model.IntVar] = {}
        self._guarded = guarded
        self._group: Group = ("", None, None)
        self.goal: cp_model.LinearExpr = cp_model.LinearExpr.sum([])
        self._costs: list[Expression] = []
        self._weights: list[int] = []
        self._weekends: dict[tuple[PersonKey, int], cp_model.IntVar] = {}
        self._has = {
            (person.key, day, kind.key): self.cp.new_bool_var("")
            for person in problem.people
            for day in range(problem.days)
            for kind in problem.kinds
        }
        self._works = {
            (person.key, day): self.cp.new_bool_var("") for person in problem.people for day in range(problem.days)
        }

    # --- what the rules ask of it ---------------------------------------------------------------------------------

    def has(self, person: PersonKey, day: int, kind: str) -> cp_model.IntVar:
        """That somebody has this shift on this day."""
        return self._has[person, day, kind]

    def works(self, person: PersonKey, day: int) -> cp_model.IntVar:
        """That somebody has a shift on this day."""
        return self._works[person, day]

    def weekend(self, person: PersonKey, days: Sequence[int]) -> cp_model.IntVar:
        """That somebody has a shift on one of the days of a weekend."""
        place = (person, days[0])
        if place not in self._weekends:
            some = self.cp.new_bool_var("")
            works = [self.works(person, day) for day in days]
            for each in works:
                self.cp.add_implication(each, some)
            self.cp.add_bool_or([*works, some.negated()])
            self._weekends[place] = some
        return self._weekends[place]

    def heads(self, cover: Cover, *, for_least: bool = False) -> Expression:
        """How many count for a cover."""
        fits = cover.is_kept_by if for_least else cover.is_met_by
        kinds = [kind.key for kind in self.problem.kinds if fits(kind)]
        return cp_model.LinearExpr.sum(
            [
                self._has[person.key, cover.day, kind]
                for person in self.problem.people
                for kind in kinds
                if self.problem.counts(person, cover, kind, for_least=for_least)
            ]
        )

    def total(self, terms: Iterable[tuple[Expression, int]]) -> Expression:
        """A sum of literals with their weights."""
        pairs = [(what, weight) for what, weight in terms if weight]
        if not pairs:
            return 0
        return cp_model.LinearExpr.weighted_sum([what for what, _ in pairs], [weight for _, weight in pairs])

    def above(self, expression: Expression, most: int) -> Expression:
        """What an expression is above 0; it is at most `most`, and only ever pressed down."""
        if most <= 0:
            return 0
        excess = self.cp.new_int_var(0, most, "")
        self.cp.add(excess >= expression)
        return excess

    def cost(self, expression: Expression, weight: int) -> None:
        """A soft rule: each unit of the expression costs the weight. Nobody asks for costs where rules are weighed."""
        if self._guarded:
            return
        self._costs.append(expression)
        self._weights.append(weight)

    def require(self, constraint: Bound) -> None:
        """A hard rule as a linear constraint; a plain truth where nothing of it is left to decide."""
        self._guard(self.cp.add(bool(constraint) if isinstance(constraint, np.bool_) else constraint))

    def require_any(self, literals: Sequence[Literal]) -> None:
        """At least one of these holds."""
        self._guard(self.cp.add_bool_or(literals))

    def forbid(self, literal: Literal) -> None:
        """This does not hold."""
        self.demand(~literal)

    def forbid_all(self, literals: Sequence[Literal]) -> None:
        """These do not hold together."""
        self._guard(self.cp.add_bool_or([~literal for literal in literals]))

    def demand(self, literal: Literal) -> None:
        """This holds."""
        self._guard(self.cp.add_bool_and([literal]))

    def at_most_one(self, literals: Sequence[Literal]) -> None:
        """At most one of these holds."""
        if self._guarded:
            self._guard(self.cp.add(cp_model.LinearExpr.sum(list(literals)) <= 1))
        else:
            self.cp.add_at_most_one(literals)

    def exactly_one(self, literals: Sequence[Literal]) -> None:
        """Exactly one of these holds: what makes the model a roster at all, so no guard switches it off."""
        self.cp.add_exactly_one(literals)

    # --- what the solver asks of it -------------------------------------------------------------------------------

    def post(self, person_rules: Iterable[PersonRule] = PERSON_RULES, day_rules: Iterable[DayRule] = DAY_RULES) -> None:
        """Add the constraints of the rules, then the objective."""
        for rule in person_rules:
            for person in self.problem.people:
                self._group = (rule.key, person.key, None)
                rule.constrain(self, self.problem, person)
        for each in day_rules:
            for day in range(self.problem.days):
                self._group = (each.key, None, day)
                each.constrain(self, self.problem, day)
        self.goal = cp_model.LinearExpr.weighted_sum(self._costs, self._weights)
        self.cp.minimize(self.goal)

    def hint(self, roster: Roster) -> None:
        """Begin the search at a roster."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for (person, day), works in self._works.items():
            self.cp.add_hint(works, (person, day) in roster)
        for (person, day, kind), has in self._has.items():
            self.cp.add_hint(has, roster.get((person, day)) == kind)

    def read(self, value: "cp_model.CpSolver | cp_model.CpSolverSolutionCallback") -> dict[Place, str]:
        """The roster of a solution."""
        return {(person, day): kind for (person, day, kind), has in self._has.items() if value.boolean_value(has)}

    def _guard(self, constraint: cp_model.Constraint) -> None:
        if self._guarded:
            if self._group not in self.guards:
                self.guards[self._group] = self.cp.new_bool_var("")
            constraint.only_enforce_if(self.guards[self._group])
