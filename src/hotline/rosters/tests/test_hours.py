"""The arithmetic of rosters."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.spans import Span, intersect, total
from hotline.rosters.logic import hours

DAY = date(2026, 3, 9)
WHOLE = hours.service_window(DAY)
minutes = st.integers(0, 13 * 60 + 30)


def span(since: int, until: int) -> Span:
    """Minutes after the service window's beginning."""
    return Span(WHOLE.start + since * hours.MINUTE, WHOLE.start + until * hours.MINUTE)


@given(day=st.dates(date(2020, 1, 1), date(2035, 12, 31)), starts=st.times(), ends=st.times())
def test_a_shift_begins_on_its_day_and_ends_within_a_day(day, starts, ends):
    found = hours.shift_span(day, starts, ends)
    assert found.start.astimezone(hours.ZONE).date() == day
    assert timedelta() < found.length <= timedelta(days=1)
    assert found.end.astimezone(hours.ZONE).time() == ends


@given(points=st.lists(minutes, max_size=8, unique=True))
def test_breaks_survive_the_way_to_minutes_and_back(points):
    pairs = sorted(points)[: len(points) // 2 * 2]
    rests = hours.break_spans(WHOLE, pairs)
    assert hours.minutes_of(WHOLE, rests) == pairs


@pytest.mark.parametrize(
    ("breaks", "wrong"),
    [([], False), ([0, 60], False), ([60], True), ([60, 30], True), ([30, 30], True), ([0, 541], True)],
)
def test_faults_of_breaks(breaks, wrong):
    assert hours.faults_of_breaks(time(8, 30), time(17, 30), breaks) is wrong


@pytest.mark.clause("A2.1")
def test_the_service_window_is_covered_by_early_and_late_except_where_all_rest():
    early = (span(0, 540), [span(210, 270)])
    late = (span(60, 810), [span(210, 330)])
    assert hours.cover(DAY, [early, late]) == hours.Cover(WHOLE, (), (span(210, 270),))
    assert not hours.cover(DAY, [early, late]).is_whole
    assert hours.cover(DAY, [early, late, (span(0, 810), [])]).is_whole


@pytest.mark.clause("A2.1")
def test_a_day_nobody_works_is_one_gap():
    assert hours.cover(DAY, []).nobody == (WHOLE,)
    assert hours.cover(DAY, [(span(60, 810), [])]).nobody == (span(0, 60),)


duties = st.lists(
    st.tuples(minutes, minutes, minutes, minutes).map(sorted).map(lambda m: (span(m[0], m[3]), [span(m[1], m[2])])),
    max_size=5,
)


@pytest.mark.clause("A2.1")
@given(duties=duties)
def test_gaps_rest_and_cover_make_up_the_window_exactly(duties):
    found = hours.cover(DAY, duties)
    assert intersect(found.nobody, found.all_at_rest) == ()
    worked = timedelta()
    moment = WHOLE.start
    while moment < WHOLE.end:
        here = [rest for shift, rest in duties if shift.holds(moment)]
        at_work = any(not any(one.holds(moment) for one in rest) for rest in here)
        worked += hours.MINUTE if at_work else timedelta()
        assert any(gap.holds(moment) for gap in found.nobody) == (not here)
        moment += hours.MINUTE
    assert total(found.nobody) + total(found.all_at_rest) + worked == WHOLE.length


def test_days_of_a_month():
    days = hours.month_days(date(2028, 2, 17))
    assert (days[0], days[-1], len(days)) == (date(2028, 2, 1), date(2028, 2, 29), 29)
    assert hours.days_between(DAY, DAY) == (DAY,)
