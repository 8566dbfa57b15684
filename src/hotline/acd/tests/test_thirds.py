"""Somebody else is asked into a talk: consulted, joined, given the caller; the caller is never dropped."""

import pytest

from hotline.acd.engine import messages as m
from hotline.acd.engine.state import Stage
from hotline.acd.tests.floor import SECOND, Floor, orders, refused, terms
from hotline.telephony.logic.words import Fact, OfferEnd, State

OUTSIDE = "+862166778899"


def consulting(*, number: str = "", up: bool = True, **queue) -> Floor:
    """Person 1 talks to caller a, and asks person 2, or a number outside."""
    floor = Floor(terms(**queue))
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.ready(2)
    floor.at += 30 * SECOND
    asked = m.Consult(1, floor.next_seq(), number=number) if number else m.Consult(1, floor.next_seq(), 2)
    floor.do(asked)
    if up:
        floor.do(m.OfferRings("a-2"))
        floor.at += 2 * SECOND
        floor.do(m.OfferTaken("a-2"))
    return floor


def ends(floor: Floor) -> list[object]:
    return [note.data["how"] for note in floor.facts(Fact.THIRD_ENDED)]


def test_a_colleague_is_asked_while_the_caller_hears_music():
    floor = consulting(up=False)
    holds, rings = orders(floor.said, m.PutOnHold), orders(floor.said, m.Ring)
    assert [(hold.call, hold.on) for hold in holds] == [("a", True)]
    assert (rings[-1].person, rings[-1].offer, rings[-1].beside) == (2, "a-2", "a-1")
    assert floor.state(2) == (State.RINGING, "")
    said = floor.do(m.OfferTaken("a-2"))
    assert orders(said, m.AddThird) == [m.AddThird("a", "a-1", "a-2", 2)]
    assert floor.state(2) == (State.TALKING, "")
    assert floor.world.calls["a"].third.stage is Stage.CONSULT


def test_the_caller_is_handed_over_and_everybody_does_what_is_his():
    floor = consulting()
    said = floor.do(m.Complete(1, floor.next_seq()))
    assert [type(order) for order in said if not isinstance(order, m.Note | m.Wake)] == [m.Connect, m.EndLeg]
    assert floor.world.calls["a"].person == 2
    assert (floor.state(1)[0], floor.state(2)[0]) == (State.WRAP_UP, State.TALKING)
    assert [note.data["who"] for note in floor.facts(Fact.TALK_ENDED)] == ["transfer"]
    floor.do(m.CallerLeft("a"))
    assert floor.state(2)[0] is State.WRAP_UP
    assert ends(floor) == ["transferred"]


def test_all_three_talk_and_the_caller_goes_on_with_whoever_stays():
    floor = consulting()
    said = floor.do(m.Confer(1, floor.next_seq()))
    assert [hold.on for hold in orders(said, m.PutOnHold)] == [False]
    assert floor.world.calls["a"].third.stage is Stage.CONFERENCE
    floor.do(m.HangUp(2, floor.next_seq()))
    assert floor.world.calls["a"].person == 1
    assert floor.state(2) == (State.READY, "")
    assert ends(floor) == ["left"]


@pytest.mark.parametrize(
    ("event", "how"),
    [
        (m.OfferOver("a-2", OfferEnd.REFUSED), "refused"),
        (m.OfferOver("a-2", OfferEnd.FAILED), "failed"),
        (m.BackToCaller(1, 90), "returned"),
    ],
)
def test_who_does_not_come_leaves_the_person_with_his_caller(event, how):
    floor = consulting(up=False)
    said = floor.do(event)
    assert [hold.on for hold in orders(said, m.PutOnHold)] == [False]
    assert not floor.world.calls["a"].on_hold
    assert floor.state(1)[0] is State.TALKING
    assert floor.state(2) == (State.READY, ""), "he is what he was before"
    assert ends(floor) == [how]


def test_three_rings_of_a_colleague_who_does_not_pick_up_change_nothing_for_him():
    floor = consulting(up=False)
    floor.do(m.OfferRings("a-2"))
    said = floor.later(16)
    assert orders(said, m.StopRinging) == [m.StopRinging("a-2", 2)]
    assert (ends(floor), floor.state(2)) == (["no_answer"], (State.READY, ""))


def test_the_third_hangs_up_and_the_caller_is_back():
    floor = consulting()
    said = floor.do(m.OfferOver("a-2"))
    assert [hold.on for hold in orders(said, m.PutOnHold)] == [False]
    assert ends(floor) == ["left"]
    assert floor.world.calls["a"].person == 1


def test_the_person_is_gone_and_the_third_has_the_caller():
    floor = consulting()
    floor.do(m.OfferOver("a-1"))
    assert floor.world.calls["a"].person == 2
    assert floor.state(1)[0] is State.WRAP_UP


def test_the_person_is_gone_while_the_third_still_rings_and_the_caller_waits_at_the_head():
    floor = consulting(up=False)
    floor.do(m.OfferOver("a-1"))
    call = floor.world.calls["a"]
    assert (call.person, call.third, call.offer) == (None, None, "a-3"), "offered to the colleague, who is free"
    assert [ring.person for ring in orders(floor.said, m.Ring)][-1] == 2


def test_the_caller_hangs_up_meanwhile():
    floor = consulting()
    floor.do(m.CallerLeft("a"))
    assert "a" not in floor.world.calls
    assert (floor.state(1)[0], floor.state(2)[0]) == (State.WRAP_UP, State.READY)
    assert ends(floor) == ["caller_left"]


def test_whoever_is_free_in_a_queue_is_asked_and_when_nobody_is_the_talk_goes_on():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.do(m.Consult(1, floor.next_seq(), queue=2))
    assert (ends(floor), floor.world.calls["a"].on_hold) == (["busy"], False)
    floor.ready(3)
    floor.do(m.Consult(1, floor.next_seq(), queue=2))
    assert floor.world.calls["a"].third.person == 3


def test_whoever_rests_may_be_asked_and_rests_again():
    floor = Floor(terms())
    floor.ready(1, 2)
    floor.do(m.BeNotReady(2, floor.next_seq(), "rest"))
    floor.call("a")
    floor.talk("a")
    floor.do(m.Consult(1, floor.next_seq(), 2))
    floor.do(m.OfferTaken("a-2"))
    floor.do(m.BackToCaller(1, floor.next_seq()))
    assert floor.state(2) == (State.NOT_READY, "rest")


def test_a_number_outside_is_asked_and_given_the_caller():
    floor = consulting(number=OUTSIDE)
    assert orders(floor.said, m.RingOut) == [m.RingOut("a-2", "a", OUTSIDE, 40, "a-1")]
    assert orders(floor.said, m.AddThird) == [m.AddThird("a", "a-1", "a-2", 1)]
    said = floor.do(m.Complete(1, floor.next_seq()))
    assert orders(said, m.Connect) == [m.Connect("a", "a-2", None)]
    call = floor.world.calls["a"]
    assert (call.away, call.person) == (True, None)
    floor.ready(1)
    assert not orders(floor.later(200), m.Ring), "he is nobody's who waits"
    floor.do(m.OfferOver("a-2"))
    assert "a" not in floor.world.calls
    assert ends(floor) == ["transferred"]
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["talked"]


def test_a_number_outside_that_rings_too_long_is_given_up():
    floor = consulting(number=OUTSIDE, up=False)
    said = floor.later(41)
    assert orders(said, m.StopRinging) == [m.StopRinging("a-2", None)]
    assert ends(floor) == ["no_answer"]
    assert not floor.world.calls["a"].on_hold


@pytest.mark.parametrize("answers", [True, False])
def test_a_caller_is_sent_to_a_number_outside_and_comes_back_into_line_when_it_does_not_answer(answers):
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    said = floor.do(m.TransferOut(1, floor.next_seq(), OUTSIDE))
    assert [type(o) for o in said if not isinstance(o, m.Note | m.Wake)] == [m.BackInLine, m.EndLeg, m.RingOut]
    assert floor.state(1)[0] is State.WRAP_UP
    if answers:
        assert orders(floor.do(m.OfferTaken("a-2")), m.Connect) == [m.Connect("a", "a-2", None)]
        assert floor.world.calls["a"].away
    else:
        floor.do(m.OfferOver("a-2", OfferEnd.REFUSED))
        call = floor.world.calls["a"]
        assert (call.away, call.head, call.offer) == (False, True, "")
        floor.ready(2)
        assert floor.world.offers[floor.offer_of("a")].person == 2


@pytest.mark.parametrize("wish", [m.Complete, m.Confer])
def test_nothing_is_settled_while_the_third_still_rings(wish):
    floor = consulting(up=False)
    floor.do(wish(1, floor.next_seq()))
    assert (floor.world.calls["a"].person, floor.world.calls["a"].on_hold) == (1, True)


def test_one_third_at_a_time_and_no_hold_beside_him():
    floor = consulting()
    floor.ready(3)
    assert not orders(floor.do(m.Consult(1, floor.next_seq(), 3)), m.Ring)
    assert not orders(floor.do(m.Hold(1, floor.next_seq(), on=False)), m.PutOnHold)


def test_a_refusal_at_the_desk_is_the_thirds_own():
    floor = consulting(up=False)
    floor.do(m.Refuse(2, floor.next_seq()))
    assert (ends(floor), floor.state(2)) == (["refused"], (State.READY, ""))
    assert floor.do(refused("a-2")) == []
