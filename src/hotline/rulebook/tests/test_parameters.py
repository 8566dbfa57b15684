"""The parameters of the book: their two dates, what they take, and which readings they carry."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clauses import titles

from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.kinds import BadValue, Weights, exact, number, plain, whole
from hotline.rulebook.parameters.values import Decided, NotKnown, in_force

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
pytestmark = pytest.mark.clause("D3.1")

# readings that name a parameter or are settled by one, and those that a person at the centre decides
WITH_A_PARAMETER = (
    *range(1, 16), 19, *range(20, 25), *range(26, 28), *range(29, 31), *range(32, 40), *range(42, 49), 52, 53,
    *range(55, 75), *range(76, 78), *range(79, 88), 93, *range(96, 101),
)  # fmt: skip
TO_DECIDE = (1, 9, 19, 22, 26, 33, 69, 80)


def target(day, **about):
    return in_force(day, **about).reading().number("accuracy.target")


def test_a_value_changes_on_its_day_and_the_past_stays():
    assert (target(OCTOBER), target(NOVEMBER), target(DECEMBER)) == (97, 99, 99)


@pytest.mark.clause("A1.1")
def test_what_was_known_on_a_day_is_what_was_decided_by_then():
    assert target(NOVEMBER, known_on=date(2026, 10, 19)) == 97
    assert target(NOVEMBER, known_on=date(2026, 10, 20)) == 99
    with pytest.raises(NotKnown):
        target(NOVEMBER, known_on=date(2019, 12, 31))


def test_a_centre_has_no_stricter_standard_without_an_act_of_its_own():
    assert target(NOVEMBER, decided=[]) == 97
    act = Decided("accuracy.target", "99", NOVEMBER, date(2026, 10, 28))
    assert target(NOVEMBER, decided=[act]) == 99
    assert target(OCTOBER, decided=[act]) == 97
    assert target(DECEMBER, decided=[act], known_on=date(2026, 10, 27)) == 97


def test_of_two_decisions_for_a_day_the_later_one_counts():
    first = Decided("accuracy.target", "98.5", NOVEMBER, date(2026, 10, 10))
    second = Decided("accuracy.target", "98", NOVEMBER, date(2026, 10, 20))
    assert target(NOVEMBER, decided=[second, first]) == 98
    assert target(NOVEMBER, decided=[second, first], known_on=date(2026, 10, 15)) == Fraction("98.5")


def test_a_reading_remembers_what_was_read():
    read = in_force(OCTOBER, overrides={"case.limit_s": 360}).reading()
    assert (read.whole("case.limit_s"), read.number("accuracy.target"), read.flag("timeliness.shared_cap")) == (
        360,
        97,
        True,
    )
    assert read.shown == {"case.limit_s": 360, "accuracy.target": "97", "timeliness.shared_cap": True}


def test_every_parameter_stands_under_a_clause_and_takes_its_own_values():
    known = titles()
    for key, parameter in PARAMETERS.items():
        assert parameter.clause in known, key
        assert parameter.name.zh, key
        assert parameter.name.en, key
        days = [one.effective_from for one in parameter.values]
        assert days == sorted(set(days)), key
        assert all(day.day == 1 for day in days), key
        if not parameter.by_release:
            for one in parameter.values:
                assert parameter.parsed(parameter.shown(parameter.parsed(one.raw))) == parameter.parsed(one.raw)


def test_every_reading_with_a_parameter_has_one_and_those_to_decide_are_marked():
    carried = {reading for parameter in PARAMETERS.values() for reading in parameter.readings}
    assert set(WITH_A_PARAMETER) - carried == set()
    marked = {reading for parameter in PARAMETERS.values() if parameter.must_decide for reading in parameter.readings}
    assert set(TO_DECIDE) - marked == set()


@pytest.mark.parametrize("raw", [1.0, True, None, "1e3", "1,5", "", "٣", "101", "-1", "1.234"])
def test_a_number_is_exact_or_refused(raw):
    with pytest.raises(BadValue) as fault:
        number(0, 100, 2).parse(raw)
    assert "from 0 to 100" in str(fault.value)


def test_weights_add_up_to_a_hundred():
    kind = PARAMETERS["skill.weights"].kind
    assert isinstance(kind, Weights)
    assert dict(kind.parse({"written": "40", "phone": 60})) == {"written": 40, "phone": 60}
    for raw in ({"written": "40", "phone": "100"}, {"written": "100"}, {"written": "-1", "phone": "101"}, []):
        with pytest.raises(BadValue):
            kind.parse(raw)


def test_a_whole_number_is_shown_as_one():
    assert whole(0, 9).show(whole(0, 9).parse("7")) == 7


@given(st.integers(-(10**12), 10**12), st.integers(0, 9))
def test_plain_says_a_number_exactly(digits, places):
    value = Fraction(digits, 10**places)
    text = plain(value)
    assert exact(text) == value
    assert not ("." in text and text.endswith("0"))
    assert text != "-0"
