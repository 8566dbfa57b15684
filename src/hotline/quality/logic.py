"""Drawing a sample: who decided what, grouped into strata, ranked by a seed. Pure, so that anybody can repeat it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from hotline.kernel.words import gettext_noop as _
from hotline.rulebook.accuracy import Cause, Decision

DECISION_LABELS: dict[Decision, str] = {
    Decision.FILED: _("Filed cases"),
    Decision.REJECTED: _("Rejected cases"),
    Decision.DISPATCHED: _("Dispatched cases"),
}
CAUSE_LABELS: dict[Cause, str] = {
    Cause.WRONG_CATEGORY: _("Wrong category"),
    Cause.MISLEADING_WORDS: _("Wording that misleads"),
    Cause.NOT_CLARIFIED: _("Unclear, not clarified on the spot"),
    Cause.WRONG_FILING: _("Clearly wrong filing"),
    Cause.WRONG_REJECTION: _("Clearly wrong rejection"),
    Cause.WRONG_DISPATCH: _("Wrong dispatch"),
}
# What a case counts as where one person decided several things about it.
RANK = (Decision.REJECTED, Decision.FILED, Decision.DISPATCHED)


class SizeBy(StrEnum):
    """How many of a stratum are drawn: so many cases, or so many of a hundred."""

    COUNT = "count"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of one person about one case."""

    person: int
    decision: Decision
    case: int
    seq: int
    day: date


@dataclass(frozen=True, slots=True)
class Unit:
    """A case in one person's hands: it is right, or wrong once (reading 28)."""

    person: int
    decision: Decision
    case: int
    seq: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is drawn of each stratum, by decision."""

    by: SizeBy
    of: Mapping[Decision, int]

    def size(self, decision: Decision, population: int) -> int:
        """How many of so many; a percentage is rounded up, so that a small stratum is not left out."""
        wanted = self.of.get(decision, 0)
        if self.by is SizeBy.PERCENT:
            wanted = -(-population * wanted // 100)
        return min(wanted, population)


@dataclass(frozen=True, slots=True)
class Stratum:
    """What one person decided of one kind, and what of it was drawn."""

    person: int
    decision: Decision
    population: int
    drawn: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """A drawn sample: its strata, its units in the order of review, and the fingerprint of what was drawn from."""

    strata: tuple[Stratum, ...]
    units: tuple[Unit, ...]
    frame_hash: str

    @property
    def population(self) -> int:
        """How many cases it was drawn from."""
        return sum(stratum.population for stratum in self.strata)


def units(decisions: Iterable[Decided], first: date, last: date) -> list[Unit]:
    """Each person's cases of a period, each case once.

    A case belongs to the period in which the person first decided about it, so that two periods of one month never
    count it twice; `decisions` therefore begin with the month.
    """
    found: dict[tuple[int, int], list[Decided]] = {}
    for one in decisions:
        found.setdefault((one.person, one.case), []).append(one)
    made = []
    for (person, case), group in sorted(found.items()):
        if not first <= min(one.day for one in group) <= last:
            continue
        of_kind = {one.decision: one for one in sorted(group, key=lambda one: one.seq)}
        decision = next(kind for kind in RANK if kind in of_kind)
        made.append(Unit(person, decision, case, of_kind[decision].seq))
    return made


def rank(seed: str, unit: Unit) -> str:
    """The place of a unit in the order that a seed makes; nobody can foresee or bend it."""
    return sha256(f"{seed}:{unit.person}:{unit.case}".encode()).hexdigest()


def draw(frame: Sequence[Unit], sizes: Sizes, seed: str) -> Sample:
    """Draw from each stratum those that the seed ranks first; the same frame and seed give the same sample."""
    groups: dict[tuple[int, Decision], list[Unit]] = {}
    for unit in frame:
        groups.setdefault((unit.person, unit.decision), []).append(unit)
    strata = []
    for (person, decision), group in sorted(groups.items()):
        ranked = sorted(group, key=lambda unit: rank(seed, unit))
        size = sizes.size(decision, len(group))
        strata.append(Stratum(person, decision, len(group), tuple(ranked[:size])))
    drawn = sorted((unit for stratum in strata for unit in stratum.drawn), key=lambda unit: rank(seed, unit))
    return Sample(tuple(strata), tuple(drawn), fingerprint(frame))


def fingerprint(frame: Sequence[Unit]) -> str:
    """What a sample was drawn from, in 64 letters."""
    lines = sorted(f"{unit.person}:{unit.decision}:{unit.case}:{unit.seq}" for unit in frame)
    return sha256("\n".join(lines).encode()).hexdigest()
