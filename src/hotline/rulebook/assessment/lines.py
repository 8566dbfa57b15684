"""What an assessment finds: lines with their clause, evidence and parameters, and matters that only people decide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from hotline.kernel.words import Words
from hotline.rulebook.parameters.kinds import plain
from hotline.rulebook.parameters.values import Reading

FEN = 100


class Part(StrEnum):
    """Which part of the assessment a line belongs to."""

    ATTENDANCE = "attendance"
    TIMELINESS = "timeliness"
    ACCURACY = "accuracy"
    EXAM = "exam"
    OTHER = "other"
    BONUS = "bonus"
    BREACH = "breach"


class Sort(StrEnum):
    """What a line does, so that a later step finds the awards or the deductions among them."""

    AWARD = "award"
    DEDUCTION = "deduction"
    CAP = "cap"  # gives back what lies above a cap
    COUNTED = "counted"  # the same fact was counted already
    NONE = "none"  # nothing is deducted, and why
    PRORATA = "prorata"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: points and whole fen with their sign, the clause, why, and on what it rests."""

    part: Part
    sort: Sort
    clause: str
    points: int
    fen: int
    reason: Words
    evidence: tuple[str, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)


class Matter(StrEnum):
    """What only a person may decide."""

    TALK = "talk"
    POINTS = "points"
    DISMISSAL_REVIEW = "dismissal_review"
    REWARD = "reward"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A matter put before people; `stop` is what the law says against it. It never changes points or money."""

    matter: Matter
    clause: str
    reason: Words
    evidence: tuple[str, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)
    stop: Words | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """A month: its lines add up exactly to its points and fen."""

    lines: tuple[Line, ...]
    proposals: tuple[Proposal, ...]
    uncollected_fen: int

    @property
    def points(self) -> int:
        """The month's score."""
        return sum(line.points for line in self.lines)

    @property
    def fen(self) -> int:
        """What is earned, in fen."""
        return sum(line.fen for line in self.lines)


class Sheet:
    """Lines of one part as they are written; each takes the parameters read since the last one."""

    def __init__(self, part: Part, read: Reading) -> None:
        self.part, self.read = part, read
        self.lines: list[Line] = []

    def write(
        self,
        sort: Sort,
        clause: str,
        reason: Words,
        *,
        points: int = 0,
        fen: int = 0,
        evidence: Iterable[str] = (),
    ) -> None:
        """One line."""
        keys = dict(self.read.shown)
        self.lines.append(Line(self.part, sort, clause, points, fen, reason, tuple(evidence), keys))

    def lost(self) -> tuple[int, int]:
        """Points and fen that the lines so far take away, as positive numbers; awards are left out."""
        counted = [line for line in self.lines if line.sort is not Sort.AWARD]
        return -sum(line.points for line in counted), -sum(line.fen for line in counted)

    def cap(self, clause: str, *, points: int | None = None, fen: int | None = None) -> None:
        """A line that gives back what was taken above these caps; none where nothing was."""
        lost_points, lost_fen = self.lost()
        back = max(0, lost_points - points) if points is not None else 0
        back_fen = max(0, lost_fen - fen) if fen is not None else 0
        if back or back_fen:
            limits = [
                *([POINTS_OF(n=points)] if back and points is not None else []),
                *([YUAN_OF(n=yuan(fen))] if back_fen and fen is not None else []),
            ]
            self.write(Sort.CAP, clause, CAP(limit=joined(limits)), points=back, fen=back_fen)


CAP = Words("扣到上限 {limit}，超出部分退回", "Up to {limit} at most: what exceeds it is given back")
POINTS_OF = Words("{n} 分", "{n} points")
YUAN_OF = Words("{n} 元", "{n} yuan")
COUNTED = Words("同一事实已计，不重复扣减", "The same fact is counted already, and not twice")


def joined(words: Sequence[Words]) -> Words:
    """Several words in a row."""
    return Words("、".join(word.zh for word in words), ", ".join(word.en for word in words))


def yuan(fen: int) -> str:
    """Fen as yuan without trailing zeros: 322.5."""
    return plain(Fraction(fen, FEN))


def clock(seconds: Fraction | int) -> str:
    """Seconds as 5:59, with tenths only where there is a part of a second (cut off, never rounded up)."""
    tenths = int(Fraction(seconds) * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    whole, tenth = divmod(rest, 10)
    head = f"{hours}:{minutes:02}" if hours else f"{minutes}"
    return f"{head}:{whole:02}" + (f".{tenth}" if Fraction(seconds).denominator != 1 else "")


def percent(rate: Fraction) -> str:
    """A share in percent with at most three decimals, cut off and marked where there are more."""
    value = rate * 100
    thousandths = int(value * 1000)
    return plain(Fraction(thousandths, 1000)) + ("…" if value * 1000 != thousandths else "") + "%"
