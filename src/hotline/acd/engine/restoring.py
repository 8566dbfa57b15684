"""After a restart: what was written and what lives are brought together, by the engine's own events."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from hotline.acd.engine.messages import BackInMenu, CallerLeft, Command, Event, OfferOver, OfferTaken, Wake
from hotline.acd.engine.reduce import reduce
from hotline.acd.engine.state import Agent, Call, Draft, Stage, World
from hotline.telephony.logic.words import CallKind, OfferEnd, Reason, Role, State


def restore(
    world: World, *, callers: Iterable[str], legs: dict[str, bool], called: Iterable[str], at: datetime
) -> tuple[World, list[Command]]:
    """The world as it is after what vanished has been told to the engine, with the commands of that.

    `legs` are people's lines by offer, True for those that were picked up; `called` are calls that were called back.
    """
    world, commands = _settle_people(_told_on(world, at), at)
    here = set(callers) | set(called)
    events: list[Event] = [event for call in world.calls.values() for event in _missed(call, here, legs)]
    for offer in world.offers.values():
        if offer.id not in legs or offer.role is Role.WATCH:
            events.append(OfferOver(offer.id, OfferEnd.EXPIRED))
        elif legs[offer.id]:
            events.append(OfferTaken(offer.id))
    for event in events:
        world, more = reduce(world, event, at)
        commands += more
    return world, commands + [Wake(moment) for moment in _moments(world)]


def _told_on(world: World, at: datetime) -> World:
    """Whoever waits is told his place again in its time, as before."""
    calls = dict(world.calls)
    for call in world.calls.values():
        queue = world.terms.queues.get(call.queue)
        waits = call.kind is CallKind.IN and not (call.is_busy or call.callback or call.walk is not None)
        if queue is not None and waits and call.tell_at is None:
            calls[call.id] = replace(call, tell_at=at + queue.tell_every)
    return replace(world, calls=calls)


def _missed(call: Call, here: set[str], legs: dict[str, bool]) -> Iterable[Event]:
    """What happened to a call while nobody watched."""
    keeps_place = (call.is_called and not call.is_busy) or call.kind is CallKind.INTERNAL
    if call.id not in here and not keeps_place:
        yield CallerLeft(call.id)
    elif call.walk is not None:
        if not call.walk.turn:  # as it was written: nothing was said yet by this ACD
            yield BackInMenu(call.id)
    elif call.third is not None and call.third.person is None and call.third.stage is Stage.RINGING:
        yield OfferTaken(call.third.ref) if legs.get(call.third.ref) else OfferOver(call.third.ref)
    elif call.is_busy and not legs.get(call.offer):
        yield OfferOver(call.offer)
    elif call.third is not None and call.third.stage is not Stage.RINGING and not legs.get(call.third.ref):
        yield OfferOver(call.third.ref)


def _settle_people(world: World, at: datetime) -> tuple[World, list[Command]]:
    """Whoever is said to ring or talk must have the offer or the talk; else he is free, or set aside."""
    draft = Draft(world, at)
    ringing = {offer.person: offer for offer in world.offers.values()}
    talking = {call.person: (call.id, call.offer) for call in world.calls.values() if call.person is not None}
    for call in world.calls.values():
        if call.third is not None and call.third.person is not None and call.third.stage is not Stage.RINGING:
            talking[call.third.person] = (call.id, call.third.ref)
    dialling = {call.id: (call.id, call.offer) for call in world.calls.values() if call.dialling}
    for agent in list(draft.agents.values()):
        talk = talking.get(agent.id) or (dialling.get(agent.call) if agent.state is State.TALKING else None)
        if talk is not None:
            _be(draft, agent, State.TALKING, *talk)
        elif agent.id in ringing:
            _be(draft, agent, State.RINGING, ringing[agent.id].call, ringing[agent.id].id)
        elif agent.state is State.RINGING:
            _back(draft, agent, State.READY, "")
        elif agent.state is State.TALKING:
            _back(draft, agent, State.NOT_READY, Reason.LOST)
        elif agent.reason == Reason.WATCHING:
            _back(draft, agent, State.NOT_READY, Reason.SIGN_IN)
    return draft.done(), draft.commands


def _back(draft: Draft, agent: Agent, else_to: State, reason: str) -> None:
    """What he did is over: he is what he asked to be afterwards, or was before."""
    to, reason = (agent.then, agent.then_reason) if agent.then is not None else (else_to, reason)
    draft.enter(agent, to, reason=reason, cause="restart", offer="", call="", then=None, then_reason="")


def _be(draft: Draft, agent: Agent, state: State, call: str, offer: str) -> None:
    if agent.state is state:
        draft.agents[agent.id] = replace(agent, call=call, offer=offer)
    else:
        draft.enter(agent, state, cause="restart", call=call, offer=offer)


def _moments(world: World) -> list[datetime]:
    """When something is due, or asks to be looked at again."""
    found = [agent.due for agent in world.agents.values() if agent.due is not None]
    found += [offer.due for offer in world.offers.values()]
    for call in world.calls.values():
        queue = world.terms.queues.get(call.queue)
        if call.third is not None:
            found.append(call.third.due)
        if queue is None or call.is_busy:
            continue
        found.append(world.now + queue.tell_every)
        found += [call.waiting_since + span for span in (queue.longest, queue.owner_patience) if span]
        closing = queue.hours.closes_after(world.now)
        found += [closing] if closing is not None else []
        found += [call.entered + queue.overflow_after] if queue.overflow_after else []
        found += [call.waiting_since + wanted.until for wanted in queue.skills if wanted.until is not None]
    return found
