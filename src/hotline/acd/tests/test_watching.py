"""A2.3: a superior listens, whispers, joins, takes over; he leaves with the line of the person."""

import pytest

from hotline.acd.engine import messages as m
from hotline.acd.tests.floor import SECOND, Floor, orders, terms
from hotline.telephony.logic.words import Fact, State, Watching

pytestmark = pytest.mark.clause("A2.3")


def listening(how: Watching = Watching.LISTEN, *, up: bool = True) -> Floor:
    """Person 1 talks to caller a; person 3, who is not ready, listens."""
    floor = Floor(terms())
    floor.ready(1)
    floor.call("a")
    floor.talk("a")
    floor.do(m.SignIn(3, floor.next_seq()))
    floor.at += 5 * SECOND
    floor.do(m.Watch(3, floor.next_seq(), 1, how))
    if up:
        floor.do(m.OfferTaken("a-2"))
    return floor


@pytest.mark.parametrize("how", list(Watching))
def test_he_takes_part_as_he_wished_and_is_not_rung_meanwhile(how):
    floor = listening(how)
    assert orders(floor.said, m.Spy) == [m.Spy("a", "a-1", "a-2", 3, how)]
    assert floor.state(3) == (State.NOT_READY, "watching")
    floor.call("b")
    assert not floor.offer_of("b")
    [began] = floor.facts(Fact.WATCH_BEGAN)
    assert (began.person, began.data["whom"], began.data["how"]) == (3, 1, how.value)


def test_he_goes_from_listening_to_whispering_by_the_same_line():
    floor = listening()
    said = floor.do(m.Watch(3, floor.next_seq(), 1, Watching.WHISPER))
    assert [spy.how for spy in orders(said, m.Spy)] == [Watching.WHISPER]
    assert not orders(said, m.Ring)


def test_he_stops_and_is_what_he_was_before():
    floor = listening()
    said = floor.do(m.HangUp(3, floor.next_seq()))
    assert orders(said, m.EndLeg) == [m.EndLeg("a-2", 3)]
    assert floor.state(3) == (State.NOT_READY, "sign_in")
    assert floor.world.calls["a"].person == 1
    assert len(floor.facts(Fact.WATCH_ENDED)) == 1


@pytest.mark.parametrize("up", [True, False])
def test_he_is_out_of_it_when_the_talk_ends(up):
    floor = listening(up=up)
    floor.do(m.CallerLeft("a"))
    assert floor.state(3) == (State.NOT_READY, "sign_in")
    assert not floor.world.watchers
    assert not floor.world.offers


def test_he_takes_the_call_over():
    floor = listening(Watching.JOIN)
    said = floor.do(m.TakeOver(3, floor.next_seq()))
    assert orders(said, m.Connect) == [m.Connect("a", "a-2", 3)]
    assert orders(said, m.EndLeg) == [m.EndLeg("a-1", 1)]
    assert (floor.state(1)[0], floor.state(3)[0]) == (State.WRAP_UP, State.TALKING)
    assert floor.world.calls["a"].person == 3
    assert [note.data["who"] for note in floor.facts(Fact.TALK_ENDED)] == ["taken_over"]
    floor.do(m.CallerLeft("a"))
    assert floor.state(3)[0] is State.WRAP_UP
    assert floor.later(31) is not None
    assert floor.state(3) == (State.NOT_READY, "sign_in"), "no calls unless he says so"


def test_nobody_takes_over_without_listening_and_nobody_listens_to_silence():
    floor = Floor(terms())
    floor.ready(1)
    floor.do(m.SignIn(3, floor.next_seq()))
    assert not orders(floor.do(m.Watch(3, floor.next_seq(), 1, Watching.LISTEN)), m.Ring)
    assert not orders(floor.do(m.TakeOver(3, floor.next_seq())), m.Connect)


def test_ready_again_is_the_end_of_listening():
    floor = listening()
    floor.do(m.GetReady(3, floor.next_seq()))
    assert floor.state(3) == (State.READY, "")
    assert not floor.world.watchers


@pytest.mark.parametrize("how", list(Watching))
def test_whose_telephone_is_loaded_anew_takes_part_again_by_another_line(how):
    floor = listening(how)
    said = floor.do(m.Rejoin(3, floor.next_seq()))
    assert orders(said, m.EndLeg) == [m.EndLeg("a-2", 3)]
    [ring] = orders(said, m.Ring)
    assert (ring.person, ring.wanted) == (3, True)
    floor.do(m.OfferOver("a-2"))
    said = floor.do(m.OfferTaken(ring.offer))
    assert [(spy.watch, spy.how) for spy in orders(said, m.Spy)] == [(ring.offer, how)]
    assert floor.state(3) == (State.NOT_READY, "watching")
    floor.do(m.HangUp(3, floor.next_seq()))
    assert floor.state(3) == (State.NOT_READY, "sign_in"), "as before all of it"
