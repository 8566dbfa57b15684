"""What each fact means for the tables. Steps of the log's own transaction; nobody else writes these tables."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from hotline.customers.queries import same_number
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import Fact, Left
from hotline.telephony.models import Call, Offer, PhoneState, Queue, Segment, SegmentKind


def apply(centre_id: int, epoch: int, entry: Entry) -> None:
    """Let a fact take effect."""
    if entry.fact is Fact.AGENT_STATE:
        _state(centre_id, entry)
    elif entry.fact is Fact.CALL_ARRIVED:
        _arrived(centre_id, entry)
    elif entry.call and (step := _STEPS.get(entry.fact)) is not None:
        call = Call.objects.filter(centre=centre_id, ref=entry.call).first()
        if call is not None:
            step(call, epoch, entry)


def reset(call: Call) -> None:
    """As it was before anything but its arrival had happened."""
    call.person = call.answered_at = call.ended_at = None
    call.ended_how, call.is_callback = "", False
    call.save(update_fields=["person", "answered_at", "ended_at", "ended_how", "is_callback"])


def _moment(data: Mapping[str, Any], name: str, default: datetime) -> datetime:
    text = data.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else default


# ---------------------------------------------------------------- people


def _state(centre_id: int, entry: Entry) -> None:
    """Close the open interval and open the next at the same instant; without length it is only overwritten."""
    data: Mapping[str, Any] = entry.data
    due = _moment(data, "due", entry.at) if data.get("due") else None
    values = {
        "state": data["state"],
        "reason": str(data.get("reason", ""))[:20],
        "cause": str(data.get("cause", ""))[:20],
        "call_ref": entry.call,
        "due_at": due,
        "seq": data.get("seq", 0),
    }
    now = PhoneState.objects.select_for_update().filter(person=entry.person, span__upper_inf=True).first()
    if now is not None and (entry.at <= now.span.lower or data.get("cause") == "extended"):
        for name, value in values.items():
            setattr(now, name, value)
        now.save(update_fields=list(values))
        return
    if now is not None:
        now.span = (now.span.lower, entry.at)
        now.save(update_fields=["span"])
    assert entry.person is not None
    PhoneState.objects.create(centre_id=centre_id, person_id=entry.person, span=(entry.at, None), **values)


# ---------------------------------------------------------------- calls


def _arrived(centre_id: int, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    number = str(data.get("number", ""))[:30]
    known = same_number(centre_id, number) if number.startswith("+") else []
    Call.objects.get_or_create(
        centre_id=centre_id,
        ref=entry.call,
        defaults={
            "number": number,
            "dialled": str(data.get("dialled", ""))[:20],
            "customer": known[0] if known else None,
            "queue_id": _queue(centre_id, data.get("queue")),
            "owner_id": data.get("owner"),
            "came_at": min(_moment(data, "came", entry.at), entry.at),
        },
    )


def _queue(centre_id: int, queue: Any) -> int | None:
    return Queue.objects.filter(centre=centre_id, pk=queue).values_list("pk", flat=True).first()


def _entered(call: Call, _epoch: int, entry: Entry) -> None:
    queue = _queue(call.centre_id, entry.data.get("queue"))
    if queue is None:
        return
    # who was kept by the exchange while no ACD led has waited since he came
    began = call.came_at if not call.segments.exists() else entry.at
    Segment.objects.create(call=call, kind=SegmentKind.QUEUE, queue_id=queue, began_at=began)
    if call.queue_id != queue:
        call.queue_id = queue
        call.save(update_fields=["queue"])


def _left(call: Call, _epoch: int, entry: Entry) -> None:
    how = str(entry.data.get("how", ""))
    _close(call, SegmentKind.QUEUE, entry.at, how)
    if how == Left.CALLBACK and not call.is_callback:
        call.is_callback = True
        call.save(update_fields=["is_callback"])


def _offered(call: Call, epoch: int, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    queue = _queue(call.centre_id, data["queue"])
    assert entry.person is not None
    assert queue is not None
    Offer.objects.create(
        call=call,
        ref=data["offer"],
        person_id=entry.person,
        queue_id=queue,
        epoch=epoch,
        made_at=entry.at,
        lease_until=_moment(data, "lease", entry.at),
        candidates=data.get("candidates", []),
        others=data.get("others", {}),
    )


def _rang(call: Call, _epoch: int, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    offer = call.offers.filter(ref=data["offer"]).first()
    if offer is not None and offer.rang_at is None:
        offer.rang_at, offer.lease_until = entry.at, _moment(data, "lease", offer.lease_until)
        offer.save(update_fields=["rang_at", "lease_until"])


def _offer_ended(call: Call, _epoch: int, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    offer = call.offers.filter(ref=data["offer"], ended_at__isnull=True).first()
    if offer is not None:
        offer.ended_at, offer.how, offer.rings = max(entry.at, offer.made_at), data["how"], data.get("rings")
        offer.save(update_fields=["ended_at", "how", "rings"])


def _talk_began(call: Call, _epoch: int, entry: Entry) -> None:
    Segment.objects.create(
        call=call, kind=SegmentKind.TALK, queue_id=call.queue_id, person_id=entry.person, began_at=entry.at
    )
    call.person_id = entry.person
    call.answered_at = call.answered_at or entry.at
    call.save(update_fields=["person", "answered_at"])


def _talk_ended(call: Call, _epoch: int, entry: Entry) -> None:
    _close(call, SegmentKind.TALK, entry.at, str(entry.data.get("who", "")))


def _hold_began(call: Call, _epoch: int, entry: Entry) -> None:
    Segment.objects.create(call=call, kind=SegmentKind.HOLD, person_id=entry.person, began_at=entry.at)


def _hold_ended(call: Call, _epoch: int, entry: Entry) -> None:
    _close(call, SegmentKind.HOLD, entry.at, "")


def _ended(call: Call, _epoch: int, entry: Entry) -> None:
    for kind in SegmentKind:
        _close(call, kind, entry.at, Left.LOST)
    call.ended_at, call.ended_how = max(entry.at, call.came_at), str(entry.data.get("how", ""))[:12]
    call.save(update_fields=["ended_at", "ended_how"])


def _close(call: Call, kind: SegmentKind, at: datetime, how: str) -> None:
    segment = call.segments.filter(kind=kind, ended_at__isnull=True).first()
    if segment is not None:
        segment.ended_at, segment.how = max(at, segment.began_at), how[:12]
        segment.save(update_fields=["ended_at", "how"])


_STEPS: dict[Fact, Callable[[Call, int, Entry], None]] = {
    Fact.QUEUE_ENTERED: _entered,
    Fact.QUEUE_LEFT: _left,
    Fact.OFFER_MADE: _offered,
    Fact.OFFER_RANG: _rang,
    Fact.OFFER_ENDED: _offer_ended,
    Fact.TALK_BEGAN: _talk_began,
    Fact.TALK_ENDED: _talk_ended,
    Fact.HOLD_BEGAN: _hold_began,
    Fact.HOLD_ENDED: _hold_ended,
    Fact.CALL_ENDED: _ended,
}
