"""Recordings as pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import QuerySet

from hotline.core import clock
from hotline.customers.queries import shown_name
from hotline.people.models import Person
from hotline.telephony.models import Recording
from hotline.telephony.queries.calls import masked


def visible(person: Person) -> "QuerySet[Recording]":
    """The recordings of the calls one may see, with what a line needs."""
    names = ("call__customer", "call__queue", "person", "held_by")
    return Recording.objects.visible_to(person).select_related(*names).defer("wave")


def rows(person: Person, chosen: Mapping[str, Any]) -> "QuerySet[Recording]":
    """Narrowed by what was chosen."""
    found = visible(person)
    if since := chosen.get("since"):
        found = found.filter(began_at__gte=clock.wall(since))
    if until := chosen.get("until"):
        found = found.filter(began_at__lt=clock.wall(until + timedelta(days=1)))
    if chosen.get("fate") == "held":
        found = found.filter(is_held=True)
    elif fate := chosen.get("fate"):
        found = found.filter(fate=fate)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """One recording in a list."""

    row: Recording
    number: str
    who: str
    length: timedelta


def line(row: Recording, person: Person) -> Line:
    """A recording as this person may see it; costs no query for a row of `rows`."""
    return Line(
        row, masked(row.call.number), shown_name(row.call.customer, person), timedelta(milliseconds=row.length_ms)
    )


@dataclass(frozen=True, slots=True)
class Held:
    """A change of a hold, from the history of the row."""

    at: datetime
    reason: str
    is_held: bool


def holds(row: Recording) -> list[Held]:
    """When it was held and released, newest first."""
    history = apps.get_model("telephony", "RecordingHistory")._default_manager
    found: list[Held] = []
    last = (False, "")
    for is_held, reason, at in (
        history.filter(pgh_obj=row.pk).order_by("pgh_id").values_list("is_held", "hold_reason", "pgh_created_at")
    ):
        if (is_held, reason) != last:
            found.append(Held(at, reason, is_held))
            last = (is_held, reason)
    return found[::-1]
