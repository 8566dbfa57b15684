"""Swaps by example, row by row of the readings."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from hotline.rulebook.swaps import SWAPS, Shift, SwapFacts, SwapKind, pay_back_due, short_rests, swap_refusals

ON = date(2026, 3, 9)
TERMS = SWAPS.on(ON)
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
    [(other, gap)] = short_rests.on(ON)([late], early, TERMS)
    assert (other, gap) == (late, timedelta(hours=10))
    assert short_rests.on(ON)([early], late, TERMS) == [(early, timedelta(hours=10))]
    assert short_rests.on(ON)([shift(ON - timedelta(days=1))], early, TERMS) == []
