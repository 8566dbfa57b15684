"""A person calls somebody: a number, or a colleague. His own telephone rings first."""

from hotline.acd.engine import calls, people
from hotline.acd.engine.matching import is_idle, reserve
from hotline.acd.engine.messages import CallOut
from hotline.acd.engine.state import Call, Draft, Offer
from hotline.telephony.logic.words import CallKind, Fact, Role, Why


def call_out(draft: Draft, event: CallOut) -> None:
    """A call begins with the telephone of the person who wants it; nothing happens while he has another."""
    agent = draft.agents[event.person]
    staff = draft.terms.staff.get(agent.id)
    if staff is None or not is_idle(agent, after_call_work=True) or event.call in draft.calls:
        return
    if event.call in draft.ended or (not event.number and event.to in {None, agent.id}):
        return
    kind = CallKind.OUT if event.number else CallKind.INTERNAL
    call = Call(
        event.call, min(staff.queues, default=0), draft.at, draft.at, draft.at, event.number, kind=kind,
        sent_to=event.to,
    )  # fmt: skip
    draft.calls[call.id] = call
    draft.note(
        Fact.CALL_ARRIVED, call=call.id, person=agent.id, number=event.number, dialled="", queue=None, owner=None,
        came=draft.at.isoformat(), kind=kind.value, to=event.to,
    )  # fmt: skip
    name = reserve(draft, agent, call, Role.OUT, Why.CALLS_OUT)
    draft.call(draft.calls[call.id], offer=name)


def given_up(draft: Draft, offer: Offer) -> None:
    """The person's own telephone was not picked up, or he thought better of it; a talk that was is over then."""
    call = draft.calls[offer.call]
    if call.rejoins:
        calls.end_met(draft, call)
        people.begin_wrap_up(draft, draft.agents[offer.person], call.queue)
        return
    del draft.calls[call.id]
    draft.note(Fact.CALL_ENDED, call=call.id, how="given_up")
    draft.bury(call.id)
    people.go_back(draft, draft.agents[offer.person])
