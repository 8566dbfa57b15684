"""Open cases as points and districts as shapes, as GeoJSON; coordinates are those of our own map (WGS 84)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from hotline.cases.logic.flow import OPEN, STAGE_OF, Stage
from hotline.cases.models import Case, District
from hotline.people.models import Person

MOST_POINTS = 5_000
Json = dict[str, Any]


def open_cases(person: Person, stage: str, kind: str, at: datetime, *, late: bool) -> QuerySet[Case]:
    """Open cases the person may see, of a stage and a kind of category, or only the overdue ones."""
    rows = Case.objects.visible_to(person).open()
    if stage in list(Stage):
        rows = rows.filter(status__in=sorted(status for status in OPEN if STAGE_OF[status] == stage))
    if kind:
        rows = rows.filter(category__kind=kind)
    return rows.filter(due_at__lt=at) if late else rows


def points(rows: QuerySet[Case], at: datetime, address: Callable[[str], str]) -> Json:
    """Cases with a position, the newest first."""
    placed = rows.filter(latitude__isnull=False, datum="wgs84").select_related("category").order_by("-pk")
    return {"type": "FeatureCollection", "features": [_point(case, at, address) for case in placed[:MOST_POINTS]]}


def _point(case: Case, at: datetime, address: Callable[[str], str]) -> Json:
    late = case.due_at is not None and case.due_at < at
    what = str(case.category) if case.category else case.description[:40]
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [_number(case.longitude), _number(case.latitude)]},
        "properties": {
            "title": f"{case.number} {what}",
            "text": f"{case.get_status_display()} {case.place}",
            "tone": "red" if late else "amber" if case.is_urgent else "blue",
            "url": address(case.number),
        },
    }


def _number(value: object) -> Any:
    """GeoJSON knows only the numbers of JSON."""
    return float(str(value))


def counts(rows: QuerySet[Case]) -> dict[str, int]:
    """How many there are, and how many of them cannot be drawn."""
    found: dict[str, int] = rows.order_by().aggregate(
        all=Count("pk"), unplaced=Count("pk", filter=Q(latitude__isnull=True) | ~Q(datum="wgs84"))
    )
    return found


def districts(person: Person, rows: QuerySet[Case]) -> Json:
    """The districts of the centre with how many of the cases lie in each."""
    number = dict(rows.order_by().values("district").annotate(cases=Count("pk")).values_list("district", "cases"))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": district.outline,
                "properties": {"name": district.name, "count": number.get(district.pk, 0)},
            }
            for district in District.objects.filter(centre=person.centre_id, is_active=True)
        ],
    }


def outlines(person: Person) -> Json:
    """The districts of the centre, without figures."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": row.outline, "properties": {"name": row.name}}
            for row in District.objects.filter(centre=person.centre_id, is_active=True)
        ],
    }
