"""Webhooks: who wants to be told of what, what is due to be sent, what a call carries."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import override

from hotline.cases.models import Case, CaseEvent
from hotline.core import health
from hotline.open311.logic import outward
from hotline.open311.logic.asking import WINDOW
from hotline.open311.logic.outward import Delivering, Event
from hotline.open311.logic.updates import FOLLOWED, OF_ACTION, Said
from hotline.open311.models import Attempt, Delivery, Subscription, Update
from hotline.open311.queries import requests, updates
from hotline.people.models import Centre, Person

AT_ONCE = 200


def subscriptions(person: Person) -> QuerySet[Subscription]:
    """Those of the centre."""
    return Subscription.objects.visible_to(person).order_by("-is_active", "name", "pk")


def deliveries(person: Person) -> QuerySet[Delivery]:
    """The newest first."""
    rows = Delivery.objects.visible_to(person)
    return rows.select_related("subscription", "update__case").order_by("-pk")


def attempts(delivery: Delivery) -> list[Attempt]:
    """What was tried, newest first."""
    return list(delivery.attempts.order_by("-pk")[:50])


def event_of(update: Update) -> Event:
    """What an update means to a subscription."""
    if update.said == Said.RECEIVED:
        return Event.CREATED
    return Event.CLOSED if update.is_closed and update.key_id is None else Event.UPDATED


def wants(subscription: Subscription, event: Event) -> bool:
    """Whether it asked for this."""
    wishes = {
        Event.CREATED: subscription.on_created,
        Event.UPDATED: subscription.on_updated,
        Event.CLOSED: subscription.on_closed,
    }
    return wishes[event]


def due(centre: Centre, at: datetime) -> list[int]:
    """Deliveries to try now, in the order in which things happened."""
    rows = Delivery.objects.filter(
        status=Delivering.WAITING, next_at__lte=at, subscription__centre=centre, subscription__is_active=True
    )
    return list(rows.order_by("next_at", "pk").values_list("pk", flat=True)[:AT_ONCE])


def secret_of(subscription: Subscription) -> str:
    """The secret that the receiver shares with us; it is kept nowhere."""
    return outward.secret_of(settings.SECRET_KEY, subscription.salt)


def body_of(delivery: Delivery) -> bytes:
    """What is sent: the request as everybody may see it now, and the update; in the language of the house."""
    with override(settings.LANGUAGE_CODE):
        case = requests.one(delivery.update.centre, delivery.update.case.number)
        assert case is not None, "asked before"
        told: dict[str, Any] = {
            "event": delivery.event,
            "delivery": delivery.pk,
            "request": requests.told([case], extended=True)[0],
            "update": updates.told(delivery.update),
        }
    return json.dumps(told, ensure_ascii=False, default=float).encode()


# ---------------------------------------------------------------- events not looked at yet


def mark_name(centre: Centre) -> str:
    """Under which name it is kept how far the events of cases were looked through."""
    return f"open311:{centre.pk}"


def mark(centre: Centre, at: datetime) -> int:
    """The last event that was looked at; at the very first time, where what is still within the window began."""
    beat = health.last(mark_name(centre))
    if beat is not None:
        return int(beat.note.get("event", 0))
    oldest = Case.objects.filter(centre=centre, arrived_at__gte=at - WINDOW).order_by("arrived_at", "pk").first()
    first = CaseEvent.objects.filter(case=oldest, seq=1).first() if oldest else None
    return first.pk - 1 if first else 0


def events_after(centre: Centre, last: int, most: int) -> list[CaseEvent]:
    """Events that the public is told of, in the order of their numbers."""
    rows = CaseEvent.objects.filter(pk__gt=last, case__centre=centre, action__in=list(OF_ACTION))
    return list(rows.only("pk", "case_id", "at", "action").order_by("pk")[:most])


def untold(events: Sequence[CaseEvent]) -> list[tuple[CaseEvent, int]]:
    """Each event with each case it tells of, as far as that is not an update yet.

    What ends a case or takes it up again happens to those that were merged into it, too.
    """
    leading = {event.case_id for event in events if OF_ACTION[event.action] in FOLLOWED}
    following: dict[int, list[int]] = defaultdict(list)
    for case in Case.objects.filter(merged_into__in=leading).order_by("pk").only("pk", "merged_into_id"):
        following[case.merged_into_id or 0].append(case.pk)
    wanted = [
        (event, case_id)
        for event in events
        for case_id in (event.case_id, *(following[event.case_id] if OF_ACTION[event.action] in FOLLOWED else ()))
    ]
    told = set(
        Update.objects.filter(case__in={case_id for _event, case_id in wanted}, event__isnull=False).values_list(
            "event", "case_id"
        )
    )
    return [(event, case_id) for event, case_id in wanted if (event.pk, case_id) not in told]
