"""Accuracy (D3.8): which share of a person's decisions was right, and what a shortfall costs.

Only a review by somebody else makes a decision wrong. A case is wrong once, whatever was wrong about it (reading 28).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import isqrt

from hotline.kernel.rules import Dated, rule
from hotline.rulebook.parameters.values import Reading, days_of, in_force

FIRST_DAY = date(2020, 1, 1)
POINT = Fraction(1, 100)


class Decision(StrEnum):
    """What of a person's work on a case is reviewed."""

    FILED = "filed"  # 立案
    REJECTED = "rejected"  # 废案
    DISPATCHED = "dispatched"  # 批转


class Cause(StrEnum):
    """Why a decision was wrong: the causes that the clause names."""

    WRONG_CATEGORY = "wrong_category"  # 分类错误
    MISLEADING_WORDS = "misleading_words"  # 表述歧义
    NOT_CLARIFIED = "not_clarified"  # 未当场问清
    WRONG_FILING = "wrong_filing"  # 错误立案
    WRONG_REJECTION = "wrong_rejection"  # 错误废案
    WRONG_DISPATCH = "wrong_dispatch"  # 派遣错误


class Step(StrEnum):
    """Which percentage points below the target count."""

    COMPLETED = "completed"
    STARTED = "started"


class Basis(StrEnum):
    """What a figure rests on."""

    SAMPLE = "sample"  # right of those drawn and checked
    WHOLE = "whole"  # wrong ones found against all that were handled
    NOTHING = "nothing"  # nothing was handled, or nothing is known yet


@dataclass(frozen=True, slots=True)
class AccuracyTerms:
    """The numbers of the clause and how it is read."""

    target: Fraction
    per_point_fen: int  # 10 yuan for each percentage point below
    cap_fen: int  # 50 yuan at most
    step: Step  # reading 29: completed points
    min_n: int  # reading 29: a smaller sample is shown and not used for pay


def accuracy_terms(read: Reading) -> AccuracyTerms:
    """The numbers of the clause from the parameters in force."""
    return AccuracyTerms(
        target=read.number("accuracy.target") / 100,
        per_point_fen=read.fen("accuracy.yuan_per_point"),
        cap_fen=read.fen("accuracy.yuan"),
        step=Step(read.choice("step.counts")),
        min_n=read.whole("accuracy.min_n"),
    )


# What the program ships, with the stricter standard once from 1 November of the adopting year (reading 26).
ACCURACY = Dated({day: accuracy_terms(in_force(day).reading()) for day in days_of("accuracy.target")})

# The clause sets no time for an appeal; this is the centre's own.
APPEAL_WITHIN: Dated[timedelta] = Dated({FIRST_DAY: timedelta(days=7)})

# Which causes are possible for which decision; the first three are about the words of the report itself.
_WORDS = (Cause.WRONG_CATEGORY, Cause.MISLEADING_WORDS, Cause.NOT_CLARIFIED)
CAUSES: dict[Decision, tuple[Cause, ...]] = {
    Decision.FILED: (*_WORDS, Cause.WRONG_FILING),
    Decision.REJECTED: (*_WORDS, Cause.WRONG_REJECTION),
    Decision.DISPATCHED: (Cause.WRONG_DISPATCH,),
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A person's month: what he handled, what of it was drawn and judged, and what was found otherwise."""

    handled: int  # cases in which he decided something
    sampled: int  # of them drawn and judged
    sampled_wrong: int
    found_wrong: int  # wrong ones by any review, drawn or not

    def __post_init__(self) -> None:
        if not 0 <= self.sampled_wrong <= self.sampled <= self.handled or self.found_wrong > self.handled:
            raise ValueError(f"a part is larger than its whole: {self}")


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The rate, exact, with what it rests on."""

    basis: Basis
    right: int
    of: int
    handled: int
    for_pay: bool

    @property
    def rate(self) -> Fraction | None:
        """Right over checked; None where there is nothing to divide by."""
        return Fraction(self.right, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What lies below the target, in counted percentage points, and what it costs."""

    points: int
    deduct_fen: int


@rule("D3.8", since=FIRST_DAY)
def accuracy(month: Checked, terms: AccuracyTerms) -> Accuracy:
    """D3.8: right cases of all handled, or of the sample where one was drawn (reading 29).

    Without a case there is no rate and nothing is deducted (reading 30). A sample that is the whole is no sample.
    """
    if not month.handled:
        return Accuracy(Basis.NOTHING, 0, 0, 0, for_pay=False)
    if month.sampled:
        enough = month.sampled >= terms.min_n or month.sampled == month.handled
        right = month.sampled - month.sampled_wrong
        return Accuracy(Basis.SAMPLE, right, month.sampled, month.handled, for_pay=enough)
    if not month.found_wrong:  # nobody has looked: nothing is known to be wrong
        return Accuracy(Basis.NOTHING, 0, 0, month.handled, for_pay=False)
    return Accuracy(Basis.WHOLE, month.handled - month.found_wrong, month.handled, month.handled, for_pay=True)


@rule("D3.8", since=FIRST_DAY)
def shortfall(figure: Accuracy, terms: AccuracyTerms) -> Shortfall:
    """D3.8: 10 yuan for each completed percentage point below the target, at most 50 (reading 29: never rounded)."""
    if figure.rate is None or not figure.for_pay or figure.rate >= terms.target:
        return Shortfall(0, 0)
    below = (terms.target - figure.rate) / POINT
    points = below.numerator // below.denominator
    if terms.step is Step.STARTED and below != points:
        points += 1
    return Shortfall(points, min(points * terms.per_point_fen, terms.cap_fen))


# 1.959964 standard deviations, as a fraction: 95 of 100 such intervals hold the true rate.
Z = Fraction(1_959_964, 1_000_000)
SCALE = 10_000  # an interval is told in hundredths of a percentage point


def wilson(right: int, of: int) -> tuple[Fraction, Fraction] | None:
    """The 95 % interval (Wilson) of a rate, in exact arithmetic but for the root, which errs outwards by 1e-9."""
    if not of:
        return None
    square = Z * Z
    middle = Fraction(right, of) + square / (2 * of)
    spread = Fraction(right * (of - right), of**3) + square / (4 * of * of)
    fine = 10**18
    # the root of a fraction in steps of 1e-9, rounded up so that the interval never gets too narrow
    root = isqrt(-(-spread.numerator * fine // spread.denominator))
    half = Z * Fraction(root + 1, 10**9)
    whole = 1 + square / of
    return max(Fraction(0), (middle - half) / whole), min(Fraction(1), (middle + half) / whole)
