"""The work clock's five properties, and the mistakes that such clocks are known for."""

import csv
import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.workclock import (
    HOUR,
    MICROSECOND,
    ZONE,
    DayKind,
    Unit,
    WorkCalendar,
    deadline,
    elapsed,
    elapsed_time,
    length_of,
    standard_calendar,
)

STANDARDS = Path(__file__).resolve().parents[5] / "shared/data/standards/yuncheng_filing_closing_standards.csv"

# Spring Festival 2026: off from Sunday 15 to Monday 23 February, made up on Saturdays 14 and 28.
FESTIVAL = {date(2026, 2, day): DayKind.HOLIDAY for day in range(15, 24)}
MADE_UP = {date(2026, 2, 14): DayKind.MAKE_UP, date(2026, 2, 28): DayKind.MAKE_UP}
CALENDAR = standard_calendar(version=1, days=FESTIVAL | MADE_UP)
ODD = WorkCalendar(
    version=2,
    intervals=((time(0), time(1, 30)), (time(9), time(11)), (time(11), time(12, 15, 7)), (time(22), time(0))),
    days={date(2026, 2, day): DayKind.MAKE_UP if day % 3 else DayKind.OFF for day in range(1, 28)},
    rest_weekdays=frozenset({0, 2, 4}),
)


def local(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


calendars = st.sampled_from([CALENDAR, ODD])
units = st.sampled_from(list(Unit))
moments = st.integers(0, 90 * 24 * 3_600_000_000).map(lambda us: local(1, month=1) + us * MICROSECOND)
lengths = st.integers(0, 60 * 24 * 3_600_000_000)


def model(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    """The same time by walking each interval of each day: slow, and with nothing clever in it."""
    spent = timedelta()
    day = start.astimezone(ZONE).date()
    while day <= end.astimezone(ZONE).date():
        if calendar.kind_on(day).works:
            for opens, closes in calendar.intervals:
                midnight = closes == time(0)
                since = datetime.combine(day, opens, ZONE)
                until = datetime.combine(day + timedelta(days=1) if midnight else day, closes, ZONE)
                spent += max(min(until, end) - max(since, start), timedelta())
        day += timedelta(days=1)
    return spent


# The five properties.


@given(calendars, units, moments, lengths)
def test_elapsed_is_never_negative(calendar, unit, start, length):
    assert elapsed(calendar, unit, start, start + length * MICROSECOND) >= 0


@given(calendars, units, moments, lengths, lengths)
def test_elapsed_is_additive_over_any_split(calendar, unit, start, first, second):
    middle, end = start + first * MICROSECOND, start + (first + second) * MICROSECOND
    parts = elapsed(calendar, unit, start, middle) + elapsed(calendar, unit, middle, end)
    assert parts == elapsed(calendar, unit, start, end)


@given(calendars, units, moments, lengths, lengths)
def test_elapsed_and_deadline_are_monotone(calendar, unit, start, first, second):
    near, far = sorted((first, second))
    ends = start + near * MICROSECOND, start + far * MICROSECOND
    assert elapsed(calendar, unit, start, ends[0]) <= elapsed(calendar, unit, start, ends[1])
    size = length_of(calendar, unit)
    limits = Fraction(near, size), Fraction(far, size)
    assert deadline(calendar, unit, start, limits[0]) <= deadline(calendar, unit, start, limits[1])


@given(calendars, units, moments, lengths)
def test_what_has_elapsed_at_the_deadline_is_the_limit_and_not_a_microsecond_before(calendar, unit, start, length):
    limit = Fraction(length, length_of(calendar, unit))
    due = deadline(calendar, unit, start, limit)
    assert elapsed(calendar, unit, start, due) == limit
    assert due == start if limit == 0 else elapsed(calendar, unit, start, due - MICROSECOND) < limit


@given(calendars, units, moments, lengths)
def test_nothing_outside_working_time_counts_and_urgent_is_the_wall_clock(calendar, unit, start, length):
    end = start + length * MICROSECOND
    expected = end - start if unit.continuous else model(calendar, start, end)
    assert elapsed_time(calendar, unit, start, end) == expected


# By example.


def test_lunch_does_not_count():
    assert elapsed(CALENDAR, Unit.WORK_HOUR, local(4, 12, 30), local(4, 13)) == 0
    assert elapsed(CALENDAR, Unit.URGENT_HOUR, local(4, 12, 30), local(4, 13)) == Fraction(1, 2)


def test_a_make_up_saturday_counts_and_an_ordinary_one_does_not():
    assert elapsed(CALENDAR, Unit.WORK_DAY, local(14, month=2), local(15, month=2)) == 1
    assert elapsed(CALENDAR, Unit.WORK_DAY, local(7, month=2), local(8, month=2)) == 0


def test_a_holiday_does_not_count():
    assert elapsed(CALENDAR, Unit.WORK_HOUR, local(16, 8, month=2), local(16, 18, month=2)) == 0
    # Saturday 14 at 17:00 is worked; its second hour comes on Tuesday 24, after the festival.
    assert deadline(CALENDAR, Unit.WORK_HOUR, local(14, 17, month=2), 2) == local(24, 9, month=2)
    assert deadline(CALENDAR, Unit.URGENT_DAY, local(14, 17, month=2), 2) == local(16, 17, month=2)


@pytest.mark.parametrize(
    ("start", "amount", "due"),
    [
        (local(4, 9), 3, local(4, 12)),  # used up with the morning: 12:00, not 14:00
        (local(4, 8), 8, local(4, 18)),  # a full day ends that evening
        (local(4, 9), 4, local(4, 15)),  # over lunch
        (local(4, 12, 30), 1, local(4, 15)),  # begun at lunch
        (local(6, 20), 1, local(9, 9)),  # begun on Friday night
        (local(7, 10), 1, local(9, 9)),  # begun on Saturday
        (local(7, 10), 0, local(7, 10)),  # no limit at all
        (local(4, 6), 4, local(4, 12)),  # begun before work
    ],
)
def test_where_a_limit_in_work_hours_ends(start, amount, due):
    assert deadline(CALENDAR, Unit.WORK_HOUR, start, amount) == due


def test_a_work_day_is_eight_hours_of_work():
    assert deadline(CALENDAR, Unit.WORK_DAY, local(6, 12, 30), 1) == local(9, 12)
    assert elapsed(CALENDAR, Unit.WORK_HOUR, local(2), local(3)) == 8
    assert CALENDAR.standard_day == 8 * HOUR
    assert deadline(CALENDAR, Unit.WORK_DAY, local(4, 8), Decimal("0.5")) == local(4, 12)


def test_a_limit_shorter_than_a_day_can_be_late():
    assert elapsed(CALENDAR, Unit.WORK_HOUR, local(4, 9), local(4, 12)) > 2


def test_a_changed_calendar_leaves_the_old_one_as_it_was():
    changed = standard_calendar(version=3, days={date(2026, 3, 5): DayKind.OFF})
    assert deadline(CALENDAR, Unit.WORK_DAY, local(4, 18), 1) == local(5, 18)
    assert deadline(changed, Unit.WORK_DAY, local(4, 18), 1) == local(6, 18)
    assert [changed.kind_on(date(2026, 3, day)) for day in (4, 5, 7)] == [DayKind.WORKING, DayKind.OFF, DayKind.OFF]


def test_results_are_in_utc():
    assert deadline(CALENDAR, Unit.WORK_HOUR, local(4, 9), 1).tzinfo is UTC


def test_sixty_work_days_are_found_in_well_under_a_millisecond():
    many = standard_calendar(
        version=4, days={date(2020, 1, 1) + timedelta(days=3 * n): DayKind.HOLIDAY for n in range(800)}
    )
    rounds = []
    for _ in range(5):
        began = stopwatch.perf_counter_ns()
        for _ in range(50):
            deadline(many, Unit.WORK_DAY, local(4, 9), 60)
        rounds.append((stopwatch.perf_counter_ns() - began) // 50)
    assert min(rounds) < 500_000


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: elapsed(CALENDAR, Unit.WORK_HOUR, local(4, 10), local(4, 9)),
        lambda: elapsed(CALENDAR, Unit.URGENT_HOUR, local(4).replace(tzinfo=None), local(4)),
        lambda: deadline(CALENDAR, Unit.URGENT_HOUR, local(4).replace(tzinfo=None), 1),
        lambda: deadline(CALENDAR, Unit.WORK_HOUR, local(4), -1),
        lambda: deadline(CALENDAR, Unit.WORK_HOUR, local(4), Fraction(1, 7)),
        lambda: WorkCalendar(version=1, intervals=()),
        lambda: WorkCalendar(version=1, intervals=((time(9), time(8)),)),
        lambda: WorkCalendar(version=1, intervals=((time(8), time(12)), (time(11), time(18)))),
        lambda: WorkCalendar(version=1, intervals=((time(8), time(12)),), rest_weekdays=frozenset(range(7))),
    ],
)
def test_what_cannot_be_reckoned_is_an_error(wrong):
    with pytest.raises(ValueError, match=r"."):
        wrong()


@pytest.mark.clause("B2.4")
@pytest.mark.skipif(not STANDARDS.exists(), reason="a city's filing standard is not beside this checkout")
def test_every_condition_of_a_real_standard_gives_a_deadline():
    with STANDARDS.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 519
    start = local(4, 11)
    for row in rows:
        unit, limit = Unit(row["limit_unit"]), Fraction(row["limit_value"])
        due = deadline(CALENDAR, unit, start, limit)
        assert due > start, row
        assert elapsed(CALENDAR, unit, start, due) == limit
