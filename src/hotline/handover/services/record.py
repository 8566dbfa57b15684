"""What the services of hand-overs share: the record of the shift, its items, who is told, which pages wake."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from hotline.core import live
from hotline.core.states import begin, move
from hotline.handover.logic import Kind, Standing
from hotline.handover.models import Handover, HandoverItem, HandoverStatus, ItemStatus
from hotline.handover.queries import duty, hand
from hotline.handover.queries.hand import Hand, Line
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.rosters.models import RosterEntry


def leaving(person: Person, at: datetime) -> Hand:
    """What the person leaves behind, with his shift; refused where he has none. His row is locked meanwhile."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    found = hand.hand_of(person, at)
    if found is None:
        raise Refused(Refusal("C6", _("You have no shift that could be handed over now.")))
    return found


def record_of(found: Hand, *, by: Person, at: datetime) -> Handover:
    """The record of the shift, begun when there is none yet, and open again when it was signed off before."""
    if found.record is None:
        return _begun(found.entry, by=by, at=at)
    record = Handover.objects.select_for_update(of=("self",)).get(pk=found.record.pk)
    if record.status != HandoverStatus.OPEN:
        move(record, HandoverStatus.OPEN, by=by, at=at)
    return record


def _begun(entry: RosterEntry, *, by: Person, at: datetime) -> Handover:
    record = Handover(
        centre_id=entry.person.centre_id,
        person=entry.person,
        entry=entry,
        day=entry.day,
        ends_at=entry.span.upper,
        is_strict=entry.shift_type.must_clear_queue,
        began_at=at,
    )
    begin(record, HandoverStatus.OPEN, by=by, at=at)
    record.save(force_insert=True)
    return record


def line_of(found: Hand, kind: str, subject: int) -> Line:
    """The line of a thing that is really in hand."""
    for line in found.lines:
        if (line.kind, line.subject) == (kind, subject):
            return line
    raise Refused(Refusal("D2.5", _("This is not in your hands any more.")))


def item_of(
    record: Handover, line: Line, status: ItemStatus, *, by: Person, at: datetime, note: str = ""
) -> HandoverItem:
    """The item of a line brought to a standing: a new one, or the one that is there."""
    if line.item is None:
        item = HandoverItem(
            handover=record,
            kind=line.kind.value,
            case=line.case if line.kind == Kind.CASE else None,
            promise=line.promise,
            text=line.promise.what if line.promise else "",
            made_at=at,
        )
        begin(item, status, by=by, at=at, note=note)
        return item
    item = HandoverItem.objects.select_for_update(of=("self",)).get(pk=line.item.pk)
    if item.status != status:
        if status not in item.MOVES[ItemStatus(item.status)]:
            raise Refused(
                Refusal("D2.5", _("Somebody has answered meanwhile: {status}."), {"status": item.get_status_display()})
            )
        begin(item, status, by=by, at=at, note=note)
    return item


def keep_row(item: HandoverItem) -> HandoverItem:
    """Write a new or changed item."""
    item.save()
    return item


def settle(items: Iterable[HandoverItem], *, by: Person, at: datetime) -> int:
    """End items whose thing has left the giver's hands by another way; how many."""
    count = 0
    for item in items:
        if item.status in hand.WAITING | {Standing.KEPT.value} and not still_there(item):
            move(item, ItemStatus.SETTLED, by=by, at=at)
            count += 1
    return count


def still_there(item: HandoverItem) -> bool:
    """Whether the thing is still in the hands of the one who hands it over; a note always is."""
    giver = item.handover.person_id
    if item.kind == Kind.CASE:
        return hand.holds(giver, item.case_id or 0)
    if item.kind == Kind.NOTE:
        return True
    return hand.owes(giver, item.promise_id or 0)


def locked_item(item_id: int) -> HandoverItem:
    """Lock an item; whoever comes second sees what the first did."""
    HandoverItem.objects.select_for_update(of=("self",)).get(pk=item_id)
    rows = HandoverItem.objects.select_related("handover__person", "handover__entry", "case", "promise", "to")
    return rows.get(pk=item_id)


def name_of(item: HandoverItem) -> str:
    """A few words by which people know the thing."""
    if item.kind == Kind.CASE and item.case is not None:
        return item.case.number
    return item.text[:40]


def tell(
    to: Person, text: str, handover: Handover, *, by: Person, at: datetime, params: Mapping[str, object] | None = None
) -> None:
    """A notice that leads to the record."""
    notices.notify(to=to, text=text, params=params or {}, link=f"/handover/{handover.pk}", by=by, at=at)


def tell_leaders(text: str, handover: Handover, *, by: Person, at: datetime, params: Mapping[str, object]) -> None:
    """A notice to whoever leads the shift now; it leads to the day's hand-overs."""
    for leader in duty.leaders(handover.centre_id, at, but=handover.person_id):
        notices.notify(to=leader, text=text, params=params, link="/handover/today", by=by, at=at)


def wake(handover: Handover, *persons: int | None) -> None:
    """Fetch the pages again that show it: the giver's, the takers', the leader's."""
    everybody = {handover.person_id, *(pk for pk in persons if pk)}
    topics = [f"handover:{handover.centre_id}", f"handover:record:{handover.pk}"]
    live.touch(*topics, *(f"handover:person:{pk}" for pk in sorted(everybody)))
