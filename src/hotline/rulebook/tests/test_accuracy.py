"""Accuracy by example and by property."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.accuracy import (
    ACCURACY,
    APPEAL_WITHIN,
    CAUSES,
    Accuracy,
    AccuracyTerms,
    Basis,
    Cause,
    Checked,
    Decision,
    Shortfall,
    Step,
    accuracy,
    shortfall,
    wilson,
)

OCTOBER, NOVEMBER = date(2026, 10, 31), date(2026, 11, 1)
pytestmark = pytest.mark.clause("D3.8")


def terms(day: date = OCTOBER, **changed: object) -> AccuracyTerms:
    kept = {name: getattr(ACCURACY.on(day), name) for name in AccuracyTerms.__slots__}
    return AccuracyTerms(**kept | changed)


def whole(handled: int, wrong: int) -> Accuracy:
    return accuracy.on(OCTOBER)(Checked(handled, handled, wrong, wrong), terms())


@st.composite
def months(draw: st.DrawFn) -> Checked:
    handled = draw(st.integers(0, 3000))
    sampled = draw(st.integers(0, handled))
    return Checked(handled, sampled, draw(st.integers(0, sampled)), draw(st.integers(0, handled)))


def test_the_numbers_are_those_of_the_clause() -> None:
    assert (terms(OCTOBER).target, terms(NOVEMBER).target) == (Fraction(97, 100), Fraction(99, 100))
    assert (terms().per_point_fen, terms().cap_fen, terms().min_n) == (1000, 5000, 30)
    assert APPEAL_WITHIN.on(NOVEMBER) == timedelta(days=7)


def test_every_decision_has_causes_and_every_cause_a_decision() -> None:
    assert {cause for causes in CAUSES.values() for cause in causes} == set(Cause)
    assert set(CAUSES) == set(Decision)


@pytest.mark.parametrize(
    ("day", "wrong", "points", "fen"),
    [
        (OCTOBER, 30, 0, 0),  # 97.0 %
        (OCTOBER, 39, 0, 0),  # 96.1 %: no completed point
        (OCTOBER, 40, 1, 1000),  # 96.0 %
        (OCTOBER, 80, 5, 5000),  # 92.0 %: the cap exactly
        (OCTOBER, 500, 47, 5000),
        (NOVEMBER, 10, 0, 0),  # 99.0 %
        (NOVEMBER, 15, 0, 0),
        (NOVEMBER, 20, 1, 1000),
    ],
)
def test_completed_points_below_the_target_cost_ten_yuan_each(day: date, wrong: int, points: int, fen: int) -> None:
    assert shortfall.on(day)(whole(1000, wrong), terms(day)) == Shortfall(points, fen)


def test_the_other_reading_counts_a_started_point() -> None:
    assert shortfall.on(OCTOBER)(whole(1000, 31), terms(step=Step.STARTED)) == Shortfall(1, 1000)
    assert shortfall.on(OCTOBER)(whole(1000, 40), terms(step=Step.STARTED)) == Shortfall(1, 1000)


def test_a_month_without_a_case_has_no_rate_and_costs_nothing() -> None:
    figure = accuracy.on(OCTOBER)(Checked(0, 0, 0, 0), terms())
    assert (figure.basis, figure.rate, figure.for_pay) == (Basis.NOTHING, None, False)
    assert shortfall.on(OCTOBER)(figure, terms()) == Shortfall(0, 0)


def test_nobody_looked_means_nothing_is_known() -> None:
    figure = accuracy.on(OCTOBER)(Checked(500, 0, 0, 0), terms())
    assert (figure.basis, figure.rate, figure.handled) == (Basis.NOTHING, None, 500)


@pytest.mark.parametrize(("sampled", "for_pay"), [(29, False), (30, True)])
def test_a_sample_below_thirty_is_shown_and_not_used_for_pay(sampled: int, for_pay: bool) -> None:
    figure = accuracy.on(OCTOBER)(Checked(400, sampled, 10, 10), terms())
    assert (figure.of, figure.handled, figure.for_pay) == (sampled, 400, for_pay)
    assert bool(shortfall.on(OCTOBER)(figure, terms()).deduct_fen) is for_pay


def test_who_handled_few_cases_and_all_of_them_were_checked_was_not_sampled() -> None:
    assert accuracy.on(OCTOBER)(Checked(20, 20, 1, 1), terms()).for_pay


def test_what_was_found_otherwise_does_not_enter_the_rate_of_the_sample() -> None:
    figure = accuracy.on(OCTOBER)(Checked(400, 100, 1, 9), terms())
    assert (figure.basis, figure.rate) == (Basis.SAMPLE, Fraction(99, 100))


def test_without_a_sample_wrong_ones_count_against_all_that_were_handled() -> None:
    figure = accuracy.on(OCTOBER)(Checked(400, 0, 0, 9), terms())
    assert (figure.basis, figure.rate, figure.for_pay) == (Basis.WHOLE, Fraction(391, 400), True)


def test_a_part_larger_than_its_whole_is_an_error() -> None:
    with pytest.raises(ValueError, match="larger"):
        Checked(3, 4, 0, 0)


@given(months())
def test_a_deduction_is_whole_yuan_within_the_cap(month: Checked) -> None:
    found = shortfall.on(OCTOBER)(accuracy.on(OCTOBER)(month, terms()), terms())
    assert 0 <= found.deduct_fen <= 5000
    assert found.deduct_fen % 1000 == 0


@given(st.integers(30, 3000).flatmap(lambda of: st.tuples(st.just(of), st.integers(0, of - 1))))
def test_one_more_wrong_case_never_costs_less(month: tuple[int, int]) -> None:
    handled, wrong = month
    less, more = (shortfall.on(OCTOBER)(whole(handled, n), terms()).deduct_fen for n in (wrong, wrong + 1))
    assert less <= more


@given(months())
def test_the_stricter_target_never_costs_less(month: Checked) -> None:
    figure = accuracy.on(OCTOBER)(month, terms())
    before, after = (shortfall.on(day)(figure, terms(day)).deduct_fen for day in (OCTOBER, NOVEMBER))
    assert before <= after


@given(months())
def test_completed_never_costs_more_than_started_and_at_most_one_point_less(month: Checked) -> None:
    figure = accuracy.on(OCTOBER)(month, terms())
    mild, hard = (shortfall.on(OCTOBER)(figure, terms(step=step)).points for step in Step)
    assert hard - mild in {0, 1}


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_the_interval_holds_the_rate_and_stays_within_nothing_and_all(found: tuple[int, int]) -> None:
    right, of = found
    interval = wilson(right, of)
    assert interval is not None
    assert 0 <= interval[0] <= Fraction(right, of) <= interval[1] <= 1


@given(st.integers(1, 500), st.integers(0, 500))
def test_right_and_wrong_mirror_each_other(of: int, right: int) -> None:
    right = min(right, of)
    one, other = wilson(right, of), wilson(of - right, of)
    assert one is not None
    assert other is not None
    assert abs(one[0] - (1 - other[1])) < Fraction(1, 10**6)


def test_a_known_interval() -> None:
    """81 of 263: the worked example of Newcombe (1998), table I: 0.2553 to 0.3662."""
    interval = wilson(81, 263)
    assert interval is not None
    assert [round(float(edge), 4) for edge in interval] == [0.2553, 0.3662]
    assert wilson(0, 0) is None
