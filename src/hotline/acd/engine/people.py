"""What happens to people at telephones: they sign in, take calls or not, finish up, leave."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from hotline.acd.engine import calls, dialling, moves, thirds, watching
from hotline.acd.engine.messages import (
    BackToCaller,
    BeNotReady,
    CallOut,
    Complete,
    Confer,
    Consult,
    GetReady,
    HangUp,
    Hold,
    MoreWrapUp,
    PickUp,
    PutOnHold,
    Reachable,
    Refuse,
    Rejoin,
    SignIn,
    SignOut,
    StopRinging,
    TakeIt,
    TakeOver,
    Transfer,
    TransferOut,
    Watch,
    Wish,
)
from hotline.acd.engine.state import Agent, Draft
from hotline.acd.engine.terms import Queue
from hotline.telephony.logic.words import Fact, OfferEnd, Reason, Role, State


def wish(draft: Draft, event: Wish) -> None:
    """Somebody wants something of his own telephone; what was wished before a later wish is void."""
    agent = draft.person(event.person)
    if event.seq <= agent.seq:
        return
    agent = draft.agent(agent, seq=event.seq) if agent.id in draft.agents else _met(draft, agent, event.seq)
    match event:
        case BeNotReady(reason=reason):
            _leave_work(draft, agent, State.NOT_READY, reason)
        case Hold(on=on):
            _hold(draft, agent, on=on)
        case _ if type(event) in _PLAIN:
            _PLAIN[type(event)](draft, agent)
        case _:
            _moves()[type(event)](draft, event)


@cache
def _moves() -> dict[type, Callable[[Draft, Any], None]]:
    """What concerns others too; these modules know one another, so that the table is made when it is first asked."""
    return {
        Rejoin: moves.rejoin,
        Transfer: moves.transfer,
        TransferOut: thirds.transfer_out,
        Consult: thirds.consult,
        BackToCaller: thirds.back_to_caller,
        Confer: thirds.confer,
        Complete: thirds.complete,
        CallOut: dialling.call_out,
        Watch: watching.watch,
        TakeOver: watching.take_over,
    }


def _met(draft: Draft, agent: Agent, seq: int) -> Agent:
    """A person met for the first time begins by not being signed in."""
    return draft.enter(agent, State.OFFLINE, seq=seq)


def _sign_in(draft: Draft, agent: Agent) -> None:
    if agent.state is State.OFFLINE and agent.id in draft.terms.staff:
        draft.enter(agent, State.NOT_READY, reason=Reason.SIGN_IN, cause="sign_in")
    elif agent.then is State.OFFLINE:  # he comes back before he had gone
        _afterwards(draft, agent, None, "")


def _afterwards(draft: Draft, agent: Agent, then: State | None, reason: str) -> None:
    """What he is to be after what he does now; written at once, or a new ACD would ring whoever asked for a break."""
    if (agent.then, agent.then_reason) != (then, reason):
        draft.note_state(draft.agent(agent, then=then, then_reason=reason), "asked")


def _sign_out(draft: Draft, agent: Agent) -> None:
    _leave_work(draft, agent, State.OFFLINE, "")


def _take_it(draft: Draft, agent: Agent) -> None:
    if agent.state is State.RINGING:
        draft.say(PickUp(agent.offer, agent.id))


def _get_ready(draft: Draft, agent: Agent) -> None:
    if agent.watch:
        agent = watching.stop(draft, agent)
    if agent.state in {State.NOT_READY, State.WRAP_UP}:
        _to(draft, agent, State.READY, "", "person")
    elif agent.then is State.NOT_READY:
        _afterwards(draft, agent, None, "")


def _leave_work(draft: Draft, agent: Agent, to: State, reason: str) -> None:
    """Not ready, or gone: at once when nothing holds him, after the talk when he talks."""
    if agent.state is State.OFFLINE:
        return
    if agent.watch and agent.state is not State.RINGING:
        agent = watching.stop(draft, agent)
    if agent.state is State.TALKING:
        _afterwards(draft, agent, to, reason)
        return
    if agent.state is State.RINGING:
        _take_back(draft, agent, OfferEnd.WITHDRAWN)
    _to(draft, draft.agents[agent.id], to, reason, "person")


def _take_back(draft: Draft, agent: Agent, how: OfferEnd) -> None:
    offer = draft.offers[agent.offer]
    draft.say(StopRinging(offer.id, agent.id))
    if offer.role is not Role.LINE:
        calls.give_up(draft, offer, how)
        return
    calls.end_offer(draft, offer, how)
    draft.agent(agent, offer="", call="")


def _refuse(draft: Draft, agent: Agent) -> None:
    if agent.state is State.RINGING:
        offer = draft.offers[agent.offer]
        calls.give_up(draft, offer, OfferEnd.REFUSED)
        draft.say(StopRinging(offer.id, agent.id))


def _hang_up(draft: Draft, agent: Agent) -> None:
    if agent.watch:
        watching.stop(draft, agent)
        return
    call = draft.calls.get(agent.call)
    if agent.state is not State.TALKING or call is None:
        return
    if call.third is not None and call.third.ref == agent.offer:
        thirds.leave(draft, call)
    elif not thirds.person_left(draft, call):
        calls.end_talk(draft, call, "person")


def _hold(draft: Draft, agent: Agent, *, on: bool) -> None:
    call = moves.talk_of(draft, agent)
    if call is None or call.on_hold == on or call.third is not None:
        return
    draft.call(call, on_hold=on)
    draft.note(Fact.HOLD_BEGAN if on else Fact.HOLD_ENDED, call=call.id, person=agent.id)
    draft.say(PutOnHold(call.id, call.offer, on))


def _to(draft: Draft, agent: Agent, state: State, reason: str, cause: str) -> Agent:
    return draft.enter(
        agent, state, reason=reason, cause=cause, offer="", call="", wrap_from=None, wrap_queue=None, then=None,
        then_reason="",
    )  # fmt: skip


def set_aside(draft: Draft, agent: Agent, reason: Reason) -> None:
    """A person who could not take a call is not rung again until he says so."""
    _to(draft, agent, State.NOT_READY, reason.value, "offer")


def free(draft: Draft, agent: Agent, cause: str) -> None:
    """A person whose offer vanished without his fault is ready as before, and has not lost his turn."""
    idle = agent.idle_since
    _to(draft, agent, State.READY, "", cause)
    draft.agent(draft.agents[agent.id], idle_since=idle)


def go_back(draft: Draft, agent: Agent) -> Agent:
    """Whoever was rung or asked into something that is none of his after-call work is what he was before."""
    to, reason = (agent.then, agent.then_reason) if agent.then is not None else (State.READY, "")
    draft.agents[agent.id] = agent = replace(agent, watch="")
    return _to(draft, agent, to, reason, "back")


def begin_wrap_up(draft: Draft, agent: Agent, queue_id: int) -> None:
    """After a talk: after-call work for as long as the queue gives, then what he had asked for."""
    queue = draft.terms.queues.get(queue_id) or Queue(queue_id)
    if not queue.wrap_up:
        _after_talk(draft, agent)
        return
    draft.enter(
        agent, State.WRAP_UP, cause="talk_ended", offer="", wrap_from=draft.at, wrap_queue=queue_id,
        due=draft.at + queue.wrap_up,
    )  # fmt: skip


def _after_talk(draft: Draft, agent: Agent) -> None:
    to, reason = (agent.then, agent.then_reason) if agent.then is not None else (State.READY, "")
    _to(draft, agent, to, reason, "wrap_up_over")


def _more_wrap_up(draft: Draft, agent: Agent) -> None:
    """One extension more, within what the queue allows altogether."""
    if agent.state is not State.WRAP_UP or agent.due is None or agent.wrap_from is None:
        return
    queue = draft.terms.queues.get(agent.wrap_queue or 0) or Queue(0)
    due = min(agent.due + queue.wrap_more, agent.wrap_from + queue.wrap_most)
    if due > agent.due:
        draft.note_state(draft.agent(agent, due=due), "extended")
        draft.wake(due)


def reachable(draft: Draft, event: Reachable) -> None:
    """A telephone came or went; whoever is ready without one for longer than the grace is not ready (`tick`)."""
    agent = draft.person(event.person)
    if agent.id in draft.agents or event.person in draft.terms.staff:
        if agent.id not in draft.agents:
            agent = _met(draft, agent, 0)
        lost_at = None if event.yes else agent.lost_at or draft.at
        draft.agent(agent, reachable=event.yes, lost_at=lost_at)
        offer = draft.offers.get(agent.offer)
        if offer is not None and not event.yes:
            draft.offers[offer.id] = replace(offer, lost=True)
        elif offer is not None and offer.lost:
            calls.ring_again(draft, offer)
        if lost_at is not None:
            draft.wake(lost_at + draft.terms.reach_grace)


def tick(draft: Draft) -> None:
    """Telephones that are gone; the end of after-call work; reasons that have lasted too long are noted once."""
    for agent in list(draft.agents.values()):
        if agent.state is State.READY and agent.lost_at is not None:
            if draft.at >= max(agent.lost_at, agent.since) + draft.terms.reach_grace:
                _to(draft, agent, State.NOT_READY, Reason.UNREACHABLE.value, "unreachable")
            continue
        if agent.due is None or draft.at < agent.due:
            continue
        if agent.state is State.WRAP_UP:
            _after_talk(draft, agent)
        elif agent.state is State.NOT_READY:
            draft.note(Fact.LIMIT_PASSED, person=agent.id, reason=agent.reason, since=agent.since.isoformat())
            draft.agent(agent, due=None)


_PLAIN: dict[type, Callable[[Draft, Agent], None]] = {
    SignIn: _sign_in,
    SignOut: _sign_out,
    GetReady: _get_ready,
    MoreWrapUp: _more_wrap_up,
    Refuse: _refuse,
    TakeIt: _take_it,
    HangUp: _hang_up,
}
