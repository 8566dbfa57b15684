"""A talk goes on elsewhere: at a telephone that was lost and is back, with a colleague, in another queue."""

from hotline.acd.engine import calls, people, thirds
from hotline.acd.engine.matching import Choice, offer_to
from hotline.acd.engine.messages import BackInLine, EndLeg, Rejoin, Transfer
from hotline.acd.engine.state import Agent, Call, Draft
from hotline.telephony.logic.words import CallKind, Fact, State, ThirdEnd, Why


def rejoin(draft: Draft, event: Rejoin) -> None:
    """The person's telephone was loaded anew while he talked: it is rung again for the same caller, and nobody else's.

    The old line is dead and ends; the caller hears music for that moment. Unanswered, the call goes to the head of the
    line like any other.
    """
    agent = draft.agents[event.person]
    call = talk_of(draft, agent)
    if call is None:
        return
    if call.kind is CallKind.INTERNAL or call.queue not in draft.terms.queues:
        calls.end_talk(draft, call, "reload")
        return
    back_in_line(draft, call, call.queue, "reload")
    waiting = draft.call(draft.calls[call.id], rejoins=True)
    row: dict[str, object] = {"person": agent.id, "why": Why.REJOINS.value}
    offer_to(draft, waiting, Choice(agent.id, (row,), {}))


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
    back_in_line(draft, call, event.queue, "transfer")
    moved = draft.call(draft.calls[call.id], sent_to=event.to)
    draft.wake(draft.at + draft.queue_of(moved).owner_patience)
    people.begin_wrap_up(draft, agent, was)


def talk_of(draft: Draft, agent: Agent) -> Call | None:
    """The call that a person talks to as its own person, not as a third."""
    call = draft.calls.get(agent.call)
    if agent.state is not State.TALKING or call is None or call.person != agent.id:
        return None
    return call


def back_in_line(draft: Draft, call: Call, queue: int, who: str) -> None:
    """The talk ends for the person and any third, and the caller waits once more, at the head."""
    if call.third is not None:
        call = thirds.drop(draft, call, ThirdEnd.RETURNED)
    if call.on_hold:
        draft.note(Fact.HOLD_ENDED, call=call.id, person=call.person)
    draft.note(Fact.TALK_ENDED, call=call.id, person=call.person, who=who, offer=call.offer)
    draft.say(BackInLine(call.id, call.offer), EndLeg(call.offer, call.person))
    draft.bury(call.offer)
    wait_again(draft, call, queue)


def wait_again(draft: Draft, call: Call, queue: int) -> None:
    """Whoever nobody talks to any more stands at the head of a queue's line; without that queue he is let go.

    His place is the old one, his wait a new one: the talk was none.
    """
    if queue not in draft.terms.queues:
        calls.end_talk(draft, call, "not_reached")
        return
    draft.note(Fact.QUEUE_ENTERED, call=call.id, queue=queue)
    waiting = draft.call(
        call, queue=queue, entered=draft.at, waiting_since=draft.at, offer="", person=None, talking_since=None,
        on_hold=False, head=True, callback=False, away=False, tell_at=draft.at + draft.terms.queues[queue].tell_every,
    )  # fmt: skip
    calls.look_again(draft, waiting)
