"""Hold and handing over on a real exchange: who hears whom, and nothing is left behind."""

import pytest

from hotline.telephony.models import Call, Recording, WishKind
from hotline.telephony.services import handing
from tests.telephony.floor import Floor, until

pytestmark = pytest.mark.telephony


def talking(floor: Floor, person=None) -> Call:
    """The first operator (or another) talks to a caller who stays."""
    floor.telephones("takes")
    first = floor.person(person or floor.house.first, "takes")
    floor.caller()
    [call] = floor.calls()
    floor.answered(call)
    floor.state(first, "talking")
    return call


def recorded(floor: Floor, call: Call, count: int) -> list[Recording]:
    """All recordings of a call, kept."""
    rows = Recording.objects.filter(call=call).order_by("began_at")
    until(lambda: rows.count() == count and not rows.exclude(fate="kept").exists(), 10, lambda: f"{rows.values()}")
    return list(rows)


@pytest.mark.clause("A3.2")
def test_on_hold_the_caller_hears_music_and_then_the_person_again(floor):
    call = talking(floor)
    first = floor.house.first
    floor.until_hears(call.ref, {"person"})
    floor.wish(first, WishKind.HOLD)
    floor.until_hears(call.ref, set())
    floor.wish(first, WishKind.UNHOLD)
    floor.until_hears(call.ref, {"person"})
    floor.wish(first, WishKind.HANG_UP)
    call = floor.ended(call)
    hold, talk = call.segments.get(kind="hold"), call.segments.get(kind="talk")
    assert talk.began_at < hold.began_at < hold.ended_at < talk.ended_at


@pytest.mark.clause("A3.2")
def test_a_caller_is_handed_over_to_a_colleague_at_once(floor):
    call = talking(floor)
    first, second = floor.house.first, floor.house.second
    floor.telephones("colleague")
    floor.person(second, "colleague")
    floor.ask(handing.hand_over, queue_id=floor.house.queue.pk, to_id=second.pk, by=first)
    until(lambda: Call.objects.get(pk=call.pk).person_id == second.pk, 10, floor.log)
    floor.until_hears(call.ref, {"colleague"})
    floor.state(first, "wrap_up")
    floor.wish(second, WishKind.HANG_UP)
    call = floor.ended(call)
    assert [part.how for part in call.segments.filter(kind="talk").order_by("began_at")] == ["transfer", "person"]
    assert [row.person for row in recorded(floor, call, 2)] == [first, second]
