"""Webhooks: subscriptions, what they are to be told, every attempt to tell them, and the end of what never answers."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from hotline.core import clock, health
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.open311.logic import outward
from hotline.open311.logic.outward import Delivering
from hotline.open311.logic.updates import CLOSING, OF_ACTION
from hotline.open311.models import ADMINISTERS, Attempt, Delivery, Subscription, Update
from hotline.open311.queries import updates as public
from hotline.open311.queries import webhooks as queries
from hotline.people.models import Centre, Person
from hotline.people.services.notices import notify

CLAUSE = "open311.webhook"
LEASE = timedelta(minutes=5)  # so long a try may take before another one may begin
RECENT = timedelta(days=1)  # what is older was told long ago, or is history
OVERLAP = 2_000  # events looked at again, because numbers are given before they are committed
AT_ONCE = 10_000
MOST_KEPT = 2_000  # characters of an answer
CHANGES = ("name", "url", "on_created", "on_updated", "on_closed")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A call that is about to be made."""

    delivery_id: int
    url: str
    event: str
    body: bytes
    secret: str
    timestamp: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a call."""

    is_taken: bool
    took: timedelta
    address: str = ""
    code: int | None = None
    error: str = ""
    text: str = ""


@transaction.atomic
def subscribe(*, values: dict[str, object], is_active: bool = True, by: Person, at: datetime) -> Subscription:
    """Tell an address from now on what happens to public requests."""
    authorize(by, "open311.make")
    _refuse_bad(values)
    return Subscription.objects.create(
        centre_id=by.centre_id,
        salt=secrets.token_hex(32),
        made_at=at,
        made_by=by,
        changed_at=at,
        is_active=is_active,
        **{name: values[name] for name in CHANGES if name in values},
    )


@transaction.atomic
def change_subscription(
    *, subscription_id: int, values: dict[str, object], is_active: bool, by: Person, at: datetime
) -> Subscription:
    """Another address, other events, on or off. Switching it on forgives what came to nothing."""
    row = Subscription.objects.select_for_update().get(pk=subscription_id)
    authorize(by, "open311.change_subscription", row)
    _refuse_bad(values)
    for name in CHANGES:
        setattr(row, name, values.get(name, getattr(row, name)))
    if is_active and not row.is_active:
        row.failures, row.disabled_why = 0, ""
    row.is_active, row.changed_at = is_active, at
    row.save(update_fields=[*CHANGES, "is_active", "failures", "disabled_why", "changed_at"])
    return row


@transaction.atomic
def renew_secret(*, subscription_id: int, by: Person, at: datetime) -> Subscription:
    """Another secret, at once: the receiver must be told it."""
    row = Subscription.objects.select_for_update().get(pk=subscription_id)
    authorize(by, "open311.change_subscription", row)
    row.salt, row.changed_at = secrets.token_hex(32), at
    row.save(update_fields=["salt", "changed_at"])
    return row


def _refuse_bad(values: dict[str, object]) -> None:
    fault = outward.fault_of(str(values.get("url", "")), loopback=settings.WEBHOOK_LOOPBACK)
    if fault:
        raise Refused(Refusal(CLAUSE, fault, {"field": "url"}))
    if not any(values.get(name, True) for name in ("on_created", "on_updated", "on_closed")):
        raise Refused(Refusal(CLAUSE, _("Choose at least one thing to be told of."), {"field": "on_created"}))


# ---------------------------------------------------------------- what happened


@transaction.atomic
def gather(*, centre: Centre, overlap: int = OVERLAP, by: Person, at: datetime) -> int:
    """Take over what happened to cases since the last time, in public words; how much was new.

    Looking twice changes nothing: an event becomes an update once.
    """
    authorize(by, "open311.deliver", centre)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 312))", [queries.mark_name(centre)])
    last = queries.mark(centre, at)
    events = queries.events_after(centre, max(last - overlap, 0), AT_ONCE + overlap)
    fresh = [
        Update(
            centre=centre,
            case_id=case_id,
            event=event.pk,
            said=OF_ACTION[event.action],
            is_closed=OF_ACTION[event.action] in CLOSING,
            at=event.at,
            told_at=at,
        )
        for event, case_id in queries.untold(events)
    ]
    Update.objects.bulk_create(fresh, batch_size=1_000)
    enqueue(centre, [update for update in fresh if update.at > at - RECENT], by, at)
    newest = max([last, *(event.pk for event in events)])
    health.beat(queries.mark_name(centre), at=at, note={"event": newest})
    return len(fresh)


def enqueue(centre: Centre, fresh: Sequence[Update], by: Person, at: datetime) -> None:
    """Let every subscription that wants it be told; secret cases are told to nobody."""
    subscriptions = list(Subscription.objects.filter(centre=centre, is_active=True)) if fresh else []
    rows = []
    for update in fresh:
        event = queries.event_of(update)
        for subscription in subscriptions:
            if queries.wants(subscription, event):
                row = Delivery(subscription=subscription, update=update, event=event, made_at=at, next_at=at)
                begin(row, Delivering.WAITING, by=by, at=at)
                rows.append(row)
    Delivery.objects.bulk_create(rows, batch_size=1_000)


# ---------------------------------------------------------------- telling


@transaction.atomic
def take(*, delivery_id: int, by: Person, at: datetime) -> Outgoing | None:
    """Make a delivery ready to be sent, once at a time; nothing when there is nothing to send (any more)."""
    row = (
        Delivery.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("subscription__centre", "update__case", "update__centre")
        .filter(pk=delivery_id)
        .first()
    )
    if row is None:
        return None
    authorize(by, "open311.deliver", row.subscription.centre)
    if row.status != Delivering.WAITING or row.next_at is None or row.next_at > at or not row.subscription.is_active:
        return None
    if not public.is_public(row.update):
        row.next_at = None
        move(row, Delivering.DROPPED, by=by, at=at, also=("next_at",))
        return None
    row.tries += 1
    row.next_at = at + LEASE
    row.save(update_fields=["tries", "next_at"])
    return Outgoing(
        delivery_id=row.pk,
        url=row.subscription.url,
        event=row.event,
        body=queries.body_of(row),
        secret=queries.secret_of(row.subscription),
        timestamp=int(at.timestamp()),
    )


@transaction.atomic
def note_attempt(*, sent: Outgoing, answer: Answer, by: Person, at: datetime) -> Delivery:
    """Keep what became of a call, and settle when it is tried again or that it is given up."""
    row = (
        Delivery.objects.select_for_update(of=("self",)).select_related("subscription__centre").get(pk=sent.delivery_id)
    )
    authorize(by, "open311.deliver", row.subscription.centre)
    Attempt.objects.create(
        delivery=row,
        at=at,
        address=answer.address,
        code=answer.code,
        error=answer.error[:200],
        took=answer.took,
        body=sent.body.decode(),
        answer=answer.text[:MOST_KEPT],
    )
    if row.status != Delivering.WAITING:
        return row
    pause = outward.pause_after(row.tries)
    if answer.is_taken or pause is None:
        row.next_at = None
        to = Delivering.DELIVERED if answer.is_taken else Delivering.FAILED
        move(row, to, by=by, at=at, note=answer.error, also=("next_at",))
    else:
        row.next_at = at + pause
        row.save(update_fields=["next_at"])
    _count_failures(row.subscription_id, is_taken=answer.is_taken, by=by, at=at)
    return row


def _count_failures(subscription_id: int, *, is_taken: bool, by: Person, at: datetime) -> None:
    """What never answers is switched off, and those who look after it are told."""
    row = Subscription.objects.select_for_update().get(pk=subscription_id)
    if is_taken and not row.failures:
        return
    row.failures = 0 if is_taken else row.failures + 1
    names = ["failures"]
    if row.failures >= outward.MOST_FAILURES and row.is_active:
        row.is_active, row.changed_at = False, at
        row.disabled_why = _("It did not answer so many times in a row.")
        names += ["is_active", "changed_at", "disabled_why"]
        text = _("The webhook “{name}” did not answer {count} times in a row and is switched off.")
        for person in Person.objects.filter(centre=row.centre_id, is_active=True, is_system=False).holding(
            *ADMINISTERS, on=clock.local_day(at)
        ):
            values = {"name": row.name, "count": row.failures}
            notify(to=person, text=text, params=values, link=reverse("open311:webhooks"), by=by, at=at)
    row.save(update_fields=names)


@transaction.atomic
def resend(*, delivery_id: int, by: Person, at: datetime) -> Delivery:
    """Send a delivery once more, from its first try on."""
    row = Delivery.objects.select_for_update(of=("self",)).select_related("subscription").get(pk=delivery_id)
    authorize(by, "open311.resend", row)
    if row.status == Delivering.WAITING:
        row.next_at = at
        row.save(update_fields=["next_at"])
        return row
    row.tries, row.next_at = 0, at
    move(row, Delivering.WAITING, by=by, at=at, also=("tries", "next_at"))
    return row
