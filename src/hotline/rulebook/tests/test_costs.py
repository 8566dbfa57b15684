"""What a month costs and what the incentive programme gives, by example and by property."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.costs import Costs, unit_costs
from hotline.rulebook.incentives import Grade, grade, grade_refusals
from hotline.rulebook.parameters.values import in_force

DAY = date(2026, 10, 1)


def read(**overrides):
    return in_force(DAY, overrides={key.replace("__", "."): value for key, value in overrides.items()}).reading()


@pytest.mark.clause("A1.3")
def test_cost_of_a_call_and_of_a_case():
    found = unit_costs.on(DAY)(1_000 * 3600, 700, 300, read(cost__hour_yuan="45", cost__month_yuan="15000"))
    assert found == Costs(4_500_000, 1_500_000, 8571, 20_000)
    assert found.whole_fen == 6_000_000


@pytest.mark.clause("A1.3")
def test_without_amounts_there_is_no_cost_and_without_calls_no_cost_of_a_call():
    assert unit_costs.on(DAY)(3600, 5, 5, read()) is None
    found = unit_costs.on(DAY)(1800, 0, 3, read(cost__hour_yuan="0.01"))
    assert (found.people_fen, found.call_fen, found.case_fen) == (1, None, 0)  # half a fen, rounded up once


@pytest.mark.clause("A1.3")
@given(st.integers(0, 10**7), st.integers(1, 10**6), st.integers(1, 10**6))
def test_more_calls_never_cost_more_each(paid, calls, more):
    terms = read(cost__hour_yuan="45", cost__month_yuan="100")
    few, many = (unit_costs.on(DAY)(paid, n, n, terms) for n in (calls, calls + more))
    assert few.call_fen >= many.call_fen >= 0
    assert abs(few.call_fen * calls - few.whole_fen) <= calls


@pytest.mark.clause("A7.11")
def test_each_grade_has_its_amount_and_its_number():
    terms = read(incentive__first_yuan="100", incentive__second_yuan="60.5")
    assert [grade.on(DAY)(n, terms) for n in (1, 2, 3)] == [Grade(10_000, 1), Grade(6_050, 2), Grade(0, 3)]


@pytest.mark.clause("A7.11")
@given(st.integers(0, 20), st.integers(0, 20))
def test_a_grade_is_given_to_so_many_and_to_no_more(given_, most):
    assert bool(grade_refusals.on(DAY)(given_, Grade(0, most))) == (given_ >= most)
