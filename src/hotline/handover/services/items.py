"""The giver's side: what is handed over to whom with what is to be done, what stays and why, what else to know."""

from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.core.states import begin
from hotline.handover.logic import Kind, Standing
from hotline.handover.models import Handover, HandoverItem, ItemStatus
from hotline.handover.queries import duty
from hotline.handover.queries.hand import Hand
from hotline.handover.services import record as steps
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person


@transaction.atomic
def offer(*, kind: str, subject: int, todo: str, to: Person | None = None, by: Person, at: datetime) -> HandoverItem:
    """Offer one thing to a colleague, or to whoever of the next shift is first, with what is to be done."""
    authorize(by, "handover.hand_over")
    found = steps.leaving(by, at)
    if not todo.strip():
        raise Refused(Refusal("D2.5", _("Say what is to be done."), {"field": "todo"}))
    _fits(found, to, at)
    record = steps.record_of(found, by=by, at=at)
    item = _offered(found, record, kind, subject, todo, to, by=by, at=at)
    if to is not None:
        params = {"name": by.name, "what": steps.name_of(item)}
        steps.tell(to, _("{name} hands over to you: {what}"), record, by=by, at=at, params=params)
    steps.wake(record, item.to_id)
    return item


@transaction.atomic
def offer_all(*, todo: str, to: Person | None = None, by: Person, at: datetime) -> int:
    """Offer everything that nobody has decided about yet, in one go; how many things."""
    authorize(by, "handover.hand_over")
    found = steps.leaving(by, at)
    if not todo.strip():
        raise Refused(Refusal("D2.5", _("Say what is to be done."), {"field": "todo"}))
    _fits(found, to, at)
    open_lines = [line for line in found.lines if line.status in {"", Standing.DECLINED}]
    if not open_lines:
        return 0
    record = steps.record_of(found, by=by, at=at)
    for line in open_lines:
        _offered(found, record, line.kind, line.subject, todo, to, by=by, at=at)
    if to is not None:
        params = {"name": by.name, "n": len(open_lines)}
        steps.tell(to, _("{name} hands over to you: {n} things"), record, by=by, at=at, params=params)
    steps.wake(record, to.pk if to else None)
    return len(open_lines)


def _fits(found: Hand, to: Person | None, at: datetime) -> None:
    """Nobody hands over to himself, to another centre, or to somebody who does not do this work."""
    if to is None:
        return
    giver = found.entry.person
    same = to.pk != giver.pk and to.centre_id == giver.centre_id and to.is_active and not to.is_system
    if not same or not to.standing.is_any(*duty.trade_of(giver, at), *duty.LEADS):
        raise Refused(Refusal("D2.5", _("{name} does not do this work."), {"name": to.name, "field": "to"}))


def _offered(
    found: Hand, record: Handover, kind: str, subject: int, todo: str, to: Person | None, *, by: Person, at: datetime
) -> HandoverItem:
    line = steps.line_of(found, kind, subject)
    item = steps.item_of(record, line, ItemStatus.OFFERED, by=by, at=at)
    item.to, item.todo, item.reason = to, todo.strip(), ""
    return steps.keep_row(item)


@transaction.atomic
def keep(*, kind: str, subject: int, reason: str, by: Person, at: datetime) -> HandoverItem:
    """Keep a thing in one's own hands beyond the shift, with the reason that the late shift is asked for (B2.6).

    What is offered goes on being offered; the reason says why nobody could accept it before the shift was over.
    """
    authorize(by, "handover.hand_over")
    found = steps.leaving(by, at)
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Say why it stays in your hands."), {"field": "reason"}))
    line = steps.line_of(found, kind, subject)
    record = steps.record_of(found, by=by, at=at)
    waits = line.status in {Standing.OFFERED, Standing.ESCALATED}
    item = steps.item_of(record, line, ItemStatus(line.status) if waits else ItemStatus.KEPT, by=by, at=at)
    item.reason = reason.strip()
    steps.keep_row(item)
    steps.wake(record, item.to_id)
    return item


@transaction.atomic
def add_note(*, text: str, to: Person | None = None, by: Person, at: datetime) -> HandoverItem:
    """Something else that the next shift has to know; it is accepted like everything else."""
    authorize(by, "handover.hand_over")
    found = steps.leaving(by, at)
    if not text.strip():
        raise Refused(Refusal("D2.5", _("A note needs words."), {"field": "text"}))
    _fits(found, to, at)
    record = steps.record_of(found, by=by, at=at)
    item = HandoverItem(handover=record, kind=Kind.NOTE.value, text=text.strip(), to=to, made_at=at)
    begin(item, ItemStatus.OFFERED, by=by, at=at)
    steps.keep_row(item)
    if to is not None:
        params = {"name": by.name, "what": text.strip()[:40]}
        steps.tell(to, _("{name} hands over to you: {what}"), record, by=by, at=at, params=params)
    steps.wake(record, item.to_id)
    return item


@transaction.atomic
def keep_note(*, item_id: int, reason: str, by: Person, at: datetime) -> HandoverItem:
    """Nobody has accepted a note: its writer says why it stays."""
    item = steps.locked_item(item_id)
    authorize(by, "handover.view_handover_item", item)
    if item.handover.person_id != by.pk or item.kind != Kind.NOTE or item.status == Standing.ACCEPTED:
        raise Refused(Refusal("D2.5", _("This is not in your hands any more.")))
    if not reason.strip():
        raise Refused(Refusal("B2.6", _("Say why it stays in your hands."), {"field": "reason"}))
    item.reason = reason.strip()
    item.save(update_fields=["reason"])
    steps.wake(item.handover, item.to_id)
    return item
