"""The same month under two sets of values: who changes, and by how much (D3.1: nothing is changed unseen)."""

from dataclasses import dataclass

from hotline.rulebook.assessment.facts import Facts
from hotline.rulebook.assessment.lines import Assessment
from hotline.rulebook.assessment.month import assess_with
from hotline.rulebook.parameters.values import Values


@dataclass(frozen=True, slots=True)
class Outcome:
    """A person's month as it stands and as it would be."""

    name: str
    now: Assessment
    then: Assessment

    @property
    def points(self) -> int:
        """By how many points it changes."""
        return self.then.points - self.now.points

    @property
    def fen(self) -> int:
        """By how much money it changes, in fen."""
        return self.then.fen - self.now.fen

    @property
    def changes(self) -> bool:
        """Whether anything changes for this person."""
        return bool(self.points or self.fen)


def compare(name: str, facts: Facts, now: Values, other: Facts, then: Values) -> Outcome:
    """One person's month under both; `other` are the facts as the other values would have made them."""
    return Outcome(name, assess_with(facts, now), assess_with(other, then))
