"""The gate at the end of a shift (B2.6): signing off, leaving all the same, what goes to the shift leader before."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.handover import logic
from hotline.handover.logic import Kind, Standing
from hotline.handover.models import Handover, HandoverItem, HandoverStatus, ItemStatus
from hotline.handover.queries import duty, hand, records
from hotline.handover.queries.hand import WAITING, Hand, Line
from hotline.handover.services import record as steps
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Centre, Person
from hotline.people.services import notices
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries import duty as rosters

NO_REASONS: Mapping[str, str] = {}


@transaction.atomic
def sign_off_shift(*, reasons: Mapping[str, str] = NO_REASONS, note: str = "", by: Person, at: datetime) -> Handover:
    """End one's shift: nothing is left in hand, or a reason stands beside everything that is (B2.6).

    `reasons` are by the key of a line (`case:12`); what is refused names each line that lacks one.
    """
    authorize(by, "handover.hand_over")
    found = steps.leaving(by, at)
    record = steps.record_of(found, by=by, at=at)
    kept = _with_reasons(found, record, reasons, by=by, at=at)
    _refuse_without(found, by, at)
    steps.settle(_waiting(record), by=by, at=at)
    record.note = note.strip() or record.note
    move(record, HandoverStatus.SIGNED, by=by, at=at, also=("note",))
    if kept or found.lines:
        params = {"name": by.name, "n": len(found.lines)}
        steps.tell_leaders(_("{name} has signed off and keeps {n} things"), record, by=by, at=at, params=params)
    steps.wake(record)
    return record


def _refuse_without(found: Hand, by: Person, at: datetime) -> None:
    """Look again at what is in hand, with the reasons that have just been written."""
    fresh = hand.hand_at(found.entry)
    lacking = logic.lacking(fresh.left)
    names = {line.key: _shown(line) for line in fresh.lines} | {f"note:{one.pk}": one.text[:40] for one in fresh.notes}
    if lacking:
        note = _("{what} is still in your hands: hand it over, or say why it stays.")
        raise Refused(*(Refusal("B2.6", note, {"what": names[one.key], "key": one.key}) for one in lacking))


def _shown(line: Line) -> str:
    if line.kind == Kind.CASE and line.case is not None:
        return line.case.number
    return line.promise.what[:40] if line.promise else line.key


def _with_reasons(found: Hand, record: Handover, reasons: Mapping[str, str], *, by: Person, at: datetime) -> int:
    """Write the given reasons beside their lines: what nobody was asked to take is kept, the rest goes on waiting."""
    count = 0
    for line in found.lines:
        reason = reasons.get(line.key, "").strip()
        if not reason:
            continue
        if line.status in {"", Standing.KEPT, Standing.DECLINED}:
            item = steps.item_of(record, line, ItemStatus.KEPT, by=by, at=at)
        else:
            item = steps.item_of(record, line, ItemStatus(line.status), by=by, at=at)
        item.reason = reason
        steps.keep_row(item)
        count += 1
    for note in found.notes:
        reason = reasons.get(f"note:{note.pk}", "").strip()
        if reason and note.status in WAITING:
            note.reason = reason
            note.save(update_fields=["reason"])
            count += 1
    return count


def _waiting(record: Handover) -> list[HandoverItem]:
    rows = HandoverItem.objects.select_for_update(of=("self",)).filter(handover=record)
    return list(rows.exclude(status__in=[Standing.ACCEPTED, Standing.SETTLED]).select_related("handover"))


@transaction.atomic
def leave_anyway(*, reason: str, by: Person, at: datetime) -> Handover:
    """Leave without having signed off: the reason is recorded, and the shift leader learns it at once.

    On the last shift of the day this is no way round the reasons of the open cases.
    """
    authorize(by, "handover.hand_over")
    found = steps.leaving(by, at)
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Say why you leave without signing off."), {"field": "leave_reason"}))
    if found.strict and logic.lacking(found.left):
        raise Refused(
            Refusal("B2.6", _("On the last shift of the day everything that stays needs a reason of its own."))
        )
    record = steps.record_of(found, by=by, at=at)
    reasons = {one.key: reason for one in logic.lacking(found.left)}
    _with_reasons(found, record, reasons, by=by, at=at)
    move(record, HandoverStatus.LEFT, by=by, at=at, note=reason.strip())
    params = {"name": by.name, "n": len(found.left), "reason": reason.strip()[:80]}
    text = _("{name} has left without signing off ({n} things in hand): {reason}")
    steps.tell_leaders(text, record, by=by, at=at, params=params)
    steps.wake(record)
    return record


@transaction.atomic
def note_absence(*, person: Person, by: Person, at: datetime) -> bool:
    """Somebody has left his seat at the end of his shift past the gate: the shift leader learns it, once a shift."""
    authorize(by, "handover.run_clock")
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    entry = duty.shift_to_leave(person, at)
    if entry is None or not logic.gate_stands(rosters.span_of(entry.span), at, strict=False):
        return False  # seats are left all day long; only at the end of a shift is it worth looking into the hands
    found = hand.hand_at(entry)
    if not found.lines or not logic.lacking(found.left):
        return False
    record = steps.record_of(found, by=by, at=at)
    move(record, HandoverStatus.LEFT, by=by, at=at, note=_("The seat was left without signing off."))
    params = {"name": person.name, "n": len(found.lines)}
    text = _("{name} has left his seat without signing off; in hand: {n}")
    steps.tell_leaders(text, record, by=by, at=at, params=params)
    steps.wake(record)
    return True


@transaction.atomic
def escalate(*, entry: RosterEntry, by: Person, at: datetime) -> int:
    """Before a shift ends, what nobody has accepted goes to the shift leader's list; how many things.

    What has left the giver's hands meanwhile is settled. Running it again escalates only what has come since.
    """
    authorize(by, "handover.run_clock")
    Person.objects.select_for_update(no_key=True).get(pk=entry.person_id)
    found = hand.hand_at(entry)
    if found.record is not None:
        steps.settle(_waiting(found.record), by=by, at=at)
    span = rosters.span_of(entry.span)
    if not logic.escalates(span, at):
        return 0
    lines = [
        line
        for line in found.lines
        if line.status in UNTAKEN and not line.reason.strip() and not logic.is_worked_on(line.since, span, at)
    ]
    notes = [one for one in found.notes if one.status in {Standing.OFFERED, Standing.DECLINED}]
    if not lines and not notes:
        return 0
    record = found.record or steps.record_of(found, by=by, at=at)
    for line in lines:
        steps.keep_row(steps.item_of(record, line, ItemStatus.ESCALATED, by=by, at=at))
    for item in HandoverItem.objects.select_for_update().filter(pk__in=[one.pk for one in notes]):
        begin(item, ItemStatus.ESCALATED, by=by, at=at)
        steps.keep_row(item)
    steps.wake(record)
    return len(lines) + len(notes)


@transaction.atomic
def tell_escalated(*, centre: Centre, names: Sequence[str], things: int, by: Person, at: datetime) -> None:
    """One notice to each shift leader on duty, however many shifts end at the same time."""
    authorize(by, "handover.run_clock")
    text = _("Shifts end, and nobody has accepted {n} things of {names}")
    params = {"n": things, "names": "、".join(names[:MOST_NAMES]) + ("…" if len(names) > MOST_NAMES else "")}
    for leader in duty.leaders(centre, at):
        notices.notify(to=leader, text=text, params=params, link="/handover/today", by=by, at=at)


MOST_NAMES = 6


# Nothing said yet, offered and not answered, declined: nobody has it but the one who goes.
UNTAKEN = frozenset({"", Standing.OFFERED.value, Standing.DECLINED.value})


@transaction.atomic
def settle_gone(*, centre: Centre, by: Person, at: datetime) -> int:
    """Settle what still waits in some record although it has gone another way: closed, given away, kept; how many."""
    authorize(by, "handover.run_clock")
    found = records.gone(centre)
    rows = HandoverItem.objects.select_for_update(of=("self",), skip_locked=True).filter(
        pk__in=[one.pk for one in found]
    )
    count = steps.settle(rows.select_related("handover"), by=by, at=at)
    for handover in {one.handover_id: one.handover for one in found}.values():
        steps.wake(handover)
    return count
