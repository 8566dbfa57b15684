"""Limits and when they run out, targets and whether they are met, which agreement a case falls under."""

from dataclasses import dataclass
from datetime import date, datetime

from hotline.kernel.rules import Dated
from hotline.kernel.workclock import Unit, WorkCalendar, deadline

WHOLE = 1000  # shares are whole thousandths


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units of a clock."""

    value: int
    unit: Unit

    def ends(self, calendar: WorkCalendar, start: datetime) -> datetime:
        """The earliest moment at which it is used up."""
        return deadline(calendar, self.unit, start, self.value)


@dataclass(frozen=True, slots=True)
class ObjectionTerms:
    """How long a department may object, the loser may appeal, and a reviewer may take."""

    raise_within: Limit
    appeal_within: Limit
    decide_within: Limit


HOURS, DAYS = Unit.WORK_HOUR, Unit.WORK_DAY
OBJECTION: Dated[ObjectionTerms] = Dated(
    {date(2020, 1, 1): ObjectionTerms(Limit(4, HOURS), Limit(1, DAYS), Limit(4, HOURS))}
)


def works_of(code: str) -> tuple[str, ...]:
    """The kinds of work a case belongs to, the nearest first: its sub-class, its class, all work."""
    return (code, code[:3], "") if code else ("",)


def met(numerator: int, denominator: int, permille: int) -> bool | None:
    """Whether a rate reaches a target in thousandths, exactly; None when there was nothing to divide by."""
    return numerator * WHOLE >= permille * denominator if denominator else None


def within(numerator: int, denominator: int, permille: int) -> bool | None:
    """Whether a rate stays at or below so many thousandths; None when there was nothing to divide by."""
    return numerator * WHOLE <= permille * denominator if denominator else None
