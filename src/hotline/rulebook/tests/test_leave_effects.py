"""What leave costs and what opens a review, row by row of the readings."""

from datetime import date

import pytest

from hotline.kernel.money import yuan
from hotline.rulebook.leave import DAY, Code
from hotline.rulebook.leave_effects import (
    EFFECTS,
    MEDICAL,
    Taken,
    Year,
    leave_costs,
    leave_points,
    medical_period,
    reviews,
)

ON = date(2026, 3, 1)
TERMS = EFFECTS.on(ON)


def cost(*month: Taken) -> int:
    return -sum(effect.fen for effect in leave_costs.on(ON)(month, TERMS))


def points(*month: Taken) -> int:
    return -sum(effect.points for effect in leave_points.on(ON)(month, TERMS))


def sick(half_days: int, spell: str = "a", **more: bool) -> Taken:
    return Taken(Code.SICK.value, spell, half_days, **more)


def personal(half_days: int, spell: str = "b") -> Taken:
    return Taken(Code.PERSONAL.value, spell, half_days)


@pytest.mark.clause("D3.4", "D3.5")
@pytest.mark.parametrize(
    ("month", "amount"),
    [
        ([sick(1)], "5"),  # reading 55
        ([personal(1)], "15"),
        ([sick(12)], "60"),
        ([sick(13)], "65"),  # reading 57: the cliff
        ([sick(14)], "200"),
        ([sick(7), sick(7, "c")], "200"),  # added up over the month
        ([personal(9)], "135"),
        ([personal(10)], "200"),
        ([sick(12), personal(8)], "180"),  # the two counts are separate
        ([sick(14), personal(2)], "200"),  # nothing beyond the bonus
        ([sick(14, is_exempt=True)], "0"),  # reading 73
    ],
)
def test_each_kind_costs_its_own_and_nothing_beyond_the_bonus(month: list[Taken], amount: str) -> None:
    assert cost(*month) == yuan(amount)


@pytest.mark.clause("D3.12")
def test_points_go_by_the_spell_and_not_by_the_day_or_the_request() -> None:
    assert points(sick(1)) == 4
    assert points(sick(1), sick(3)) == 4  # an extension belongs to its spell (reading 58)
    assert points(sick(1), sick(3, "c")) == 8
    assert points(*(sick(1, str(n)) for n in range(6))) == 20


@pytest.mark.clause("D3.4", "D3.12")
@pytest.mark.parametrize("code", [code for code in Code if code not in {Code.SICK, Code.PERSONAL}])
def test_leave_that_the_law_gives_costs_nothing(code: Code) -> None:
    taken = Taken(code.value, "a", 30 * DAY)
    assert (cost(taken), points(taken)) == (0, 0)


@pytest.mark.clause("D3.4", "D3.5")
@pytest.mark.parametrize(("half_days", "found"), [(60, []), (61, ["D3.4"])])
def test_more_than_thirty_counted_days_open_a_review_and_nothing_else(half_days: int, found: list[str]) -> None:
    assert [review.clause for review in reviews.on(ON)(Year({"sick": half_days}), TERMS)] == found


@pytest.mark.clause("D3.6")
def test_only_all_three_within_twelve_months_open_the_other_review() -> None:
    all_three = Year({}, sick_by_month=(0, 14), absences=1, latenesses=1)
    assert [review.clause for review in reviews.on(ON)(all_three, TERMS)] == ["D3.6"]
    for less in (
        Year({}, sick_by_month=(13,), absences=1, latenesses=1),
        Year({}, sick_by_month=(14,), absences=0, latenesses=1),
        Year({}, sick_by_month=(14,), absences=1, latenesses=0),
    ):
        assert reviews.on(ON)(less, TERMS) == []


@pytest.mark.clause("D3.4")
def test_the_law_stops_what_the_handbook_would_propose() -> None:
    [ill] = reviews.on(ON)(Year({"sick": 70}, in_medical_period=True), TERMS)
    assert "medical period" in ill.stop
    [away] = reviews.on(ON)(Year({"personal": 70}, in_medical_period=True), TERMS)
    assert away.stop == ""
    [mother] = reviews.on(ON)(Year({"personal": 70}, is_protected=True), TERMS)
    assert "pregnancy" in mother.stop


@pytest.mark.clause("D3.4")
@pytest.mark.parametrize(
    ("works_since", "joined_on", "until"),
    [
        (date(2020, 1, 1), date(2022, 1, 1), date(2026, 6, 1)),
        (date(2020, 1, 1), date(2020, 1, 1), date(2026, 9, 1)),
        (date(2010, 1, 1), date(2022, 1, 1), date(2026, 9, 1)),
        (date(2010, 1, 1), date(2018, 1, 1), date(2026, 12, 1)),
        (date(2010, 1, 1), date(2014, 1, 1), date(2027, 3, 1)),
        (date(2008, 1, 1), date(2008, 1, 1), date(2027, 9, 1)),
        (date(2000, 1, 1), date(2000, 1, 1), date(2028, 3, 1)),
    ],
)
def test_the_medical_period_grows_with_the_years(works_since: date, joined_on: date, until: date) -> None:
    assert medical_period.on(ON)(works_since, joined_on, ON, MEDICAL.on(ON)) == until
