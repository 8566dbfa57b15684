"""The five-minute rule (D3.7, D2.2): how long a case was in a person's hands, and what of that is charged to him.

A holding is never edited. What is charged is reckoned from it each time: the part within the person's own shifts,
without his breaks and without the times that are waived for recorded, proven reasons.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from hotline.kernel.rules import Dated, rule
from hotline.kernel.spans import Span, intersect, subtract, total
from hotline.rulebook.parameters.values import Reading, in_force

FIRST_DAY = date(2020, 1, 1)


class Stage(StrEnum):
    """The stages of a case, each with a clock of its own."""

    ACCEPTANCE = "acceptance"  # 受理
    VERIFY = "verify"  # 核实
    FILING = "filing"  # 立案
    DISPATCH = "dispatch"  # 派遣
    HANDLING = "handling"  # 处置
    CHECK = "check"  # 核查
    CLOSING = "closing"  # 结案
    PARKED = "parked"  # 挂账


class AverageOf(StrEnum):
    """What the month's charged time is divided by (reading 99)."""

    HOLDING = "holding"
    CASE = "case"


class Excuse(StrEnum):
    """What an accepted waiver takes out (reading 25): the whole case, or only the waived time."""

    CASE = "case"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class CustodyTerms:
    """The numbers of the five-minute rule."""

    limit: timedelta  # D3.7: exactly this long is in time (readings 6, 23, 100)
    amber_share: Fraction  # of the limit: from here the countdown warns
    charged_stages: Mapping[Stage, bool]  # stage.charged, reading 98
    average_of: AverageOf  # timeliness.average_of, reading 99
    excuse: Excuse  # reading 25

    @property
    def amber_after(self) -> timedelta:
        """Charged time from which the countdown warns, exact to the microsecond."""
        microseconds = self.limit // timedelta(microseconds=1) * self.amber_share
        return timedelta(microseconds=microseconds.numerator // microseconds.denominator)


def custody_terms(read: Reading) -> CustodyTerms:
    """The numbers of the rule from the parameters in force.

    The desk's own work is charged to whoever holds the case. The field and the departments have clocks of their own,
    and nobody at the desk pays for them (reading 98).
    """
    charged_names = read.names("stage.charged")
    return CustodyTerms(
        limit=timedelta(seconds=read.whole("case.limit_s")),
        amber_share=Fraction(4, 5),
        charged_stages={stage: stage.value in charged_names for stage in Stage},
        average_of=AverageOf(read.choice("timeliness.average_of")),
        excuse=Excuse.CASE,
    )


CUSTODY = Dated({FIRST_DAY: custody_terms(in_force(FIRST_DAY).reading())})
CHARGED_STAGES: Mapping[Stage, bool] = CUSTODY.on(FIRST_DAY).charged_stages


@dataclass(frozen=True, slots=True)
class Held:
    """One ended holding of a month in one person's hands, with what of it is charged."""

    case: int
    charged: timedelta
    excused: bool = False  # a waiver with evidence was accepted for this case


@dataclass(frozen=True, slots=True)
class Average:
    """Charged time over a count, exact; without a count there is no average, and nothing is deducted for none."""

    charged: timedelta
    count: int

    @property
    def seconds(self) -> Fraction | None:
        """The average in seconds, unrounded; None when nothing was counted."""
        if not self.count:
            return None
        return Fraction(self.charged // timedelta(microseconds=1), 1_000_000 * self.count)


@dataclass(frozen=True, slots=True)
class Timeliness:
    """A person's month: both averages side by side, which one counts, and the cases over the limit."""

    per_holding: Average
    per_case: Average
    counts: Average
    over_limit_cases: tuple[int, ...]


@rule("D3.7", since=FIRST_DAY)
def stage_is_charged(stage: str, held_by_person: bool, terms: CustodyTerms) -> bool:
    """D3.7: whether time in this stage is charged: to a person, never for a queue (reading 97) or the field (98)."""
    return held_by_person and terms.charged_stages[Stage(stage)]


@rule("D3.7", since=FIRST_DAY)
def charged(holding: Span, duty: Iterable[Span], breaks: Iterable[Span], waivers: Iterable[Span]) -> timedelta:
    """D3.7: time in hand that is charged: within the own shifts, without breaks and waived times.

    It starts at the later of the assignment and the start of the shift (readings 5, 96), and what falls between two
    shifts is nobody's.
    """
    return total(subtract(subtract(intersect([holding], duty), breaks), waivers))


@rule("D3.7", since=FIRST_DAY)
def over_limit(time_charged: timedelta, terms: CustodyTerms) -> bool:
    """D3.7: a single holding is over the limit when it exceeds it; exactly 300 s is in time (readings 6, 100)."""
    return time_charged > terms.limit


@rule("D3.7", since=FIRST_DAY)
def due_moment(
    start: datetime,
    duty: Iterable[Span],
    breaks: Iterable[Span],
    limit: timedelta,
    waivers: Iterable[Span] = (),
) -> datetime | None:
    """D3.7: the moment at which the charged time of a holding begun at `start` reaches the limit.

    None when the known shifts end before that. Half of the limit used up before the end of a shift runs on in the
    person's next one.
    """
    if limit <= timedelta(0):
        return start
    left = limit
    for span in subtract(subtract(duty, breaks), waivers):
        begins = max(span.start, start)
        if begins >= span.end:
            continue
        if begins + left <= span.end:
            return begins + left
        left -= span.end - begins
    return None


@rule("D3.7", since=FIRST_DAY)
def timeliness(month: Sequence[Held], terms: CustodyTerms, on: date) -> Timeliness:
    """D3.7: the month's average time in hand and the cases over the limit, excused ones left out (readings 24, 25)."""
    out = {held.case for held in month if held.excused} if terms.excuse is Excuse.CASE else set()
    counted = [held for held in month if held.case not in out]
    is_over = over_limit.on(on)
    time_charged = sum((held.charged for held in counted), timedelta())
    per_holding = Average(time_charged, len(counted))
    per_case = Average(time_charged, len({held.case for held in counted}))
    return Timeliness(
        per_holding=per_holding,
        per_case=per_case,
        counts=per_holding if terms.average_of is AverageOf.HOLDING else per_case,
        over_limit_cases=tuple(sorted({held.case for held in counted if is_over(held.charged, terms)})),
    )
