"""A superior listens in, whispers, joins, takes over (A2.3). He follows one person's line, and leaves with it."""

from dataclasses import replace

from hotline.acd.engine import calls, moves, people, thirds
from hotline.acd.engine.matching import is_idle, reserve
from hotline.acd.engine.messages import Connect, EndLeg, Spy, StopRinging, TakeOver, Watch
from hotline.acd.engine.state import Agent, Draft, Offer, Watcher
from hotline.telephony.logic.words import CallKind, Fact, OfferEnd, Reason, Role, State, ThirdEnd, Why


def watch(draft: Draft, event: Watch) -> None:
    """His telephone rings and answers; who listens already does so otherwise from now on."""
    superior, other = draft.agents[event.person], draft.agents.get(event.whom)
    call = moves.talk_of(draft, other) if other is not None else None
    watcher = draft.watchers.get(superior.watch)
    if watcher is not None and watcher.whom == event.whom:
        if watcher.how is not event.how:
            draft.watchers[watcher.ref] = watcher = replace(watcher, how=event.how)
            if watcher.is_up:
                _let_hear(draft, watcher)
        return
    if call is None or superior.id == event.whom or not is_idle(superior):
        return
    ref = reserve(draft, superior, call, Role.WATCH, Why.LISTENS_IN)
    draft.watchers[ref] = Watcher(ref, superior.id, call.id, event.whom, call.offer, event.how)
    draft.agent(draft.agents[superior.id], watch=ref)


def again(draft: Draft, agent: Agent) -> None:
    """The superior's telephone was loaded anew: its line is dead, and he takes part as before by another."""
    watcher = draft.watchers[agent.watch]
    agent = stop(draft, agent)
    watch(draft, Watch(agent.id, agent.seq, watcher.whom, watcher.how))


def taken(draft: Draft, agent: Agent, ref: str) -> None:
    """The superior's telephone has been picked up."""
    watcher = draft.watchers.get(ref)
    if watcher is None:
        draft.say(EndLeg(ref, agent.id))
        people.go_back(draft, agent)
        return
    draft.watchers[ref] = watcher = replace(watcher, is_up=True)
    draft.enter(
        agent, State.NOT_READY, reason=Reason.WATCHING.value, cause="watch", offer="", call=watcher.call, watch=ref
    )
    _let_hear(draft, watcher)


def _let_hear(draft: Draft, watcher: Watcher) -> None:
    draft.note(
        Fact.WATCH_BEGAN, call=watcher.call, person=watcher.person, watch=watcher.ref, whom=watcher.whom,
        how=watcher.how.value,
    )  # fmt: skip
    draft.say(Spy(watcher.call, watcher.offer, watcher.ref, watcher.person, watcher.how))


def take_over(draft: Draft, event: TakeOver) -> None:
    """The caller is the superior's; the person does his after-call work, a third is out of it."""
    superior = draft.agents[event.person]
    watcher = draft.watchers.get(superior.watch)
    call = draft.calls.get(watcher.call) if watcher is not None else None
    if watcher is None or call is None or not watcher.is_up or call.offer != watcher.offer:
        return
    if call.person is None or call.kind is CallKind.INTERNAL:
        return
    if call.third is not None:
        call = thirds.drop(draft, call, ThirdEnd.RETURNED)
    person, was = draft.agents[call.person or 0], call.offer
    if call.on_hold:
        draft.note(Fact.HOLD_ENDED, call=call.id, person=person.id)
    draft.note(Fact.TALK_ENDED, call=call.id, person=person.id, who="taken_over", offer=was, by=superior.id)
    _note_end(draft, watcher)
    del draft.watchers[watcher.ref]
    draft.bury(was)
    draft.call(call, offer=watcher.ref, person=superior.id, talking_since=draft.at, on_hold=False)
    draft.enter(superior, State.TALKING, offer=watcher.ref, call=call.id, watch="")
    draft.note(Fact.TALK_BEGAN, call=call.id, person=superior.id, offer=watcher.ref, queue=call.queue)
    draft.say(Connect(call.id, watcher.ref, superior.id), EndLeg(was, person.id))
    people.begin_wrap_up(draft, person, call.queue)


def given_up(draft: Draft, offer: Offer) -> None:
    """The superior's telephone was not picked up."""
    draft.watchers.pop(offer.id, None)
    people.go_back(draft, draft.agents[offer.person])


def over(draft: Draft, ref: str) -> bool:
    """Whether the line was that of a superior, who is out of it now."""
    watcher = draft.watchers.get(ref)
    if watcher is None:
        return False
    stop(draft, draft.agents[watcher.person])
    return True


def stop(draft: Draft, agent: Agent) -> Agent:
    """The superior is out of it, rung or listening, and is what he was before."""
    watcher = draft.watchers.pop(agent.watch)
    offer = draft.offers.get(watcher.ref)
    if offer is not None:
        calls.end_offer(draft, offer, OfferEnd.WITHDRAWN)
        draft.say(StopRinging(watcher.ref, agent.id))
    else:
        _note_end(draft, watcher)
        draft.bury(watcher.ref)
        draft.say(EndLeg(watcher.ref, agent.id))
    return people.go_back(draft, draft.agents[agent.id])


def _note_end(draft: Draft, watcher: Watcher) -> None:
    draft.note(Fact.WATCH_ENDED, call=watcher.call, person=watcher.person, watch=watcher.ref, whom=watcher.whom)


def settle(draft: Draft) -> None:
    """Whoever listened to a line that is no talk's any more is out of it."""
    for watcher in list(draft.watchers.values()):
        call = draft.calls.get(watcher.call)
        if call is None or call.offer != watcher.offer or call.person != watcher.whom:
            stop(draft, draft.agents[watcher.person])
