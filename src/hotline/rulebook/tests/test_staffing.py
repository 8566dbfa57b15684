"""Service goals and overtime, by example."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from hotline.rulebook.staffing import GOALS, OVERTIME, Line, may_stay, overtime_of, overtime_pay, service_goal

DAY = date(2026, 3, 9)
HOUR = timedelta(hours=1)
TERMS = OVERTIME.on(DAY)
AVERAGED = replace(TERMS, is_averaged=True)


@pytest.mark.clause("A1.4")
def test_a_government_hotline_answers_sooner_and_more():
    goal = service_goal.on(DAY)
    government, other = goal(Line.GOVERNMENT, GOALS.on(DAY)), goal(Line.OTHER, GOALS.on(DAY))
    assert (government.share, government.within.seconds) == (Fraction(19, 20), 15)
    assert (other.share, other.within.seconds) == (Fraction(4, 5), 20)


@pytest.mark.clause("A7.5")
@pytest.mark.parametrize(
    ("worked", "shift", "overtime"), [(8, 8, 0), (9, 8, 1), (10.5, 10.5, 2.5), (7, 8, 0), (13, 10.5, 5)]
)
def test_overtime_is_what_exceeds_the_ordinary_day(worked, shift, overtime):
    assert overtime_of.on(DAY)(worked * HOUR, shift * HOUR, TERMS) == overtime * HOUR


@pytest.mark.clause("A7.5")
def test_overtime_costs_half_as_much_again_and_three_times_on_a_public_holiday_in_either_scheme():
    for terms in (TERMS, AVERAGED):
        assert [overtime_pay.on(DAY)(is_holiday, terms) for is_holiday in (False, True)] == [Fraction(3, 2), 3]


@pytest.mark.clause("A7.5")
def test_averaged_hours_leave_the_shift_itself_out():
    assert overtime_of.on(DAY)(11 * HOUR, 10.5 * HOUR, AVERAGED) == 0.5 * HOUR


@pytest.mark.clause("A7.5")
@pytest.mark.parametrize(
    ("today", "month", "left"), [(0, 0, 3), (2.5, 0, 0.5), (3, 0, 0), (0, 35, 1), (0, 36, 0), (0, 40, 0), (4, 10, 0)]
)
def test_three_hours_a_day_and_36_a_month_are_the_most(today, month, left):
    assert may_stay.on(DAY)(today * HOUR, month * HOUR, TERMS) == left * HOUR
