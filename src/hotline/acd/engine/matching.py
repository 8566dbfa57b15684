"""Who gets which call: one line over all queues, and for each call the reasons of the choice."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.acd.engine.messages import Ring, seconds
from hotline.acd.engine.state import Agent, Call, Draft, Offer
from hotline.acd.engine.terms import Queue, Staff, Wanted
from hotline.telephony.logic.words import Fact, Role, State, Why

MOST_NAMED = 12  # people whose reason is kept by name; the others are counted
BUSY = {State.RINGING: Why.RINGING, State.TALKING: Why.TALKING, State.WRAP_UP: Why.WRAP_UP}
AWAY = {State.OFFLINE: Why.NOT_SIGNED_IN, State.NOT_READY: Why.NOT_READY, **BUSY}


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen (None: nobody yet), and what is said of everybody who was looked at."""

    person: int | None
    candidates: tuple[dict[str, object], ...]
    others: dict[str, int]


NOBODY = Choice(None, (), {})


class Free:
    """People who are free, and who of them may serve a queue: asked once for all calls that ask for the same."""

    def __init__(self, draft: Draft, agents: Iterable[Agent]) -> None:
        staff = draft.terms.staff
        self._people = {agent.id: (agent, staff[agent.id]) for agent in agents if agent.id in staff}
        self._able: dict[tuple[int, tuple[Wanted, ...]], list[Agent]] = {}

    def __bool__(self) -> bool:
        return bool(self._people)

    def queues(self) -> set[int]:
        """The queues that any of them serves."""
        return {queue for _agent, staff in self._people.values() for queue in staff.queues}

    def able(self, queue: Queue, wanted: tuple[Wanted, ...]) -> list[Agent]:
        """Who serves the queue and has these skills; who has been free for the longest time comes first."""
        key = (queue.id, wanted)
        if key not in self._able:
            found = [agent for agent, staff in self._people.values() if _serves(staff, queue, wanted)]
            self._able[key] = sorted(found, key=lambda agent: (agent.idle_since, agent.id))
        return self._able[key]

    def take(self, person: int) -> None:
        """He is free no more."""
        agent, _staff = self._people.pop(person)
        for able in self._able.values():
            with suppress(ValueError):
                able.remove(agent)


def unoffered(draft: Draft) -> list[Call]:
    """Calls that wait without an offer, in no order."""
    return [call for call in draft.calls.values() if call.person is None and not call.offer and call.walk is None]


def line(draft: Draft) -> list[Call]:
    """Calls that wait without an offer, in the order in which they are served.

    Whoever lost his place without fault goes first; then priority, then who came first; the id settles the rest.
    """
    return _in_order(draft, unoffered(draft))


def _in_order(draft: Draft, calls: list[Call]) -> list[Call]:
    return sorted(calls, key=lambda call: (not call.head, -draft.queue_of(call).priority, call.came, call.id))


def still_wanted(queue: Queue, waited: timedelta) -> tuple[Wanted, ...]:
    """The skills that a queue still asks for after so long a wait."""
    return tuple(wanted for wanted in queue.skills if wanted.until is None or waited < wanted.until)


def match(draft: Draft) -> None:
    """Offer as many waiting calls as there are people for them.

    It is asked at every event: with nobody who waits, or nobody free for those who do, it costs one look.
    """
    calls = [call for call in unoffered(draft) if not call.test]
    if not calls:
        return
    free = Free(draft, [agent for agent in draft.agents.values() if _is_free(agent)])
    served = free.queues()
    for call in _in_order(draft, [call for call in calls if call.queue in served]):
        choice = choose(draft, call, free)
        if choice.person is not None:
            free.take(choice.person)
            offer_to(draft, call, choice)
            if not free:
                return


def _is_free(agent: Agent) -> bool:
    return agent.state is State.READY and agent.reachable and not agent.offer


def choose(draft: Draft, call: Call, free: Free) -> Choice:
    """The person for a call: its first owner when he is free, else who has been free for the longest time."""
    queue = draft.queue_of(call)
    wanted = still_wanted(queue, draft.at - call.waiting_since) if queue.skills else ()
    able = free.able(queue, wanted)
    if not able:
        return NOBODY
    if call.sent_to is not None:
        sent = next((agent for agent in able if agent.id == call.sent_to), None)
        if sent is not None:
            return _told(draft, call, sent, Why.CHOSEN_SENT, able)
        if draft.at < call.entered + queue.owner_patience and _is_busy_for(draft, call.sent_to, queue, wanted):
            return NOBODY
    first = next((agent for agent in able if agent.id == call.owner), None)
    if first is not None:
        return _told(draft, call, first, Why.CHOSEN_OWNER, able)
    if _waits_for_owner(draft, call, queue, wanted):
        return NOBODY
    return _told(draft, call, able[0], Why.CHOSEN_IDLE, able)


def _serves(staff: Staff, queue: Queue, wanted: tuple[Wanted, ...]) -> bool:
    return queue.id in staff.queues and all(staff.has(skill) for skill in wanted)


def _waits_for_owner(draft: Draft, call: Call, queue: Queue, wanted: tuple[Wanted, ...]) -> bool:
    """D2.6: whether the caller waits a little for his first owner, who is at work but busy and could get him."""
    if call.owner is None or draft.at - call.waiting_since >= queue.owner_patience:
        return False
    draft.wake(call.waiting_since + queue.owner_patience)
    return _is_busy_for(draft, call.owner, queue, wanted)


def _is_busy_for(draft: Draft, person: int, queue: Queue, wanted: tuple[Wanted, ...]) -> bool:
    """Whether somebody who is in a call now would be asked once he is free."""
    staff = draft.terms.staff.get(person)
    return staff is not None and draft.person(person).state in BUSY and _serves(staff, queue, wanted)


def _told(draft: Draft, call: Call, chosen: Agent, why: Why, able: list[Agent]) -> Choice:
    """Why it was he: everybody who was able, in order, then by name or by number who was not."""
    queue = draft.queue_of(call)
    wanted = still_wanted(queue, draft.at - call.waiting_since)
    rows = [_row(draft, chosen, why)]
    others: dict[str, int] = {}

    def tell(agent: Agent, reason: Why) -> None:
        if len(rows) < MOST_NAMED or agent.id == call.owner:
            rows.append(_row(draft, agent, reason))
        else:
            others[reason.value] = others.get(reason.value, 0) + 1

    told = {chosen.id}
    for agent in able:
        if agent.id not in told:
            told.add(agent.id)
            tell(agent, Why.NEXT if why is Why.CHOSEN_IDLE else Why.NOT_MEANT)
    for staff in draft.terms.staff.values():
        if queue.id in staff.queues and staff.id not in told:
            agent = draft.person(staff.id)
            tell(agent, _reason_against(agent, staff, wanted))
    return Choice(chosen.id, tuple(rows), others)


def _reason_against(agent: Agent, staff: Staff, wanted: tuple[Wanted, ...]) -> Why:
    if agent.state in AWAY:
        return AWAY[agent.state]
    if not agent.reachable:
        return Why.UNREACHABLE
    if not all(staff.has(skill) for skill in wanted):
        return Why.LACKS_SKILL
    return Why.RINGING  # reserved a moment ago, in this very round


def _row(draft: Draft, agent: Agent, why: Why) -> dict[str, object]:
    row: dict[str, object] = {"person": agent.id, "why": why.value}
    if agent.state is State.READY:
        row["idle_ms"] = (draft.at - agent.idle_since) // timedelta(milliseconds=1)
    elif agent.reason:
        row["reason"] = agent.reason
    return row


def offer_to(draft: Draft, call: Call, choice: Choice) -> None:
    """Reserve the person for the call, note why, and let his telephone ring."""
    assert choice.person is not None
    queue, terms = draft.queue_of(call), draft.terms
    agent = draft.agents[choice.person]
    name = f"{call.id}-{call.offers + 1}"
    due = draft.at + terms.answer_slack + terms.ring_time(queue)
    lease = due + terms.lease
    draft.offers[name] = Offer(name, call.id, agent.id, draft.at, due, lease)
    draft.call(call, offer=name, offers=call.offers + 1)
    draft.note(
        Fact.OFFER_MADE,
        call=call.id,
        person=agent.id,
        offer=name,
        queue=queue.id,
        lease=lease.isoformat(),
        waited_ms=_ms(call.waiting_since, draft.at),
        candidates=list(choice.candidates),
        others=choice.others,
    )
    draft.enter(agent, State.RINGING, offer=name, call=call.id)
    draft.say(Ring(name, call.id, agent.id, seconds(terms.ring_time(queue))))
    draft.wake(due)


def reserve(draft: Draft, agent: Agent, call: Call, role: Role, why: Why, *, beside: str = "") -> str:
    """Reserve a person for something that comes from no queue's line, and let his telephone ring; its name.

    Afterwards he is what he was before, unless he asks for something else meanwhile.
    """
    terms = draft.terms
    ring = terms.ring_time(draft.queue_of(call))
    name = f"{call.id}-{call.offers + 1}"
    due = draft.at + terms.answer_slack + ring
    lease = due + terms.lease
    draft.offers[name] = Offer(name, call.id, agent.id, draft.at, due, lease, role=role)
    draft.call(call, offers=call.offers + 1)
    draft.note(
        Fact.OFFER_MADE, call=call.id, person=agent.id, offer=name, queue=None, role=role.value,
        lease=lease.isoformat(), candidates=[_row(draft, agent, why)], others={},
    )  # fmt: skip
    then, reason = agent.then, agent.then_reason
    if agent.state not in {State.WRAP_UP, State.TALKING}:  # what he asked to be afterwards is known already
        then, reason = agent.state, agent.reason
    draft.enter(agent, State.RINGING, offer=name, call=call.id, then=then, then_reason=reason)
    draft.say(Ring(name, call.id, agent.id, seconds(ring), beside, wanted=role in {Role.OUT, Role.WATCH}))
    draft.wake(due)
    return name


def is_idle(agent: Agent, *, after_call_work: bool = False) -> bool:
    """Whether a person may be asked into a talk, or call somebody himself."""
    states = {State.READY, State.NOT_READY} | ({State.WRAP_UP} if after_call_work else set())
    return agent.state in states and agent.reachable and not agent.offer and not agent.watch


def _ms(since: datetime, until: datetime) -> int:
    return (until - since) // timedelta(milliseconds=1)


def next_relaxation(draft: Draft, call: Call) -> datetime | None:
    """When the call's queue will ask for less than now, or None."""
    waited = draft.at - call.waiting_since
    later = [w.until for w in draft.queue_of(call).skills if w.until is not None and w.until > waited]
    return call.waiting_since + min(later) if later else None
