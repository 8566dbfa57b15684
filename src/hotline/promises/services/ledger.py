"""The life of a promise: made, taken, kept, moved, passed on, given back, withdrawn. It is never lost on the way."""

from datetime import datetime

from django.db import transaction

from hotline.cases.models import Case
from hotline.core.access import authorize
from hotline.core.states import move
from hotline.customers.models import Customer
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person, Unit
from hotline.promises.logic import Channel, Kind, Settled, Status, Within
from hotline.promises.models import Promise, StepKind
from hotline.promises.queries import ledger, superiors
from hotline.promises.services import steps
from hotline.promises.services.steps import CLAUSE, Debt


@transaction.atomic
def open_promise(
    *,
    kind: Kind,
    what: str,
    due: datetime | Within,
    via: Channel,
    holder: Person | Unit,
    by: Person,
    at: datetime,
    customer: Customer | None = None,
    case: Case | None = None,
    source_key: str = "",
) -> Promise:
    """Write a promise into the ledger (A2.16): a person owes it, or a team until one of it takes it.

    A promise that a machine makes is named by `source_key` and made once.
    """
    authorize(by, "promises.open", by.centre)
    if source_key:
        known = Promise.objects.filter(centre=by.centre_id, source_key=source_key).first()
        if known is not None:
            return known
    what = steps.words(what, _("Say what was promised."), "what")
    due_at = ledger.due_moment(due, at)
    steps.check_due(due_at, at)
    owner = holder if isinstance(holder, Person) else None
    where = superiors.unit_of(holder, at) if isinstance(holder, Person) else holder
    strange = [thing for thing in (where, owner, customer, case) if thing and thing.centre_id != by.centre_id]
    if strange:
        raise Refused(Refusal(CLAUSE, _("That belongs to another centre.")))
    debt = Debt(
        kind=kind,
        what=what,
        due_at=due_at,
        unit=where,
        owner=owner,
        customer=customer or (case.customer if case else None),
        case=case,
        via=via,
        limit=due if isinstance(due, Within) else None,
        source_key=source_key,
    )
    promise = steps.make(debt, centre=by.centre, by=by, at=at)
    if owner is not None and owner.pk != by.pk:
        steps.notify(owner, _("You owe a customer: {what}"), promise, by=by, at=at)
    return promise


@transaction.atomic
def take(*, promise_id: int, by: Person, at: datetime) -> Promise:
    """Take a promise out of the team's list; from now on it is one's own."""
    promise = steps.locked(promise_id)
    authorize(by, "promises.take", promise)
    steps.still_owed(promise)
    if promise.owner is not None:
        raise Refused(Refusal(CLAUSE, _("{name} owes it already."), {"name": promise.owner.name}))
    steps.miss_if_late(promise, by=by, at=at)
    _give(promise, by, by=by, at=at, kind=StepKind.TAKEN)
    return promise


@transaction.atomic
def keep(*, promise_id: int, via: Channel, words: str, by: Person, at: datetime) -> Promise:
    """The customer has got it: by which contact, and what he was told. After the due time it is missed, kept late."""
    promise = steps.locked(promise_id)
    authorize(by, "promises.keep", promise)
    steps.still_owed(promise)
    promise.kept_words = steps.words(words, _("Say what the customer was told."), "words")
    promise.kept_via = via
    steps.miss_if_late(promise, by=by, at=at)
    if promise.status == Status.OPEN:
        promise.settled_at, promise.settled_by, promise.settled_how = at, by, Settled.CONTACT
        promise.look_at = None
        also = ("settled_at", "settled_by", "settled_how", "kept_via", "kept_words", "look_at")
        move(promise, Status.KEPT, by=by, at=at, also=also)
        steps.step(promise, StepKind.KEPT, by=by, at=at, note=promise.kept_words)
    else:
        steps.settle(promise, Settled.CONTACT, by=by, at=at)
        steps.step(promise, StepKind.SETTLED, by=by, at=at, note=promise.kept_words)
    steps.announce_settled(promise, at=at)
    if promise.owner is not None and promise.owner_id != by.pk:
        steps.notify(promise.owner, _("{name} kept your promise: {what}"), promise, by=by, at=at, name=by.name)
    steps.tell_pages(promise)
    return promise


@transaction.atomic
def move_promise(*, promise_id: int, due: datetime | Within, note: str, by: Person, at: datetime) -> Promise:
    """Another time was agreed with the customer: a new promise takes the place of this one, and the chain stays seen.

    One whose time has passed stays missed; agreeing on another time settles it. The new promise is returned.
    """
    promise = steps.locked(promise_id)
    authorize(by, "promises.move", promise)
    steps.still_owed(promise)
    note = steps.words(note, _("Say what was agreed with the customer."), "note")
    due_at = ledger.due_moment(due, at)
    steps.check_due(due_at, at)
    limit = due if isinstance(due, Within) else None
    return _succeed(promise, promise.owner, promise.unit, due_at, note, by=by, at=at, limit=limit)


@transaction.atomic
def pass_on(*, promise_id: int, to: Person, note: str, by: Person, at: datetime) -> Promise:
    """Give a promise to a colleague, who owes it from now on; the promise that goes on is returned.

    In time it is moved: a new one with the same due time takes its place. One that is late stays as it is, and
    whoever missed it keeps the miss.
    """
    promise = steps.locked(promise_id)
    authorize(by, "promises.pass_on", promise, to)
    steps.still_owed(promise)
    note = steps.words(note, _("Say why it is passed on."), "note")
    before = promise.owner
    if before is not None and before.pk == to.pk:
        raise Refused(Refusal(CLAUSE, _("{name} owes it already."), {"name": to.name}))
    unit = superiors.unit_of(to, at)
    steps.miss_if_late(promise, by=by, at=at)
    if promise.status == Status.MISSED or before is None:
        promise.unit = unit
        _give(promise, to, by=by, at=at, kind=StepKind.PASSED, note=note)
        new = promise
    else:
        steps.step(promise, StepKind.PASSED, by=by, at=at, to=to, note=note)
        new = _succeed(promise, to, unit, promise.due_at, note, by=by, at=at, limit=None, agreed=False)
    if to.pk != by.pk:
        steps.notify(to, _("{name} passed a promise on to you: {what}"), new, by=by, at=at, name=by.name)
    if before is not None and before.pk not in {by.pk, to.pk}:
        steps.notify(before, _("{name} has taken over your promise: {what}"), new, by=by, at=at, name=to.name)
    return new


@transaction.atomic
def release(*, promise_id: int, note: str, by: Person, at: datetime) -> Promise:
    """Give a promise back to the list of its team, because its owner is gone; it is as due as before."""
    promise = steps.locked(promise_id)
    authorize(by, "promises.release", promise)
    if not promise.is_owed or promise.owner is None:
        return promise
    steps.miss_if_late(promise, by=by, at=at)
    before, promise.owner = promise.owner, None
    promise.save(update_fields=["owner"])
    steps.step(promise, StepKind.RETURNED, by=by, at=at, note=note.strip())
    steps.tell_pages(promise, before.pk)
    return promise


@transaction.atomic
def withdraw(*, promise_id: int, note: str, by: Person, at: datetime) -> Promise:
    """The customer does not want it any more; a leader says so with the reason. What was late stays missed."""
    promise = steps.locked(promise_id)
    authorize(by, "promises.withdraw", promise)
    steps.still_owed(promise)
    note = steps.words(note, _("Give a reason."), "note")
    steps.miss_if_late(promise, by=by, at=at)
    if promise.status == Status.OPEN:
        promise.look_at = None
        move(promise, Status.WITHDRAWN, by=by, at=at, note=note, also=("look_at",))
    else:
        steps.settle(promise, Settled.WITHDRAWN, by=by, at=at)
    steps.step(promise, StepKind.WITHDRAWN, by=by, at=at, note=note)
    if promise.owner is not None:
        steps.notify(promise.owner, _("Withdrawn: {what}"), promise, by=by, at=at)
    steps.tell_pages(promise)
    return promise


def _give(promise: Promise, to: Person, *, by: Person, at: datetime, kind: StepKind, note: str = "") -> None:
    before = promise.owner_id
    promise.owner = to
    promise.save(update_fields=["owner", "unit"])
    steps.step(promise, kind, by=by, at=at, to=to, note=note)
    steps.tell_pages(promise, before)


def _succeed(
    old: Promise,
    owner: Person | None,
    unit: Unit,
    due_at: datetime,
    note: str,
    *,
    by: Person,
    at: datetime,
    limit: Within | None,
    agreed: bool = True,
) -> Promise:
    """A new promise takes the place of an old one: both stay in the chain."""
    steps.miss_if_late(old, by=by, at=at)
    if old.status == Status.OPEN:
        old.look_at = None
        move(old, Status.MOVED, by=by, at=at, note=note, also=("look_at",))
    else:
        steps.settle(old, Settled.AGREED, by=by, at=at)
    if agreed:
        steps.step(old, StepKind.MOVED, by=by, at=at, note=note)
    debt = Debt(
        kind=Kind(old.kind),
        what=old.what,
        due_at=due_at,
        unit=unit,
        owner=owner,
        customer=old.customer,
        case=old.case,
        via=Channel(old.made_via),
        limit=limit,
    )
    new = steps.make(debt, centre=old.centre, by=by, at=at, follows=old)
    steps.tell_pages(old)
    return new
