"""What happens to calls: they come, wait, are talked to, go."""

from collections.abc import Iterable
from datetime import datetime

from hotline.acd.engine import people
from hotline.acd.engine.matching import line, next_relaxation
from hotline.acd.engine.messages import (
    Answer,
    CallArrived,
    CalledAnswered,
    CalledFailed,
    CallerLeft,
    Connect,
    DialOut,
    EndCall,
    EndLeg,
    KeyPressed,
    OfferOver,
    OfferRings,
    OfferTaken,
    Say,
    StopRinging,
)
from hotline.acd.engine.state import Agent, Call, Draft, Offer
from hotline.telephony.logic.words import Fact, Left, OfferEnd, Reason, State

CALLBACK_KEY = "1"
MOST_AHEAD = 20  # callers ahead that are told by number
HERE = (State.NOT_READY, State.READY, State.RINGING, State.TALKING, State.WRAP_UP)


def arrived(draft: Draft, event: CallArrived) -> None:
    """A caller joins the line, or is told at once why he cannot."""
    if event.call in draft.calls or event.call in draft.ended:
        return
    came = min(event.came or draft.at, draft.at)
    call = Call(event.call, event.queue, came, draft.at, event.number, event.owner)
    draft.calls[call.id] = call
    draft.note(
        Fact.CALL_ARRIVED, call=call.id, number=event.number, dialled=event.dialled, queue=event.queue,
        owner=event.owner, came=came.isoformat(),
    )  # fmt: skip
    draft.note(Fact.QUEUE_ENTERED, call=call.id, queue=call.queue)
    draft.say(Answer(call.id))
    refused = _not_taken(draft, call)
    if refused is not None:
        how, prompt = refused
        _close(draft, call, how, say=(prompt, "goodbye"))
        return
    ahead = len(line(draft)) - 1
    free = any(agent.state is State.READY for agent in draft.agents.values())
    draft.say(Say(call.id, ("welcome", "recorded") if free and not ahead else ("welcome", "recorded", "waiting")))
    tell_at = draft.at + draft.queue_of(call).tell_every
    draft.call(call, tell_at=tell_at)
    for moment in (tell_at, next_relaxation(draft, call), *_limits(draft, call)):
        if moment is not None:
            draft.wake(moment)


def _limits(draft: Draft, call: Call) -> Iterable[datetime]:
    queue = draft.queue_of(call)
    if queue.overflow_after is not None and queue.overflow_to is not None:
        yield call.entered + queue.overflow_after
    if queue.longest is not None:
        yield call.came + queue.longest


def _not_taken(draft: Draft, call: Call) -> tuple[Left, str] | None:
    queue = draft.queue_of(call)
    if not queue.hours.open_at(draft.at):
        return Left.CLOSED, "closed"
    waiting = sum(1 for other in draft.calls.values() if other.queue == queue.id and other.person is None)
    if queue.size and waiting > queue.size:
        return Left.FULL, "full"
    if queue.needs_staff and not any(
        agent.state in HERE and queue.id in staff.queues
        for agent in draft.agents.values()
        if (staff := draft.terms.staff.get(agent.id)) is not None
    ):
        return Left.EMPTY, "closed"
    return None


def caller_left(draft: Draft, event: CallerLeft) -> None:
    """The caller has hung up: waiting, ringing or talking."""
    call = draft.calls.get(event.call)
    if call is None:
        draft.bury(event.call)
        return
    if call.callback and not call.dialling and call.person is None:
        return  # this is the line that he was asked to hang up
    if call.person is not None or call.dialling:
        end_talk(draft, call, "caller")
        return
    offer = draft.offers.get(call.offer)
    if offer is not None:
        end_offer(draft, offer, OfferEnd.CALLER_LEFT)
        people.free(draft, draft.agents[offer.person], "caller_left")
        draft.say(StopRinging(offer.id, offer.person))
    _close(draft, draft.calls[call.id], Left.ABANDONED)


def key_pressed(draft: Draft, event: KeyPressed) -> None:
    """1 while waiting: keep my place and call me back."""
    call = draft.calls.get(event.call)
    if call is None or event.key != CALLBACK_KEY or call.offer or call.callback or not call.number:
        return
    queue = draft.queue_of(call)
    if queue.callback_after is None or draft.at - call.came < queue.callback_after:
        return
    draft.call(call, callback=True, tell_at=None)
    draft.note(Fact.QUEUE_LEFT, call=call.id, queue=call.queue, how=Left.CALLBACK.value)
    draft.say(Say(call.id, ("callback-kept",), then_end=True))


# ---------------------------------------------------------------- offers


def rings(draft: Draft, event: OfferRings) -> None:
    """From the first ring on the person has three of them."""
    offer = draft.offers.get(event.offer)
    if offer is None or offer.rang is not None:
        return
    call = draft.calls[offer.call]
    due = draft.at + draft.terms.ring_time(draft.queue_of(call))
    draft.offers[offer.id] = Offer(
        offer.id, offer.call, offer.person, offer.made, due, due + draft.terms.lease, draft.at
    )
    draft.note(
        Fact.OFFER_RANG, call=call.id, person=offer.person, offer=offer.id,
        lease=(due + draft.terms.lease).isoformat(),
    )  # fmt: skip
    draft.wake(due)


def taken(draft: Draft, event: OfferTaken) -> None:
    """The person has picked up: the two talk; a late pick-up is hung up."""
    offer = draft.offers.get(event.offer)
    if offer is None:
        if not any(call.offer == event.offer and call.person is not None for call in draft.calls.values()):
            draft.bury(event.offer)
            draft.say(EndLeg(event.offer))
        return
    call, agent = draft.calls[offer.call], draft.agents[offer.person]
    if call.dialling:
        return
    end_offer(draft, offer, OfferEnd.TAKEN)
    if call.callback:
        draft.call(draft.calls[call.id], offer=offer.id, dialling=True)
        draft.enter(agent, State.TALKING, offer=offer.id, call=call.id)
        draft.note(Fact.CALLBACK_DIALLED, call=call.id, person=agent.id, offer=offer.id, number=call.number)
        draft.say(DialOut(call.id, offer.id, agent.id, call.number))
        return
    how = Left.REJOINED if call.rejoins else Left.ANSWERED
    draft.note(Fact.QUEUE_LEFT, call=call.id, queue=call.queue, how=how.value)
    _talk(draft, draft.calls[call.id], agent, offer.id)


def _talk(draft: Draft, call: Call, agent: Agent, offer: str) -> None:
    draft.call(
        call,
        offer=offer,
        person=agent.id,
        talking_since=draft.at,
        dialling=False,
        tell_at=None,
        rejoins=False,
        sent_to=None,
    )
    draft.enter(draft.agents[agent.id], State.TALKING, offer=offer, call=call.id)
    draft.note(Fact.TALK_BEGAN, call=call.id, person=agent.id, offer=offer, queue=call.queue)
    draft.say(Connect(call.id, offer, agent.id))


def over(draft: Draft, event: OfferOver) -> None:
    """The person's line ended: he refused, was not reached, or hung up after the talk."""
    offer = draft.offers.get(event.offer)
    if offer is not None:
        give_up(draft, offer, event.why)
        return
    draft.bury(event.offer)
    for call in list(draft.calls.values()):
        if call.offer == event.offer and (call.person is not None or call.dialling):
            end_talk(draft, call, "person")


def give_up(draft: Draft, offer: Offer, why: OfferEnd) -> None:
    """An offer came to nothing: the person is set not ready, the call goes to the head of the line (A3.2)."""
    reason = {
        OfferEnd.NO_ANSWER: Reason.NO_ANSWER,
        OfferEnd.REFUSED: Reason.REFUSED,
        OfferEnd.FAILED: Reason.UNREACHABLE,
    }.get(why, Reason.LOST)
    end_offer(draft, offer, why)
    people.set_aside(draft, draft.agents[offer.person], reason)


def end_offer(draft: Draft, offer: Offer, how: OfferEnd) -> None:
    """Close an offer; unless it was taken its call waits again, at the head."""
    del draft.offers[offer.id]
    draft.bury(offer.id)
    rang = draft.at - offer.rang if offer.rang is not None else None
    data: dict[str, object] = {"offer": offer.id, "how": how.value}
    if rang is not None:
        data["rings"] = min(rang // draft.terms.ring_cycle + 1, draft.queue_of(draft.calls[offer.call]).rings)
    draft.note(Fact.OFFER_ENDED, call=offer.call, person=offer.person, **data)
    call = draft.calls.get(offer.call)
    if call is not None:
        draft.call(call, offer="", head=call.head or how is not OfferEnd.TAKEN)


# ---------------------------------------------------------------- being called back


def called_answered(draft: Draft, event: CalledAnswered) -> None:
    """Whoever is called back has picked up: the talk begins."""
    call = draft.calls.get(event.call)
    if call is None or not call.dialling or call.person is not None:
        return
    agent = next((agent for agent in draft.agents.values() if agent.call == call.id), None)
    if agent is not None:
        _talk(draft, call, agent, call.offer)


def called_failed(draft: Draft, event: CalledFailed) -> None:
    """He was not reached: the person is free, the debt goes to whoever keeps debts to customers."""
    call = draft.calls.get(event.call)
    if call is not None and call.dialling and call.person is None:
        draft.note(Fact.CALLBACK_FAILED, call=call.id, number=call.number)
        end_talk(draft, call, "not_reached")


# ---------------------------------------------------------------- ends


def end_talk(draft: Draft, call: Call, who: str) -> None:
    """Talk is over: both lines end, the person does his after-call work."""
    talks = (one for one in draft.agents.values() if one.call == call.id and one.state is State.TALKING)
    agent = next(talks, None)  # whoever handed the call over still has it before him in his after-call work
    if call.on_hold:
        draft.note(Fact.HOLD_ENDED, call=call.id, person=call.person)
    if call.person is not None:
        draft.note(Fact.TALK_ENDED, call=call.id, person=call.person, who=who, offer=call.offer)
    draft.say(EndLeg(call.offer, call.person), EndCall(call.id))
    draft.bury(call.id, call.offer)
    del draft.calls[call.id]
    how = "talked" if call.person is not None else Left.CALLBACK.value
    draft.note(Fact.CALL_ENDED, call=call.id, how=how)
    if agent is not None:
        people.begin_wrap_up(draft, agent, call.queue)


def _close(draft: Draft, call: Call, how: Left, say: tuple[str, ...] = ()) -> None:
    """A call ends that nobody talked to."""
    draft.note(Fact.QUEUE_LEFT, call=call.id, queue=call.queue, how=how.value)
    draft.note(Fact.CALL_ENDED, call=call.id, how=how.value)
    draft.say(Say(call.id, say, then_end=True) if say else EndCall(call.id))
    del draft.calls[call.id]
    draft.bury(call.id)


# ---------------------------------------------------------------- time


def tick(draft: Draft) -> None:
    """What is due of offers and of waiting calls."""
    for offer in list(draft.offers.values()):
        if draft.at >= offer.due:
            how = OfferEnd.NO_ANSWER if offer.rang is not None else OfferEnd.FAILED
            give_up(draft, offer, OfferEnd.EXPIRED if draft.at >= offer.lease else how)
            draft.say(StopRinging(offer.id, offer.person))
    ahead: dict[int, int] = {}
    for call in line(draft):
        if not call.callback and not _moved_on(draft, call):
            _tell(draft, call, ahead.get(call.queue, 0))
        ahead[call.queue] = ahead.get(call.queue, 0) + 1


def _moved_on(draft: Draft, call: Call) -> bool:
    queue = draft.queue_of(call)
    if queue.longest is not None and draft.at >= call.came + queue.longest:
        _close(draft, call, Left.TIMEOUT, say=("full", "goodbye"))
        return True
    if queue.overflow_after is None or queue.overflow_to not in draft.terms.queues:
        return False
    if draft.at < call.entered + queue.overflow_after or queue.overflow_to == queue.id:
        return False
    draft.note(Fact.QUEUE_LEFT, call=call.id, queue=queue.id, how=Left.DIVERTED.value)
    moved = draft.call(call, queue=queue.overflow_to, entered=draft.at)
    draft.note(Fact.QUEUE_ENTERED, call=call.id, queue=moved.queue)
    for moment in (next_relaxation(draft, moved), *_limits(draft, moved)):
        if moment is not None and moment > draft.at:
            draft.wake(moment)
    return True


def _tell(draft: Draft, call: Call, place: int) -> None:
    """A word to whoever waits, now and then: how many are ahead, and that he may be called back."""
    if call.tell_at is None or draft.at < call.tell_at:
        return
    queue = draft.queue_of(call)
    ahead = "next" if place == 0 else (f"ahead-{place}" if place <= MOST_AHEAD else "ahead-many")
    prompts = ["thanks", ahead]
    if queue.callback_after is not None and call.number and draft.at - call.came >= queue.callback_after:
        prompts.append("callback-offer")
    tell_at = draft.at + queue.tell_every
    draft.call(call, tell_at=tell_at, told=call.told + 1)
    draft.say(Say(call.id, tuple(prompts)))
    draft.wake(tell_at)
