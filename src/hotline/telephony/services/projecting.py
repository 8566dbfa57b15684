"""What facts mean for the tables. Steps of the log's own transaction; nobody else writes these tables.

A stretch of the log is taken together: the rows that it touches are read at once, changed in memory, and sent at once,
so that under load a fact costs a fraction of a round trip.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

from hotline.core import events, live, rows
from hotline.core.prepared import Questions
from hotline.core.rows import Writes
from hotline.telephony.events import CallMissed
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import CallKind, Fact, Left, Role, ThirdEnd
from hotline.telephony.models import Call, Offer, PhoneState, Segment, SegmentKind
from hotline.telephony.services.leading import HOLD_LEAD, demand_lead

SAME_STATE = {"asked", "extended"}  # causes of a fact that changes only what comes after a state


def _rows(model: type[Model], which: str) -> str:
    return f"SELECT {rows.columns(model)} FROM {model._meta.db_table} WHERE {which}"  # noqa: S608 names of columns


_CALLS = "centre_id = $1 AND ref = ANY($2)"
_OF_CALLS = f"call_id IN (SELECT id FROM telephony_call WHERE {_CALLS})"  # noqa: S608 nothing from outside
_WAITED = f"""
SELECT id FROM telephony_call c WHERE {_CALLS} AND EXISTS (SELECT FROM telephony_segment s WHERE s.call_id = c.id)
"""  # noqa: S608 nothing from outside
_LEAD = {"lead": (["bigint"], HOLD_LEAD.replace("%s", "$1"))}
_FLOOR = {
    "keys": (["bigint", "text[]"], "SELECT key FROM telephony_callevent WHERE centre_id = $1 AND key = ANY($2)"),
    "calls": (["bigint", "text[]"], _rows(Call, _CALLS)),
    "segments": (["bigint", "text[]"], _rows(Segment, f"{_OF_CALLS} AND ended_at IS NULL")),
    "waited": (["bigint", "text[]"], _WAITED),
    "offers": (["bigint", "text[]", "text[]"], _rows(Offer, f"{_OF_CALLS} AND ref = ANY($3)")),
    "states": (
        ["bigint[]"],
        _rows(PhoneState, "person_id = ANY($1) AND upper_inf(span) ORDER BY person_id FOR UPDATE"),
    ),
    "queues": (["bigint"], "SELECT id FROM telephony_queue WHERE centre_id = $1"),
    "customers": (  # who is known under a number for the longest time
        ["bigint", "text[]"],
        """SELECT DISTINCT ON (n.e164) n.e164, c.id
        FROM customers_customernumber n JOIN customers_customer c ON c.id = n.customer_id
        WHERE n.e164 = ANY($2) AND c.centre_id = $1 ORDER BY n.e164, c.since, c.id""",
    ),
    "fresh": (
        ["bigint"],
        "SELECT nextval(pg_get_serial_sequence('telephony_call', 'id')) FROM generate_series(1, $1)",
    ),
}
_QUESTIONS = Questions("hotline_floor", _LEAD | _FLOOR)


def reset(call: Call) -> None:
    """As it was before anything but its arrival had happened."""
    call.person = call.answered_at = call.ended_at = None
    call.ended_how, call.is_callback = "", False
    call.save(update_fields=["person", "answered_at", "ended_at", "ended_how", "is_callback"])


class Floor:
    """The rows that a stretch of the log touches, and what has become of them so far."""

    def __init__(self, centre_id: int, entries: Sequence[Entry], *, epoch: int | None = None) -> None:
        """Read what the facts speak of; with an epoch only while it leads, which nobody else may begin meanwhile."""
        self.centre_id = centre_id
        self._entries = entries
        self._new: list[Model] = []
        self._changed: dict[int, tuple[Model, dict[str, None]]] = {}
        self.customers: dict[str, int] = {}  # number -> who is known under it
        self.fresh: list[int] = []  # keys for calls that are new
        self.calls: dict[str, Call] = {}
        self.segments: dict[tuple[str, str], Segment] = {}  # open stretches by call and kind
        self.waited: set[str] = set()  # calls that have had a stretch already
        self.offers: dict[str, Offer] = {}
        self.states: dict[int, PhoneState] = {}  # what people are doing now
        self.queues: set[int] = set()
        self.known: set[str] = set()  # keys of facts that stand in the log already
        self._read(epoch)

    def apply(self, entries: Sequence[tuple[int, Entry]]) -> None:
        """Let facts, each with the epoch under which it was written, take effect in their order."""
        for epoch, entry in entries:
            if entry.fact is Fact.AGENT_STATE:
                _state(self, entry)
            elif entry.fact is Fact.CALL_ARRIVED:
                _arrived(self, entry)
            elif entry.call and (step := _STEPS.get(entry.fact)) is not None:
                call = self.calls.get(entry.call)
                if call is not None:
                    step(self, call, epoch, entry)

    # ------------------------------------------------------------ what is there

    def _read(self, epoch: int | None) -> None:
        """Everything that the facts speak of, in one round trip; what people are doing is locked."""
        refs = list({entry.call for entry in self._entries if entry.call})
        offers = list({str(entry.data["offer"]) for entry in self._entries if entry.data.get("offer")})
        persons = sorted({entry.person for entry in self._entries if entry.fact is Fact.AGENT_STATE and entry.person})
        new = [entry for entry in self._entries if entry.fact is Fact.CALL_ARRIVED]
        numbers = sorted({str(entry.data.get("number", "")) for entry in new})
        of_calls = [self.centre_id, refs]
        words: dict[str, list[Any]] = {
            "keys": [self.centre_id, [entry.key for entry in self._entries]],
            "calls": of_calls, "segments": of_calls, "waited": of_calls, "offers": [*of_calls, offers],
            "states": [persons], "queues": [self.centre_id],
            "customers": [self.centre_id, [number for number in numbers if number.startswith("+")]],
            "fresh": [len(new)],
        }  # fmt: skip
        with connection.cursor() as cursor:
            if epoch is None:
                _QUESTIONS.ask(cursor, words)
            else:
                _QUESTIONS.ask(cursor, {"lead": [self.centre_id], **words})
                demand_lead(cursor.fetchall(), epoch)
                cursor.nextset()
            self.known = {key for (key,) in cursor.fetchall()}
            cursor.nextset()
            self.calls = {row.ref: row for row in rows.take_all(cursor, Call)}
            ref_of = {row.pk: row.ref for row in self.calls.values()}
            self.segments = {(ref_of[row.call_id], row.kind): row for row in rows.take_all(cursor, Segment)}
            self.waited = {ref_of[key] for (key,) in cursor.fetchall()}
            cursor.nextset()
            self.offers = {row.ref: row for row in rows.take_all(cursor, Offer)}
            self.states = {row.person_id: row for row in rows.take_all(cursor, PhoneState)}
            self.queues = {key for (key,) in cursor.fetchall()}
            cursor.nextset()
            self.customers = dict(cursor.fetchall())
            cursor.nextset()
            self.fresh = [key for (key,) in cursor.fetchall()]

    def queue(self, wanted: Any) -> int | None:
        """A queue, if it is one of the centre's."""
        return wanted if wanted in self.queues else None

    # ------------------------------------------------------------ what becomes of it

    def add(self, row: Model) -> None:
        """A new row."""
        self._new.append(row)

    def change(self, row: Model, **values: Any) -> None:
        """Other values of a row; of a new one, that it is written with."""
        for name, value in values.items():
            setattr(row, name, value)
        if not row._state.adding:
            names = (row._meta.get_field(name).name for name in values)
            self._changed.setdefault(id(row), (row, {}))[1].update(dict.fromkeys(names))

    def send(self, first: Iterable[Model], topics: Sequence[str], missed: Iterable[Call] = ()) -> None:
        """Write everything at once: `first` and calls, to whom the others belong, then what ends before what begins,
        then of which calls it is announced that they were missed.
        """
        writes = Writes()
        calls = [row for row in self._new if isinstance(row, Call)]
        others = sorted((row for row in self._new if not isinstance(row, Call)), key=lambda row: type(row).__name__)
        for new in (*first, *calls):
            writes.insert(new)
        for row, names in self._changed.values():
            writes.update(row, *names)
        for row in others:  # those of a table travel as one
            writes.insert(row)
        for call in missed:
            events.emit(CallMissed(call.pk, call.centre_id), at=call.ended_at or call.came_at, writes=writes)
        live.touch(*topics, writes=writes)
        writes.send()


def _moment(data: Mapping[str, Any], name: str, default: datetime) -> datetime:
    text = data.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else default


# ---------------------------------------------------------------- people


def _state(floor: Floor, entry: Entry) -> None:
    """Close the open interval and open the next at the same instant; without length it is only overwritten."""
    data: Mapping[str, Any] = entry.data
    due = _moment(data, "due", entry.at) if data.get("due") else None
    values = {
        "state": data["state"],
        "reason": str(data.get("reason", ""))[:20],
        "cause": str(data.get("cause", ""))[:20],
        "call_ref": entry.call,
        "due_at": due,
        "next_state": data.get("then", ""),
        "next_reason": str(data.get("then_reason", ""))[:20],
        "wrap_queue_id": floor.queue(data.get("wrap_queue")),
        "seq": data.get("seq", 0),
    }
    assert entry.person is not None
    now = floor.states.get(entry.person)
    if now is not None and (entry.at <= _began(now) or data.get("cause") in SAME_STATE):
        floor.change(now, **values)
        return
    if now is not None:
        floor.change(now, span=(_began(now), entry.at))
    row = PhoneState(centre_id=floor.centre_id, person_id=entry.person, span=(entry.at, None), **values)
    floor.add(row)
    floor.states[entry.person] = row


def _began(row: PhoneState) -> datetime:
    """Since when; a row of this stretch holds its span as it was given."""
    span = row.span
    began: datetime = span[0] if isinstance(span, tuple) else span.lower
    return began


# ---------------------------------------------------------------- calls


def _arrived(floor: Floor, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    if entry.call in floor.calls:
        return
    number = str(data.get("number", ""))[:30]
    row = Call(
        pk=floor.fresh.pop(),
        centre_id=floor.centre_id,
        ref=entry.call,
        kind=data.get("kind") or CallKind.IN.value,
        number=number,
        dialled=str(data.get("dialled", ""))[:20],
        customer_id=floor.customers.get(number),
        queue_id=floor.queue(data.get("queue")),
        owner_id=data.get("owner"),
        came_at=min(_moment(data, "came", entry.at), entry.at),
    )
    floor.calls[row.ref] = row
    floor.add(row)


def _menu_entered(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    _begin(floor, Segment(call=call, kind=SegmentKind.MENU, began_at=call.came_at))


def _menu_left(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    _close(floor, call, SegmentKind.MENU, entry.at, str(entry.data.get("how", "")))


def _entered(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    queue = floor.queue(entry.data.get("queue"))
    if queue is None:
        return
    # who was kept by the exchange while no ACD led has waited since he came
    began = entry.at if call.ref in floor.waited else call.came_at
    _begin(floor, Segment(call=call, kind=SegmentKind.QUEUE, queue_id=queue, began_at=began))
    if call.queue_id != queue:
        floor.change(call, queue_id=queue)


def _begin(floor: Floor, segment: Segment) -> None:
    floor.add(segment)
    floor.waited.add(segment.call.ref)
    floor.segments[segment.call.ref, segment.kind] = segment


def _left(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    how = str(entry.data.get("how", ""))
    _close(floor, call, SegmentKind.QUEUE, entry.at, how)
    if how == Left.CALLBACK and not call.is_callback:
        floor.change(call, is_callback=True)


def _offered(floor: Floor, call: Call, epoch: int, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    role = Role(data.get("role") or Role.LINE)
    queue = floor.queue(data["queue"])
    assert entry.person is not None
    if queue is None and role is Role.LINE:
        queue = call.queue_id
    if role is Role.OUT:  # whoever calls somebody has the call before him, reached or not
        floor.change(call, person_id=entry.person)
    row = Offer(
        call=call,
        role=role.value,
        ref=data["offer"],
        person_id=entry.person,
        queue_id=queue,
        epoch=epoch,
        made_at=entry.at,
        lease_until=_moment(data, "lease", entry.at),
        candidates=data.get("candidates", []),
        others=data.get("others", {}),
    )
    floor.offers[row.ref] = row
    floor.add(row)


def _rang(floor: Floor, _call: Call, _epoch: int, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    offer = floor.offers.get(data["offer"])
    if offer is not None and offer.rang_at is None:
        floor.change(offer, rang_at=entry.at, lease_until=_moment(data, "lease", offer.lease_until))


def _offer_ended(floor: Floor, _call: Call, _epoch: int, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    offer = floor.offers.get(data["offer"])
    if offer is not None and offer.ended_at is None:
        floor.change(offer, ended_at=max(entry.at, offer.made_at), how=data["how"], rings=data.get("rings"))


def _talk_began(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    row = Segment(call=call, kind=SegmentKind.TALK, queue_id=call.queue_id, person_id=entry.person, began_at=entry.at)
    _begin(floor, row)
    floor.change(call, person_id=entry.person, answered_at=call.answered_at or entry.at)


def _talk_ended(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    _close(floor, call, SegmentKind.TALK, entry.at, str(entry.data.get("who", "")))


def _hold_began(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    _begin(floor, Segment(call=call, kind=SegmentKind.HOLD, person_id=entry.person, began_at=entry.at))


def _hold_ended(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    _close(floor, call, SegmentKind.HOLD, entry.at, "")


def _third_called(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    data: Mapping[str, Any] = entry.data
    row = Segment(
        call=call, kind=SegmentKind.THIRD, person_id=data.get("to") or entry.person, began_at=entry.at,
        ref=str(data.get("third", ""))[:70], number=str(data.get("number", ""))[:30],
    )  # fmt: skip
    _begin(floor, row)


def _third_talks(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    row = floor.segments.get((call.ref, SegmentKind.THIRD))
    if row is not None and row.ref == entry.data.get("third"):
        floor.change(row, talked_at=entry.at)


def _third_ended(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    _close(floor, call, SegmentKind.THIRD, entry.at, str(entry.data.get("how", ThirdEnd.LEFT.value)))


def _ended(floor: Floor, call: Call, _epoch: int, entry: Entry) -> None:
    for kind in SegmentKind:
        _close(floor, call, kind, entry.at, Left.LOST)
    how = str(entry.data.get("how", ""))[:12]
    floor.change(call, ended_at=max(entry.at, call.came_at), ended_how=how)


def _close(floor: Floor, call: Call, kind: SegmentKind, at: datetime, how: str) -> None:
    segment = floor.segments.pop((call.ref, kind), None)
    if segment is not None:
        floor.change(segment, ended_at=max(at, segment.began_at), how=how[:12])


_STEPS: dict[Fact, Callable[[Floor, Call, int, Entry], None]] = {
    Fact.MENU_ENTERED: _menu_entered,
    Fact.MENU_LEFT: _menu_left,
    Fact.QUEUE_ENTERED: _entered,
    Fact.QUEUE_LEFT: _left,
    Fact.OFFER_MADE: _offered,
    Fact.OFFER_RANG: _rang,
    Fact.OFFER_ENDED: _offer_ended,
    Fact.TALK_BEGAN: _talk_began,
    Fact.TALK_ENDED: _talk_ended,
    Fact.HOLD_BEGAN: _hold_began,
    Fact.HOLD_ENDED: _hold_ended,
    Fact.THIRD_CALLED: _third_called,
    Fact.THIRD_TALKS: _third_talks,
    Fact.THIRD_ENDED: _third_ended,
    Fact.CALL_ENDED: _ended,
}
