"""Routing by examples: who gets whom, when, and what happens when things go wrong."""

from dataclasses import replace
from datetime import time

import pytest

from hotline.acd.engine import messages as m
from hotline.acd.engine.matching import line
from hotline.acd.engine.state import Draft
from hotline.acd.engine.terms import Staff, Wanted
from hotline.acd.tests.floor import NINE, SECOND, Floor, orders, refused, terms
from hotline.telephony.logic.hours import Hours
from hotline.telephony.logic.words import Fact, OfferEnd, State


def test_a_caller_gets_whoever_has_been_free_for_the_longest_time_and_it_is_told_why():
    floor = Floor(terms())
    floor.ready(2, 1)
    said = floor.call("a")
    assert [(ring.person, ring.seconds) for ring in orders(said, m.Ring)] == [(2, 15)]
    [made] = floor.facts(Fact.OFFER_MADE)
    assert [(row["person"], row["why"]) for row in made.data["candidates"]] == [
        (2, "chosen_idle"), (1, "next"), (3, "not_signed_in"),
    ]  # fmt: skip
    assert made.data["candidates"][0]["idle_ms"] == 2000
    assert floor.state(2) == (State.RINGING, "")


@pytest.mark.clause("A3.2")
def test_three_rings_then_not_ready_and_the_call_goes_to_the_head_of_the_line():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.call("b", queue=2)  # of higher priority, and waiting
    floor.do(m.OfferRings(floor.offer_of("a")))
    floor.later(14.9)
    assert floor.state(1) == (State.RINGING, "")
    said = floor.later(0.1)
    assert [stop.person for stop in orders(said, m.StopRinging)] == [1]
    assert floor.state(1) == (State.NOT_READY, "no_answer")
    [ended] = floor.facts(Fact.OFFER_ENDED)
    assert (ended.data["how"], ended.data["rings"]) == ("no_answer", 3)
    assert [call.id for call in line(Draft(floor.world, floor.at))] == ["a", "b"]
    floor.ready(2)
    assert floor.world.offers[floor.offer_of("a")].person == 2


def test_a_refusal_offers_the_call_to_the_next_at_once():
    floor = Floor(terms())
    floor.ready(1, 2)
    floor.call("a")
    said = floor.do(refused(floor.offer_of("a")))
    assert [ring.person for ring in orders(said, m.Ring)] == [2]
    assert floor.state(1) == (State.NOT_READY, "refused")


def test_a_telephone_that_cannot_be_reached_is_not_rung_again():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.later(18)
    assert floor.state(1) == (State.NOT_READY, "unreachable")
    floor.ready(2)
    floor.do(m.Reachable(3, False))
    floor.do(m.SignIn(3, 90))
    floor.do(m.GetReady(3, 91))
    floor.call("b")
    assert floor.world.calls["b"].offer == ""


def test_whoever_is_ready_without_a_telephone_is_not_ready_after_a_while():
    floor = Floor(terms())
    floor.ready(1, 2)
    floor.do(m.Reachable(1, False))
    floor.do(m.Reachable(2, False))
    floor.later(20)
    floor.do(m.Reachable(2, True))
    floor.do(m.Reachable(1, False))
    floor.later(9.9)
    assert floor.state(1)[0] is State.READY, "a window is loaded anew in less"
    floor.later(0.1)
    assert floor.state(1) == (State.NOT_READY, "unreachable")
    assert floor.state(2)[0] is State.READY
    floor.do(m.GetReady(1, floor.next_seq()))
    floor.later(29)
    assert floor.state(1)[0] is State.READY
    floor.later(1)
    assert floor.state(1) == (State.NOT_READY, "unreachable")


def test_a_telephone_that_goes_during_a_talk_counts_from_the_moment_he_is_ready():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.do(m.Reachable(1, False))
    floor.later(60)
    assert floor.state(1)[0] is State.TALKING
    floor.do(m.CallerLeft("a"))
    floor.later(31)
    assert floor.state(1)[0] is State.READY
    floor.later(30)
    assert floor.state(1) == (State.NOT_READY, "unreachable")


def test_talk_then_after_call_work_then_the_next_caller_at_once():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.call("b")
    floor.talk("a")
    assert floor.state(1)[0] is State.TALKING
    floor.at += 60 * SECOND
    said = floor.do(m.CallerLeft("a"))
    assert floor.state(1)[0] is State.WRAP_UP
    assert {type(command) for command in said} >= {m.EndLeg, m.EndCall}
    floor.later(29.9)
    assert floor.state(1)[0] is State.WRAP_UP
    said = floor.later(0.1)
    assert [ring.call for ring in orders(said, m.Ring)] == ["b"]


def test_after_call_work_is_ended_early_or_extended_up_to_its_most():
    floor = Floor(terms())
    floor.ready(1, 2)
    for call, person in (("a", 1), ("b", 2)):
        floor.call(call)
        floor.talk(call)
        floor.do(m.HangUp(person, floor.next_seq()))
    floor.do(m.GetReady(1, floor.next_seq()))
    assert floor.state(1)[0] is State.READY
    for _ in range(9):
        floor.do(m.MoreWrapUp(2, floor.next_seq()))
    floor.later(299)
    assert floor.state(2)[0] is State.WRAP_UP
    floor.later(1)
    assert floor.state(2)[0] is State.READY


def test_not_ready_during_a_talk_counts_from_the_end_of_after_call_work():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.do(m.BeNotReady(1, floor.next_seq(), "rest"))
    assert floor.state(1)[0] is State.TALKING
    floor.do(m.CallerLeft("a"))
    floor.later(30)
    assert floor.state(1) == (State.NOT_READY, "rest")
    floor.later(599)
    assert floor.facts(Fact.LIMIT_PASSED) == []
    floor.later(2)
    floor.later(600)
    assert [note.data["reason"] for note in floor.facts(Fact.LIMIT_PASSED)] == ["rest"]


def test_not_ready_while_ringing_gives_the_call_to_another():
    floor = Floor(terms())
    floor.ready(1, 2)
    floor.call("a")
    said = floor.do(m.BeNotReady(1, floor.next_seq(), "rest"))
    assert [stop.person for stop in orders(said, m.StopRinging)] == [1]
    assert [ring.person for ring in orders(said, m.Ring)] == [2]
    assert floor.state(1) == (State.NOT_READY, "rest")


@pytest.mark.parametrize("moment", ["waiting", "ringing", "talking"])
def test_the_caller_hangs_up(moment):
    floor = Floor(terms())
    if moment != "waiting":
        floor.ready(1)
    floor.call("a")
    if moment == "talking":
        floor.talk("a")
    said = floor.do(m.CallerLeft("a"))
    assert floor.world.calls == {}
    assert floor.world.offers == {}
    [ended] = floor.facts(Fact.CALL_ENDED)
    assert ended.data["how"] == ("talked" if moment == "talking" else "abandoned")
    if moment == "ringing":
        assert floor.state(1)[0] is State.READY
        assert orders(said, m.StopRinging)
        assert floor.world.agents[1].idle_since == NINE, "nobody loses his turn by a caller who went"


@pytest.mark.clause("D2.6")
def test_the_first_owner_gets_his_repeat_caller_first():
    floor = Floor(terms())
    floor.ready(1, 2)
    said = floor.call("a", owner=2)
    assert [ring.person for ring in orders(said, m.Ring)] == [2]
    assert floor.facts(Fact.OFFER_MADE)[0].data["candidates"][0] == {
        "person": 2,
        "why": "chosen_owner",
        "idle_ms": 1000,
    }
    assert floor.facts(Fact.OFFER_MADE)[0].data["candidates"][1]["why"] == "not_meant", "free for longer, that is"


def test_a_caller_waits_a_little_for_an_owner_who_is_busy_and_no_longer():
    floor = Floor(terms(owner_patience=20 * SECOND))
    floor.ready(2)
    floor.call("a")
    floor.talk("a")
    floor.ready(1)
    floor.call("b", owner=2)
    assert floor.offer_of("b") == ""
    floor.later(19)
    assert floor.offer_of("b") == ""
    floor.later(1)
    assert floor.world.offers[floor.offer_of("b")].person == 1


@pytest.mark.clause("D2.6")
@pytest.mark.parametrize(
    "lacks", [{"queues": frozenset({2})}, {"skills": frozenset()}], ids=["another queue", "without the skill"]
)
def test_nobody_waits_for_an_owner_who_could_not_get_him(lacks):
    floor = Floor(terms(owner_patience=20 * SECOND, skills=(Wanted(9),)))
    able = Staff(1, frozenset({1, 2}), frozenset({(9, 1)}))
    owner = replace(able, id=2, **lacks)
    floor.do(m.Configured(replace(floor.terms, staff={1: able, 2: owner})))
    floor.ready(2)
    floor.call("a", queue=2)
    floor.talk("a")
    floor.ready(1)
    floor.call("b", owner=2)
    assert floor.world.offers[floor.offer_of("b")].person == 1


def test_a_skill_is_asked_for_until_the_call_has_waited_long_enough():
    floor = Floor(terms(skills=(Wanted(9, 2, 30 * SECOND),)))
    floor.ready(1)
    floor.call("a")
    assert floor.offer_of("a") == ""
    floor.later(29)
    assert floor.offer_of("a") == ""
    floor.later(1)
    assert floor.world.offers[floor.offer_of("a")].person == 1
    floor.ready(3)
    floor.call("b")
    assert floor.world.offers[floor.offer_of("b")].person == 3


def test_priority_then_who_came_first():
    floor = Floor(terms())
    for name, queue in (("a", 1), ("b", 2), ("c", 1), ("d", 2)):
        floor.call(name, queue=queue)
        floor.at += SECOND
    assert [call.id for call in line(Draft(floor.world, floor.at))] == ["b", "d", "a", "c"]


def test_closed_full_empty_too_long_and_moved():
    shut = Floor(terms(hours=Hours(time(8, 30), time(9, 0))))
    assert orders(shut.call("a"), m.Say)[0] == m.Say("a", ("closed", "goodbye"), then_end=True)
    full = Floor(terms(size=1))
    full.call("a")
    assert orders(full.call("b"), m.Say)[0].prompts == ("full", "goodbye")
    empty = Floor(terms(needs_staff=True))
    empty.call("a")
    long = Floor(terms(longest=60 * SECOND))
    long.call("a")
    long.later(60)
    moved = Floor(terms(overflow_after=20 * SECOND, overflow_to=2))
    moved.call("a")
    moved.later(20)
    ends = [floor.facts(Fact.QUEUE_LEFT)[0].data["how"] for floor in (shut, full, empty, long, moved)]
    assert ends == ["closed", "full", "empty", "timeout", "diverted"]
    assert moved.world.calls["a"].queue == 2


def other_queue(floor: Floor, **rules) -> None:
    """Queue 2 has these rules from now on."""
    queues = {**floor.terms.queues, 2: replace(floor.terms.queues[2], **rules)}
    floor.do(m.Configured(replace(floor.terms, queues=queues)))


@pytest.mark.clause("A2.4")
@pytest.mark.parametrize(
    "rules", [{"hours": Hours(time(8), time(9))}, {"needs_staff": True}, {"size": 1}], ids=["closed", "empty", "full"]
)
def test_nobody_is_moved_on_into_a_queue_that_does_not_take_him(rules):
    floor = Floor(terms(overflow_after=20 * SECOND, overflow_to=2))
    floor.call("b", queue=2)
    other_queue(floor, **rules)
    floor.call("a")
    floor.later(100)
    assert floor.world.calls["a"].queue == 1
    other_queue(floor, hours=Hours(), needs_staff=False, size=0)
    floor.later(45)
    assert floor.world.calls["a"].queue == 2, "as soon as it does"


@pytest.mark.clause("A2.4")
def test_whoever_still_waits_when_the_queue_closes_is_told_so():
    floor = Floor(terms(hours=Hours(time(8, 30), time(9, 10))))
    floor.call("a")
    floor.later(599)
    assert "a" in floor.world.calls
    said = floor.later(1)
    assert orders(said, m.Say)[-1] == m.Say("a", ("closed", "goodbye"), then_end=True)
    assert floor.facts(Fact.QUEUE_LEFT)[-1].data["how"] == "closed"


def test_whoever_was_talked_to_before_the_queue_closed_is_served_as_long_as_anybody_is_there():
    floor = Floor(terms(hours=Hours(time(8, 30), time(9, 10))))
    floor.ready(1, 2)
    floor.call("a")
    floor.talk("a")
    floor.do(m.BeNotReady(2, floor.next_seq(), "rest"))
    floor.at += 600 * SECOND
    floor.do(m.Transfer(1, floor.next_seq(), 1, 2))
    floor.do(m.BeNotReady(1, floor.next_seq(), "rest"))
    floor.later(60)
    assert "a" in floor.world.calls
    floor.do(m.SignOut(1, floor.next_seq()))
    floor.do(m.SignOut(2, floor.next_seq()))
    floor.later(0.1)
    assert "a" not in floor.world.calls


@pytest.mark.clause("A2.4")
def test_whoever_waits_when_the_last_one_signs_out_is_told_so_where_the_queue_needs_staff():
    floor = Floor(terms(needs_staff=True))
    floor.ready(1)
    floor.do(m.BeNotReady(1, floor.next_seq(), "rest"))
    floor.call("a")
    floor.call("b", queue=2)
    said = floor.do(m.SignOut(1, floor.next_seq()))
    assert m.Wake(floor.at) in said
    floor.do(m.Tick())
    assert floor.facts(Fact.QUEUE_LEFT)[-1].data["how"] == "empty"
    assert list(floor.world.calls) == ["b"], "a queue that does not need anybody there goes on"


def test_whoever_waits_in_a_queue_that_was_put_out_of_use_is_told_that_it_is_closed():
    floor = Floor(terms())
    floor.call("a")
    floor.do(m.Configured(replace(floor.terms, queues={2: floor.terms.queues[2]})))
    floor.later(45)
    assert floor.facts(Fact.QUEUE_LEFT)[-1].data["how"] == "closed"


def test_a_caller_who_asks_to_be_called_back_keeps_his_place():
    floor = Floor(terms(callback_after=10 * SECOND))
    floor.call("a")
    floor.call("b")
    floor.do(m.KeyPressed("a", "1"))
    assert not floor.world.calls["a"].callback, "too early: nobody has told him that he may"
    floor.later(10)
    said = floor.do(m.KeyPressed("a", "1"))
    assert orders(said, m.Say)[0] == m.Say("a", ("callback-kept",), then_end=True)
    floor.do(m.CallerLeft("a"))
    floor.ready(1)
    floor.do(m.OfferRings(floor.offer_of("a")))
    said = floor.do(m.OfferTaken(floor.offer_of("a")))
    assert orders(said, m.DialOut)[0].number == "+8613900001234"
    floor.at += 4 * SECOND
    floor.do(m.CalledAnswered("a"))
    [talk] = floor.facts(Fact.TALK_BEGAN)
    assert (talk.call, talk.at) == ("a", floor.at)
    floor.do(m.CallerLeft("a"))
    assert floor.state(1)[0] is State.WRAP_UP


def test_a_call_back_that_is_not_answered_frees_the_person():
    floor = Floor(terms(callback_after=0 * SECOND))
    floor.call("a")
    floor.do(m.KeyPressed("a", "1"))
    floor.ready(1)
    floor.talk("a")
    floor.do(m.CalledFailed("a"))
    assert floor.world.calls == {}
    assert floor.state(1)[0] is State.WRAP_UP
    assert len(floor.facts(Fact.CALLBACK_FAILED)) == 1


def test_hold_and_its_end_with_the_talk():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.do(m.Hold(1, floor.next_seq(), on=True))
    floor.do(m.Hold(1, floor.next_seq(), on=True))
    floor.do(m.CallerLeft("a"))
    assert [len(floor.facts(fact)) for fact in (Fact.HOLD_BEGAN, Fact.HOLD_ENDED)] == [1, 1]


def test_a_late_pick_up_is_hung_up_and_a_wish_that_was_overtaken_is_void():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    offer = floor.offer_of("a")
    floor.do(m.CallerLeft("a"))
    said = floor.do(m.OfferTaken(offer))
    assert orders(said, m.EndLeg) == [m.EndLeg(offer)]
    floor.do(m.BeNotReady(1, 50, "rest"))
    floor.do(m.GetReady(1, 49))
    assert floor.state(1) == (State.NOT_READY, "rest")


def test_an_offer_of_which_nothing_is_heard_is_void_after_its_lease():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    lease = floor.world.offers[floor.offer_of("a")].lease
    floor.at = lease
    floor.do(m.Tick())
    assert floor.facts(Fact.OFFER_ENDED)[0].data["how"] == OfferEnd.EXPIRED
    assert floor.state(1) == (State.NOT_READY, "lost")


def test_signing_out_during_a_talk_waits_for_its_end():
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.do(m.SignOut(1, floor.next_seq()))
    assert floor.state(1)[0] is State.TALKING
    floor.do(m.CallerLeft("a"))
    floor.do(m.GetReady(1, floor.next_seq()))
    assert floor.state(1)[0] is State.READY
