"""The log of calls: facts are written once, and calls, segments, offers and states are reckoned from them."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.people.models import Centre, Person
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.supervision import TOLD_WITHIN, Act
from hotline.telephony.logic.words import MISSED, CallKind, Fact, Watching
from hotline.telephony.models import Call, CallEvent
from hotline.telephony.services import joining, projecting, supervising


@transaction.atomic
def write(
    *, centre: Centre, epoch: int, entries: Sequence[Entry], by: Person, at: datetime, is_past: bool = False
) -> int:
    """Write facts in their order, all or none; what stands already under its key is left out. How many were new.

    Callers to whom nobody talked are announced (`CallMissed`), unless this is a past that is only told (`is_past`).
    Superiors who take part in a talk stand among what was done to its person (A2.3).
    Whoever leads a person is told when that one has not been ready for longer than allowed (C5).
    Raises `leading.Deposed` when another ACD leads.
    """
    authorize(by, "telephony.run_acd", centre)
    floor = projecting.Floor(centre.pk, entries, epoch=epoch)
    new = [entry for entry in entries if entry.key not in floor.known]
    if new:
        floor.apply([(epoch, entry) for entry in new])
        missed = () if is_past else tuple(_missed(floor, new))
        floor.send([_row(centre, epoch, entry, at) for entry in new], _topics(centre.pk, new), missed)
        for entry in new:
            if (took := _took_part(entry)) is not None:
                superior, person, act = took
                joining.came_to_pass(
                    superior_id=superior, person_id=person, act=act, call_ref=entry.call, by=by, at=entry.at
                )
            if entry.fact is Fact.LIMIT_PASSED and entry.person is not None and at - entry.at <= TOLD_WITHIN:
                supervising.tell_late(person_id=entry.person, reason=str(entry.data["reason"]), by=by, at=at)
    return len(new)


def _missed(floor: projecting.Floor, entries: Sequence[Entry]) -> Iterator[Call]:
    """Callers of these facts to whom nobody talked and who could be called back."""
    for entry in entries:
        call = floor.calls.get(entry.call) if entry.fact is Fact.CALL_ENDED else None
        if call is not None and call.kind == CallKind.IN and call.number and call.ended_how in MISSED:
            yield call


def _took_part(entry: Entry) -> tuple[int, int, Act] | None:
    """Superior, person and what the superior did, of a fact that says so."""
    if entry.person is None:
        return None
    if entry.fact is Fact.WATCH_BEGAN:
        return entry.person, int(str(entry.data["whom"])), joining.ACTS[Watching(str(entry.data["how"]))]
    if entry.fact is Fact.TALK_ENDED and entry.data.get("by"):
        return int(str(entry.data["by"])), entry.person, Act.TAKE_OVER
    return None


def _row(centre: Centre, epoch: int, entry: Entry, at: datetime) -> CallEvent:
    return CallEvent(
        centre=centre,
        key=entry.key,
        fact=entry.fact.value,
        call_ref=entry.call,
        person_id=entry.person,
        at=entry.at,
        written_at=at,
        epoch=epoch,
        data=dict(entry.data),
    )


def _topics(centre_id: int, entries: Sequence[Entry]) -> list[str]:
    topics = {f"phone:{entry.person}" for entry in entries if entry.person is not None}
    if any(entry.fact in {Fact.AGENT_STATE, Fact.LIMIT_PASSED} for entry in entries):
        topics.add(f"phones:{centre_id}")
    if any(entry.call for entry in entries):
        topics.add(f"calls:{centre_id}")
    return sorted(topics)


@transaction.atomic
def rebuild(*, call_id: int, by: Person, at: datetime) -> Call:
    """Reckon a call anew from its events: the same as before, unless a row was wrong."""
    call = Call.objects.select_for_update(of=("self",)).select_related("centre").get(pk=call_id)
    authorize(by, "telephony.run_acd", call.centre)
    call.segments.all().delete()
    call.offers.all().delete()
    projecting.reset(call)
    rows = CallEvent.objects.filter(centre=call.centre, call_ref=call.ref).order_by("at", "id")
    told = [
        (row.epoch, Entry(row.key, Fact(row.fact), row.at, row.call_ref, row.person_id, row.data))
        for row in rows
        if row.fact != Fact.AGENT_STATE
    ]
    floor = projecting.Floor(call.centre_id, [entry for _epoch, entry in told])
    floor.apply(told)
    floor.send((), [f"calls:{call.centre_id}"])
    return Call.objects.get(pk=call.pk)
