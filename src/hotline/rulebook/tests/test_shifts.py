"""The printed shift table, and when its shifts begin, rest and end."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.shifts import (
    NOTICE,
    SHIFTS,
    ZONE,
    Kind,
    Post,
    days_late,
    offered,
    paid_time,
    shift_breaks,
    shift_span,
    shift_type,
)

MONDAY, SATURDAY = date(2026, 3, 2), date(2026, 3, 7)
TABLE = SHIFTS.on(MONDAY)
pytestmark = pytest.mark.clause("D2.1")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "post", "kinds"),
    [
        (MONDAY, Post.OPERATOR, [Kind.EARLY, Kind.MID, Kind.LATE]),
        (SATURDAY, Post.OPERATOR, [Kind.EARLY, Kind.LATE]),
        (MONDAY, Post.SHIFT_LEADER, [Kind.EARLY, Kind.LATE]),
        (SATURDAY, Post.SHIFT_LEADER, [Kind.EARLY, Kind.LATE]),
    ],
)
def test_which_shifts_the_table_has(day, post, kinds):
    assert [shift.kind for shift in offered.on(day)(day, post, TABLE)] == kinds


@pytest.mark.parametrize(
    ("code", "hours", "rest", "paid"),
    [
        ("early", ((8, 30), (17, 30)), (12, 13), timedelta(hours=8)),
        ("mid", ((8, 30), (17, 30)), (12, 13), timedelta(hours=8)),
        ("late", ((9, 30), (22, 0)), (12, 14), timedelta(hours=10, minutes=30)),
        ("leader_early", ((8, 30), (17, 30)), (12, 13), timedelta(hours=8)),
        ("leader_late", ((9, 30), (22, 0)), (12, 14), timedelta(hours=10, minutes=30)),
    ],
)
def test_hours_and_rests_are_as_printed(code, hours, rest, paid):
    shift = shift_type(code, MONDAY)
    assert shift_span(shift, MONDAY) == (at(MONDAY, *hours[0]), at(MONDAY, *hours[1]))
    assert shift_breaks(shift, MONDAY) == ((at(MONDAY, rest[0]), at(MONDAY, rest[1])),)
    assert paid_time(shift, MONDAY) == paid


@pytest.mark.clause("D2.4")
def test_only_the_late_shift_must_clear_its_queue():
    assert {shift.kind for shift in TABLE if shift.must_clear_queue} == {Kind.LATE}


def test_the_mid_shift_says_that_somebody_should_decide():
    assert {shift.code for shift in TABLE if shift.remark} == {"mid"}


def test_codes_are_unique_and_an_unknown_one_is_an_error():
    assert len({shift.code for shift in TABLE}) == len(TABLE)
    with pytest.raises(LookupError, match="night"):
        shift_type("night", MONDAY)


def test_a_shift_over_midnight_belongs_to_the_day_it_starts_on():
    night = replace(TABLE[0], start=time(22), end=time(6), breaks=((time(23, 30), time(0, 15)), (time(2), time(2, 30))))
    tuesday = MONDAY + timedelta(days=1)
    assert shift_span(night, MONDAY) == (at(MONDAY, 22), at(tuesday, 6))
    assert shift_breaks(night, MONDAY) == (
        (at(MONDAY, 23, 30), at(tuesday, 0, 15)),
        (at(tuesday, 2), at(tuesday, 2, 30)),
    )
    assert paid_time(night, MONDAY) == timedelta(hours=6, minutes=45)


def test_a_rest_may_begin_with_its_shift():
    rested = replace(TABLE[0], breaks=((time(8, 30), time(8, 45)),))
    assert shift_breaks(rested, MONDAY) == ((at(MONDAY, 8, 30), at(MONDAY, 8, 45)),)


@given(st.sampled_from(TABLE), st.dates(date(2020, 1, 1), date(2035, 12, 31)))
def test_rests_lie_within_their_shift_on_every_day(shift, day):
    start, end = shift_span(shift, day)
    assert start.date() == day
    for since, until in shift_breaks(shift, day):
        assert start < since < until < end


@pytest.mark.clause("A7.7")
@pytest.mark.parametrize(("ahead", "late"), [(29, 0), (28, 0), (27, 1), (1, 27), (0, 28), (-2, 30)])
def test_a_roster_is_announced_four_weeks_before_the_day(ahead, late):
    assert days_late.on(MONDAY)(MONDAY, MONDAY - timedelta(days=ahead), NOTICE.on(MONDAY)) == late
