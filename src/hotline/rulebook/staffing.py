"""Staffing (A1.4, A1.5) and the overtime of an afternoon (A7.5): how soon calls are answered, what the law allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from hotline.kernel.rules import Dated, rule

FIRST_DAY = date(2020, 1, 1)
NONE = timedelta()


class Line(StrEnum):
    """What kind of line it is."""

    GOVERNMENT = "government"  # 政务热线
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class GoalTerms:
    """This share of the calls is answered within this time."""

    share: Fraction
    within: timedelta


@dataclass(frozen=True, slots=True)
class OvertimeTerms:
    """Labour Law Art. 36, 41 and 44, and the rest between two shifts."""

    ordinary_day: timedelta
    ordinary_week: timedelta
    most_a_day: timedelta
    most_a_month: timedelta
    rest: timedelta  # `rest.minimum`: between the end of a shift and the beginning of the next
    # `hours.scheme`: averaged by an approval the centre holds; then only what exceeds the shift is overtime
    is_averaged: bool
    pay: Fraction  # of an ordinary hour
    pay_on_holiday: Fraction  # on the public holidays by law, in either scheme


GOALS: Dated[Mapping[Line, GoalTerms]] = Dated(
    {
        FIRST_DAY: {
            Line.GOVERNMENT: GoalTerms(Fraction(95, 100), timedelta(seconds=15)),
            Line.OTHER: GoalTerms(Fraction(80, 100), timedelta(seconds=20)),
        }
    }
)

OVERTIME: Dated[OvertimeTerms] = Dated(
    {
        FIRST_DAY: OvertimeTerms(
            ordinary_day=timedelta(hours=8),
            ordinary_week=timedelta(hours=44),
            most_a_day=timedelta(hours=3),
            most_a_month=timedelta(hours=36),
            rest=timedelta(hours=11),
            is_averaged=False,
            pay=Fraction(3, 2),
            pay_on_holiday=Fraction(3),
        )
    }
)


@rule("A1.4", since=FIRST_DAY)
def service_goal(line: Line, goals: Mapping[Line, GoalTerms]) -> GoalTerms:
    """A1.4: how many are to be answered how soon: 95 % in 15 s on a government hotline, 80 % in 20 s elsewhere."""
    return goals[line]


@rule("A7.5", since=FIRST_DAY)
def overtime_of(worked: timedelta, shift: timedelta, terms: OvertimeTerms) -> timedelta:
    """A7.5: what of a day's work is overtime: beyond the ordinary day, or beyond the shift where hours are averaged."""
    return max(worked - (shift if terms.is_averaged else terms.ordinary_day), NONE)


@rule("A7.5", since=FIRST_DAY)
def may_stay(today: timedelta, month: timedelta, terms: OvertimeTerms) -> timedelta:
    """A7.5: how much longer somebody may stay: 3 h of overtime a day and 36 h a month at most (Labour Law Art. 41)."""
    return max(min(terms.most_a_day - today, terms.most_a_month - month), NONE)


@rule("A7.5", since=FIRST_DAY)
def overtime_pay(is_holiday: bool, terms: OvertimeTerms) -> Fraction:
    """A7.5: how many ordinary hours an hour of overtime costs: one and a half, three on a public holiday (Art. 44)."""
    return terms.pay_on_holiday if is_holiday else terms.pay
