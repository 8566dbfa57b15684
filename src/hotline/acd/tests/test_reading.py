"""What an ACD reads from the tables is what the one before had in mind: whatever stage a talk is in."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from hotline.acd import reading
from hotline.acd.engine import messages as m
from hotline.acd.engine.restoring import restore
from hotline.acd.engine.state import Call, World
from hotline.acd.tests.floor import SECOND, Floor
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import Fact, State, Watching
from hotline.telephony.queries import for_acd
from hotline.telephony.services import journal, setup
from hotline.telephony.tests import builders
from hotline.telephony.tests.builders import DAY, NINE

pytestmark = pytest.mark.django_db
NUMBER = "+8613700005678"


class Desk:
    """A real house and an engine on it; what the engine notes is written as the ACD writes it."""

    def __init__(self) -> None:
        self.house = builders.house()
        self.other = setup.make_queue(centre=self.house.centre, code="more", name="其他", by=self.house.system, at=NINE)
        self.floor = Floor(reading.terms_of(for_acd.setup(self.house.centre, DAY)), at=NINE)
        self.written = 0
        self.first, self.second = self.house.first.pk, self.house.second.pk

    def call(self, name: str = "a") -> None:
        """Somebody calls the house's queue."""
        self.floor.do(m.CallArrived(name, self.house.queue.pk, NUMBER, "12319"))

    def do(self, kind: Callable[..., m.Wish], person: int, *more: object, **said: object) -> None:
        """A wish."""
        self.floor.at += SECOND
        self.floor.do(kind(person, self.floor.next_seq(), *more, **said))

    def write(self) -> None:
        """Into the tables."""
        notes = [note for note in self.floor.said if isinstance(note, m.Note)]
        entries = [
            Entry(f"{self.house.epoch}:{number}", note.fact, note.at, note.call, note.person, note.data)
            for number, note in enumerate(notes)
        ]
        journal.write(
            centre=self.house.centre, epoch=self.house.epoch, entries=entries, by=self.house.system, at=self.floor.at
        )


def talking(desk: Desk) -> None:
    desk.floor.ready(desk.first, desk.second)
    desk.call()
    desk.floor.talk("a")


def consult_rings(desk: Desk) -> None:
    talking(desk)
    desk.do(m.Consult, desk.first, desk.second)


def consult(desk: Desk) -> None:
    consult_rings(desk)
    desk.floor.do(m.OfferTaken("a-2"))


def conference(desk: Desk) -> None:
    consult(desk)
    desk.do(m.Confer, desk.first)


def handed_over(desk: Desk) -> None:
    conference(desk)
    desk.do(m.Complete, desk.first)


def outside_rings(desk: Desk) -> None:
    talking(desk)
    desk.do(m.Consult, desk.first, number=NUMBER)


def outside(desk: Desk) -> None:
    outside_rings(desk)
    desk.floor.do(m.OfferTaken("a-2"))


def away(desk: Desk) -> None:
    outside(desk)
    desk.do(m.Complete, desk.first)


def sent_away(desk: Desk) -> None:
    talking(desk)
    desk.do(m.TransferOut, desk.first, NUMBER)


def back_in_line(desk: Desk) -> None:
    outside(desk)
    desk.do(m.BeNotReady, desk.second, "rest")
    desk.do(m.Transfer, desk.first, desk.house.queue.pk)


def moved_on(desk: Desk) -> None:
    desk.call()
    desk.floor.at += 90 * SECOND
    rules = desk.floor.terms.queues[desk.house.queue.pk]
    moved = replace(rules, overflow_after=60 * SECOND, overflow_to=desk.other.pk)
    desk.floor.do(m.Configured(replace(desk.floor.terms, queues={**desk.floor.terms.queues, rules.id: moved})))
    desk.floor.do(m.Tick())
    assert desk.floor.world.calls["a"].queue == desk.other.pk


def calls_out(desk: Desk) -> None:
    desk.floor.ready(desk.first)
    desk.do(m.CallOut, desk.first, "a", NUMBER)


def dials(desk: Desk) -> None:
    calls_out(desk)
    desk.floor.do(m.OfferTaken("a-1"))


def called(desk: Desk) -> None:
    dials(desk)
    desk.floor.do(m.CalledAnswered("a"))


def calls_colleague(desk: Desk) -> None:
    desk.floor.ready(desk.first, desk.second)
    desk.do(m.CallOut, desk.first, "a", to=desk.second)
    desk.floor.do(m.OfferTaken("a-1"))


def colleagues(desk: Desk) -> None:
    calls_colleague(desk)
    desk.floor.do(m.OfferTaken("a-2"))


def handed_to_second(desk: Desk) -> None:
    talking(desk)
    desk.do(m.BeNotReady, desk.second, "rest")
    desk.do(m.Transfer, desk.first, desk.house.queue.pk, desk.second)


def reloads(desk: Desk) -> None:
    talking(desk)
    desk.do(m.Rejoin, desk.first)


def reloads_a_call_out(desk: Desk) -> None:
    called(desk)
    desk.do(m.Rejoin, desk.first)


def keeps_his_place_after_a_talk(desk: Desk) -> None:
    talking(desk)
    desk.do(m.BeNotReady, desk.second, "rest")
    desk.do(m.Transfer, desk.first, desk.house.queue.pk)
    rules = desk.floor.terms.queues[desk.house.queue.pk]
    offers = replace(rules, callback_after=0 * SECOND)
    desk.floor.do(m.Configured(replace(desk.floor.terms, queues={**desk.floor.terms.queues, rules.id: offers})))
    desk.floor.at += SECOND
    desk.floor.do(m.KeyPressed("a", "1"))
    assert desk.floor.world.calls["a"].callback


def is_called_back(desk: Desk) -> None:
    keeps_his_place_after_a_talk(desk)
    desk.do(m.GetReady, desk.second)
    desk.floor.do(m.OfferTaken("a-2"))
    assert desk.floor.world.calls["a"].dialling


STAGES = [
    talking, consult_rings, consult, conference, handed_over, outside_rings, outside, away, sent_away, back_in_line,
    moved_on, calls_out, dials, called, calls_colleague, colleagues, handed_to_second, reloads, reloads_a_call_out,
    keeps_his_place_after_a_talk, is_called_back,
]  # fmt: skip


def known(call: Call) -> dict[str, object]:
    """What must be known again; the end of ringing is reckoned anew."""
    third = call.third
    return {
        "place": (call.kind, call.offer, call.person, call.on_hold, call.dialling, call.away, call.callback),
        "wait": (call.came, call.waiting_since, call.head),
        "whose": (call.sent_to, call.rejoins, call.met),
        "offers": call.offers,
        "third": (third.ref, third.by, third.person, third.number, third.stage) if third else None,
    }


@pytest.mark.parametrize("stage", STAGES)
def test_a_new_acd_knows_what_the_old_one_knew(stage):
    desk = Desk()
    stage(desk)
    desk.write()
    world = reading.world(desk.house.centre, desk.floor.terms, desk.floor.at)
    assert {key: known(call) for key, call in world.calls.items()} == {
        key: known(call) for key, call in desk.floor.world.calls.items()
    }
    assert {key: (o.person, o.role) for key, o in world.offers.items()} == {
        key: (o.person, o.role) for key, o in desk.floor.world.offers.items()
    }
    legs = {key: key not in world.offers for key in world.lines()}
    third = world.calls["a"].third
    if third is not None and third.person is None and stage in {outside_rings, sent_away}:
        legs[third.ref] = False
    before = {key: known(call) for key, call in world.calls.items()}
    if stage in {outside_rings, sent_away}:
        return  # what rang meanwhile is not known to ring still: the caller is taken back, as the next test says
    after, _ = restore(world, callers=["a"], legs=legs, called=["a"], at=desk.floor.at)
    assert {key: known(call) for key, call in after.calls.items()} == before, "everything lives: nothing changes"
    assert {n: a.state for n, a in after.agents.items()} == {n: a.state for n, a in desk.floor.world.agents.items()}


def test_a_number_that_rang_while_nobody_watched_is_given_up_and_the_caller_is_back():
    desk = Desk()
    outside_rings(desk)
    desk.write()
    world = reading.world(desk.house.centre, desk.floor.terms, desk.floor.at)
    after, said = restore(world, callers=["a"], legs={"a-1": True}, called=[], at=desk.floor.at)
    assert (after.calls["a"].third, after.calls["a"].on_hold) == (None, False)
    assert [order.on for order in said if isinstance(order, m.PutOnHold)] == [False]


def test_a_superior_who_listened_is_out_of_it():
    desk = Desk()
    talking(desk)
    desk.do(m.Watch, desk.second, desk.first, Watching.LISTEN)
    desk.floor.do(m.OfferTaken("a-2"))
    desk.write()
    world = reading.world(desk.house.centre, desk.floor.terms, desk.floor.at)
    after, _ = restore(world, callers=["a"], legs={"a-1": True, "a-2": True}, called=[], at=desk.floor.at)
    assert after.agents[desk.second].state is State.READY, "as before"
    assert after.calls["a"].person == desk.first


def asks_for_a_break(desk: Desk) -> None:
    talking(desk)
    desk.do(m.BeNotReady, desk.first, "rest")


def asks_to_leave(desk: Desk) -> None:
    talking(desk)
    desk.do(m.SignOut, desk.first)


def changes_his_mind(desk: Desk) -> None:
    asks_for_a_break(desk)
    desk.do(m.GetReady, desk.first)


@pytest.mark.parametrize(
    ("stage", "afterwards"),
    [
        (asks_for_a_break, (State.NOT_READY, "rest")),
        (asks_to_leave, (State.OFFLINE, "")),
        (changes_his_mind, (State.READY, "")),
    ],
)
def test_what_was_asked_for_during_a_talk_counts_after_a_restart(stage, afterwards):
    desk = Desk()
    stage(desk)
    desk.write()
    assert len(for_acd.states_now(desk.house.centre)) == 2, "asking is no change of state"
    desk.floor.world = again(desk)
    desk.floor.do(m.CallerLeft("a"))
    desk.write()
    desk.floor.world = again(desk)
    assert desk.floor.state(desk.first)[0] is State.WRAP_UP
    desk.floor.do(m.MoreWrapUp(desk.first, desk.floor.next_seq()))
    assert desk.floor.world.agents[desk.first].due == desk.floor.at + 90 * SECOND, "as his queue allows"
    desk.floor.later(90)
    assert desk.floor.state(desk.first) == afterwards


def test_a_colleague_on_a_break_who_was_asked_in_has_his_break_again_after_a_restart():
    desk = Desk()
    desk.floor.ready(desk.first, desk.second)
    desk.do(m.BeNotReady, desk.second, "rest")
    desk.call()
    desk.floor.talk("a")
    desk.do(m.Consult, desk.first, desk.second)
    desk.write()
    world = reading.world(desk.house.centre, desk.floor.terms, desk.floor.at)
    after, _ = restore(world, callers=["a"], legs={"a-1": True}, called=[], at=desk.floor.at)
    assert (after.agents[desk.second].state, after.agents[desk.second].reason) == (State.NOT_READY, "rest")


@pytest.mark.clause("C5")
def test_the_limit_of_a_break_passes_after_a_restart_and_once():
    desk = Desk()
    desk.floor.ready(desk.first)
    desk.do(m.BeNotReady, desk.first, "rest")
    desk.floor.at += 300 * SECOND
    desk.write()
    desk.floor.world = again(desk)
    desk.floor.later(299)
    assert desk.floor.facts(Fact.LIMIT_PASSED) == []
    desk.floor.later(1)
    assert len(desk.floor.facts(Fact.LIMIT_PASSED)) == 1
    desk.write()
    desk.floor.world = again(desk)
    desk.floor.later(60)
    assert len(desk.floor.facts(Fact.LIMIT_PASSED)) == 1


def again(desk: Desk) -> World:
    """What a new ACD knows when everything lives."""
    world = reading.world(desk.house.centre, desk.floor.terms, desk.floor.at)
    after, _ = restore(world, callers=["a"], legs=dict.fromkeys(world.lines(), True), called=[], at=desk.floor.at)
    return after


@pytest.mark.clause("A3.2")
def test_a_colleague_to_whom_a_caller_was_handed_over_gets_him_first_after_a_restart_too():
    desk = Desk()
    handed_to_second(desk)
    desk.write()
    desk.floor.world = again(desk)
    desk.do(m.GetReady, desk.first)
    desk.floor.do(m.CallerLeft("none"))
    assert [note.data["to"] for note in desk.floor.facts(Fact.QUEUE_ENTERED)[1:]] == [desk.second]
    assert desk.floor.world.calls["a"].sent_to == desk.second


def test_whoever_waits_is_told_his_place_after_a_restart_too():
    desk = Desk()
    desk.call()
    desk.write()
    desk.floor.world = again(desk)
    said = desk.floor.later(46)
    assert [order.prompts[0] for order in said if isinstance(order, m.Say)] == ["thanks"]
