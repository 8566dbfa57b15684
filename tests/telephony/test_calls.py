"""Real calls from the first ring to the end, and every way in which they may go wrong."""

import time
import wave

import numpy as np
import pytest

from hotline.telephony.logic import sound
from hotline.telephony.queries import files
from tests.telephony.floor import Floor, until
from tests.telephony.listening import TONES

pytestmark = pytest.mark.telephony


def tones(floor: Floor, recording) -> tuple[int, int]:
    """How much of his own tone each side holds, in thousandths."""
    with wave.open(str(files.file_of(recording)), "rb") as source:
        both = np.frombuffer(source.readframes(source.getnframes()), dtype=np.int16).reshape(-1, 2)
    return sound.energy(both[:, 0], TONES["caller"]), sound.energy(both[:, 1], TONES["person"])


def test_from_the_call_to_after_call_work_with_both_sides_recorded(floor):
    floor.telephones("takes")
    first = floor.person(floor.house.first, "takes")
    caller = floor.caller(stays=60_000)
    [call] = floor.calls()
    call = floor.answered(call)
    assert call.person == first
    assert floor.state(first, "talking")
    time.sleep(3)  # there is something to be heard
    floor.hangs_up(caller)
    call = floor.ended(call)
    floor.state(first, "wrap_up")
    assert call.ended_how == "talked"
    [offer] = call.offers.all()
    assert (offer.how, offer.rings) == ("taken", 1)
    recording = floor.recording(call)
    assert recording.fate == "kept"
    caller, person = tones(floor, recording)
    assert caller > 800, "the caller is heard on the left"
    assert person > 800, "the person is heard on the right"
    talked = (call.ended_at - call.answered_at).total_seconds() * 1000
    assert abs(recording.length_ms - talked) < 500


def test_no_answer_in_three_rings_goes_to_the_next(floor):
    floor.telephones("silent")
    floor.telephones("takes")
    floor.queue(rings=1)
    silent = floor.person(floor.house.first, "silent")
    second = floor.person(floor.house.second, "takes")
    caller = floor.caller(stays=60_000)
    [call] = floor.calls()
    call = floor.answered(call)
    assert call.person == second
    assert floor.state(silent, "not_ready").reason == "no_answer"
    missed, taken = call.offers.order_by("made_at")
    assert (missed.how, missed.rings, taken.how) == ("no_answer", 1, "taken")
    assert 4.9 < (missed.ended_at - missed.rang_at).total_seconds() < 9
    floor.hangs_up(caller)
    floor.ended(call)


def test_a_refusal_is_offered_again_at_once(floor):
    floor.telephones("refuses")
    floor.telephones("takes")
    refuses = floor.person(floor.house.first, "refuses")
    second = floor.person(floor.house.second, "takes")
    caller = floor.caller(stays=60_000)
    [call] = floor.calls()
    call = floor.answered(call)
    assert call.person == second
    assert floor.state(refuses, "not_ready").reason == "refused"
    refused, taken = call.offers.order_by("made_at")
    assert (taken.made_at - refused.ended_at).total_seconds() < 2
    floor.hangs_up(caller)
    floor.ended(call)


@pytest.mark.parametrize("moment", ["waiting", "ringing"])
def test_the_caller_hangs_up_before_anybody_answers(floor, moment):
    if moment == "ringing":
        floor.telephones("silent")
        floor.person(floor.house.first, "silent")
    caller = floor.caller(stays=60_000)
    [call] = floor.calls()
    if moment == "ringing":
        floor.state(floor.house.first, "ringing")
    else:
        until(call.segments.filter(kind="queue").exists, 5, floor.log)
    floor.hangs_up(caller)
    call = floor.ended(call)
    assert call.ended_how == "abandoned"
    assert [offer.how for offer in call.offers.all()] == (["caller_left"] if moment == "ringing" else [])
    if moment == "ringing":
        floor.state(floor.house.first, "ready")


def test_the_person_hangs_up(floor):
    floor.telephones("takes_and_leaves")
    first = floor.person(floor.house.first, "takes_and_leaves")
    floor.caller()
    [call] = floor.calls()
    call = floor.ended(call)
    assert (call.person, call.ended_how) == (first, "talked")
    assert call.segments.get(kind="talk").how == "person"
    floor.recording(call)


def test_a_telephone_that_is_not_there_is_not_rung(floor):
    floor.person(floor.house.first, "takes", ready=False)
    floor.caller(stays=1500)
    [call] = floor.calls()
    floor.ended(call)
    assert not call.offers.exists()
