"""Money is exact, and rounded half up once."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.money import portion, yuan
from hotline.kernel.words import gettext_noop


@pytest.mark.parametrize(("text", "fen"), [("20", 2000), ("2.5", 250), ("0.01", 1), ("-5", -500), ("100.01", 10001)])
def test_yuan_are_parsed_to_whole_fen(text, fen):
    assert yuan(text) == fen


@pytest.mark.parametrize("text", ["", "abc", "0.001", "NaN", "Infinity"])
def test_what_is_no_amount_in_whole_fen_is_an_error(text):
    with pytest.raises(ValueError, match="amount"):
        yuan(text)


def test_half_a_fen_is_rounded_up():
    assert portion(20001, Fraction(1, 2)) == 10001
    assert portion(-20001, Fraction(1, 2)) == -10001
    assert portion(10, Fraction(1, 3)) == 3


@given(st.integers(-(10**9), 10**9), st.integers(-1000, 1000), st.integers(1, 1000))
def test_a_portion_is_what_decimal_rounding_gives(amount, above, below):
    exact = Fraction(amount * above, below)
    # 40 digits are far beyond any tie of a denominator up to 1,000.
    scaled = Decimal(exact.numerator * 10**20 // exact.denominator) / Decimal(10**20)
    tie = 2 * exact == int(2 * exact)
    expected = int((Decimal(exact.numerator) / exact.denominator if tie else scaled).quantize(0, ROUND_HALF_UP))
    assert portion(amount, Fraction(above, below)) == expected


def test_a_marked_word_stays_as_it_is():
    assert gettext_noop("Early shift") == "Early shift"
