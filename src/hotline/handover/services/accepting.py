"""The taker's side: accept or decline with a reason, how it was handled, and the result told back (D2.5)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hotline.cases.models import Case
from hotline.cases.services import hand_over
from hotline.core.access import authorize
from hotline.core.states import move
from hotline.handover.logic import Kind, Standing
from hotline.handover.models import HandoverItem, ItemStatus
from hotline.handover.queries import hand
from hotline.handover.services import record as steps
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.promises.models import Promise
from hotline.promises.services import ledger


@transaction.atomic
def accept(*, item_id: int, by: Person, at: datetime) -> HandoverItem:
    """Take it over: case, task and promises change hands in this very moment, or nothing does."""
    item = steps.locked_item(item_id)
    authorize(by, "handover.answer_item", item)
    _answerable(item)
    _change_hands(item, by, by=by, at=at)
    giver = item.handover.person
    params = {"name": by.name, "what": steps.name_of(item)}
    steps.tell(giver, _("{name} has accepted from you: {what}"), item.handover, by=by, at=at, params=params)
    return item


def _answerable(item: HandoverItem) -> None:
    """Only what waits can be answered; whoever was quicker is named."""
    if item.status == Standing.ACCEPTED and item.to is not None:
        raise Refused(Refusal("D2.5", _("{name} has accepted it already."), {"name": item.to.name}))
    if item.status not in {Standing.OFFERED, Standing.ESCALATED}:
        raise Refused(Refusal("D2.5", _("It is not offered any more.")))
    if not steps.still_there(item):
        raise Refused(
            Refusal("D2.5", _("It is not in the hands of {name} any more."), {"name": item.handover.person.name})
        )


def _change_hands(item: HandoverItem, to: Person, *, by: Person, at: datetime, note: str = "") -> None:
    giver = item.handover.person
    before = item.to_id
    # The note goes into the history of the case, so that it reads by itself.
    said = f"{giver.name} → {to.name}" + (f"：{item.todo or note}" if item.todo or note else "")
    if item.kind == Kind.CASE and item.case_id is not None:
        hand_over.take_over(case_id=item.case_id, giver=giver, to=to, reason=said, by=by, at=at)
        for promise in hand.promises_with(item.case_id, giver.pk):
            ledger.pass_on(promise_id=promise.pk, to=to, note=said, by=by, at=at)
    elif item.promise_id is not None:
        item.promise = ledger.pass_on(promise_id=item.promise_id, to=to, note=said, by=by, at=at)
    item.to = to
    move(item, ItemStatus.ACCEPTED, by=by, at=at, note=note, also=("to", "promise"))
    steps.wake(item.handover, to.pk, before)


@transaction.atomic
def decline(*, item_id: int, reason: str, by: Person, at: datetime) -> HandoverItem:
    """Say no, with a reason; it stays with the giver, who learns it at once."""
    item = steps.locked_item(item_id)
    authorize(by, "handover.answer_item", item)
    _answerable(item)
    if not reason.strip():
        raise Refused(Refusal("D2.5", _("Say why you do not take it."), {"field": "reason"}))
    before = item.to_id
    move(item, ItemStatus.DECLINED, by=by, at=at, note=reason.strip())
    params = {"name": by.name, "what": steps.name_of(item), "reason": reason.strip()[:80]}
    text = _("{name} does not take over {what}: {reason}")
    steps.tell(item.handover.person, text, item.handover, by=by, at=at, params=params)
    steps.wake(item.handover, before)
    return item


@transaction.atomic
def place(*, item_id: int, to: Person, reason: str, by: Person, at: datetime) -> HandoverItem:
    """The shift leader hands to somebody what nobody accepted; both learn it."""
    item = steps.locked_item(item_id)
    authorize(by, "handover.place_item", item)
    if not reason.strip():
        raise Refused(Refusal("D2.5", _("Say what is to be done."), {"field": "reason"}))
    if item.status == Standing.ACCEPTED and item.to is not None:
        raise Refused(Refusal("D2.5", _("{name} has accepted it already."), {"name": item.to.name}))
    if not steps.still_there(item):
        raise Refused(
            Refusal("D2.5", _("It is not in the hands of {name} any more."), {"name": item.handover.person.name})
        )
    if to.centre_id != by.centre_id or to.pk == item.handover.person_id:
        raise Refused(Refusal("D2.5", _("{name} does not do this work."), {"name": to.name, "field": "to"}))
    item.todo = item.todo or reason.strip()
    item.save(update_fields=["todo"])
    _change_hands(item, to, by=by, at=at, note=reason.strip())
    params = {"name": by.name, "what": steps.name_of(item), "to": to.name}
    if to.pk != by.pk:
        steps.tell(to, _("{name} gave you from a hand-over: {what}"), item.handover, by=by, at=at, params=params)
    text = _("{name} gave to {to} what you had in hand: {what}")
    steps.tell(item.handover.person, text, item.handover, by=by, at=at, params=params)
    return item


@transaction.atomic
def record_handling(*, item_id: int, text: str, by: Person, at: datetime) -> HandoverItem:
    """The successor writes down how he handles what he took over (D2.5)."""
    item = steps.locked_item(item_id)
    authorize(by, "handover.tell_result", item)
    _taken(item)
    if not text.strip():
        raise Refused(Refusal("D2.5", _("Say how it was handled."), {"field": "text"}))
    item.handling = text.strip()
    item.save(update_fields=["handling"])
    steps.wake(item.handover, item.to_id)
    return item


@transaction.atomic
def tell_result(*, item_id: int, text: str, by: Person, at: datetime) -> HandoverItem:
    """Tell the result to whoever took the problem in (D2.5); what was said stays on the record."""
    item = steps.locked_item(item_id)
    authorize(by, "handover.tell_result", item)
    _taken(item)
    if not text.strip():
        raise Refused(Refusal("D2.5", _("Say what came of it."), {"field": "text"}))
    _told_back(item, text.strip(), by=by, at=at)
    return item


def _taken(item: HandoverItem) -> None:
    if item.status != Standing.ACCEPTED:
        raise Refused(Refusal("D2.5", _("Nobody has accepted it yet.")))


def _told_back(item: HandoverItem, text: str, *, by: Person, at: datetime) -> None:
    item.result, item.result_at, item.result_by = text, at, by
    item.save(update_fields=["result", "result_at", "result_by"])
    params = {"what": steps.name_of(item), "result": text[:100]}
    for person in _who_took_it_in(item):
        if person.pk != by.pk:
            text_of = _("What you handed over has its result: {what}: {result}")
            steps.tell(person, text_of, item.handover, by=by, at=at, params=params)
    steps.wake(item.handover, item.to_id)


def _who_took_it_in(item: HandoverItem) -> list[Person]:
    """The one who handed it over, and the first owner of the case where that is somebody else."""
    found = {item.handover.person_id: item.handover.person}
    if item.case is not None and item.case.first_owner is not None and item.kind != Kind.CASE:
        found[item.case.first_owner.pk] = item.case.first_owner
    return list(found.values())


@transaction.atomic
def tell_end_of_case(*, case: Case, result: str, by: Person, at: datetime) -> int:
    """A case has ended: everybody through whose hands it was passed learns it, once; how many items."""
    authorize(by, "handover.run_clock")
    rows = HandoverItem.objects.filter(case=case, kind=Kind.CASE, status=Standing.ACCEPTED, result_at__isnull=True)
    return _told_all(rows.values_list("pk", flat=True), result, by=by, at=at)


@transaction.atomic
def tell_end_of_promise(*, promise: Promise, result: str, by: Person, at: datetime) -> int:
    """A promise has ended: whoever passed it on learns it, through the whole chain of promises; how many items."""
    authorize(by, "handover.run_clock")
    root = promise.first_id or promise.pk
    chain = Promise.objects.filter(first=root) | Promise.objects.filter(pk=root)
    rows = HandoverItem.objects.filter(promise__in=chain.values("pk"), status=Standing.ACCEPTED, result_at__isnull=True)
    return _told_all(rows.values_list("pk", flat=True), result, by=by, at=at)


def _told_all(item_ids: Iterable[int], result: str, *, by: Person, at: datetime) -> int:
    found = [steps.locked_item(pk) for pk in sorted(item_ids)]
    waiting = [item for item in found if item.result_at is None]
    for item in waiting:
        _told_back(item, result, by=by, at=at)
    return len(waiting)
