"""From the tables into the engine's words, and the state of the floor as it was last written."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hotline.acd.engine.state import Agent, Call, Offer, Stage, Third, Walk, World
from hotline.acd.engine.terms import Edition, Queue, Staff, Terms, Wanted
from hotline.acd.engine.thirds import OUTSIDE_RINGS
from hotline.acd.switch import Telephone
from hotline.core import clock
from hotline.people.models import Centre
from hotline.telephony import models
from hotline.telephony.logic import menus
from hotline.telephony.logic.hours import Hours
from hotline.telephony.logic.words import CallKind, Fact, Left, OfferEnd, Role, State, Why
from hotline.telephony.models import SegmentKind
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
        menus=_menus(setup),
        days=setup.days,
        limits=setup.limits,
    )


def _menus(setup: for_acd.Setup) -> dict[int, tuple[Edition, ...]]:
    found: dict[int, tuple[Edition, ...]] = {}
    for row in setup.menus:
        if row.effective_from is not None:
            edition = Edition(row.menu_id, row.pk, row.effective_from, menus.read(row.tree))
            found[row.menu_id] = (*found.get(row.menu_id, ()), edition)
    return found


def prompts(terms: Terms) -> dict[str, str]:
    """Every announcement of every menu by the name of its sound."""
    return {
        name: text for editions in terms.menus.values() for one in editions for name, text in one.tree.texts().items()
    }


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
    rows = for_acd.open_calls(centre)
    told = for_acd.told_of(centre, [row.ref for row in rows])
    for row in rows:
        call, open_offers = _call(row, terms, told)
        calls[call.id] = call
        offers |= {offer.id: offer for offer in open_offers}
    agents = {row.person_id: _agent(row, terms, newest or at) for row in for_acd.states_now(centre)}
    return World(max(at, newest or at), terms, calls, agents, offers)


def _call(
    row: models.Call, terms: Terms, told: Mapping[tuple[str, Fact], Mapping[str, Any]]
) -> tuple[Call, list[Offer]]:
    made: list[models.Offer] = row.all_offers  # type: ignore[attr-defined]
    open_parts = {one.kind: one for one in row.open_segments}  # type: ignore[attr-defined]
    waiting, talk = open_parts.get(SegmentKind.QUEUE), open_parts.get(SegmentKind.TALK)
    stays: list[models.Segment] = row.queue_segments  # type: ignore[attr-defined]
    data = told.get((row.ref, Fact.CALL_ARRIVED), {})
    entry = told.get((row.ref, Fact.QUEUE_ENTERED), {}) if waiting is not None else {}
    asked = open_parts.get(SegmentKind.THIRD)
    away = asked is not None and bool(asked.number) and talk is None and waiting is None
    open_offer = next((one for one in made if one.ended_at is None and one.role in {Role.LINE, Role.OUT}), None)
    keeps_place = waiting is None and bool(stays) and stays[-1].how == Left.CALLBACK
    taken = _taken(row, made, stays[-1].ended_at if keeps_place else None, talks=talk is not None)
    busy = talk is not None or waiting is None
    kind = CallKind(row.kind)
    called = keeps_place or (kind is not CallKind.IN and waiting is None)
    dialling = called and taken is not None and talk is None and open_offer is None and not away
    offer = open_offer.ref if open_offer else (taken.ref if taken and busy else "")
    call = Call(
        id=row.ref,
        queue=row.queue_id or min(_served(terms, row.person_id), default=0),
        came=stays[0].began_at if stays and kind is CallKind.IN else row.came_at,  # after the menu, if there was one
        entered=stays[-1].began_at if stays else row.came_at,
        waiting_since=_waiting_since(stays) or row.came_at,
        number=str(data.get("number", row.number)),
        owner=row.owner_id,
        head=any(one.how not in {"", "taken"} for one in made)
        or (row.answered_at is not None and (waiting is not None or (keeps_place and talk is None))),
        offers=_numbered([*made, *row.third_segments]),  # type: ignore[attr-defined]
        offer=asked.ref if away and asked else offer,
        person=row.person_id if talk else None,
        talking_since=row.answered_at if talk else None,
        on_hold=SegmentKind.HOLD in open_parts,
        callback=keeps_place,
        dialling=dialling,
        kind=kind,
        sent_to=entry.get("to", data.get("to")) if talk is None else None,
        away=away,
        walk=_walk(row, row.open_segments),  # type: ignore[attr-defined]
        test=bool(data.get("test")),
        rejoins=open_offer is not None and any(one.get("why") == Why.REJOINS for one in open_offer.candidates[:1]),
        met=row.answered_at is not None and kind is not CallKind.INTERNAL,
    )
    call = replace(call, third=_third(call, asked, made, row.person_id))
    return call, [_offer(one, call, terms) for one in made if one.ended_at is None]


def _taken(row: models.Call, made: list[models.Offer], since: datetime | None, *, talks: bool) -> models.Offer | None:
    """The offer by which the call is talked to, or its number dialled; of a caller who keeps his place only `since`."""
    found = [one for one in reversed(made) if one.how == OfferEnd.TAKEN and (since is None or one.made_at >= since)]
    if row.person_id is not None and (talks or since is None):
        found = [one for one in found if one.person_id == row.person_id]
    return next(iter(found), None)


def _waiting_since(stays: list[models.Segment]) -> datetime | None:
    """When the newest wait began: whoever is moved on from one queue into another has waited since the first."""
    began: datetime | None = None
    for stay in reversed(stays):
        if began is not None and (stay.how != Left.DIVERTED or stay.ended_at != began):
            break
        began = stay.began_at
    return began


def _numbered(lines: Iterable[models.Offer | models.Segment]) -> int:
    """How many lines of people and thirds the call has had: their names carry the number."""
    return max((int(one.ref.rpartition("-")[2] or 0) for one in lines), default=0)


def _served(terms: Terms, person: int | None) -> frozenset[int]:
    staff = terms.staff.get(person or 0)
    return staff.queues if staff is not None else frozenset()


def _third(call: Call, asked: models.Segment | None, made: list[models.Offer], talker: int | None) -> Third | None:
    """Somebody who is asked into the talk, as far as the tables know it."""
    if asked is None or not asked.ref:
        return None
    rung = any(one.ref == asked.ref and one.ended_at is None for one in made)
    stage = Stage.CONSULT if call.on_hold else Stage.CONFERENCE
    if rung or (asked.number and asked.talked_at is None):
        stage = Stage.RINGING
    person = None if asked.number else asked.person_id
    by = call.person or talker or asked.person_id or 0
    return Third(asked.ref, by, person, asked.number, asked.began_at + OUTSIDE_RINGS, stage)


def _offer(row: models.Offer, call: Call, terms: Terms) -> Offer:
    queue = terms.queues.get(call.queue) or Queue(call.queue)
    due = (row.rang_at or row.made_at + terms.answer_slack) + terms.ring_time(queue)
    return Offer(row.ref, call.id, row.person_id, row.made_at, due, row.lease_until, row.rang_at, role=Role(row.role))


def _walk(row: models.Call, segments: list[models.Segment]) -> Walk | None:
    """Where a caller is in a menu, as far as it was written."""
    if not any(one.kind == models.SegmentKind.MENU for one in segments):
        return None
    version = for_acd.menu_of(row.centre, row.ref)
    if version is None:
        return None
    step = for_acd.last_menu_step(row.centre, row.ref)
    key = str(step.data.get("step", "")) if step else ""
    return Walk(version.menu_id, version.pk, menus.read(version.tree), step=key)


def _agent(row: models.PhoneState, terms: Terms, newest: datetime) -> Agent:
    """What a person does; the limit of his reason is still to pass unless the dead ACD lived to see it."""
    state = State(row.state)
    since = row.span.lower
    due = row.due_at
    if state is State.NOT_READY and row.reason in terms.limits:
        due = since + terms.limits[row.reason]
        due = due if due > newest else None
    return Agent(
        id=row.person_id,
        state=state,
        reason=row.reason,
        since=since,
        idle_since=since,
        seq=row.seq,
        call=row.call_ref,
        due=due,
        wrap_from=since if state is State.WRAP_UP else None,
        wrap_queue=row.wrap_queue_id,
        then=State(row.next_state) if row.next_state else None,
        then_reason=row.next_reason,
    )
