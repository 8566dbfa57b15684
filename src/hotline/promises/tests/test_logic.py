"""Properties of the clock of promises, of the levels above a person, and of what hides telephone numbers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.workclock import DayKind, Unit, deadline, standard_calendar
from hotline.promises import logic
from hotline.promises.logic import MOVES, TERMS, Share, Status

DUE = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
terms = st.builds(
    lambda remind, grace, levels: replace(TERMS.on(logic.FIRST_DAY), remind_before=remind, grace=grace, levels=levels),
    st.timedeltas(MINUTE, DAY),
    st.timedeltas(MINUTE, DAY),
    st.integers(1, 4),
)
moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 20), timezones=st.just(UTC))  # noqa: DTZ001

pytestmark = pytest.mark.clause("A2.16")


@given(moments, moments, terms)
def test_the_clock_never_goes_back(one, other, of):
    early, late = sorted((one, other))
    assert logic.reached(DUE, early, of) <= logic.reached(DUE, late, of)


@given(moments, terms)
def test_having_come_so_far_the_next_look_lies_ahead_or_now(at, of):
    come = logic.reached(DUE, at, of)
    look = logic.next_look(DUE, come, of)
    assert look is None or look >= at
    assert (look is None) == (come == logic.LATE + of.levels)


@given(moments, terms)
def test_waiting_for_each_next_look_tells_every_level_once(at, of):
    """From any moment on, looking just after each moment goes one step at a time to the end."""
    come, told = logic.reached(DUE, at, of), []
    while (look := logic.next_look(DUE, come, of)) is not None:
        after = logic.reached(DUE, look + timedelta(microseconds=1), of)
        assert after > come
        told += range(come + 1, after + 1)
        come = after
    assert told == list(range(logic.reached(DUE, at, of) + 1, logic.LATE + of.levels + 1))


@given(moments, terms)
def test_it_is_shown_before_it_is_due_and_late_only_after(at, of):
    come = logic.reached(DUE, at, of)
    assert (come >= logic.REMINDED) == (at >= DUE - of.remind_before)
    assert (come >= logic.LATE) == (at > DUE)


@given(moments, moments, st.fractions(Fraction(1, 10), Fraction(9, 10)))
def test_a_superior_answers_before_the_customer_must_be_told(asked, promised, share):
    of = replace(TERMS.on(logic.FIRST_DAY), answer_share=share)
    due = logic.answer_due(asked, promised, of)
    assert asked <= due <= max(asked, promised)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("remind_before", timedelta(seconds=59)),
        ("grace", timedelta(days=2)),
        ("levels", 0),
        ("levels", 5),
        ("furthest", timedelta(hours=1)),
        ("answer_share", Fraction(1)),
    ],
)
def test_numbers_stay_within_their_bounds(name, value):
    with pytest.raises(ValueError, match=name):
        replace(TERMS.on(logic.FIRST_DAY), **{name: value})


def test_what_ends_a_promise_ends_it_for_good():
    assert {status for status, to in MOVES.items() if to} == {Status.OPEN}
    assert set(MOVES) == set(Status)


@given(st.integers(1, 40), st.integers(0, 20))
def test_a_promise_in_work_hours_never_falls_due_in_a_holiday(hours, first):
    """The calendar of the promise counts: nothing falls due on a day on which nobody works."""
    start = datetime(2026, 9, 21, 1, 0, tzinfo=UTC) + first * DAY
    days = {datetime(2026, 10, n, tzinfo=UTC).date(): DayKind.HOLIDAY for n in range(1, 8)}
    calendar = standard_calendar(version=1, days=days)
    due = deadline(calendar, Unit.WORK_HOUR, start, hours)
    assert calendar.kind_on((due + timedelta(hours=8)).date()).works


@given(st.text(), st.integers(10**10, 2 * 10**10 - 1), st.text())
def test_no_number_can_be_read_in_a_masked_text(before, number, after):
    hidden = logic.masked(f"{before} {number} {after}")
    assert str(number) not in hidden
    assert logic.number_in(f"电话 {number}") == str(number)


def test_words_without_numbers_stay_as_they_are():
    assert logic.masked("三号楼 502 室, 晚上 7 点后") == "三号楼 502 室, 晚上 7 点后"
    assert logic.number_in("三号楼 502 室") == ""
    assert logic.masked("021-66778899 或 13900001234") == "021****8899 或 139****1234"


@pytest.mark.parametrize(
    ("positions", "tier"),
    [((), -1), (("operator",), -1), (("team_leader", "operator"), 0), (("shift_leader",), 1), (("director",), 3)],
)
@pytest.mark.clause("A3.5")
def test_how_high_somebody_stands(positions, tier):
    assert logic.tier_of(positions) == tier


@given(st.integers(0, 500), st.integers(0, 500))
def test_a_share_is_a_part_of_the_whole(kept, missed):
    share = Share(kept, kept + missed).permille
    assert (share is None) == (kept + missed == 0)
    assert share is None or 0 <= share <= 1000
