"""What the services of promises share: fetch and lock, write a step, wake the pages, begin and settle a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from hotline.cases.models import Case
from hotline.core import clock, events, live
from hotline.core.states import begin, move
from hotline.customers.models import Customer
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Centre, Person, Unit
from hotline.people.services import notices
from hotline.promises import logic
from hotline.promises.events import PromiseMissed, PromiseSettled
from hotline.promises.logic import Channel, Kind, Settled, Status
from hotline.promises.models import Promise, PromiseStep, StepKind

CLAUSE = "A2.16"


@dataclass(frozen=True, slots=True)
class Debt:
    """What a new promise says."""

    kind: Kind
    what: str
    due_at: datetime
    unit: Unit
    owner: Person | None
    customer: Customer | None
    case: Case | None
    via: Channel
    limit: logic.Within | None = None
    source_key: str = ""


def locked(promise_id: int) -> Promise:
    """Lock a promise; no is said to whoever comes after it has ended."""
    return Promise.objects.select_for_update(of=("self",)).select_related("owner", "centre").get(pk=promise_id)


def still_owed(promise: Promise) -> None:
    """What has ended stays as it ended."""
    if not promise.is_owed:
        raise Refused(
            Refusal(CLAUSE, _("This promise has ended already: {status}."), {"status": promise.get_status_display()})
        )


def terms(at: datetime) -> logic.PromiseTerms:
    """The numbers in force."""
    return logic.TERMS.on(clock.local_day(at))


def words(text: str, note: str, field: str) -> str:
    """A text that must be given."""
    if not text.strip():
        raise Refused(Refusal(CLAUSE, note, {"field": field}))
    return text.strip()


def check_due(due_at: datetime, at: datetime) -> None:
    """A promise lies ahead, and not out of sight."""
    if due_at <= at:
        raise Refused(Refusal(CLAUSE, _("Choose a time that is still to come."), {"field": "due_at"}))
    furthest = terms(at).furthest
    if due_at - at > furthest:
        raise Refused(
            Refusal(
                CLAUSE, _("Promise nothing further ahead than {days} days."), {"days": furthest.days, "field": "due_at"}
            )
        )


def make(debt: Debt, *, centre: Centre, by: Person, at: datetime, follows: Promise | None = None) -> Promise:
    """Write a new promise with its first step and set its clock."""
    limit = debt.limit
    promise = Promise(
        centre=centre,
        kind=debt.kind,
        what=debt.what,
        due_at=debt.due_at,
        unit=debt.unit,
        owner=debt.owner,
        customer=debt.customer,
        case=debt.case,
        merged_into=follows.merged_into if follows else None,
        limit_amount=limit.amount if limit else None,
        limit_unit=limit.unit.value if limit else "",
        source_key=debt.source_key,
        made_by=by,
        made_at=at,
        made_via=debt.via,
        follows=follows,
        first_id=(follows.first_id or follows.pk) if follows else None,
    )
    begin(promise, Status.OPEN, by=by, at=at)
    promise.look_at = logic.next_look(debt.due_at, logic.NOTHING, terms(at))
    promise.save(force_insert=True)
    step(promise, StepKind.MADE, by=by, at=at, to=debt.owner, note=debt.what)
    tell_pages(promise)
    return promise


def step(
    promise: Promise, kind: StepKind, *, by: Person, at: datetime, to: Person | None = None, note: str = ""
) -> None:
    """Write down what happened."""
    PromiseStep.objects.create(promise=promise, kind=kind, by=by, at=at, to=to, note=note)


def tell_pages(promise: Promise, *others: int | None) -> None:
    """Wake the pages that show it: its owner's, its team's, the ledger, its case and its customer."""
    topics = [f"ledger:{promise.centre_id}", f"promises:unit:{promise.unit_id}"]
    topics += [f"promises:{pk}" for pk in (promise.owner_id, *others) if pk]
    topics += [f"promises:case:{pk}" for pk in (promise.case_id, promise.merged_into_id) if pk]
    topics += [f"promises:customer:{promise.customer_id}"] if promise.customer_id else []
    live.touch(*topics)


def miss(promise: Promise, *, by: Person, at: datetime) -> None:
    """Its time has passed: whoever has it keeps the miss, and goes on owing."""
    promise.missed_by = promise.owner
    move(promise, Status.MISSED, by=by, at=at, also=("missed_by",))
    step(promise, StepKind.MISSED, by=by, at=at, to=promise.owner)
    events.emit(PromiseMissed(promise.pk, promise.centre_id, promise.owner_id), at=at)


def miss_if_late(promise: Promise, *, by: Person, at: datetime) -> None:
    """What is done after the due time is done to a missed promise, whether or not the clock came first."""
    if promise.status == Status.OPEN and logic.is_late(promise.due_at, at):
        miss(promise, by=by, at=at)


def settle(promise: Promise, how: Settled, *, by: Person, at: datetime) -> None:
    """End a missed promise; it stays missed."""
    promise.settled_at, promise.settled_by, promise.settled_how, promise.look_at = at, by, how, None
    promise.save(update_fields=["settled_at", "settled_by", "settled_how", "look_at", "kept_via", "kept_words"])


def announce_settled(promise: Promise, *, at: datetime) -> None:
    """Tell the areas above that the customer has got it."""
    in_time = promise.status == Status.KEPT
    events.emit(PromiseSettled(promise.pk, promise.centre_id, in_time), at=at)


def notify(to: Person, text: str, promise: Promise, *, by: Person, at: datetime, **more: object) -> None:
    """A notice about a promise."""
    params: Mapping[str, object] = {"what": promise.what[:80], **more}
    notices.notify(to=to, text=text, params=params, link=f"/promises/{promise.pk}", by=by, at=at)
