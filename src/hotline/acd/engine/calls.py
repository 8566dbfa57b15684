"""What happens to calls: they come, wait, are talked to, go."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.acd.engine import dialling, menus, moves, people, thirds, watching
from hotline.acd.engine.matching import line, next_relaxation, unoffered
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
    OfferLost,
    OfferOver,
    OfferRings,
    OfferTaken,
    Ring,
    Say,
    StopRinging,
    seconds,
)
from hotline.acd.engine.state import Agent, Call, Draft, Offer
from hotline.acd.engine.terms import Queue
from hotline.telephony.logic.words import CallKind, Fact, Left, OfferEnd, Reason, Role, State, ThirdEnd

CALLBACK_KEY = "1"
MOST_AHEAD = 20  # callers ahead that are told by number
HERE = (State.NOT_READY, State.READY, State.RINGING, State.TALKING, State.WRAP_UP)


def arrived(draft: Draft, event: CallArrived) -> None:
    """A caller joins the line, or is told at once why he cannot."""
    if event.call in draft.calls or event.call in draft.ended:
        return
    came = min(event.came or draft.at, draft.at)
    call = Call(event.call, event.queue, came, draft.at, came, event.number, event.owner, test=event.test)
    draft.calls[call.id] = call
    draft.note(
        Fact.CALL_ARRIVED, call=call.id, number=event.number, dialled=event.dialled, queue=event.queue,
        owner=event.owner, came=came.isoformat(), test=event.test,
    )  # fmt: skip
    draft.say(Answer(call.id))
    edition = draft.terms.edition(event.menu, draft.at)
    if edition is not None:
        menus.begin(draft, call, edition, event.forced)
        return
    draft.note(Fact.QUEUE_ENTERED, call=call.id, queue=call.queue)
    join(draft, call, ("welcome", "recorded"))


def join(draft: Draft, call: Call, first: tuple[str, ...]) -> None:
    """A call that has entered its queue waits there, or is told at once why it cannot."""
    refused = _not_taken(draft, call, draft.queue_of(call))
    if refused is not None:
        how, prompt = refused
        _close(draft, call, how, say=(prompt, "goodbye"))
        return
    ahead = len(unoffered(draft)) - 1
    free = any(agent.state is State.READY for agent in draft.agents.values())
    draft.say(Say(call.id, first if free and not ahead else (*first, "waiting")))
    tell_at = draft.at + draft.queue_of(call).tell_every
    draft.call(call, tell_at=tell_at)
    look_again(draft, draft.calls[call.id])


def look_again(draft: Draft, call: Call) -> None:
    """Ask for a Tick at each moment at which something may become of a call that waits."""
    for moment in (call.tell_at, next_relaxation(draft, call), *_limits(draft, call)):
        if moment is not None and moment > draft.at:
            draft.wake(moment)


def _limits(draft: Draft, call: Call) -> Iterable[datetime | None]:
    queue = draft.queue_of(call)
    if queue.overflow_after is not None and queue.overflow_to is not None:
        yield call.entered + queue.overflow_after
    if queue.longest is not None:
        yield call.waiting_since + queue.longest
    yield queue.hours.closes_after(draft.at)


def _not_taken(draft: Draft, call: Call, queue: Queue) -> tuple[Left, str] | None:
    """Why a queue takes nobody now, and what is said of it; None when it takes this caller."""
    waiting = sum(
        1
        for other in draft.calls.values()
        if other.queue == queue.id and not other.is_busy and other.walk is None and other.kind is CallKind.IN
        and other.id != call.id
    )  # fmt: skip
    if queue.size and waiting >= queue.size and queue.hours.open_at(draft.at):
        return Left.FULL, "full"
    return _shut(draft, queue)


def _shut(draft: Draft, queue: Queue) -> tuple[Left, str] | None:
    """Why nobody is served in a queue now; one that is not in use is served by nobody."""
    if queue.id not in draft.terms.queues or not queue.hours.open_at(draft.at):
        return Left.CLOSED, "closed"
    if queue.needs_staff and not _staffed(draft, queue):
        return Left.EMPTY, "closed"
    return None


def serves_on(draft: Draft, queue: Queue) -> bool:
    """Whether a queue goes on with who was talked to already, or rang in vain: as long as anybody is there."""
    return _shut(draft, queue) is None or (queue.id in draft.terms.queues and _staffed(draft, queue))


def _staffed(draft: Draft, queue: Queue) -> bool:
    """Whether anybody who serves the queue is signed in."""
    return any(
        agent.state in HERE and queue.id in staff.queues
        for agent in draft.agents.values()
        if (staff := draft.terms.staff.get(agent.id)) is not None
    )


def caller_left(draft: Draft, event: CallerLeft) -> None:
    """The caller has hung up: waiting, ringing or talking."""
    call = draft.calls.get(event.call)
    if call is None:
        draft.bury(event.call)
        return
    if call.is_called and not call.is_busy:
        return  # this is the line that he was asked to hang up, or there is none yet
    if call.walk is not None:
        menus.left(draft, call)
        return
    if call.is_busy:
        end_talk(draft, call, "caller")
        return
    offer = draft.offers.get(call.offer)
    if offer is not None and call.rejoins:
        moves.left_meanwhile(draft, call, offer)
        return
    if offer is not None:
        end_offer(draft, offer, OfferEnd.CALLER_LEFT)
        people.free(draft, draft.agents[offer.person], "caller_left")
        draft.say(StopRinging(offer.id, offer.person))
    _close(draft, draft.calls[call.id], Left.TEST if call.test else Left.ABANDONED)


def key_pressed(draft: Draft, event: KeyPressed) -> None:
    """A key of the menu; 1 while waiting: keep my place and call me back."""
    call = draft.calls.get(event.call)
    if call is not None and call.walk is not None:
        menus.pressed(draft, call, event)
        return
    if call is None or call.test or event.key != CALLBACK_KEY or call.offer or call.callback or not call.number:
        return
    queue = draft.queue_of(call)
    if queue.callback_after is None or draft.at - call.waiting_since < queue.callback_after:
        return
    keep_place(draft, call)


def keep_place(draft: Draft, call: Call) -> None:
    """The caller may hang up: his place is kept, and in his turn he is called back."""
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
    draft.offers[offer.id] = replace(offer, due=due, lease=due + draft.terms.lease, rang=draft.at)
    draft.note(
        Fact.OFFER_RANG, call=call.id, person=offer.person, offer=offer.id,
        lease=(due + draft.terms.lease).isoformat(),
    )  # fmt: skip
    draft.wake(due)


def lost(draft: Draft, event: OfferLost) -> None:
    """The telephone is gone while it rang: the offer stands until its time is over, and rings again when it is back."""
    offer = draft.offers.get(event.offer)
    if offer is None:
        over(draft, OfferOver(event.offer))
        return
    draft.offers[offer.id] = replace(offer, lost=True)
    draft.wake(offer.due)


def ring_again(draft: Draft, offer: Offer) -> None:
    """A telephone that is back rings for what is left of its offer's time; when that is over the tick settles it."""
    left = offer.due - draft.at
    if left <= timedelta(0):
        return
    draft.offers[offer.id] = replace(offer, lost=False)
    beside = draft.calls[offer.call].offer if offer.role is Role.THIRD else ""
    wanted = offer.role in {Role.OUT, Role.WATCH}
    draft.say(Ring(offer.id, offer.call, offer.person, seconds(left), beside, wanted=wanted, again=True))


def taken(draft: Draft, event: OfferTaken) -> None:
    """The person has picked up: the two talk; a late pick-up is hung up."""
    offer = draft.offers.get(event.offer)
    if offer is None:
        if not thirds.outside_taken(draft, event.offer) and not _is_up(draft, event.offer):
            draft.bury(event.offer)
            draft.say(EndLeg(event.offer))
        return
    call, agent = draft.calls[offer.call], draft.agents[offer.person]
    if call.dialling and offer.role is Role.LINE:
        return
    end_offer(draft, offer, OfferEnd.TAKEN)
    call = draft.calls[call.id]
    match offer.role:
        case Role.LINE:
            _taken_from_line(draft, call, agent, offer.id)
        case Role.OUT if call.rejoins:
            _talk(draft, call, agent, offer.id)
        case Role.OUT:
            _dial(draft, call, agent, offer.id)
        case Role.THIRD:
            thirds.taken(draft, call, agent, offer.id)
        case Role.WATCH:
            watching.taken(draft, agent, offer.id)


def _is_up(draft: Draft, ref: str) -> bool:
    """Whether a line is one that was taken before: of a talk, of a third, of somebody who listens in."""
    busy = any(call.offer == ref and call.is_busy for call in draft.calls.values())
    return (
        busy or ref in draft.watchers or any(c.third is not None and c.third.ref == ref for c in draft.calls.values())
    )


def _taken_from_line(draft: Draft, call: Call, agent: Agent, offer: str) -> None:
    if call.callback:
        _dial(draft, call, agent, offer)
        return
    how = Left.REJOINED if call.rejoins else Left.ANSWERED
    draft.note(Fact.QUEUE_LEFT, call=call.id, queue=call.queue, how=how.value)
    _talk(draft, call, agent, offer)


def _dial(draft: Draft, call: Call, agent: Agent, offer: str) -> None:
    """The person has picked up: now the number is called, or the colleague whom he wants."""
    call = draft.call(call, offer=offer, dialling=True)
    draft.enter(agent, State.TALKING, offer=offer, call=call.id)
    if call.kind is CallKind.INTERNAL:
        thirds.ring_colleague(draft, call, agent)
        return
    draft.note(Fact.CALLBACK_DIALLED, call=call.id, person=agent.id, offer=offer, number=call.number)
    draft.say(DialOut(call.id, offer, agent.id, call.number))


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
        met=True,
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
    if watching.over(draft, event.offer) or thirds.over(draft, event.offer, event.why):
        return
    for call in list(draft.calls.values()):
        if call.offer == event.offer and call.is_busy and not thirds.person_left(draft, call):
            end_talk(draft, call, "person")


def give_up(draft: Draft, offer: Offer, why: OfferEnd) -> None:
    """An offer came to nothing: the person is set not ready, the call goes to the head of the line (A3.2).

    Where his telephone did not ring for a line, he is what he was before.
    """
    if offer.role is not Role.LINE:
        end_offer(draft, offer, why)
        _given_up(draft, offer, why)
        return
    reason = {
        OfferEnd.NO_ANSWER: Reason.NO_ANSWER,
        OfferEnd.REFUSED: Reason.REFUSED,
        OfferEnd.FAILED: Reason.UNREACHABLE,
    }.get(why, Reason.LOST)
    end_offer(draft, offer, why)
    people.set_aside(draft, draft.agents[offer.person], reason)


def _given_up(draft: Draft, offer: Offer, why: OfferEnd) -> None:
    match offer.role:
        case Role.OUT:
            dialling.given_up(draft, offer)
        case Role.THIRD:
            thirds.given_up(draft, offer, why)
        case _:
            watching.given_up(draft, offer)


def end_offer(draft: Draft, offer: Offer, how: OfferEnd) -> None:
    """Close an offer; unless it was taken its call waits again, at the head."""
    del draft.offers[offer.id]
    draft.bury(offer.id)
    rang = draft.at - offer.rang if offer.rang is not None else None
    data: dict[str, object] = {"offer": offer.id, "how": how.value}
    if rang is not None:
        most = (offer.due - offer.rang) // draft.terms.ring_cycle if offer.rang is not None else 1
        data["rings"] = min(rang // draft.terms.ring_cycle + 1, most)
    draft.note(Fact.OFFER_ENDED, call=offer.call, person=offer.person, **data)
    call = draft.calls.get(offer.call)
    if call is not None and offer.role is Role.LINE:
        is_taken = how is OfferEnd.TAKEN
        draft.call(call, offer="", head=call.head or not is_taken, rejoins=call.rejoins and is_taken)


# ---------------------------------------------------------------- being called back


def called_answered(draft: Draft, event: CalledAnswered) -> None:
    """Whoever is called back has picked up: the talk begins."""
    call = draft.calls.get(event.call)
    if call is None or not call.dialling or call.person is not None:
        return
    agent = next((agent for agent in draft.agents.values() if agent.offer == call.offer), None)
    if agent is not None:
        _talk(draft, call, agent, call.offer)


def called_failed(draft: Draft, event: CalledFailed) -> None:
    """He was not reached: the person is free, the debt goes to whoever keeps debts to customers."""
    call = draft.calls.get(event.call)
    if call is not None and call.dialling and call.person is None:
        draft.note(Fact.CALLBACK_FAILED, call=call.id, number=call.number, why=event.why)
        end_talk(draft, call, "not_reached")


# ---------------------------------------------------------------- ends


def end_talk(draft: Draft, call: Call, who: str) -> None:
    """Talk is over: all lines end, the person does his after-call work."""
    if call.third is not None:
        call = thirds.drop(draft, call, ThirdEnd.TRANSFERRED if call.away else ThirdEnd.CALLER_LEFT)
    talks = (one for one in draft.agents.values() if one.offer == call.offer and one.state is State.TALKING)
    agent = next(talks, None)  # whoever handed the call over still has it before him in his after-call work
    if call.on_hold:
        draft.note(Fact.HOLD_ENDED, call=call.id, person=call.person)
    if call.person is not None:
        draft.note(Fact.TALK_ENDED, call=call.id, person=call.person, who=who, offer=call.offer)
    draft.say(EndLeg(call.offer, call.person), EndCall(call.id))
    draft.bury(call.id, call.offer)
    del draft.calls[call.id]
    draft.note(Fact.CALL_ENDED, call=call.id, how=_ended_how(call))
    if agent is not None and call.kind is CallKind.INTERNAL:
        people.go_back(draft, agent)
    elif agent is not None:
        people.begin_wrap_up(draft, agent, call.queue)


def _ended_how(call: Call) -> str:
    if call.person is not None or call.away:
        return "talked"
    return Left.CALLBACK.value if call.callback else "not_reached"


def end_met(draft: Draft, call: Call) -> None:
    """A call ends while nobody is with it to whom somebody has talked."""
    draft.note(Fact.CALL_ENDED, call=call.id, how="talked")
    draft.say(EndCall(call.id))
    del draft.calls[call.id]
    draft.bury(call.id)


def _close(draft: Draft, call: Call, how: Left, say: tuple[str, ...] = ()) -> None:
    """A call leaves its queue and ends, and nobody talked to it."""
    draft.note(Fact.QUEUE_LEFT, call=call.id, queue=call.queue, how=how.value)
    end_without_talk(draft, call, how, say)


def end_without_talk(draft: Draft, call: Call, how: Left, say: tuple[str, ...] = ()) -> None:
    """A call ends that nobody talked to, with words or without."""
    draft.note(Fact.CALL_ENDED, call=call.id, how=how.value)
    draft.say(Say(call.id, say, then_end=True) if say else EndCall(call.id))
    del draft.calls[call.id]
    draft.bury(call.id)


# ---------------------------------------------------------------- time


def tick(draft: Draft) -> None:
    """What is due of offers and of waiting calls."""
    for offer in list(draft.offers.values()):
        if draft.at >= offer.due:
            how = OfferEnd.NO_ANSWER if offer.rang is not None and not offer.lost else OfferEnd.FAILED
            give_up(draft, offer, OfferEnd.EXPIRED if draft.at >= offer.lease else how)
            draft.say(StopRinging(offer.id, offer.person))
    thirds.tick(draft)
    ahead: dict[int, int] = {}
    for call in line(draft):
        if not call.callback and not _moved_on(draft, call):
            _tell(draft, call, ahead.get(call.queue, 0))
        ahead[call.queue] = ahead.get(call.queue, 0) + 1


def _moved_on(draft: Draft, call: Call) -> bool:
    """Whether a caller waits here no longer: too long, moved on to another queue, or nobody is served here any more."""
    queue = draft.queue_of(call)
    if queue.longest is not None and draft.at >= call.waiting_since + queue.longest:
        _close(draft, call, Left.TIMEOUT, say=("full", "goodbye"))
        return True
    other = _overflow(draft, call, queue)
    if other is not None:
        draft.note(Fact.QUEUE_LEFT, call=call.id, queue=queue.id, how=Left.DIVERTED.value)
        moved = draft.call(call, queue=other.id, entered=draft.at)
        sent = {"to": call.sent_to} if call.sent_to is not None else {}
        draft.note(Fact.QUEUE_ENTERED, call=call.id, queue=moved.queue, **sent)
        look_again(draft, moved)
        return True
    shut = _shut(draft, queue)
    if shut is None or (call.head and serves_on(draft, queue)):
        return False
    _close(draft, call, shut[0], say=(shut[1], "goodbye"))
    return True


def _overflow(draft: Draft, call: Call, queue: Queue) -> Queue | None:
    """The queue into which a caller who has waited long enough is moved on, if it takes him now."""
    other = draft.terms.queues.get(queue.overflow_to or 0)
    if queue.overflow_after is None or other is None or other.id == queue.id:
        return None
    late = draft.at >= call.entered + queue.overflow_after
    return other if late and _not_taken(draft, call, other) is None else None


def _tell(draft: Draft, call: Call, place: int) -> None:
    """A word to whoever waits, now and then: how many are ahead, and that he may be called back."""
    if call.tell_at is None or draft.at < call.tell_at:
        return
    queue = draft.queue_of(call)
    ahead = "next" if place == 0 else (f"ahead-{place}" if place <= MOST_AHEAD else "ahead-many")
    prompts = ["thanks", ahead]
    if queue.callback_after is not None and call.number and draft.at - call.waiting_since >= queue.callback_after:
        prompts.append("callback-offer")
    tell_at = draft.at + queue.tell_every
    draft.call(call, tell_at=tell_at, told=call.told + 1)
    draft.say(Say(call.id, tuple(prompts)))
    draft.wake(tell_at)
