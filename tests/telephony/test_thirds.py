"""Hold, transfers, conferences, calls out, on a real exchange: who hears whom, and nothing is left behind."""

import pytest

from hotline.telephony.models import Call, Recording, WishKind
from hotline.telephony.services import calling, handing
from tests.telephony.floor import Floor, until

pytestmark = pytest.mark.telephony
OUTSIDE = "13700005678"


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


@pytest.mark.clause("A3.2")
def test_a_colleague_is_asked_then_all_three_talk_then_he_has_the_caller(floor):
    call = talking(floor)
    first, second = floor.house.first, floor.house.second
    floor.telephones("colleague")
    floor.person(second, "colleague")
    floor.ask(handing.consult, to_id=second.pk, by=first)
    floor.state(second, "talking")
    floor.until_hears(floor.leg(call, first), {"colleague"})
    floor.until_hears(floor.leg(call, second), {"person"})
    floor.until_hears(call.ref, set())
    floor.wish(first, WishKind.CONFER)
    floor.until_hears(call.ref, {"person", "colleague"})
    floor.until_hears(floor.leg(call, second), {"person", "caller"})
    floor.wish(first, WishKind.COMPLETE)
    floor.state(first, "wrap_up")
    floor.until_hears(call.ref, {"colleague"})
    floor.wish(second, WishKind.HANG_UP)
    call = floor.ended(call)
    assert (call.person, call.ended_how) == (second, "talked")
    assert call.segments.get(kind="third").how == "transferred"
    assert [row.person for row in recorded(floor, call, 2)] == [first, second]


@pytest.mark.parametrize("behaviour", ["refuses", "silent"])
def test_a_colleague_who_does_not_come_leaves_the_person_with_his_caller(floor, behaviour):
    floor.queue(rings=1)
    call = talking(floor)
    first, second = floor.house.first, floor.house.second
    floor.telephones(behaviour)
    floor.person(second, behaviour)
    floor.ask(handing.consult, to_id=second.pk, by=first)
    until(lambda: call.segments.filter(kind="third", ended_at__isnull=False).exists(), 15, floor.log)
    floor.until_hears(call.ref, {"person"})
    floor.state(second, "ready")
    assert call.segments.get(kind="third").how == {"refuses": "refused", "silent": "no_answer"}[behaviour]


def test_a_number_outside_is_asked_and_given_the_caller(floor):
    call = talking(floor, floor.house.head_serves())
    head = floor.house.head
    floor.outside()
    floor.ask(handing.consult, number=OUTSIDE, by=head)
    until(lambda: call.segments.filter(kind="third", talked_at__isnull=False).exists(), 10, floor.log)
    floor.until_hears(floor.leg(call, head), {"outside"})
    floor.wish(head, WishKind.COMPLETE)
    floor.until_hears(call.ref, {"outside"})
    floor.state(head, "wrap_up")
    assert Call.objects.get(pk=call.pk).ended_at is None


def test_a_number_outside_that_refuses_gives_the_caller_back_to_the_line(floor):
    call = talking(floor, floor.house.head_serves())
    floor.telephones("colleague")
    floor.outside("refuses")
    floor.ask(handing.hand_outside, number=OUTSIDE, by=floor.house.head)
    until(lambda: call.segments.filter(kind="third", ended_at__isnull=False).exists(), 10, floor.log)
    floor.person(floor.house.second, "colleague", free=False)
    until(lambda: Call.objects.get(pk=call.pk).person_id == floor.house.second.pk, 10, floor.log)
    floor.until_hears(call.ref, {"colleague"})


@pytest.mark.clause("A2.8")
@pytest.mark.parametrize(("scenario", "how"), [("takes", "talked"), ("refuses", "not_reached")])
def test_a_number_is_called_from_the_desk(floor, scenario, how):
    floor.telephones("takes")
    first = floor.person(floor.house.first, "takes")
    floor.outside(scenario)
    floor.ask(calling.call_out, number=OUTSIDE, by=first)
    [call] = floor.calls()
    assert (call.kind, call.number) == ("out", f"+86{OUTSIDE}")
    if how == "talked":
        floor.answered(call)
        floor.until_hears(floor.leg(call, first), {"outside"})
        floor.wish(first, WishKind.HANG_UP)
    call = floor.ended(call)
    assert (call.ended_how, call.person) == (how, first)
    floor.state(first, "wrap_up")
    assert not call.segments.filter(kind="queue").exists(), "it stands in no queue's figures"
    if how == "talked":
        recorded(floor, call, 1)


def test_colleagues_call_one_another(floor):
    floor.telephones("takes")
    floor.telephones("colleague")
    first, second = floor.person(floor.house.first, "takes"), floor.person(floor.house.second, "colleague")
    floor.ask(calling.call_colleague, to_id=second.pk, by=first)
    [call] = floor.calls()
    floor.answered(call)
    floor.until_hears(floor.leg(call, first), {"colleague"})
    floor.until_hears(floor.leg(call, second), {"person"})
    floor.wish(second, WishKind.HANG_UP)
    call = floor.ended(call)
    assert (call.kind, call.ended_how) == ("internal", "talked")
    for person in (first, second):
        floor.state(person, "ready")
    recorded(floor, call, 1)
