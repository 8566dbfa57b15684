"""The spatial view: clusters of open cases by zoom, heat by sub-class, and a day as it came in. All bounded."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, IntegerField, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Cast, Floor

from hotline.cases.models import Case, District
from hotline.core import clock
from hotline.insight.logic import cells
from hotline.insight.models import PlaceCount
from hotline.people.models import Person

MOST_POINTS = 5_000
MOST_CELLS = 1_500
FEW = 300  # so many are drawn one by one
DAY = timedelta(days=1)
MICRO = Decimal(1_000_000)
Json = dict[str, Any]
Address = Callable[[str], str]


def collection(features: list[Json], **more: object) -> Json:
    """Features as GeoJSON."""
    return {"type": "FeatureCollection", "features": features, **more}


def _point(longitude: object, latitude: object) -> Json:
    return {"type": "Point", "coordinates": [float(str(longitude)), float(str(latitude))]}


def open_cases(person: Person, category: int | None, at: datetime, *, late: bool) -> QuerySet[Case]:
    """Open cases with a position."""
    rows = Case.objects.visible_to(person).open().filter(latitude__isnull=False, datum="wgs84")
    if category is not None:
        rows = rows.filter(category=category)
    return rows.filter(due_at__lt=at) if late else rows


def inside(rows: QuerySet[Case], box: cells.Box | None) -> QuerySet[Case]:
    """Those that the map shows."""
    if box is None:
        return rows
    return rows.filter(
        latitude__range=(box.south / MICRO, box.north / MICRO), longitude__range=(box.west / MICRO, box.east / MICRO)
    )


def clusters(rows: QuerySet[Case], box: cells.Box | None, zoom: int, at: datetime, address: Address) -> Json:
    """Points where few are shown, else one circle a cell of the zoom, in three queries at most."""
    shown = inside(rows, box)
    if shown.order_by()[: FEW + 1].count() <= FEW:
        return collection(_points(shown, at, address), is_cut=False)
    side = cells.cluster_micro(zoom)
    found = _grouped(shown, side)
    while len(found) > MOST_CELLS:  # a small screen of a whole country: coarser rather than cut
        side *= 2
        found = _grouped(shown, side)
    return collection([_cluster(one) for one in found], is_cut=False)


def _grouped(rows: QuerySet[Case], side: int) -> list[Any]:
    def cell(name: str) -> Cast:
        return Cast(Floor(F(name) * MICRO / side), IntegerField())

    grouped = rows.order_by().annotate(cell_x=cell("longitude"), cell_y=cell("latitude")).values("cell_x", "cell_y")
    return list(
        grouped.annotate(
            n=Count("pk"),
            lat=Avg("latitude"),
            lng=Avg("longitude"),
            west=Min("longitude"),
            east=Max("longitude"),
            south=Min("latitude"),
            north=Max("latitude"),
        ).order_by("-n", "cell_x", "cell_y")[: MOST_CELLS + 1]
    )


def _cluster(one: Any) -> Json:
    bounds = [float(one[side]) for side in ("south", "west", "north", "east")]
    about = {"count": one["n"], "bounds": bounds}
    return {"type": "Feature", "geometry": _point(one["lng"], one["lat"]), "properties": about}


def _points(rows: QuerySet[Case], at: datetime, address: Address) -> list[Json]:
    found = rows.select_related("category").order_by("-pk")[:MOST_POINTS]
    return [
        {
            "type": "Feature",
            "geometry": _point(case.longitude, case.latitude),
            "properties": {
                "title": f"{case.number} {case.category.small_name if case.category else ''}".strip(),
                "text": f"{case.get_status_display()} {case.place}".strip(),
                "tone": _tone(case, at),
                "url": address(case.number),
            },
        }
        for case in found
    ]


def _tone(case: Case, at: datetime) -> str:
    if case.due_at is not None and case.due_at < at and case.ended_at is None:
        return "red"
    return "amber" if case.is_urgent else "blue"


def heat(centre_id: int, month: date, category: int | None) -> Json:
    """The cells of a month with their reports and classes for colours, the hottest first."""
    rows = PlaceCount.objects.filter(centre=centre_id, month=month)
    if category is not None:
        rows = rows.filter(category=category)
    grouped = rows.values("row", "column").annotate(n=Sum("reports"), name=Max("name")).order_by("-n", "row", "column")
    found = list(grouped[: MOST_POINTS + 1])
    bounds = cells.breaks([one["n"] for one in found])
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [cells.ring(one["row"], one["column"])]},
            "properties": {
                "count": one["n"],
                "level": cells.class_of(one["n"], bounds),
                "name": one["name"],
                "cell": f"{one['row']}:{one['column']}",
            },
        }
        for one in found[:MOST_POINTS]
    ]
    return collection(features, bounds=bounds, is_cut=len(found) > MOST_POINTS)


def replay(person: Person, day: date, address: Address) -> Json:
    """The reports of a day in the order in which they came in: minute of the day, place, what."""
    begins = clock.wall(day)
    rows = Case.objects.visible_to(person).filter(arrived_at__gte=begins, arrived_at__lt=clock.wall(day + DAY))
    placed = rows.filter(latitude__isnull=False, datum="wgs84").select_related("category")
    found = list(placed.order_by("arrived_at", "pk")[: MOST_POINTS + 1])
    features = [
        {
            "type": "Feature",
            "geometry": _point(case.longitude, case.latitude),
            "properties": {
                "minute": (case.arrived_at - begins) // timedelta(minutes=1),
                "title": f"{case.number} {case.category.small_name if case.category else ''}".strip(),
                "text": case.place,
                "tone": "amber" if case.is_urgent else "blue",
                "url": address(case.number),
            },
        }
        for case in found[:MOST_POINTS]
    ]
    unplaced = rows.filter(Q(latitude__isnull=True) | ~Q(datum="wgs84")).count()
    return collection(features, is_cut=len(found) > MOST_POINTS, unplaced=unplaced)


def ground(person: Person) -> Json:
    """The districts on which everything stands."""
    return collection(
        [
            {"type": "Feature", "geometry": row.outline, "properties": {"name": row.name}}
            for row in District.objects.filter(centre=person.centre_id, is_active=True)
        ]
    )
