"""Rows of the list of cases: filters, columns to sort by, and what an export holds."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from hotline.cases.logic.flow import STAGE_OF, STATUS_LABELS, Status
from hotline.cases.models import Case, Source
from hotline.cases.queries.search import matching
from hotline.core import clock
from hotline.core.pages import COUNT_UP_TO
from hotline.people.models import Person, Unit
from hotline.people.queries import matches

MOST_EXPORTED = 10_000
MOST_OFFERED = 20
COLUMNS = {
    "number": "number",
    "arrived": "arrived_at",
    "status": "status",
    "due": "due_at",
    "place": "place",
    "category": "category__small_name",
    "department": "department__name_key",
    "operator": "operator__name_key",
}
NEWEST = "-arrived"
# Sorting by these goes along an index; by any other column it looks at as many of the newest as a list counts.
EXACT = frozenset({"number", "arrived"})
Rows = QuerySet[Case]
Filter = Callable[[Any, datetime], Q]


def _stage(value: str, _at: datetime) -> Q:
    return Q(status__in=[status.value for status, stage in STAGE_OF.items() if stage == value])


def _status(value: str, _at: datetime) -> Q:
    return Q(ended_at__isnull=True) if value == "open" else Q(status=value)


def _overdue(_value: object, at: datetime) -> Q:
    return Q(ended_at__isnull=True, due_at__lt=at, feedback_at__isnull=True)


FILTERS: dict[str, Filter] = {
    "status": _status,
    "stage": _stage,
    "source": lambda value, _at: Q(source=value),
    "category": lambda value, _at: Q(category=value),
    "district": lambda value, _at: Q(district=value),
    "department": lambda value, _at: Q(department=value),
    "operator": lambda value, _at: Q(operator=value),
    "since": lambda value, _at: Q(arrived_at__gte=value),
    "until": lambda value, _at: Q(arrived_at__lte=value),
    "overdue": _overdue,
    "urgent": lambda _value, _at: Q(is_urgent=True),
    "secret": lambda _value, _at: Q(is_secret=True),
}


def is_a_search_alone(chosen: Mapping[str, Any]) -> bool:
    """Whether nothing but words are asked for: then as many of the newest are looked at as a list shows."""
    return set(chosen) == {"q"}


def rows(person: Person, chosen: Mapping[str, Any], at: datetime) -> Rows:
    """The cases one may see that pass every filter, with what a row shows."""
    found: Rows = Case.objects.visible_to(person)
    newest = COUNT_UP_TO + 1 if is_a_search_alone(chosen) else None
    for name, value in chosen.items():
        found = matching(found, value, newest) if name == "q" else found.filter(FILTERS[name](value, at))
    return found.select_related("category", "district", "department", "operator")


def reached(found: Rows, sort: str, chosen: Mapping[str, Any]) -> Rows:
    """The cases that a list sorted so can show: all, or the newest that are counted where no index helps to sort."""
    name = sort.removeprefix("-")
    open_only = chosen.get("status") == "open" or bool(chosen.get("overdue"))
    if name in EXACT or name not in COLUMNS or (name == "due" and open_only):
        return found
    # The moment of the last one that counts is read off an index; a join with the newest keys took five times as long.
    last = found.order_by("-arrived_at", "-pk").values_list("arrived_at", flat=True)
    cut = next(iter(last[COUNT_UP_TO - 1 : COUNT_UP_TO]), None)
    return found if cut is None else found.filter(arrived_at__gte=cut)


def exported(found: Rows) -> Iterator[tuple[object, ...]]:
    """The lines of an export: no caller, no number, no text that a caller dictated under the seal of secrecy."""
    for case in found[:MOST_EXPORTED]:
        yield (
            case.number,
            gettext(STATUS_LABELS[Status(case.status)]),
            str(Source(case.source).label),
            case.arrived_at,
            case.category.code if case.category else "",
            str(case.category or ""),
            gettext("(kept secret)") if case.is_secret else case.description,
            case.place,
            str(case.district or ""),
            str(case.department or ""),
            case.operator.name if case.operator else "",
            gettext("yes") if case.is_urgent else "",
            case.filed_at,
            case.due_at,
            case.feedback_at,
            case.ended_at,
            case.rework_count,
        )


def heads() -> list[str]:
    """The column titles of an export."""
    return [
        gettext("Case number"),
        gettext("Status"),
        gettext("Source"),
        gettext("Arrived at"),
        gettext("Code"),
        gettext("Category"),
        gettext("Description"),
        gettext("Place"),
        gettext("District"),
        gettext("Department"),
        gettext("Operator"),
        gettext("Urgent"),
        gettext("Filed at"),
        gettext("Due at"),
        gettext("Reported done at"),
        gettext("Ended at"),
        gettext("Times reworked"),
    ]


def persons(person: Person, text: str, positions: tuple[str, ...], at: datetime) -> list[Person]:
    """Colleagues who hold one of these positions, found by name, pinyin, initials or number."""
    found = Person.objects.filter(centre=person.centre_id, is_system=False, is_active=True)
    found = found.holding(*positions, on=clock.local_day(at))
    if text.strip():
        found = found.filter(matches(text) | (Q(pk=int(text)) if text.isascii() and text.isdigit() else Q()))
    return list(found.order_by("name_key", "pk")[:MOST_OFFERED])


def units(person: Person, text: str, kind: str) -> list[Unit]:
    """Units of a kind, found by name, pinyin or initials."""
    found = Unit.objects.filter(centre=person.centre_id, kind=kind, is_active=True)
    low = "".join(text.lower().split())
    if low:
        key = Q(pk=int(low)) if low.isascii() and low.isdigit() else Q()
        found = found.filter(Q(name__icontains=text.strip()) | Q(name_key__contains=low) | key)
    return list(found.order_by("name_key", "pk")[:MOST_OFFERED])
