"""When the gate stands, what keeps it shut, who comes next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.handover import logic
from hotline.handover.logic import Comer, Left
from hotline.kernel.spans import Span

ENDS = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
SHIFT = Span(ENDS - 9 * logic.HOUR, ENDS)
minutes = st.integers(-3000, 3000).map(lambda n: timedelta(minutes=n))
comers = st.lists(
    st.builds(
        lambda person, begins, length, load: Comer(person, Span(ENDS + begins, ENDS + begins + length), load),
        st.integers(1, 50),
        minutes,
        st.integers(1, 900).map(lambda n: timedelta(minutes=n)),
        st.integers(0, 9),
    ),
    max_size=12,
)


@pytest.mark.clause("B2.6")
@given(st.lists(st.builds(Left, st.text(max_size=4), st.just("case"), st.sampled_from(["", "  ", "等现场"]))))
def test_what_lacks_a_reason_keeps_the_gate_shut_and_nothing_else_does(left):
    lacking = logic.lacking(left)
    assert all(not one.reason.strip() for one in lacking)
    assert len(lacking) + sum(bool(one.reason.strip()) for one in left) == len(left)


@pytest.mark.clause("B2.6")
@given(minutes)
def test_the_gate_stands_from_half_an_hour_before_the_end_and_on_the_last_shift_always(offset):
    moment = ENDS + offset
    stands = logic.gate_stands(SHIFT, moment, strict=False)
    assert stands == (ENDS - timedelta(minutes=30) <= moment < ENDS + timedelta(hours=12))
    if stands or SHIFT.start <= moment < SHIFT.end:
        assert logic.gate_stands(SHIFT, moment, strict=True)


@given(minutes)
def test_what_is_escalated_was_announced_before(offset):
    moment = ENDS + offset
    if logic.escalates(SHIFT, moment):
        assert logic.is_ending(SHIFT, moment)
        assert logic.is_open_shift(SHIFT, moment)


@pytest.mark.clause("D2.5")
@given(comers)
def test_whoever_comes_next_stays_after_the_end_and_the_least_laden_is_first(found):
    chosen = logic.next_shift(found, ENDS)
    assert all(one.shift.end > ENDS for one in chosen)
    assert [one.in_hand for one in chosen] == sorted(one.in_hand for one in chosen)
    there = [one for one in found if one.shift.start <= ENDS < one.shift.end]
    if there:
        assert len(chosen) == len(there)
    elif any(one.shift.end > ENDS for one in found):
        first = min(one.shift.start for one in found if one.shift.end > ENDS)
        assert chosen
        assert all(first <= one.shift.start <= first + logic.TOGETHER for one in chosen)
    else:
        assert chosen == []


@given(comers)
def test_the_order_of_the_roster_does_not_matter(found):
    assert logic.next_shift(found, ENDS) == logic.next_shift(found[::-1], ENDS)


def test_what_came_a_moment_ago_is_being_worked_on_until_the_shift_is_over():
    assert logic.is_worked_on(ENDS - 4 * logic.MINUTE, SHIFT, ENDS - logic.MINUTE)
    assert not logic.is_worked_on(ENDS - 4 * logic.MINUTE, SHIFT, ENDS)
    assert not logic.is_worked_on(ENDS - 7 * logic.MINUTE, SHIFT, ENDS - logic.MINUTE)
    assert not logic.is_worked_on(None, SHIFT, ENDS - logic.MINUTE)
