"""Dated values, editions of rules, and refusals that name their clause."""

from datetime import date

import pytest

from hotline.kernel.rules import BOOK, Dated, Refusal, Refused, Rule, refuse_if, rule

JANUARY, MARCH, JULY = date(2026, 1, 1), date(2026, 3, 1), date(2026, 7, 1)


def twice(number: int) -> int:
    """X-1: the double."""
    return 2 * number


def test_the_value_in_force_is_the_latest_one_begun():
    dated = Dated({MARCH: "b", JANUARY: "a"})
    assert [dated.on(day) for day in (JANUARY, date(2026, 2, 28), MARCH, JULY)] == ["a", "a", "b", "b"]
    assert dated.first_day == JANUARY
    assert dated.items() == ((JANUARY, "a"), (MARCH, "b"))


def test_nothing_is_in_force_before_the_first_day():
    with pytest.raises(LookupError, match="nothing in force on 2025-12-31"):
        Dated({JANUARY: 1}).on(date(2025, 12, 31))
    with pytest.raises(ValueError, match="at least one day"):
        Dated({})


def test_a_later_edition_leaves_the_earlier_one_to_its_dates():
    double: Rule[[int], int] = Rule("X-1", JANUARY, twice)

    @double.edition(since=JULY)
    def _thrice(number: int) -> int:
        return 3 * number

    assert double.on(date(2026, 6, 30))(2) == 4
    assert double.on(JULY)(2) == 6
    assert double.doc == "X-1: the double."


@pytest.mark.parametrize("day", [JANUARY, date(2025, 1, 1)])
def test_an_edition_cannot_take_anothers_day_nor_come_before_the_rule(day):
    double: Rule[[int], int] = Rule("X-1", JANUARY, twice)
    with pytest.raises(ValueError, match="X-1"):
        double.edition(since=day)(twice)


def test_a_rule_enters_the_book_once(monkeypatch):
    monkeypatch.setattr("hotline.kernel.rules.BOOK", {})
    entered = rule("X-1", since=JANUARY)(twice)
    assert (entered.clause, entered.name) == ("X-1", f"{__name__}.twice")
    with pytest.raises(ValueError, match="twice"):
        rule("X-1", since=JANUARY)(twice)
    assert entered.name not in BOOK


def test_a_refusal_fills_its_note_and_a_refused_names_them_all():
    first = Refusal("B2.4", "the limit is {hours} hours", {"hours": 4})
    second = Refusal("B3.3", "no place is given")
    with pytest.raises(Refused) as told:
        refuse_if([first, second])
    assert told.value.refusals == (first, second)
    assert str(told.value) == "B2.4: the limit is 4 hours; B3.3: no place is given"


def test_nothing_to_refuse_passes_and_an_empty_no_is_an_error():
    refuse_if([])
    with pytest.raises(ValueError, match="what was refused"):
        Refused()
