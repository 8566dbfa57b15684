"""When people are reminded and when their leaders hear of it, without a database (B1.2)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.routines import logic
from hotline.routines.logic import Step

pytestmark = pytest.mark.clause("B1.2")
DUE = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
TERMS = logic.TERMS.on(DUE.date())
HOUR = timedelta(hours=1)


def step(hours, reminded=0, ago=None, *, escalated=False):
    at = DUE + hours * HOUR
    last = None if ago is None else at - ago * HOUR
    return logic.next_step(due_at=DUE, reminded=reminded, reminded_at=last, is_escalated=escalated, at=at, terms=TERMS)


@pytest.mark.parametrize(
    ("wanted", "arguments"),
    [
        (Step.WAIT, (-5,)), (Step.REMIND, (-4,)), (Step.WAIT, (-3, 1, 1)), (Step.REMIND, (0,)),
        (Step.ESCALATE, (1, 1, 2)), (Step.ESCALATE, (1, 9, 2)),
    ],
)  # fmt: skip
def test_reminded_shortly_before_the_end_then_the_leaders_hear_of_it(wanted, arguments):
    assert step(*arguments) is wanted


def test_afterwards_one_is_reminded_once_a_day_and_not_for_ever():
    assert step(30, 2, 23, escalated=True) is Step.WAIT
    assert step(30, 2, 24, escalated=True) is Step.REMIND
    assert step(30, TERMS.most_reminders, 99, escalated=True) is Step.WAIT


@given(st.integers(-500, 500), st.integers(0, 9), st.none() | st.integers(0, 100), st.booleans())
def test_leaders_hear_of_it_once_and_never_before_the_end(hours, reminded, ago, escalated):
    found = step(hours, reminded, ago, escalated=escalated)
    assert (found is Step.ESCALATE) == (hours > 0 and not escalated)
    if found is Step.REMIND:
        assert hours >= -4
        assert reminded < TERMS.most_reminders


@given(st.integers(-1000, 1000))
def test_a_newcomer_never_has_less_than_his_grace_and_nobody_less_than_all(hours):
    since = DUE + hours * HOUR
    due = logic.due_for(DUE, since, TERMS)
    assert due >= DUE
    assert due - since >= TERMS.grace or due == DUE
    assert due in {DUE, since + TERMS.grace}
