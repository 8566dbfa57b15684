"""Callers who wait: call-back in turn, overflow. On a real exchange."""

import pytest

from hotline.core import clock
from hotline.people.tests import builders as people
from hotline.telephony.models import Call
from hotline.telephony.services import setup
from tests.telephony.floor import Floor, until

pytestmark = pytest.mark.telephony


@pytest.mark.clause("A3.9")
def test_a_caller_who_asks_to_be_called_back_keeps_his_place(floor: Floor):
    floor.queue(callback_after=0)
    floor.outside()
    floor.telephones("takes")
    floor.caller("13700005678", scenario="caller_asks_back.xml", stays=300)
    [first] = floor.calls()
    until(lambda: Call.objects.get(pk=first.pk).is_callback, 15, floor.log)
    floor.caller("13900001234")
    second = floor.calls(2)[1]
    until(second.segments.exists, 5, floor.log)
    floor.person(floor.house.first, "takes", free=False)
    first = floor.answered(first)
    assert not second.offers.exists(), "his turn came before that of whoever came later"
    floor.until_hears(floor.leg(first, floor.house.first), {"outside"})
    assert first.segments.get(kind="queue").how == "callback"


def test_who_waits_too_long_goes_to_the_other_queue(floor: Floor):
    other = setup.make_queue(
        centre=floor.centre, code="help", name="备援", by=people.system(floor.centre), at=clock.now()
    )
    setup.set_members(queue_id=other.pk, persons=[floor.house.head.pk], by=floor.house.supervisor, at=clock.now())
    floor.queue(overflow_after=1, overflow_to=other)
    floor.telephones("takes")
    floor.person(floor.house.head, "takes")
    floor.caller()
    [call] = floor.calls()
    call = floor.answered(call)
    assert (call.person, call.queue) == (floor.house.head, other)
    stays = [(part.queue, part.how) for part in call.segments.filter(kind="queue").order_by("began_at")]
    assert stays == [(floor.house.queue, "diverted"), (other, "answered")]
