"""From the tables into the engine's words, and the state of the floor as it was last written."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hotline.acd.engine.state import Agent, Call, Offer, World
from hotline.acd.engine.terms import Queue, Staff, Terms, Wanted
from hotline.acd.switch import Telephone
from hotline.core import clock
from hotline.people.models import Centre
from hotline.telephony import models
from hotline.telephony.logic.hours import Hours
from hotline.telephony.logic.words import State
from hotline.telephony.queries import for_acd

SECOND = timedelta(seconds=1)


def _span(seconds: int | None) -> timedelta | None:
    return None if seconds is None else seconds * SECOND


def terms_of(setup: for_acd.Setup) -> Terms:
    """The engine's terms from what is set."""
    return Terms(
        queues={row.pk: _queue(row) for row in setup.queues},
        staff={
            person: Staff(person, frozenset(queues), frozenset(setup.skills.get(person, ())))
            for person, queues in setup.members.items()
        },
        limits={code: limit * SECOND for code, limit in setup.reasons.items() if limit is not None},
    )


def _queue(row: models.Queue) -> Queue:
    return Queue(
        id=row.pk,
        priority=row.priority,
        skills=tuple(Wanted(one.skill_id, one.level, _span(one.until)) for one in row.skills.all()),
        hours=Hours(row.opens, row.closes),
        rings=row.rings,
        wrap_up=row.wrap_up * SECOND,
        wrap_more=row.wrap_more * SECOND,
        wrap_most=row.wrap_most * SECOND,
        size=row.size,
        needs_staff=row.needs_staff,
        overflow_after=_span(row.overflow_after),
        overflow_to=row.overflow_to_id,
        longest=_span(row.longest),
        owner_patience=row.owner_patience * SECOND,
        callback_after=_span(row.callback_after),
    )


def telephones(setup: for_acd.Setup) -> list[Telephone]:
    """Telephones that can be told to the exchange."""
    return [
        Telephone(phone.person_id, phone.account, phone.digest, phone.contact, phone.is_browser)
        for phone in setup.phones
        if phone.digest or phone.contact
    ]


def read(centre: Centre, at: datetime) -> for_acd.Setup:
    """What is set, as of now."""
    return for_acd.setup(centre, clock.local_day(at))


def world(centre: Centre, terms: Terms, at: datetime) -> World:
    """The floor as it was last written: calls that have not ended, open offers, what everybody was doing."""
    newest = for_acd.newest_moment(centre)
    calls: dict[str, Call] = {}
    offers: dict[str, Offer] = {}
    for row in for_acd.open_calls(centre):
        call, offer = _call(row, terms)
        calls[call.id] = call
        if offer is not None:
            offers[offer.id] = offer
    agents = {state.person_id: _agent(state) for state in for_acd.states_now(centre)}
    return World(max(at, newest or at), terms, calls, agents, offers)


def _call(row: models.Call, terms: Terms) -> tuple[Call, Offer | None]:
    made: list[models.Offer] = row.all_offers  # type: ignore[attr-defined]
    waiting = for_acd.waiting_segment(row)
    open_offer = next((one for one in made if one.ended_at is None), None)
    taken = next((one for one in reversed(made) if one.how == "taken"), None)
    talks = any(one.kind == models.SegmentKind.TALK for one in row.open_segments)  # type: ignore[attr-defined]
    arrival = for_acd.last_arrival(row.centre, row.ref)
    data: Mapping[str, Any] = arrival.data if arrival else {}
    call = Call(
        id=row.ref,
        queue=row.queue_id or 0,
        came=row.came_at,
        entered=waiting.began_at if waiting else row.came_at,
        number=str(data.get("number", row.number)),
        owner=row.owner_id,
        head=any(one.how not in {"", "taken"} for one in made),
        offers=len(made),
        offer=open_offer.ref if open_offer else (taken.ref if taken and (talks or not waiting) else ""),
        person=row.person_id if talks else None,
        talking_since=row.answered_at if talks else None,
        on_hold=any(one.kind == models.SegmentKind.HOLD for one in row.open_segments),  # type: ignore[attr-defined]
        callback=row.is_callback,
        dialling=row.is_callback and taken is not None and not talks and open_offer is None,
        tell_at=None,
    )
    offer = None
    if open_offer is not None:
        queue = terms.queues.get(call.queue) or Queue(call.queue)
        due = (open_offer.rang_at or open_offer.made_at + terms.answer_slack) + terms.ring_time(queue)
        offer = Offer(
            open_offer.ref, row.ref, open_offer.person_id, open_offer.made_at, due, open_offer.lease_until,
            open_offer.rang_at,
        )  # fmt: skip
    return call, offer


def _agent(row: models.PhoneState) -> Agent:
    state = State(row.state)
    since = row.span.lower
    return Agent(
        id=row.person_id,
        state=state,
        reason=row.reason,
        since=since,
        idle_since=since,
        seq=row.seq,
        call=row.call_ref,
        due=row.due_at,
        wrap_from=since if state is State.WRAP_UP else None,
    )
