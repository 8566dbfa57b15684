"""Numbers in one written form, and what the mask leaves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.customers import logic
from hotline.customers.logic import Kind, Number
from hotline.kernel.rules import Refused

mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
cities = st.sampled_from(["010", "021", "0512", "0755", "0991"])
landlines = st.tuples(cities, st.from_regex(r"[2-8][0-9]{6}", fullmatch=True)).map(
    lambda parts: f"{parts[0]}-{parts[1]}" + ("5" if len(parts[0]) == 3 else "")
)


@pytest.mark.clause("A3.4")
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("17730481956", Number("+8617730481956", Kind.MOBILE)),
        (" 177 3048-1956 ", Number("+8617730481956", Kind.MOBILE)),
        ("１７７３０４８１９５６", Number("+8617730481956", Kind.MOBILE)),
        ("+86 17730481956", Number("+8617730481956", Kind.MOBILE)),
        ("008617730481956", Number("+8617730481956", Kind.MOBILE)),
        ("021-66778899", Number("+862166778899", Kind.LANDLINE)),
        ("（021）66778899", Number("+862166778899", Kind.LANDLINE)),
        ("021-66778899-801", Number("+862166778899", Kind.LANDLINE, "801")),
        ("021 66778899转801", Number("+862166778899", Kind.LANDLINE, "801")),
        ("0512-68881234 分机 02", Number("+8651268881234", Kind.LANDLINE, "02")),
        ("021-66778899 ext 801", Number("+862166778899", Kind.LANDLINE, "801")),
        ("400-820-8820", Number("+864008208820", Kind.OTHER)),
        ("+852 9123 4567", Number("+85291234567", Kind.MOBILE)),
    ],
)
def test_every_way_of_writing_gives_one_number(typed, number):
    assert logic.normalise(typed) == number


@pytest.mark.clause("A3.4")
@pytest.mark.parametrize("typed", ["66778899", "110", "1773048", "no number", "", "+", "17730481956123", "99999999999"])
def test_what_cannot_be_dialled_is_refused(typed):
    with pytest.raises(Refused, match=r"A3\.4"):
        logic.normalise(typed)


@given(
    number=mobiles, spaces=st.lists(st.integers(1, 10), max_size=4), prefix=st.sampled_from(["", "+86", "0086", "+86 "])
)
def test_spaces_and_prefixes_do_not_matter(number, spaces, prefix):
    typed = number
    for place in sorted(spaces, reverse=True):
        typed = f"{typed[:place]} {typed[place:]}"
    assert logic.normalise(prefix + typed) == Number(f"+86{number}", Kind.MOBILE)


@given(number=st.one_of(mobiles, landlines))
def test_a_number_read_out_and_typed_again_is_the_same(number):
    try:
        first = logic.normalise(number)
    except Refused:
        return
    assert logic.normalise(first.e164) == first
    assert logic.normalise(logic.written(first.e164)) == first


@given(text=st.text(max_size=30))
def test_any_text_is_a_number_or_a_refusal(text):
    try:
        found = logic.normalise(text)
    except Refused:
        return
    assert found.e164.startswith("+")
    assert 5 <= len(found.e164) - 1 <= 15
    assert len(logic.digits_of(found.e164)) == len(found.e164) - 1


@pytest.mark.clause("A3.6")
@given(number=mobiles)
def test_the_mask_shows_first_three_and_last_four_and_nothing_between(number):
    masked = logic.mask(f"+86{number}")
    assert masked == f"{number[:3]}****{number[-4:]}"


@pytest.mark.clause("A3.6")
@pytest.mark.parametrize(
    ("e164", "masked"),
    [
        ("+862166778899", "021****8899"),
        ("+8651268881234", "051*****1234"),
        ("+85291234567", "+852 *****567"),
        ("+8695588", "***88"),
        ("+12125550123", "+1 212***0123"),
    ],
)
def test_short_and_foreign_numbers_show_less(e164, masked):
    assert logic.mask(e164) == masked


@given(digits=st.from_regex(r"[0-9]{5,15}", fullmatch=True))
def test_no_mask_gives_a_number_away(digits):
    masked = logic.mask(f"+{digits}")
    shown = sum(character.isdigit() for character in masked.split(" ")[-1])
    assert logic.HIDDEN in masked
    assert shown <= 7
    assert digits not in logic.digits_of(masked)


@given(number=mobiles, length=st.integers(4, 11))
def test_a_number_half_typed_begins_like_the_whole(number, length):
    assert logic.normalise(number).e164.startswith(logic.beginning(number[:length]))


def test_beginnings():
    assert logic.beginning("021-667") == "+8621667"
    assert logic.beginning("+852 91") == "+85291"
    assert logic.beginning("0086177304") == "+86177304"
    assert logic.beginning("") == ""


def test_a_masked_name_is_the_family_name():
    assert logic.mask_name("陈云澜") == "陈**"
    assert logic.mask_name(" ") == ""
