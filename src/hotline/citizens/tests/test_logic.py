"""Tracking codes, the sample, the hours in which citizens are called, public words."""

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic.flow import ENDED, Status
from hotline.citizens.logic import codes, public, terms
from hotline.core.clock import ZONE

TERMS = terms.TERMS.on(date(2026, 3, 9))
CHANCE = st.binary(min_size=16, max_size=64)


@given(CHANCE, st.text(min_size=1, max_size=80))
def test_a_code_has_its_shape_and_comes_back_however_it_is_typed(chance, secret):
    code = codes.code_of(chance, secret)
    assert codes.is_code(code)
    assert codes.code_of(chance, secret) == code
    for typed in (codes.written(code), code.lower(), f"  {codes.written(code).lower()} ", " ".join(code)):
        assert codes.tidy(typed) == code
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert codes.tidy(wide) == code


@given(st.lists(CHANCE, min_size=2, max_size=40, unique=True))
def test_codes_differ_and_are_known_again_only_by_themselves(chances):
    made = [codes.code_of(chance, "s") for chance in chances]
    assert len(set(made)) == len(made)
    kept = {codes.known_by(code, "s") for code in made}
    assert len(kept) == len(made)
    assert not kept & {codes.known_by(code, "t") for code in made}
    assert not any(code in one for one in kept for code in made)


@given(st.text(max_size=300))
def test_whatever_is_typed_is_tidied_without_an_error(text):
    assert set(codes.tidy(text)) <= set(codes.ALPHABET)
    number = codes.tidy_number(text)
    assert number == "" or (number[8] == "-" and number.replace("-", "").isdigit())


def test_a_number_is_found_in_what_people_type():
    for typed in ("20260309-0042", "20260309 0042", "２０２６０３０９—００４２", "编号202603090042"):
        assert codes.tidy_number(typed) == "20260309-0042"
    assert codes.tidy_number("0042") == ""


@given(st.integers(0, 100))
def test_the_sample_is_as_large_as_said(percent):
    called = sum(terms.is_called("phone", number, {"phone": percent}) for number in range(1, 1001))
    assert called == percent * 10
    assert not terms.is_called("import", 7, {"phone": percent})


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)))  # noqa: DTZ001 a zone follows
def test_nobody_is_called_at_night(moment):
    wall = moment.replace(tzinfo=ZONE)
    found = terms.in_hours(wall, TERMS.hours)
    assert found >= wall
    assert TERMS.hours[0] <= found.hour < TERMS.hours[1]
    assert found - wall < timedelta(days=1)


def test_three_tries_at_other_times_then_it_is_given_up():
    assert [terms.next_call(tries, TERMS) for tries in (1, 2, 3)] == [timedelta(hours=4), timedelta(hours=28), None]


def test_every_status_has_one_of_three_public_states_and_words():
    for status in Status:
        assert public.words_for(status)
        assert (public.state_of(status) is public.Public.ENDED) == (status in ENDED)
    assert public.state_of(Status.VERIFYING) is public.Public.RECEIVED
    assert public.state_of(Status.REOPENED) is public.Public.HANDLING
