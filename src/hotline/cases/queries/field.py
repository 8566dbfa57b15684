"""What a field supervisor has to look at: his tasks by due time and by distance, and one task with its files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from django.db.models import QuerySet

from hotline.cases.models import Case, Task, TaskStatus
from hotline.people.models import Person

EARTH_M = 6_371_000
RECENT = timedelta(hours=24)
MOST = 200
MOST_DONE = 20


@dataclass(frozen=True, slots=True)
class Spot:
    """Where somebody is, as his device told when he asked for it."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class ToDo:
    """A task with how far away it is; None where the place or the own position is not known."""

    task: Task
    metres: int | None


def metres_between(one: Spot, other: Spot) -> int:
    """The way as the crow flies, in whole metres."""
    here, there = radians(one.latitude), radians(other.latitude)
    north, east = there - here, radians(other.longitude) - radians(one.longitude)
    chord = sin(north / 2) ** 2 + cos(here) * cos(there) * sin(east / 2) ** 2
    return round(2 * EARTH_M * asin(min(1, sqrt(chord))))


def spot_of(case: Case) -> Spot | None:
    """Where a case is."""
    if case.latitude is None or case.longitude is None:
        return None
    return Spot(case.latitude, case.longitude)


def tasks_of(person: Person) -> QuerySet[Task]:
    """Tasks asked of a person, with what he needs to see."""
    return Task.objects.filter(person=person.pk).select_related("case__category", "case__condition", "asked_by", "grid")


def to_do(person: Person, here: Spot | None = None) -> list[ToDo]:
    """Open tasks: by due time, or by distance once the position is known (unknown distances last)."""
    rows = tasks_of(person).filter(status=TaskStatus.ASKED).order_by("due_at", "pk")[:MOST]
    found = [ToDo(task, _metres(here, task)) for task in rows]
    if here is None:
        return found
    return sorted(found, key=lambda one: (one.metres is None, one.metres or 0, one.task.due_at))


def _metres(here: Spot | None, task: Task) -> int | None:
    there = spot_of(task.case)
    return metres_between(here, there) if here is not None and there is not None else None


def done_lately(person: Person, at: datetime) -> Sequence[Task]:
    """What was replied to within a day, the newest first."""
    rows = tasks_of(person).filter(status=TaskStatus.DONE, status_at__gt=at - RECENT)
    return list(rows.order_by("-status_at")[:MOST_DONE])


def own_reports(person: Person) -> Sequence[Case]:
    """The last reports this person made, with what became of them."""
    rows = Case.objects.filter(centre=person.centre_id, reporter=person.pk).select_related("category")
    return list(rows.order_by("-pk")[:MOST_DONE])
