"""Who could take a shift that stands open, ranked, and why somebody cannot."""

from dataclasses import dataclass

from hotline.rosters.logic import check
from hotline.rosters.logic.problem import PersonKey, Problem, Roster
from hotline.rosters.logic.rules.base import Violation


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might take it: what it would cost, what it would break, what he has now on that day."""

    person: PersonKey
    cost: int
    worse: tuple[Violation, ...]
    has_now: str | None

    @property
    def may(self) -> bool:
        """Whether nothing hard would be broken."""
        return not any(violation.hard for violation in self.worse)


def candidates(problem: Problem, roster: Roster, day: int, kind: str) -> list[Candidate]:
    """Everybody who has not that shift on that day: first who may, free before busy, the cheapest first."""
    found = []
    for person in problem.people:
        has_now = roster.get((person.key, day))
        if has_now == kind:
            continue
        change = {(person.key, day): kind}
        worse, _better = check.of_change(problem, roster, change)
        cost = check.cost_of_change(problem, roster, change)
        found.append(Candidate(person.key, cost, tuple(worse), has_now))
    return sorted(found, key=lambda one: (not one.may, one.has_now is not None, one.cost, str(one.person)))
