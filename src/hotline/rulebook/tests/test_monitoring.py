"""How many calls are still to be listened to, and until when the month is talked about (A7.8, A7.9)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.monitoring import review_due, still_to_hear

MONTH = date(2026, 9, 1)


def works(day):
    """Monday to Friday, without the first week of October."""
    return day.weekday() < 5 and not date(2026, 10, 1) <= day <= date(2026, 10, 7)


@pytest.mark.clause("A7.9")
@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_what_is_left_to_hear_is_never_more_than_was_answered(weekly, answered, heard):
    left = still_to_hear.on(MONTH)(weekly, answered, heard)
    assert 0 <= left <= min(weekly, answered)
    assert left == 0 or left + heard == min(weekly, answered)


@pytest.mark.clause("A7.8")
@pytest.mark.parametrize(("days", "due"), [(1, 8), (2, 9), (3, 12), (10, 21), (17, 30), (31, 30)])
def test_the_review_is_due_after_so_many_working_days_of_the_next_month(days, due):
    assert review_due.on(MONTH)(MONTH, days, works) == date(2026, 10, due)


@pytest.mark.clause("A7.8")
@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 31))
def test_it_is_due_on_a_working_day_of_the_next_month_whatever_the_month(day, days):
    month = day.replace(day=1)
    due = review_due.on(month)(month, days, lambda one: one.weekday() < 5)
    after = (month + timedelta(days=31)).replace(day=1)
    assert due.replace(day=1) == after
    assert due.weekday() < 5
    assert review_due.on(month)(month, days, lambda _one: False).replace(day=1) == after
