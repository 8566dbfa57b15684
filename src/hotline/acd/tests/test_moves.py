"""A talk that goes on elsewhere: after the reload of a telephone, with a colleague, in another queue."""

from dataclasses import replace
from datetime import time

import pytest

from hotline.acd.engine import messages as m
from hotline.acd.engine.terms import Staff, Wanted
from hotline.acd.tests.floor import SECOND, Floor, orders, terms
from hotline.telephony.logic.hours import Hours
from hotline.telephony.logic.words import Fact, State


def talking(**queue) -> Floor:
    """Person 1 talks to the caller."""
    floor = Floor(terms(**queue))
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.at += 30 * SECOND
    return floor


def test_a_telephone_that_was_loaded_anew_is_rung_again_for_its_own_talk():
    floor = talking()
    floor.ready(2)
    said = floor.do(m.Rejoin(1, floor.next_seq()))
    assert [type(order) for order in said if not isinstance(order, m.Note | m.Wake)] == [m.BackInLine, m.EndLeg, m.Ring]
    [ring] = orders(said, m.Ring)
    assert (ring.person, ring.offer) == (1, "a-2"), "not the colleague who is free"
    floor.talk("a")
    assert floor.state(1) == (State.TALKING, "")
    assert [note.data["who"] for note in floor.facts(Fact.TALK_ENDED)] == ["reload"]
    assert [note.data["how"] for note in floor.facts(Fact.QUEUE_LEFT)] == ["answered", "rejoined"]
    assert len(floor.facts(Fact.TALK_BEGAN)) == 2


def test_the_old_line_of_a_talk_that_goes_on_ends_without_ending_it():
    floor = talking()
    floor.do(m.Rejoin(1, floor.next_seq()))
    floor.do(m.OfferOver("a-1"))
    floor.talk("a")
    floor.do(m.OfferOver("a-1"))
    assert floor.state(1)[0] is State.TALKING


def test_who_does_not_take_his_talk_up_again_loses_the_caller_to_the_next():
    floor = talking()
    floor.ready(2)
    floor.do(m.Rejoin(1, floor.next_seq()))
    floor.do(m.OfferRings(floor.offer_of("a")))
    said = floor.later(16)
    assert floor.state(1) == (State.NOT_READY, "no_answer")
    assert [ring.person for ring in orders(said, m.Ring)] == [2]


def test_nobody_rejoins_or_hands_over_without_a_talk():
    floor = Floor(terms())
    floor.ready(1)
    before = floor.world.agents[1].state
    assert orders(floor.do(m.Rejoin(1, floor.next_seq())), m.Ring) == []
    assert orders(floor.do(m.Transfer(1, floor.next_seq(), 2)), m.Ring) == []
    assert floor.world.agents[1].state is before


@pytest.mark.parametrize(("to", "rung"), [(3, 3), (None, 2)])
def test_a_caller_is_handed_over_to_a_colleague_or_to_whoever_is_free(to, rung):
    floor = talking()
    floor.ready(2, 3)
    said = floor.do(m.Transfer(1, floor.next_seq(), 1, to))
    assert floor.state(1)[0] is State.WRAP_UP
    assert [ring.person for ring in orders(said, m.Ring)] == [rung]
    floor.talk("a")
    assert floor.world.calls["a"].person == rung
    assert [note.data["who"] for note in floor.facts(Fact.TALK_ENDED)] == ["transfer"]
    whys = [note.data["candidates"][0]["why"] for note in floor.facts(Fact.OFFER_MADE)]
    assert whys == ["chosen_idle", "chosen_sent" if to else "chosen_idle"]


def test_a_busy_colleague_is_waited_for_a_little_then_anybody_takes_the_caller():
    floor = talking(owner_patience=15 * SECOND)
    floor.ready(3)
    floor.call("b")
    floor.talk("b")
    floor.ready(2)
    assert orders(floor.do(m.Transfer(1, floor.next_seq(), 1, 3)), m.Ring) == []
    assert [ring.person for ring in orders(floor.later(15), m.Ring)] == [2]


def test_a_handed_over_caller_goes_before_those_who_wait():
    floor = talking()
    floor.call("b")
    floor.do(m.Transfer(1, floor.next_seq(), 1))
    floor.ready(2)
    assert floor.world.offers[floor.offer_of("a")].person == 2


@pytest.mark.parametrize(("queue", "to"), [(9, None), (1, 1), (1, 9)])
def test_where_nobody_can_take_him_the_talk_goes_on(queue, to):
    floor = talking()
    said = floor.do(m.Transfer(1, floor.next_seq(), queue, to))
    assert floor.state(1)[0] is State.TALKING
    assert not orders(said, m.EndLeg)


def test_what_is_on_hold_comes_off_it_when_it_is_handed_over():
    floor = talking()
    floor.do(m.Hold(1, floor.next_seq(), on=True))
    floor.do(m.Transfer(1, floor.next_seq(), 2))
    assert len(floor.facts(Fact.HOLD_ENDED)) == 1
    assert not floor.world.calls["a"].on_hold


@pytest.mark.clause("A2.4")
def test_a_caller_who_was_talked_to_has_not_waited_meanwhile():
    floor = talking(longest=600 * SECOND)
    floor.at += 660 * SECOND
    floor.do(m.Transfer(1, floor.next_seq(), 1))
    assert orders(floor.later(1), m.Say) == [], "nobody says goodbye to him"
    floor.ready(2)
    assert floor.facts(Fact.OFFER_MADE)[-1].data["waited_ms"] == 1000
    floor.do(m.Refuse(2, floor.next_seq()))
    floor.later(597)
    assert "a" in floor.world.calls
    floor.later(1)
    assert [note.data["how"] for note in floor.facts(Fact.QUEUE_LEFT)] == ["answered", "timeout"]


def test_skills_are_asked_for_anew_of_a_caller_who_comes_back_into_the_line():
    floor = Floor(terms(skills=(Wanted(9, 2, 30 * SECOND),)))
    floor.ready(1)
    floor.call("b", queue=2)
    floor.talk("b")
    floor.at += 300 * SECOND
    floor.ready(2)
    floor.do(m.Transfer(1, floor.next_seq(), 1))
    assert floor.offer_of("b") == ""
    floor.later(30)
    assert floor.world.offers[floor.offer_of("b")].person == 2


def test_whoever_is_moved_on_to_another_queue_has_waited_since_the_first():
    floor = Floor(terms(overflow_after=20 * SECOND, overflow_to=2))
    floor.call("a")
    floor.later(25)
    floor.ready(1)
    assert floor.facts(Fact.OFFER_MADE)[0].data["waited_ms"] == 25_000


def test_nobody_is_handed_over_to_a_queue_that_is_closed_and_left():
    floor = talking()
    other = replace(floor.terms.queues[2], hours=Hours(time(8), time(9)))
    floor.do(m.Configured(replace(floor.terms, queues={1: floor.terms.queues[1], 2: other}, staff={
        1: Staff(1, frozenset({1})), 2: Staff(2, frozenset({2})),
    })))  # fmt: skip
    floor.do(m.Transfer(1, floor.next_seq(), 2))
    assert floor.state(1)[0] is State.TALKING
    floor.do(m.SignIn(2, floor.next_seq()))
    floor.do(m.Transfer(1, floor.next_seq(), 2))
    floor.later(60)
    assert floor.world.calls["a"].queue == 2, "somebody is there still"


def ringing(**queue) -> Floor:
    """Person 1's telephone has rung for four seconds."""
    floor = Floor(terms(**queue))
    floor.ready(1)
    floor.call("a")
    floor.do(m.OfferRings("a-1"))
    floor.at += 4 * SECOND
    return floor


@pytest.mark.clause("A3.2")
def test_a_telephone_that_went_away_while_it_rang_rings_again_for_the_rest_of_its_time():
    floor = ringing()
    floor.ready(2)
    floor.do(m.OfferLost("a-1"))
    floor.do(m.Reachable(1, yes=False))
    assert floor.state(1) == (State.RINGING, ""), "his page still shows the call"
    floor.at += 2 * SECOND
    [ring] = orders(floor.do(m.Reachable(1, yes=True)), m.Ring)
    assert (ring.offer, ring.person, ring.again, ring.seconds) == ("a-1", 1, True, 8)
    assert orders(floor.do(m.Reachable(1, yes=True)), m.Ring) == [], "once"
    floor.do(m.OfferRings("a-1"))
    floor.do(m.OfferTaken("a-1"))
    assert floor.world.calls["a"].person == 1
    assert [note.data["how"] for note in floor.facts(Fact.OFFER_ENDED)] == ["taken"]


@pytest.mark.clause("A3.2")
def test_a_telephone_that_cannot_be_reached_any_more_while_it_rings_rings_again_when_it_can():
    floor = ringing()
    floor.do(m.Reachable(1, yes=False))
    assert floor.state(1) == (State.RINGING, "")
    floor.at += SECOND
    [ring] = orders(floor.do(m.Reachable(1, yes=True)), m.Ring)
    assert (ring.offer, ring.again, ring.seconds) == ("a-1", True, 10)


@pytest.mark.clause("A3.2")
def test_a_telephone_that_does_not_come_back_in_time_gives_the_call_to_the_next():
    floor = ringing()
    floor.ready(2)
    floor.do(m.OfferLost("a-1"))
    said = floor.later(15)
    assert floor.state(1) == (State.NOT_READY, "unreachable")
    assert [ring.person for ring in orders(said, m.Ring)] == [2]


def test_the_caller_hangs_up_while_the_telephone_that_rang_is_away():
    floor = ringing()
    floor.do(m.OfferLost("a-1"))
    floor.do(m.CallerLeft("a"))
    assert (floor.state(1), floor.world.offers) == ((State.READY, ""), {})
    assert orders(floor.do(m.Reachable(1, yes=True)), m.Ring) == []


def test_a_window_that_was_loaded_anew_asks_for_what_rang_and_a_line_of_nothing_is_no_offer():
    floor = ringing()
    [ring] = orders(floor.do(m.Rejoin(1, floor.next_seq())), m.Ring)
    assert (ring.offer, ring.again) == ("a-1", True)
    assert floor.do(m.OfferLost("b-1")) == []


def called_out() -> Floor:
    """Person 1, who rested, talks to a number that he called."""
    floor = Floor(terms())
    floor.ready(1)
    floor.do(m.BeNotReady(1, floor.next_seq(), "rest"))
    floor.do(m.CallOut(1, floor.next_seq(), "o", "+8613900001234"))
    floor.do(m.OfferTaken("o-1"))
    floor.do(m.CalledAnswered("o"))
    floor.at += 30 * SECOND
    return floor


@pytest.mark.clause("A2.8")
def test_a_talk_that_we_began_outlives_the_reload_and_is_no_queues():
    floor = called_out()
    floor.ready(2)
    said = floor.do(m.Rejoin(1, floor.next_seq()))
    assert [type(order) for order in said if not isinstance(order, m.Note | m.Wake)] == [m.BackInLine, m.EndLeg, m.Ring]
    [ring] = orders(said, m.Ring)
    assert (ring.person, ring.offer, ring.wanted) == (1, "o-2", True)
    floor.do(m.OfferOver("o-1"))
    said = floor.do(m.OfferTaken("o-2"))
    assert orders(said, m.DialOut) == [], "he is on the line already"
    assert [order.offer for order in orders(said, m.Connect)] == ["o-2"]
    assert floor.facts(Fact.QUEUE_ENTERED) == floor.facts(Fact.QUEUE_LEFT) == []
    floor.do(m.CallerLeft("o"))
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["talked"]
    floor.later(30)
    assert floor.state(1) == (State.NOT_READY, "rest"), "as before the call"


@pytest.mark.parametrize("hangs_up", [True, False])
def test_a_call_out_that_is_not_taken_up_again_is_over_and_was_a_talk(hangs_up):
    floor = called_out()
    floor.do(m.Rejoin(1, floor.next_seq()))
    if hangs_up:
        floor.do(m.CallerLeft("o"))
    else:
        assert len(orders(floor.later(20), m.EndCall)) == 1
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["talked"]
    assert (floor.world.calls, floor.world.offers) == ({}, {})
    floor.later(30)
    assert floor.state(1) == (State.NOT_READY, "rest")


def test_a_caller_who_hangs_up_before_his_talk_is_taken_up_again_was_not_missed():
    floor = talking()
    floor.do(m.Rejoin(1, floor.next_seq()))
    floor.do(m.CallerLeft("a"))
    assert floor.state(1)[0] is State.WRAP_UP
    assert [note.data["how"] for note in floor.facts(Fact.QUEUE_LEFT)] == ["answered", "rejoined"]
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["talked"]


def test_whoever_gets_the_caller_of_somebody_who_did_not_come_back_has_answered_him():
    floor = talking()
    floor.ready(2)
    floor.do(m.Rejoin(1, floor.next_seq()))
    floor.do(m.OfferRings("a-2"))
    floor.later(16)
    floor.talk("a")
    assert [note.data["how"] for note in floor.facts(Fact.QUEUE_LEFT)] == ["answered", "answered"]


def test_who_reloads_while_a_number_is_still_being_dialled_leaves_nobody_to_silence():
    floor = Floor(terms())
    floor.ready(1)
    floor.do(m.CallOut(1, floor.next_seq(), "o", "+8613900001234"))
    floor.do(m.OfferTaken("o-1"))
    said = floor.do(m.Rejoin(1, floor.next_seq()))
    assert len(orders(said, m.EndCall)) == 1
    assert floor.state(1)[0] is State.WRAP_UP


def test_a_colleague_who_reloads_is_out_of_the_talk_and_the_caller_is_back():
    floor = talking()
    floor.ready(2)
    floor.do(m.Consult(1, floor.next_seq(), 2))
    floor.do(m.OfferTaken("a-2"))
    said = floor.do(m.Rejoin(2, floor.next_seq()))
    assert [order.on for order in orders(said, m.PutOnHold)] == [False]
    assert (floor.state(1)[0], floor.state(2)[0]) == (State.TALKING, State.READY)


def test_somebody_whom_we_called_and_handed_over_leaves_the_line_when_he_hangs_up():
    floor = called_out()
    floor.do(m.Transfer(1, floor.next_seq(), 1))
    floor.do(m.CallerLeft("o"))
    assert floor.world.calls == {}
    floor.ready(2)
    assert len(floor.facts(Fact.OFFER_MADE)) == 1, "nobody is rung for a line that is gone"
