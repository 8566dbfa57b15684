"""Whatever comes in whatever order, as often as it likes: what must never happen does not."""

import os
from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.acd.engine import messages as m
from hotline.acd.engine.reduce import reduce
from hotline.acd.engine.state import World
from hotline.acd.engine.terms import Queue, Staff, Terms, Wanted
from hotline.acd.tests.floor import NINE, SECOND
from hotline.telephony.logic.words import CallKind, Fact, OfferEnd, Role, State, Watching

EXAMPLES = int(os.environ.get("HOTLINE_STREAMS", "400"))  # 10,000 for the whole run; ./run bench says how
PEOPLE = (1, 2, 3)
CALLS = tuple(f"c{n}" for n in range(5))
OFFERS = tuple(f"{call}-{n}" for call in CALLS for n in (1, 2, 3))
TERMS = Terms(
    queues={
        1: Queue(1, wrap_up=20 * SECOND, overflow_after=40 * SECOND, overflow_to=2, callback_after=5 * SECOND),
        2: Queue(2, priority=3, skills=(Wanted(7, 1, 30 * SECOND),), size=3, wrap_up=0 * SECOND, longest=200 * SECOND),
    },
    staff={n: Staff(n, frozenset({1, 2}), frozenset({(7, n)})) for n in PEOPLE},
    limits={"rest": 60 * SECOND},
)

SCRIPT = st.lists(
    st.tuples(
        st.integers(0, 9999),  # which of the events that may come now
        st.integers(-3, 25),  # seconds since the last one; a clock may step back
        st.lists(st.integers(1, 15), max_size=4),  # after how many further events it is delivered again
    ),
    min_size=20,
    max_size=60,
)


def may_come(world: World, number: int) -> list[m.Event]:
    """What the exchange and the people could say now, the likely more than once, and some that makes no sense."""
    found: list[m.Event] = [m.Tick()]
    found += [m.CallArrived(call, 1 + n % 2, "+861", "12319", PEOPLE[n % 3]) for n, call in enumerate(CALLS)]
    for offer in world.offers.values():
        found += [m.OfferRings(offer.id)] * 3 + [m.OfferTaken(offer.id)] * 6
        found += [m.OfferLost(offer.id), m.Rejoin(offer.person, number)]
        found += [m.OfferOver(offer.id, why) for why in (OfferEnd.REFUSED, OfferEnd.FAILED)]
        found += [m.Refuse(offer.person, number), m.TakeIt(offer.person, number)]
    for call in world.calls.values():
        found += [m.CallerLeft(call.id), m.KeyPressed(call.id, "1")]
        if call.dialling:
            found += [m.CalledAnswered(call.id)] * 4 + [m.CalledFailed(call.id)]
        if call.person is not None:
            found += [
                m.OfferOver(call.offer),
                m.HangUp(call.person, number),
                m.Hold(call.person, number, number % 2 > 0),
                m.Rejoin(call.person, number),
                m.Transfer(call.person, number, 1 + number % 3, PEOPLE[number % 3] if number % 2 else None),
            ]
    found += third_parties(world, number)
    for person in PEOPLE:
        found += [
            m.CallOut(person, number, f"o{number % 4}", "+864"),
            m.CallOut(person, number, f"i{number % 4}", to=2),
        ]
        found += [m.GetReady(person, number)] * 3 + [m.SignIn(person, number), m.MoreWrapUp(person, number)]
        found += [m.BeNotReady(person, number, "rest"), m.SignOut(person, number), m.Reachable(person, number % 4 > 0)]
    return [*found, m.OfferTaken("c1-1"), m.OfferOver("c2-1"), m.CallerLeft("c3"), m.CalledAnswered("c4")]


def third_parties(world: World, number: int) -> list[m.Event]:
    """Thirds who are asked into talks, and superiors who listen in."""
    found: list[m.Event] = []
    for call in world.calls.values():
        if call.person is not None:
            found += [m.Consult(call.person, number, PEOPLE[number % 3]), m.Consult(call.person, number, None, 1)]
            found += [m.Consult(call.person, number, number="+862"), m.TransferOut(call.person, number, "+863")]
            found += [m.Watch(PEOPLE[number % 3], number, call.person, tuple(Watching)[number % 3])] * 2
        if call.third is not None:
            third = call.third
            found += [m.OfferTaken(third.ref)] * 4 + [m.OfferOver(third.ref, OfferEnd.REFUSED)]
            found += [kind(third.by, number) for kind in (m.BackToCaller, m.Confer, m.Complete, m.Complete)]
            found += [m.Rejoin(third.person, number)] if third.person is not None else []
            found += [m.HangUp(third.person, number)] if third.person is not None else []
    for watcher in world.watchers.values():
        found += [m.TakeOver(watcher.person, number), m.OfferOver(watcher.ref), m.HangUp(watcher.person, number)]
    return found


def stream(script):
    """Play a script: what was said may be said again, up to five times, later and between other words."""
    world, at, again = World(), NINE, defaultdict(list)
    start = [m.Configured(TERMS)] + [m.SignIn(n, 1) for n in PEOPLE] + [m.GetReady(n, 2) for n in PEOPLE]
    for event in start:
        world, commands = reduce(world, event, at)
        yield world, commands
    for number, (choice, step, later) in enumerate(script):
        at += timedelta(seconds=step)
        events = may_come(world, number + 3)
        event = events[choice % len(events)]
        for places in later:
            again[number + places].append(event)
        for said in [event, *again.pop(number, ())]:
            world, commands = reduce(world, said, at)
            yield world, commands


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(SCRIPT)
def test_nobody_has_two_offers_no_call_two_people_and_intervals_sum_exactly(script):
    notes, world = [], World()
    for world, commands in stream(script):
        notes += [command for command in commands if isinstance(command, m.Note)]
        whole(world)
    sums(notes, world)
    calls_end_whole(notes, world)


def whole(world: World) -> None:
    """What must hold after every event."""
    offered = [offer.person for offer in world.offers.values()]
    assert len(offered) == len(set(offered)), "one person, one offer"
    from_line = [offer.call for offer in world.offers.values() if offer.role in {Role.LINE, Role.OUT}]
    assert len(set(from_line)) == len(from_line), "one call, one offer"
    talking = [call.person for call in world.calls.values() if call.person is not None]
    up = [call.third for call in world.calls.values() if call.third is not None and call.third.ref not in world.offers]
    talking += [third.person for third in up if third.person is not None]
    assert len(talking) == len(set(talking)), "one person, one talk"
    assert not set(talking) & set(offered), "whoever talks is not rung"
    for agent in world.agents.values():
        busy = agent.state in {State.RINGING, State.TALKING}
        assert busy == bool(agent.offer), (agent.state, agent.offer)
        assert (agent.state is State.RINGING) == (agent.id in offered)
        if busy:
            assert agent.call in world.calls
            call = world.calls[agent.call]
            refs = {call.offer, call.third.ref if call.third is not None else "", agent.watch}
            assert agent.offer in refs
    for call in world.calls.values():
        if call.offer and not call.is_busy:
            assert world.offers[call.offer].call == call.id
        assert not call.away or (call.person is None and call.third is not None)
        assert call.third is None or call.is_busy, "a third is asked into a talk"
        assert call.kind is not CallKind.INTERNAL or not call.on_hold
    watching = [watcher.person for watcher in world.watchers.values()]
    assert len(watching) == len(set(watching)), "one superior, one talk"
    for watcher in world.watchers.values():
        assert world.calls[watcher.call].offer == watcher.offer
        assert world.agents[watcher.person].watch == watcher.ref
        assert world.agents[watcher.person].state in {State.NOT_READY, State.RINGING}
    assert {agent.watch for agent in world.agents.values() if agent.watch} == set(world.watchers)


def sums(notes: list[m.Note], world: World) -> None:
    """A person's intervals follow one another without gap; together they are exactly the time that has passed."""
    of = defaultdict(list)
    for note in notes:
        if note.fact is Fact.AGENT_STATE:
            of[note.person].append(note)
    for person, changes in of.items():
        assert person is not None
        moments = [change.at for change in changes]
        assert moments == sorted(moments)
        spans = [(b.at - a.at) for a, b in pairwise(changes)]
        assert sum(spans, timedelta()) + (world.now - moments[-1]) == world.now - moments[0]
        assert changes[-1].data["state"] == world.agents[person].state


def calls_end_whole(notes: list[m.Note], world: World) -> None:
    """Each call: one arrival, one end if it has ended, offers that all ended, talk equal to the person's talking."""
    arrived, ended, made, closed, began, finished = (
        [note for note in notes if note.fact is fact]
        for fact in (
            Fact.CALL_ARRIVED, Fact.CALL_ENDED, Fact.OFFER_MADE, Fact.OFFER_ENDED, Fact.TALK_BEGAN, Fact.TALK_ENDED,
        )
    )  # fmt: skip
    names = [note.call for note in arrived]
    assert len(names) == len(set(names))
    assert {note.call for note in ended} == set(names) - set(world.calls)
    assert len(ended) == len({note.call for note in ended})
    keys = [note.data["offer"] for note in made]
    assert len(keys) == len(set(keys))
    assert len(closed) == len({note.data["offer"] for note in closed})
    assert {note.data["offer"] for note in closed} == set(keys) - set(world.offers)
    ends = {note.data["offer"]: note for note in finished}
    for note in began:
        if note.data["offer"] in ends:
            end = ends[note.data["offer"]]
            states = [n for n in notes if n.fact is Fact.AGENT_STATE and n.person == note.person]
            after = next((n for n in states if n.at >= end.at and n.data["state"] != "talking"), None)
            assert end.at >= note.at
            assert after is not None
            assert after.at == end.at, "talk ends where the person's talking ends"
