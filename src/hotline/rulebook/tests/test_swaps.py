"""Swaps by example, row by row of the readings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hotline.rulebook.swaps import SWAPS, Shift, SwapFacts, SwapKind, pay_back_due, short_rests, swap_refusals

ON = date(2026, 3, 9)
TERMS = SWAPS.on(ON)
REST = timedelta(hours=11)
pytestmark = pytest.mark.clause("D2.11")


def shift(day: date, start: int = 8, hours: int = 9) -> Shift:
    begins = datetime(day.year, day.month, day.day, start, tzinfo=UTC)
    return Shift(day, begins, begins + timedelta(hours=hours))


def single(**more: object) -> SwapFacts:
    values: dict[str, object] = {
        "kind": SwapKind.SINGLE, "given": [shift(date(2026, 3, 12))], "taken": [], "asked_on": ON,
        "at": datetime(2026, 3, 9, 1, tzinfo=UTC), "in_month": 0, "in_year": 0, **more,
    }  # fmt: skip
    return SwapFacts(**values)  # type: ignore[arg-type]


def pair(first: date, **more: object) -> SwapFacts:
    given = [shift(first), shift(first + timedelta(days=1))]
    return single(kind=SwapKind.PAIR, given=given, **more)


def notes(facts: SwapFacts) -> list[str]:
    return [refusal.note for refusal in swap_refusals.on(ON)(facts, TERMS)]


def test_a_centre_may_count_a_swap_for_the_colleague_too() -> None:
    facts = single(partner="江一帆", partner_in_month=1)
    assert notes(facts) == []
    [refusal] = swap_refusals.on(ON)(facts, replace(TERMS, counts_partner=True))
    assert refusal.params["partner"] == "江一帆"


def test_one_swap_a_month_of_whoever_asks() -> None:
    assert notes(single()) == []
    assert len(notes(single(in_month=1))) == 1
    assert notes(single(in_month=0, in_year=2)) == []  # pairs have a quota of their own


def test_two_in_a_row_twice_a_year_and_past_the_months_quota() -> None:
    far = date(2026, 5, 4)
    assert notes(pair(far, in_month=1)) == []
    assert notes(pair(far, in_year=1)) == []
    assert len(notes(pair(far, in_year=2))) == 1
    assert len(notes(pair(far, are_consecutive=False))) == 1


@pytest.mark.parametrize(("first", "fine"), [(date(2026, 4, 8), False), (date(2026, 4, 9), True)])
def test_two_in_a_row_are_asked_for_one_calendar_month_ahead(first: date, fine: bool) -> None:
    assert (notes(pair(first)) == []) is fine


def test_the_colleagues_shifts_count_for_the_notice_too() -> None:
    taken = [shift(date(2026, 4, 7)), shift(date(2026, 4, 8))]
    assert len(notes(replace(pair(date(2026, 4, 9)), taken=taken))) == 1


def test_as_many_are_taken_as_given_or_none() -> None:
    assert notes(single(taken=[shift(date(2026, 3, 13))])) == []
    assert len(notes(single(given=[]))) == 1
    assert len(notes(replace(pair(date(2026, 5, 4)), taken=[shift(date(2026, 5, 6))]))) == 1


@pytest.mark.parametrize(("taken", "fine"), [(date(2026, 4, 12), True), (date(2026, 4, 13), False)])
def test_what_is_taken_in_turn_lies_within_a_calendar_month_of_what_is_given(taken: date, fine: bool) -> None:
    assert (notes(single(taken=[shift(taken)])) == []) is fine


def test_of_a_pair_the_month_runs_from_its_later_shift() -> None:
    of = pair(date(2026, 5, 4))  # the 4th and the 5th: until 5 June
    assert notes(replace(of, taken=[shift(date(2026, 6, 4)), shift(date(2026, 6, 5))])) == []
    assert len(notes(replace(of, taken=[shift(date(2026, 6, 5)), shift(date(2026, 6, 6))]))) == 1


def paying_back(owed: int, *taken: date, **more: object) -> SwapFacts:
    values: dict[str, object] = {
        "kind": SwapKind.PAY_BACK, "given": [], "taken": [shift(day) for day in taken], "owed": owed, **more,
    }  # fmt: skip
    return single(**values)


def test_as_many_shifts_are_paid_back_as_are_owed() -> None:
    one, two = date(2026, 3, 20), date(2026, 3, 21)
    assert notes(paying_back(1, one)) == []
    assert notes(paying_back(2, one, two)) == []
    for wrong in (paying_back(2, one), paying_back(1, one, two), paying_back(0, one), paying_back(1)):
        assert len(notes(wrong)) == 1
    assert len(notes(paying_back(1, one, given=[shift(two)]))) == 1  # nothing is given away in a pay-back


def test_a_pay_back_stands_under_no_quota_and_needs_no_notice() -> None:
    assert notes(paying_back(1, ON + timedelta(days=1), in_month=9, in_year=9)) == []
    assert notes(paying_back(1, date(2026, 9, 1))) == []  # late is a task for somebody, not a bar to paying back


@pytest.mark.clause("C3")
def test_a_colleagues_shift_that_has_begun_is_not_taken() -> None:
    begun = shift(ON, start=1)
    assert len(notes(single(taken=[begun]))) == 1
    assert len(notes(replace(paying_back(1), taken=[begun]))) == 1


@pytest.mark.clause("C3")
def test_a_shift_that_has_begun_is_not_swapped() -> None:
    begun = shift(ON, start=1)
    assert len(notes(single(given=[begun]))) == 1
    assert notes(single(given=[begun], at=begun.start - timedelta(microseconds=1))) == []


@pytest.mark.parametrize(
    ("covered", "due"),
    [
        (date(2026, 3, 12), date(2026, 4, 12)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2026, 12, 5), date(2027, 1, 5)),
    ],
)
def test_a_covered_shift_is_paid_back_within_one_calendar_month(covered: date, due: date) -> None:
    assert pay_back_due.on(ON)(covered, TERMS) == due


def test_an_approved_swap_costs_nothing() -> None:
    assert TERMS.cost_fen == 0


def test_a_short_rest_is_seen() -> None:
    late, early = shift(ON, 1, 13), shift(ON + timedelta(days=1), 0, 9)  # 10 hours between
    [(other, gap)] = short_rests.on(ON)([late], early, REST)
    assert (other, gap) == (late, timedelta(hours=10))
    assert short_rests.on(ON)([early], late, REST) == [(early, timedelta(hours=10))]
    assert short_rests.on(ON)([shift(ON - timedelta(days=1))], early, REST) == []
