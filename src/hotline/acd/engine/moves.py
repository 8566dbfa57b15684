"""A talk goes on elsewhere: at a telephone that was lost and is back, with a colleague, in another queue."""

from hotline.acd.engine import calls, people, thirds, watching
from hotline.acd.engine.matching import Choice, offer_to, reserve
from hotline.acd.engine.messages import BackInLine, EndLeg, Rejoin, StopRinging, Transfer
from hotline.acd.engine.state import Agent, Call, Draft, Offer
from hotline.telephony.logic.words import CallKind, Fact, Left, OfferEnd, Role, State, ThirdEnd, Why


def rejoin(draft: Draft, event: Rejoin) -> None:
    """The person's telephone was loaded anew while he talked: it is rung again for the same caller, and nobody else's.

    The old line is dead and ends; the caller hears music for that moment. Unanswered, the call goes to the head of the
    line like any other; one that we made, or whose queue is not in use any more, is over then. What rang rings again,
    and who listened in does so by a new line.
    """
    agent = draft.agents[event.person]
    offer, call = draft.offers.get(agent.offer), talk_of(draft, agent)
    if agent.state is State.RINGING and offer is not None:
        calls.ring_again(draft, offer)
    elif agent.watch:
        watching.again(draft, agent)
    elif call is None:
        _without_line(draft, agent)
    elif call.kind is CallKind.INTERNAL:
        calls.end_talk(draft, call, "reload")
    elif call.kind is CallKind.OUT or call.queue not in draft.terms.queues:
        _lay_down(draft, call, "reload")
        waiting = draft.call(
            draft.calls[call.id], offer="", person=None, talking_since=None, on_hold=False, rejoins=True
        )
        name = reserve(draft, agent, waiting, Role.OUT, Why.REJOINS)
        draft.call(draft.calls[call.id], offer=name)
    else:
        back_in_line(draft, call, call.queue, "reload")
        waiting = draft.call(draft.calls[call.id], rejoins=True)
        row: dict[str, object] = {"person": agent.id, "why": Why.REJOINS.value}
        offer_to(draft, waiting, Choice(agent.id, (row,), {}))


def _without_line(draft: Draft, agent: Agent) -> None:
    """Who was asked in by a colleague, or still waits for a number to answer, is out of it: nobody talks to silence."""
    call = draft.calls.get(agent.call)
    if agent.state is not State.TALKING or call is None:
        return
    if call.third is not None and call.third.ref == agent.offer:
        thirds.leave(draft, call)
    elif call.dialling and call.offer == agent.offer:
        calls.end_talk(draft, call, "reload")


def left_meanwhile(draft: Draft, call: Call, offer: Offer) -> None:
    """The other one hung up while his person's telephone was rung again: the talk is over, and nobody was missed."""
    agent = draft.agents[offer.person]
    calls.end_offer(draft, offer, OfferEnd.CALLER_LEFT)
    draft.say(StopRinging(offer.id, offer.person))
    if offer.role is Role.LINE:
        draft.note(Fact.QUEUE_LEFT, call=call.id, queue=call.queue, how=Left.REJOINED.value)
    calls.end_met(draft, call)
    people.begin_wrap_up(draft, agent, call.queue)


def transfer(draft: Draft, event: Transfer) -> None:
    """The caller goes to the head of a queue's line, first of all to the colleague who is named; the person is free.

    Without such a queue, where it is closed and nobody is there, or with a colleague who does not serve it, nothing
    happens: the talk goes on.
    """
    agent = draft.agents[event.person]
    call = talk_of(draft, agent)
    if call is None or call.kind is CallKind.INTERNAL or event.queue not in draft.terms.queues or event.to == agent.id:
        return
    if not calls.serves_on(draft, draft.terms.queues[event.queue]):
        return
    staff = draft.terms.staff.get(event.to) if event.to is not None else None
    if event.to is not None and (staff is None or event.queue not in staff.queues):
        return
    was = call.queue
    wait_again(draft, _lay_down(draft, call, "transfer"), event.queue, to=event.to, by=agent.id)
    draft.wake(draft.at + draft.queue_of(draft.calls[call.id]).owner_patience)
    people.begin_wrap_up(draft, agent, was)


def talk_of(draft: Draft, agent: Agent) -> Call | None:
    """The call that a person talks to as its own person, not as a third."""
    call = draft.calls.get(agent.call)
    if agent.state is not State.TALKING or call is None or call.person != agent.id:
        return None
    return call


def back_in_line(draft: Draft, call: Call, queue: int, who: str) -> None:
    """The talk ends for the person and any third, and the caller waits once more, at the head."""
    wait_again(draft, _lay_down(draft, call, who), queue)


def _lay_down(draft: Draft, call: Call, who: str) -> Call:
    """The talk ends for the person and any third; the other one hears music."""
    if call.third is not None:
        call = thirds.drop(draft, call, ThirdEnd.RETURNED)
    if call.on_hold:
        draft.note(Fact.HOLD_ENDED, call=call.id, person=call.person)
    draft.note(Fact.TALK_ENDED, call=call.id, person=call.person, who=who, offer=call.offer)
    draft.say(BackInLine(call.id, call.offer), EndLeg(call.offer, call.person))
    draft.bury(call.offer)
    return call


def wait_again(draft: Draft, call: Call, queue: int, *, to: int | None = None, by: int | None = None) -> None:
    """Whoever nobody talks to any more stands at the head of a queue's line; without that queue he is let go.

    His place is the old one, his wait a new one: the talk was none. `to` is the colleague who gets him first, `by`
    whoever said so; both stand in the log, so that a new ACD knows it too.
    """
    if queue not in draft.terms.queues:
        calls.end_talk(draft, call, "not_reached")
        return
    sent = {"to": to, "by": by} if by is not None else {}
    draft.note(Fact.QUEUE_ENTERED, call=call.id, queue=queue, **sent)
    waiting = draft.call(
        call, queue=queue, entered=draft.at, waiting_since=draft.at, offer="", person=None, talking_since=None,
        on_hold=False, head=True, sent_to=to, callback=False, away=False,
        tell_at=draft.at + draft.terms.queues[queue].tell_every,
    )  # fmt: skip
    calls.look_again(draft, waiting)
