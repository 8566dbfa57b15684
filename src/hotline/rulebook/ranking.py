"""Half-year and year (D3.15, D5): who stands where by the monthly scores, and who is proposed for a reward."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from hotline.kernel.rules import rule
from hotline.kernel.words import Words
from hotline.rulebook.assessment.lines import Matter, Proposal
from hotline.rulebook.parameters.values import Reading
from hotline.rulebook.roles import FIRST_DAY

HALF_YEAR = 6


@dataclass(frozen=True, slots=True)
class Months:
    """A person's scores of the months in which there was an assessment."""

    person: str
    points: Sequence[int]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands; None with too few months, which is no fault. The sum is shown beside the mean."""

    person: str
    place: int | None
    mean: Fraction | None
    total: int
    months: int


@rule("D3.15", since=FIRST_DAY)
def ranking(people: Sequence[Months], months: int, read: Reading) -> list[Place]:
    """D3.15: places by the mean of the months assessed, from 4 of 6 on; ties share the place (reading 93)."""
    least = -(-read.whole("rank.min_months") * months // HALF_YEAR)
    by_sum = read.choice("rank.by") == "sum"
    found = []
    for one in people:
        mean = Fraction(sum(one.points), len(one.points)) if one.points else None
        found.append(Place(one.person, None, mean, sum(one.points), len(one.points)))
    ranked = [one for one in found if one.months >= least and one.mean is not None]
    values = [_value(one, by_sum=by_sum) for one in ranked]
    placed = [
        Place(one.person, 1 + sum(other > value for other in values), one.mean, one.total, one.months)
        for one, value in zip(ranked, values, strict=True)
    ]
    others = [one for one in found if one.months < least or one.mean is None]
    order = sorted(placed, key=lambda one: (one.place or 0, one.person))
    return [*order, *sorted(others, key=lambda one: one.person)]


def _value(one: Place, *, by_sum: bool) -> Fraction:
    assert one.mean is not None
    return Fraction(one.total) if by_sum else one.mean


@rule("D5", since=FIRST_DAY)
def reward_proposals(places: Sequence[Place], period: str) -> list[Proposal]:
    """D5: whoever is first in the half-year or year is proposed for a reward; people decide it (reading 54)."""
    reason = Words("{period}考评第一名：建议奖励，由人决定", "First in the ranking of {period}: a reward is proposed")
    return [Proposal(Matter.REWARD, "D5", reason(period=period), (one.person,)) for one in places if one.place == 1]
