"""How well callers are served: the formulas in use, each with its number and the day since which it counts. Pure.

A figure is told with its formula; a changed formula is a new version, and closed months keep the old one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hotline.kernel.rules import Dated
from hotline.kernel.words import gettext_noop
from hotline.telephony.logic.words import Left

FIRST_DAY = date(2020, 1, 1)
NOT_OFFERED = frozenset({
    Left.FULL, Left.CLOSED, Left.EMPTY, Left.DIVERTED, Left.CALLBACK, Left.REJOINED, Left.MENU, Left.TEST, Left.LOST,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tally:
    """What the formulas are made of, within the threshold and beyond it; exactly at the threshold is within it."""

    answered_within: int = 0
    answered_late: int = 0
    abandoned_within: int = 0
    abandoned_late: int = 0
    short: int = 0  # of those who hung up, those within the short time
    left_otherwise: int = 0

    @property
    def answered(self) -> int:
        """Answered at all."""
        return self.answered_within + self.answered_late

    @property
    def abandoned(self) -> int:
        """Hung up while waiting, sooner or later; those who waited too long count here."""
        return self.abandoned_within + self.abandoned_late

    @property
    def offered(self) -> int:
        """Calls that were to be answered."""
        return self.answered + self.abandoned


Formula = Callable[[Tally], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Definition:
    """A formula with its name, its version, what it says in words, and how it is reckoned: a pair, over and under."""

    code: str
    version: int
    label: str
    text: str
    reckon: Formula

    def share(self, of: Tally) -> Fraction | None:
        """The share, or None where there is nothing to divide by."""
        over, under = self.reckon(of)
        return Fraction(over, under) if under else None


SERVICE_LEVEL: dict[str, Dated[Definition]] = {
    "F1": Dated({FIRST_DAY: Definition(
        "F1", 1, gettext_noop("All in time"),
        gettext_noop("Answered or hung up within the time, over all answered and hung up."),
        lambda of: (of.answered_within + of.abandoned_within, of.offered),
    )}),
    "F2": Dated({FIRST_DAY: Definition(
        "F2", 1, gettext_noop("Of those answered"),
        gettext_noop("Answered within the time, over all answered."),
        lambda of: (of.answered_within, of.answered),
    )}),
    "F3": Dated({FIRST_DAY: Definition(
        "F3", 1, gettext_noop("Of all callers"),
        gettext_noop("Answered within the time, over all answered and hung up."),
        lambda of: (of.answered_within, of.offered),
    )}),
    "F4": Dated({FIRST_DAY: Definition(
        "F4", 1, gettext_noop("Without those who hung up early"),
        gettext_noop("Answered within the time, over all answered and those who hung up after it."),
        lambda of: (of.answered_within, of.answered + of.abandoned_late),
    )}),
}  # fmt: skip
CONTRACT = "F3"  # the one that stands on the tile; the others are one click away
