"""The five-minute rule by example and by property."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.spans import Span, total, union
from hotline.rulebook.case_custody import (
    CUSTODY,
    Average,
    AverageOf,
    CustodyTerms,
    Excuse,
    Held,
    Stage,
    charged,
    due_moment,
    over_limit,
    stage_is_charged,
    timeliness,
)

DAY = date(2026, 3, 2)
TERMS = CUSTODY.on(DAY)
ZERO = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
LIMIT = timedelta(seconds=300)
pytestmark = pytest.mark.clause("D3.7")


def moment(second: int) -> datetime:
    return ZERO + timedelta(seconds=second)


def span(start: int, end: int) -> Span:
    return Span(moment(start), moment(end))


def terms(**changed) -> CustodyTerms:
    fields = {name: getattr(TERMS, name) for name in CustodyTerms.__slots__}
    return CustodyTerms(**fields | changed)


groups = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(1, 900)).map(lambda two: span(two[0], two[0] + two[1])), max_size=5
)


def test_the_numbers_are_those_of_the_handbook():
    assert (TERMS.limit, TERMS.amber_share, TERMS.amber_after) == (LIMIT, Fraction(4, 5), timedelta(seconds=240))
    assert set(TERMS.charged_stages) == set(Stage)


@pytest.mark.parametrize(
    ("duty", "breaks", "waivers", "seconds"),
    [
        ([(0, 1000)], [], [], 400),  # wholly on duty
        ([(300, 1000)], [], [], 200),  # assigned before the shift: from its start
        ([(0, 250)], [], [], 150),  # the shift ended first
        ([(0, 150), (450, 1000)], [], [], 100),  # two shifts, the night between is nobody's
        ([(0, 1000)], [(200, 260)], [], 340),  # a break
        ([(0, 1000)], [], [(150, 200)], 350),  # a waiver
        ([(0, 1000)], [(150, 250)], [(200, 300)], 250),  # both, counted once
        ([], [], [], 0),  # off duty
    ],
)
def test_what_is_charged_of_a_holding_from_100_to_500(duty, breaks, waivers, seconds):
    of = [[span(*two) for two in group] for group in (duty, breaks, waivers)]
    assert charged.on(DAY)(span(100, 500), *of) == timedelta(seconds=seconds)


def test_exactly_300_seconds_are_in_time():
    over = over_limit.on(DAY)
    assert not over(LIMIT, TERMS)
    assert over(LIMIT + timedelta(microseconds=1), TERMS)


@pytest.mark.parametrize(
    ("stage", "is_charged"),
    [
        ("acceptance", True),
        ("verify", False),  # reading 98
        ("filing", True),
        ("dispatch", True),
        ("handling", False),
        ("check", False),
        ("closing", True),
        ("parked", False),
    ],
)
def test_the_desk_is_charged_and_the_field_is_not(stage, is_charged):
    assert stage_is_charged.on(DAY)(stage, True, TERMS) is is_charged


@pytest.mark.parametrize("stage", list(Stage))
def test_a_queue_is_the_centres_time(stage):
    assert not stage_is_charged.on(DAY)(stage, False, TERMS)


def test_which_stages_are_charged_is_a_parameter():
    checks_too = terms(charged_stages={**TERMS.charged_stages, Stage.CHECK: True})
    assert stage_is_charged.on(DAY)("check", True, checks_too)


@pytest.mark.parametrize(
    ("start", "duty", "breaks", "due"),
    [
        (100, [(0, 1000)], [], 400),
        (0, [(200, 1000)], [], 500),  # reading 96: from the shift's start
        (100, [(0, 1000)], [(150, 250)], 500),
        (100, [(0, 200), (900, 2000)], [], 1100),  # the rest in the next shift
        (100, [(0, 400)], [], 400),  # just reached as the shift ends
        (101, [(0, 400)], [], None),  # a second too few
        (1000, [(0, 1000)], [], None),
        (0, [], [], None),
    ],
)
def test_when_the_limit_is_reached(start, duty, breaks, due):
    found = due_moment.on(DAY)(moment(start), [span(*two) for two in duty], [span(*two) for two in breaks], LIMIT)
    assert found == (None if due is None else moment(due))


def test_no_limit_is_due_at_once():
    assert due_moment.on(DAY)(ZERO, [], [], timedelta(0)) == ZERO


@given(st.integers(0, 3000), groups, groups, groups, st.integers(1, 1500))
def test_the_due_moment_is_where_the_charge_reaches_the_limit(start, duty, breaks, waivers, seconds):
    limit = timedelta(seconds=seconds)
    due = due_moment.on(DAY)(moment(start), duty, breaks, limit, waivers)
    until = moment(10_000) if due is None else due
    spent = charged.on(DAY)(Span(moment(start), until), duty, breaks, waivers)
    if due is None:
        assert spent < limit
    else:
        assert spent == limit
        before = Span(moment(start), due - timedelta(microseconds=1))
        assert charged.on(DAY)(before, duty, breaks, waivers) < limit


@given(st.integers(0, 3000), st.integers(0, 900), st.integers(0, 900), groups, groups, groups)
def test_a_hand_over_sums_exactly(start, first, second, duty, breaks, waivers):
    cut, end = start + first, start + first + second
    whole = charged.on(DAY)(span(start, end), duty, breaks, waivers)
    assert whole == sum(
        (charged.on(DAY)(part, duty, breaks, waivers) for part in (span(start, cut), span(cut, end))), timedelta()
    )


@given(st.integers(0, 3000), st.integers(0, 900), groups, groups, groups, groups)
def test_a_waiver_never_adds_to_the_charge(start, length, duty, breaks, waivers, more):
    holding = span(start, start + length)
    before = charged.on(DAY)(holding, duty, breaks, waivers)
    after = charged.on(DAY)(holding, duty, breaks, [*waivers, *more])
    assert timedelta(0) <= after <= before <= min(holding.length, total(union(duty)))


def seconds_held(case: int, seconds: int, *, excused: bool = False) -> Held:
    return Held(case, timedelta(seconds=seconds), excused)


MONTH = [
    seconds_held(1, 200),
    seconds_held(1, 200),  # the same case again: 400 s in all, but no single holding over the limit
    seconds_held(2, 301),
    seconds_held(2, 500),
    seconds_held(3, 300),
    seconds_held(4, 9000, excused=True),
]


def test_the_month_has_both_averages_with_what_they_are_made_of():
    month = timeliness.on(DAY)(MONTH, TERMS, DAY)
    assert month.per_holding == Average(timedelta(seconds=1501), 5)
    assert month.per_case == Average(timedelta(seconds=1501), 3)
    assert month.per_holding.seconds == Fraction(1501, 5)
    assert month.per_case.seconds == Fraction(1501, 3)
    assert month.counts is month.per_holding
    assert month.over_limit_cases == (2,)


def test_the_average_that_counts_is_a_parameter():
    month = timeliness.on(DAY)(MONTH, terms(average_of=AverageOf.CASE), DAY)
    assert month.counts == month.per_case


def test_a_centre_may_read_a_waiver_as_time_only():
    month = timeliness.on(DAY)(MONTH, terms(excuse=Excuse.TIME), DAY)
    assert month.over_limit_cases == (2, 4)
    assert month.per_holding.count == 6


def test_no_holdings_give_no_average():
    month = timeliness.on(DAY)([], TERMS, DAY)
    assert (month.counts.seconds, month.over_limit_cases) == (None, ())
