"""Wordings, quiet hours, tries, addresses, seals."""

from datetime import datetime, time, timedelta

import pytest
from cryptography.fernet import InvalidToken
from hypothesis import given
from hypothesis import strategies as st

from hotline.core.clock import ZONE
from hotline.kernel.rules import Refused
from hotline.messages.logic import occasions, sealing, sending
from hotline.messages.logic.occasions import MAIL, SMS, Occasion, Words

TERMS = sending.TERMS.on(sending.FIRST_DAY)
WHY = Occasion("x", "X", {"number": "N", "name": "M"}, {}, needed=frozenset({"number"}))
TEXTS = st.text(max_size=200)


@given(TEXTS, st.dictionaries(st.sampled_from(["number", "name"]), TEXTS))
def test_what_is_filled_in_is_never_looked_into(text, values):
    filled = occasions.fill("{number}-{name}", values)
    plain = [occasions.fill("{name}", {"name": values.get(key, "")}) for key in ("number", "name")]
    assert filled == "-".join(plain)
    assert "\n" not in occasions.one_line(text)


@given(TEXTS)
def test_a_wording_without_faults_holds_only_its_own_placeholders(text):
    if not occasions.faults(WHY, SMS, Words("", text)):
        assert {"number"} <= occasions.places_in(text) <= {"number", "name"}


@pytest.mark.parametrize(
    ("channel", "subject", "text"),
    [(SMS, "", ""), (SMS, "", "{number} {phone}"), (SMS, "", "{name}"), (SMS, "", "{number}" + "字" * 500),
     (MAIL, "", "{number}"), (MAIL, "{link}", "{number}")],
)  # fmt: skip
def test_a_bad_wording_is_refused(channel, subject, text):
    assert occasions.faults(WHY, channel, Words(subject, text))


def test_an_occasion_is_entered_once_and_with_sound_words():
    first = Occasion("test_once", "X", {}, {SMS: Words("", "hello")})
    occasions.enter(first)
    occasions.enter(first)
    with pytest.raises(ValueError, match="two occasions"):
        occasions.enter(Occasion("test_once", "Y", {}, {SMS: Words("", "hello")}))
    with pytest.raises(ValueError, match="refused"):
        occasions.enter(Occasion("test_bad", "X", {}, {SMS: Words("", "{what}")}))
    occasions._occasions.pop("test_once")
    occasions._occasions.pop("test_bad")


def test_parts_of_an_sms():
    assert [occasions.parts("字" * length) for length in (1, 70, 71, 134, 135)] == [1, 1, 2, 2, 3]


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.booleans())  # noqa: DTZ001 a zone follows
def test_no_sms_goes_out_in_the_quiet_hours(moment, urgent):
    local = moment.replace(tzinfo=ZONE)
    found = sending.first_moment(SMS, local, TERMS.quiet, urgent=urgent)
    assert urgent or not TERMS.quiet.holds(found.timetz().replace(tzinfo=None))
    assert timedelta(0) <= found - local <= timedelta(hours=10)
    assert sending.first_moment(MAIL, local, TERMS.quiet, urgent=False) == local


def test_quiet_hours_reach_over_midnight_or_not():
    night, noon = sending.Quiet(time(22), time(8)), sending.Quiet(time(12), time(14))
    assert [night.holds(time(hour)) for hour in (21, 22, 0, 7, 8)] == [False, True, True, True, False]
    assert [noon.holds(time(hour)) for hour in (11, 12, 13, 14)] == [False, True, True, False]


@pytest.mark.parametrize(
    ("channel", "address", "written", "shown"),
    [
        (SMS, " 138 0000-1234", "+8613800001234", "138****1234"),
        (SMS, "+86 13800001234", "+8613800001234", "138****1234"),
        (SMS, "+14155552671", "+14155552671", "+14*****2671"),
        (MAIL, "Wang@Example.ORG", "Wang@example.org", "W***@example.org"),
    ],
)
def test_addresses_have_one_written_form_and_a_mask(channel, address, written, shown):
    assert sending.normalise(channel, address) == written
    assert sending.mask(channel, written) == shown


@given(TEXTS, st.sampled_from([SMS, MAIL]))
def test_any_address_is_written_or_refused(text, channel):
    try:
        found = sending.normalise(channel, text)
    except Refused:
        return
    assert "\n" not in found
    assert sending.normalise(channel, found) == found
    assert sending.mask(channel, found) != found


@given(st.dictionaries(TEXTS, TEXTS, max_size=5), TEXTS)
def test_what_is_sealed_comes_back_under_the_present_and_the_earlier_key(content, secret):
    sealed = sealing.seal(content, [secret])
    assert sealing.unseal(sealed, [secret]) == content
    assert sealing.unseal(sealed, ["new", secret]) == content
    with pytest.raises(InvalidToken):
        sealing.unseal(sealed, [f"{secret}x"])


def test_an_address_is_known_again_by_its_sum_alone():
    assert sealing.known_by("A@b.cd", "s") == sealing.known_by("a@b.cd", "s")
    assert sealing.known_by("a@b.cd", "s") != sealing.known_by("a@b.cd", "t")
