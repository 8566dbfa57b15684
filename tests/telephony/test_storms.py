"""Many callers at once, and an ACD that dies: nobody is lost, no talk is cut, nothing is left behind."""

import signal
import time

import pytest

from hotline.telephony.models import Call, Offer, Segment
from tests.telephony.floor import Floor, busy, until

pytestmark = pytest.mark.telephony


def test_ninety_callers_in_three_seconds_are_all_queued_and_served_in_order(floor):
    floor.queue(wrap_up=0, wrap_most=0)
    floor.caller(calls=90, rate=30)
    calls = floor.calls(90, 20)
    assert len(calls) == 90
    arrived = [call.came_at for call in calls]
    assert (arrived[-1] - arrived[0]).total_seconds() < 6
    waiting = Segment.objects.filter(call__centre=floor.centre, kind="queue", ended_at__isnull=True)
    until(lambda: waiting.count() == 90, 5, floor.log)
    floor.telephones("takes_and_leaves")
    for person in (floor.house.first, floor.house.second):
        floor.person(person, "takes_and_leaves", free=False)
    offers = Offer.objects.filter(call__centre=floor.centre, how="taken").order_by("made_at")
    until(lambda: offers.count() >= 8, 40, floor.log)
    assert [offer.call_id for offer in offers[:8]] == [call.pk for call in calls[:8]]


def test_an_acd_that_is_killed_loses_no_caller_and_cuts_no_talk(floor: Floor):
    floor.telephones("takes")
    floor.person(floor.house.first, "takes")
    talks = floor.caller(stays=200_000)
    [talk] = floor.calls()
    floor.answered(talk)
    waits_too = floor.caller("13900005678", stays=200_000)
    waits = floor.calls(2)[1]
    until(waits.segments.exists, 5, floor.log)
    floor.end_acd(signal.SIGKILL)
    time.sleep(1)
    assert len([name for name in floor.channels() if name.startswith("PJSIP/trunk")]) == 2, "both are still there"
    floor.start_acd()
    assert floor.restored_in() < 5 * busy()
    for call in (talk, waits):
        assert Call.objects.get(pk=call.pk).ended_at is None
    assert floor.state(floor.house.first, "talking").call_ref == talk.ref
    for caller in (waits_too, talks):
        floor.hangs_up(caller)
    talk, waits = floor.ended(talk), floor.ended(waits)
    assert (talk.ended_how, waits.ended_how) == ("talked", "abandoned")
    talked = (talk.ended_at - talk.answered_at).total_seconds() * 1000
    assert abs(floor.recording(talk).length_ms - talked) < 1000, "the talk was recorded while nobody led too"


def test_a_caller_is_kept_while_no_acd_is_there_and_served_when_one_comes(floor: Floor):
    floor.end_acd()
    floor.telephones("takes_and_leaves")
    floor.caller()  # who stays until he is served, however long the ACD takes to start
    until(lambda: len(floor.channels()) == 1, 5, floor.log)
    time.sleep(2)
    floor.start_acd()
    [call] = floor.calls(1, 15)
    floor.person(floor.house.first, "takes_and_leaves", free=False)
    call = floor.answered(call)
    assert (call.answered_at - call.came_at).total_seconds() > 3, "his wait began when he called, not when he was found"
    floor.ended(call)
