"""A2.3 on a real exchange: a superior listens, whispers, joins, takes over; who hears him, and who does not."""

import pytest

from hotline.telephony.logic.words import Watching
from hotline.telephony.models import Call, Supervision, WishKind
from hotline.telephony.services import joining
from tests.telephony.floor import Floor, until

pytestmark = [pytest.mark.telephony, pytest.mark.clause("A2.3")]


def test_a_superior_listens_whispers_joins_and_takes_over(floor: Floor):
    floor.telephones("takes")
    floor.telephones("colleague")
    first, head = floor.person(floor.house.first, "takes"), floor.house.head
    floor.person(head, "colleague", ready=False)
    floor.caller()
    [call] = floor.calls()
    floor.answered(call)
    floor.state(first, "talking")
    floor.ask(joining.watch, person=first, how=Watching.LISTEN, by=head)
    until(lambda: floor.state(head, "not_ready").reason == "watching", 10, floor.log)
    leg, ear = floor.leg(call, first), floor.leg(call, head)
    floor.until_hears(ear, {"caller", "person"})
    assert floor.hears(leg) == {"caller"}
    assert floor.hears(call.ref) == {"person"}
    assert not Supervision.objects.visible_to(first).exists(), "he learns of it when the call is over"
    floor.ask(joining.watch, person=first, how=Watching.WHISPER, by=head)
    floor.until_hears(ear, {"caller", "person"})
    assert floor.hears(call.ref) == {"person"}, "the caller hears nothing of it"
    floor.ask(joining.watch, person=first, how=Watching.JOIN, by=head)
    floor.until_hears(call.ref, {"person", "colleague"})
    floor.ask(joining.take_over, person=first, by=head)
    floor.state(first, "wrap_up")
    floor.state(head, "talking")
    floor.until_hears(call.ref, {"colleague"})
    floor.wish(head, WishKind.HANG_UP)
    call = floor.ended(call)
    assert call.person == head
    acts = list(Supervision.objects.visible_to(first).order_by("at").values_list("act", flat=True))
    assert acts == ["listen", "whisper", "join", "take_over"]
    until(lambda: not call.recordings.exclude(fate="kept").exists(), 10, floor.log)
    assert {row.person for row in call.recordings.all()} == {first, head}


def test_whoever_is_whispered_to_hears_it_and_whoever_is_listened_to_hears_nothing(floor: Floor):
    floor.telephones("echoes")
    floor.telephones("colleague")
    first, head = floor.person(floor.house.first, "echoes"), floor.house.head
    floor.person(head, "colleague", ready=False)
    floor.caller()
    [call] = floor.calls()
    floor.answered(call)
    floor.ask(joining.watch, person=first, how=Watching.LISTEN, by=head)
    until(lambda: floor.state(head, "not_ready").reason == "watching", 10, floor.log)
    floor.until_hears(floor.leg(call, first), {"caller"}, way="in")
    floor.ask(joining.watch, person=first, how=Watching.WHISPER, by=head)
    floor.until_hears(floor.leg(call, first), {"caller", "colleague"}, way="in")


def test_a_superior_is_out_of_it_when_the_talk_ends_and_stops_when_he_likes(floor: Floor):
    floor.telephones("takes")
    floor.telephones("colleague")
    first, head = floor.person(floor.house.first, "takes"), floor.house.head
    floor.person(head, "colleague", ready=False)
    caller = floor.caller(stays=90_000)
    [call] = floor.calls()
    floor.answered(call)
    for stops in (True, False):
        floor.ask(joining.watch, person=first, how=Watching.LISTEN, by=head)
        until(lambda: floor.state(head, "not_ready").reason == "watching", 10, floor.log)
        if stops:
            floor.ask(joining.stop, by=head)
            until(lambda: floor.state(head, "not_ready").reason == "sign_in", 10, floor.log)
            assert Call.objects.get(pk=call.pk).ended_at is None
    floor.hangs_up(caller)
    floor.ended(call)
    until(lambda: floor.state(head, "not_ready").reason == "sign_in", 10, floor.log)
