"""A person calls a number or a colleague: his own telephone rings first."""

import pytest

from hotline.acd import wishes
from hotline.acd.engine import messages as m
from hotline.acd.tests.floor import NINE, SECOND, Floor, orders, terms
from hotline.telephony.logic.words import CallKind, Fact, State
from hotline.telephony.models import Wish

NUMBER = "+8613700005678"


def calling(*, to: int | None = None, up: bool = True) -> Floor:
    """Person 1 calls a number, or a colleague."""
    floor = Floor(terms())
    floor.ready(1, 2)
    floor.do(m.CallOut(1, floor.next_seq(), "o9", "" if to else NUMBER, to))
    if up:
        floor.do(m.OfferTaken("o9-1"))
    return floor


def test_his_own_telephone_then_the_number_then_the_talk():
    floor = calling(up=False)
    assert [(ring.person, ring.offer) for ring in orders(floor.said, m.Ring)] == [(1, "o9-1")]
    [arrived] = floor.facts(Fact.CALL_ARRIVED)
    assert (arrived.data["kind"], arrived.data["number"], arrived.person) == (CallKind.OUT.value, NUMBER, 1)
    assert not floor.facts(Fact.QUEUE_ENTERED), "it stands in no line and in no line's figures"
    said = floor.do(m.OfferTaken("o9-1"))
    assert orders(said, m.DialOut) == [m.DialOut("o9", "o9-1", 1, NUMBER)]
    said = floor.do(m.CalledAnswered("o9"))
    assert orders(said, m.Connect) == [m.Connect("o9", "o9-1", 1)]
    floor.do(m.CallerLeft("o9"))
    assert floor.state(1)[0] is State.WRAP_UP
    floor.later(31)
    assert floor.state(1) == (State.READY, "")


@pytest.mark.parametrize("why", ["busy", "no_answer"])
def test_a_number_that_is_not_reached_leaves_after_call_work(why):
    floor = calling()
    floor.do(m.CalledFailed("o9", why))
    assert floor.state(1)[0] is State.WRAP_UP
    assert [note.data["why"] for note in floor.facts(Fact.CALLBACK_FAILED)] == [why]
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["not_reached"]


def test_who_does_not_pick_up_his_own_telephone_calls_nobody_and_is_not_set_aside():
    floor = calling(up=False)
    floor.do(m.OfferRings("o9-1"))
    floor.later(16)
    assert floor.state(1) == (State.READY, "")
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["given_up"]
    assert not floor.world.calls


def test_nobody_calls_out_of_a_talk_and_the_same_wish_counts_once():
    floor = calling(up=False)
    floor.do(m.CallOut(1, floor.next_seq(), "o10", NUMBER))
    assert list(floor.world.calls) == ["o9"]


def test_out_of_after_call_work_he_may_call():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.do(m.CallerLeft("a"))
    floor.do(m.CallOut(1, floor.next_seq(), "o9", NUMBER))
    assert floor.state(1)[0] is State.RINGING


def test_colleagues_talk_and_are_what_they_were_before():
    floor = calling(to=2)
    assert [ring.person for ring in orders(floor.said, m.Ring)] == [1, 2]
    said = floor.do(m.OfferTaken("o9-2"))
    assert orders(said, m.AddThird) == [m.AddThird("o9", "o9-1", "o9-2", 2)]
    assert not orders(floor.said, m.PutOnHold)
    assert (floor.state(1)[0], floor.state(2)[0]) == (State.TALKING, State.TALKING)
    floor.do(m.HangUp(2, floor.next_seq()))
    assert (floor.state(1), floor.state(2)) == ((State.READY, ""), (State.READY, ""))
    assert not floor.world.calls


@pytest.mark.parametrize("who", [1, 2])
def test_a_colleague_who_does_not_come_and_a_caller_who_thinks_better_of_it(who):
    floor = calling(to=2)
    floor.do(m.Refuse(2, floor.next_seq()) if who == 2 else m.HangUp(1, floor.next_seq()))
    assert (floor.state(1), floor.state(2)) == ((State.READY, ""), (State.READY, ""))
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["not_reached"]


def test_a_colleague_who_is_busy_is_not_rung():
    floor = Floor(terms())
    floor.ready(1, 2)
    floor.call("a")
    floor.ready(3)
    floor.do(m.CallOut(2, floor.next_seq(), "o9", to=1))
    floor.do(m.OfferTaken("o9-1"))
    assert [note.data["how"] for note in floor.facts(Fact.CALL_ENDED)] == ["not_reached"]


@pytest.mark.parametrize(
    ("kind", "seconds", "late"), [("call_out", 30, False), ("call_out", 31, True), ("ready", 99, False)]
)
def test_a_wish_to_call_out_that_an_acd_hears_of_too_late_is_not_carried_out(kind, seconds, late):
    asked = Wish(kind=kind, at=NINE)
    assert wishes.is_late(asked, NINE + seconds * SECOND) is late
