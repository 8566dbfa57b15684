"""Somebody else is asked into a talk: consulted, joined, given the caller; and back to the caller when he is gone.

The caller hears music while the person talks to the third. Whatever becomes of the third, the caller is never dropped:
who rings in vain, refuses or hangs up leaves the person with his caller; and when the person himself is gone, the
caller is the third's, or goes to the head of the line.
"""

from dataclasses import replace
from datetime import timedelta

from hotline.acd.engine import calls, moves, people
from hotline.acd.engine.matching import Free, choose, is_idle, reserve
from hotline.acd.engine.messages import (
    AddThird,
    BackInLine,
    BackToCaller,
    Complete,
    Confer,
    Connect,
    Consult,
    EndLeg,
    PutOnHold,
    RingOut,
    StopRinging,
    TransferOut,
    seconds,
)
from hotline.acd.engine.state import Agent, Call, Draft, Offer, Stage, Third
from hotline.telephony.logic.words import CallKind, Fact, OfferEnd, Role, State, ThirdEnd, Why

OUTSIDE_RINGS = timedelta(seconds=40)  # how long a number outside is rung
ENDS = {
    OfferEnd.REFUSED: ThirdEnd.REFUSED,
    OfferEnd.NO_ANSWER: ThirdEnd.NO_ANSWER,
    OfferEnd.WITHDRAWN: ThirdEnd.REFUSED,
}

# ---------------------------------------------------------------- wished


def consult(draft: Draft, event: Consult) -> None:
    """Ask somebody while the caller hears music. Nobody free for it: the talk goes on, and the log says so."""
    agent = draft.agents[event.person]
    call = moves.talk_of(draft, agent)
    if call is None or call.third is not None or call.kind is CallKind.INTERNAL:
        return
    if event.number:
        call = _hold(draft, call)
        _ring_number(draft, call, agent.id, event.number)
        return
    colleague = _colleague(draft, call, event)
    if colleague is None:
        draft.note(Fact.THIRD_CALLED, call=call.id, person=agent.id, third="", to=event.to, number="")
        draft.note(Fact.THIRD_ENDED, call=call.id, person=agent.id, third="", how=ThirdEnd.BUSY.value)
        return
    _ring_person(draft, _hold(draft, call), agent.id, colleague, Why.ASKED_IN)


def _colleague(draft: Draft, call: Call, event: Consult) -> Agent | None:
    if event.to is not None:
        colleague = draft.agents.get(event.to)
        return colleague if colleague is not None and colleague.id != event.person and is_idle(colleague) else None
    if event.queue not in draft.terms.queues:
        return None
    ready = (
        one for one in draft.agents.values() if one.state is State.READY and is_idle(one) and one.id != event.person
    )
    asked = replace(call, queue=event.queue or 0, owner=None, sent_to=None, waiting_since=draft.at)
    chosen = choose(draft, asked, Free(draft, ready)).person
    return draft.agents[chosen] if chosen is not None else None


def ring_colleague(draft: Draft, call: Call, agent: Agent) -> None:
    """A call between colleagues: the caller's telephone is up, now that of the one whom he wants rings."""
    other = draft.agents.get(call.sent_to or 0)
    if other is None or other.id == agent.id or not is_idle(other):
        calls.end_talk(draft, call, "not_reached")
        return
    _ring_person(draft, call, agent.id, other, Why.ASKED_IN)


def _ring_person(draft: Draft, call: Call, by: int, other: Agent, why: Why) -> None:
    ref = reserve(draft, other, call, Role.THIRD, why, beside=call.offer)
    third = Third(ref, by, other.id, "", draft.offers[ref].due)
    draft.call(draft.calls[call.id], third=third)
    draft.note(Fact.THIRD_CALLED, call=call.id, person=by, third=ref, to=other.id, number="")


def _ring_number(draft: Draft, call: Call, by: int, number: str, *, beside: bool = True) -> None:
    ref = f"{call.id}-{call.offers + 1}"
    third = Third(ref, by, None, number, draft.at + OUTSIDE_RINGS)
    draft.call(call, third=third, offers=call.offers + 1)
    draft.note(Fact.THIRD_CALLED, call=call.id, person=by, third=ref, to=None, number=number)
    draft.say(RingOut(ref, call.id, number, seconds(OUTSIDE_RINGS), call.offer if beside else ""))
    draft.wake(third.due)


def _hold(draft: Draft, call: Call) -> Call:
    if call.on_hold:
        return call
    draft.note(Fact.HOLD_BEGAN, call=call.id, person=call.person)
    draft.say(PutOnHold(call.id, call.offer, True))
    return draft.call(call, on_hold=True)


def _unhold(draft: Draft, call: Call) -> Call:
    if not call.on_hold:
        return call
    draft.note(Fact.HOLD_ENDED, call=call.id, person=call.person)
    draft.say(PutOnHold(call.id, call.offer, False))
    return draft.call(call, on_hold=False)


def back_to_caller(draft: Draft, event: BackToCaller) -> None:
    """The third is let go, rung or talked to."""
    call = moves.talk_of(draft, draft.agents[event.person])
    if call is not None and call.third is not None and call.kind is not CallKind.INTERNAL:
        _unhold(draft, drop(draft, call, ThirdEnd.RETURNED))


def confer(draft: Draft, event: Confer) -> None:
    """All three talk."""
    call = moves.talk_of(draft, draft.agents[event.person])
    if call is None or call.third is None or call.third.stage is not Stage.CONSULT:
        return
    call = _unhold(draft, call)
    draft.call(call, third=replace(call.third, stage=Stage.CONFERENCE))  # type: ignore[type-var]
    draft.note(Fact.THIRD_JOINED, call=call.id, person=event.person, third=call.third.ref)  # type: ignore[union-attr]


def complete(draft: Draft, event: Complete) -> None:
    """The caller is the third's from now on."""
    agent = draft.agents[event.person]
    call = moves.talk_of(draft, agent)
    if call is not None and _may_take(call):
        _hand_to_third(draft, call, "transfer")


def _may_take(call: Call) -> bool:
    third = call.third
    return third is not None and third.stage is not Stage.RINGING and call.kind is not CallKind.INTERNAL


def _hand_to_third(draft: Draft, call: Call, who: str) -> None:
    third, agent, was = call.third, draft.agents[call.person or 0], call.offer
    assert third is not None
    if call.on_hold:
        draft.note(Fact.HOLD_ENDED, call=call.id, person=call.person)
    draft.note(Fact.TALK_ENDED, call=call.id, person=call.person, who=who, offer=was)
    draft.bury(was)
    if third.person is None:
        draft.call(
            call, offer=third.ref, person=None, away=True, on_hold=False, dialling=False,
            third=replace(third, stage=Stage.CONFERENCE),
        )  # fmt: skip
    else:
        draft.note(Fact.THIRD_ENDED, call=call.id, person=third.by, third=third.ref, how=ThirdEnd.TRANSFERRED.value)
        draft.call(
            call, offer=third.ref, person=third.person, talking_since=draft.at, on_hold=False, third=None,
        )  # fmt: skip
        draft.note(Fact.TALK_BEGAN, call=call.id, person=third.person, offer=third.ref, queue=call.queue)
    draft.say(Connect(call.id, third.ref, third.person), EndLeg(was, agent.id))
    people.begin_wrap_up(draft, agent, call.queue)


def transfer_out(draft: Draft, event: TransferOut) -> None:
    """The caller hears music until the number answers; in vain, he goes to the head of the line."""
    agent = draft.agents[event.person]
    call = moves.talk_of(draft, agent)
    if call is None or call.kind is CallKind.INTERNAL or not event.number:
        return
    if call.third is not None:
        call = drop(draft, call, ThirdEnd.RETURNED)
    if call.on_hold:
        draft.note(Fact.HOLD_ENDED, call=call.id, person=call.person)
    draft.note(Fact.TALK_ENDED, call=call.id, person=agent.id, who="transfer", offer=call.offer)
    draft.say(BackInLine(call.id, call.offer), EndLeg(call.offer, agent.id))
    draft.bury(call.offer)
    _ring_number(draft, call, agent.id, event.number, beside=False)
    call = draft.calls[call.id]
    assert call.third is not None
    draft.call(call, offer=call.third.ref, person=None, talking_since=None, on_hold=False, away=True)
    people.begin_wrap_up(draft, agent, call.queue)


# ---------------------------------------------------------------- heard


def taken(draft: Draft, call: Call, agent: Agent, ref: str) -> None:
    """The colleague has picked up."""
    if call.third is None or call.third.ref != ref:
        draft.say(EndLeg(ref, agent.id))
        people.go_back(draft, agent)
        return
    draft.enter(agent, State.TALKING, offer=ref, call=call.id)
    _talks(draft, call)


def outside_taken(draft: Draft, ref: str) -> bool:
    """Whether the line is that of a number outside that was rung; then it is talked to from now on."""
    call = _call_of(draft, ref)
    if call is None or call.third is None or call.third.person is not None:
        return False
    if call.third.stage is Stage.RINGING:
        _talks(draft, call)
    return True


def _talks(draft: Draft, call: Call) -> None:
    third = call.third
    assert third is not None
    draft.note(Fact.THIRD_TALKS, call=call.id, person=third.by, third=third.ref)
    if call.away:
        draft.call(call, third=replace(third, stage=Stage.CONFERENCE))
        draft.say(Connect(call.id, third.ref, None))
        return
    stage = Stage.CONSULT
    if call.kind is CallKind.INTERNAL:
        stage = Stage.CONFERENCE
        draft.call(call, person=third.by, talking_since=draft.at, dialling=False, sent_to=None)
        draft.note(Fact.TALK_BEGAN, call=call.id, person=third.by, offer=call.offer, queue=None)
    draft.call(draft.calls[call.id], third=replace(third, stage=stage))
    draft.say(AddThird(call.id, call.offer, third.ref, third.person or third.by))


def given_up(draft: Draft, offer: Offer, why: OfferEnd) -> None:
    """The colleague did not come: the person talks to his caller again; a call between colleagues is over."""
    people.go_back(draft, draft.agents[offer.person])
    call = draft.calls.get(offer.call)
    if call is not None and call.third is not None and call.third.ref == offer.id:
        _gone(draft, call, ENDS.get(why, ThirdEnd.FAILED))


def over(draft: Draft, ref: str, why: OfferEnd) -> bool:
    """Whether the line was a third's; his end brings the person back to the caller."""
    call = _call_of(draft, ref)
    if call is None or call.third is None:
        return False
    third = call.third
    if call.away and third.stage is not Stage.RINGING:
        return False  # the only one who still talked to the caller: the call is over
    if third.stage is Stage.RINGING:
        _gone(draft, call, ENDS.get(why, ThirdEnd.FAILED))
    else:
        leave(draft, call)
    return True


def leave(draft: Draft, call: Call) -> None:
    """The third hangs up."""
    third = call.third
    assert third is not None
    if third.person is not None:
        people.go_back(draft, draft.agents[third.person])
    draft.say(EndLeg(third.ref, third.person))
    _gone(draft, call, ThirdEnd.LEFT)


def _gone(draft: Draft, call: Call, how: ThirdEnd) -> None:
    call = _forget(draft, call, how)
    if call.away:
        moves.wait_again(draft, call, call.queue)
    elif call.kind is CallKind.INTERNAL:
        calls.end_talk(draft, call, "not_reached" if call.person is None else "other")
    else:
        _unhold(draft, call)


def person_left(draft: Draft, call: Call) -> bool:
    """Whether the caller goes on without the person who left: to the third, or back into the line."""
    if call.third is None or call.person is None or call.kind is CallKind.INTERNAL:
        return False
    if _may_take(call):
        _hand_to_third(draft, call, "person")
        return True
    if call.queue not in draft.terms.queues:
        return False
    agent = draft.agents[call.person]
    moves.back_in_line(draft, call, call.queue, "person")
    people.begin_wrap_up(draft, agent, call.queue)
    return True


def drop(draft: Draft, call: Call, how: ThirdEnd) -> Call:
    """The third's line ends, whatever he was doing; the call without him."""
    third = call.third
    assert third is not None
    offer = draft.offers.get(third.ref)
    if offer is not None:
        calls.end_offer(draft, offer, OfferEnd.WITHDRAWN)
        draft.say(StopRinging(third.ref, third.person))
    elif third.stage is Stage.RINGING:
        draft.say(StopRinging(third.ref, third.person))
    elif not call.away:
        draft.say(EndLeg(third.ref, third.person))
    if third.person is not None:
        people.go_back(draft, draft.agents[third.person])
    return _forget(draft, call, how)


def _forget(draft: Draft, call: Call, how: ThirdEnd) -> Call:
    third = call.third
    assert third is not None
    draft.note(Fact.THIRD_ENDED, call=call.id, person=third.by, third=third.ref, how=how.value)
    draft.bury(third.ref)
    return draft.call(draft.calls[call.id], third=None)


def _call_of(draft: Draft, ref: str) -> Call | None:
    return next((call for call in draft.calls.values() if call.third is not None and call.third.ref == ref), None)


def tick(draft: Draft) -> None:
    """Numbers outside that have rung long enough."""
    for call in list(draft.calls.values()):
        third = call.third
        if third is None or third.person is not None or third.stage is not Stage.RINGING or draft.at < third.due:
            continue
        draft.say(StopRinging(third.ref, None))
        _gone(draft, call, ThirdEnd.NO_ANSWER)
