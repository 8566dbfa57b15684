"""Where a point lies and who answers for it: one district, one grid, or a plain word why there is none (B3.2)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import District, Grid, GridDuty
from hotline.kernel.places import Areas, Point, Unresolved, locate
from hotline.people.models import Centre, Person

WGS84 = "wgs84"


class Problem(TextChoices):
    """Why a place has no district or no grid; nothing is ever guessed."""

    NONE = "", _("Found")
    NO_POINT = "no_point", _("The place has no position on the map")
    DATUM = "datum", _("The position uses another datum than the map")
    OUTSIDE = "outside", _("The position lies in no district")
    BOUNDARY = "boundary", _("The position lies on the boundary of districts")
    SEVERAL = "several", _("The position lies in several districts")
    NO_GRID = "no_grid", _("The position lies in no grid of its district")
    GRID_BOUNDARY = "grid_boundary", _("The position lies on the boundary of grids")
    SEVERAL_GRIDS = "several_grids", _("The position lies in several grids")


OF_DISTRICTS = {"outside": Problem.OUTSIDE, "boundary": Problem.BOUNDARY, "several": Problem.SEVERAL}
OF_GRIDS = {"outside": Problem.NO_GRID, "boundary": Problem.GRID_BOUNDARY, "several": Problem.SEVERAL_GRIDS}


@dataclass(frozen=True, slots=True)
class Resolution:
    """What is known of a point. A district may be known where the grid is not; `problem` then says why."""

    district: District | None
    grid: Grid | None
    problem: Problem = Problem.NONE


@dataclass(frozen=True, slots=True)
class Chart:
    """A centre's districts and grids, prepared once for as long as they do not change."""

    version: tuple[int, int]
    districts: dict[int, District]
    grids: dict[int, Grid]
    district_areas: Areas[int]
    grid_areas: dict[int, Areas[int]]  # by district


# The newest chart of each centre. A version is the number of the last change in the audit of the two tables.
_charts: dict[int, Chart] = {}


def version_of(centre: Centre) -> tuple[int, int]:
    """Moves whenever a district or a grid of the centre was added, changed or taken away (one query)."""
    with connection.cursor() as cursor:  # asked at every report, so it is written out
        cursor.execute(
            """
            SELECT coalesce((SELECT max(pgh_id) FROM cases_districthistory WHERE centre_id = %s), 0),
                   coalesce((SELECT max(pgh_id) FROM cases_gridhistory
                             WHERE district_id IN (SELECT id FROM cases_district WHERE centre_id = %s)), 0)
            """,
            [centre.pk, centre.pk],
        )
        districts, grids = cursor.fetchone()
    return districts, grids


def chart_of(centre: Centre) -> Chart:
    """The prepared areas of a centre; read again only when the version has moved."""
    version = version_of(centre)
    known = _charts.get(centre.pk)
    if known is None or known.version != version:
        known = _charts[centre.pk] = draw_chart(centre, version)
    return known


def draw_chart(centre: Centre, version: tuple[int, int]) -> Chart:
    """Read the districts and grids in use and index their outlines."""
    districts = {row.pk: row for row in District.objects.filter(centre=centre.pk, is_active=True)}
    grids = {row.pk: row for row in Grid.objects.filter(district__in=districts, is_active=True)}
    outlines: dict[int, dict[int, dict[str, object]]] = {}
    for grid in grids.values():
        outlines.setdefault(grid.district_id, {})[grid.pk] = grid.outline
        grid.district = districts[grid.district_id]
    return Chart(
        version,
        districts,
        grids,
        Areas({key: district.outline for key, district in districts.items()}),
        {district: Areas(shapes) for district, shapes in outlines.items()},
    )


def resolve(centre: Centre, latitude: Decimal | None, longitude: Decimal | None, datum: str = WGS84) -> Resolution:
    """District and grid of a point. On a boundary, outside, or without a point the answer is a problem, not a guess."""
    if latitude is None or longitude is None:
        return Resolution(None, None, Problem.NO_POINT)
    if datum != WGS84:
        return Resolution(None, None, Problem.DATUM)
    try:
        point = Point(Decimal(longitude), Decimal(latitude))
    except ValueError:
        return Resolution(None, None, Problem.OUTSIDE)
    chart = chart_of(centre)
    found = locate(point, chart.district_areas)
    if isinstance(found, Unresolved):
        return Resolution(None, None, OF_DISTRICTS[found.why])
    district = chart.districts[found]
    areas = chart.grid_areas.get(found)
    within = locate(point, areas) if areas else None
    if isinstance(within, int):
        return Resolution(district, chart.grids[within])
    return Resolution(district, None, OF_GRIDS[within.why] if within else Problem.NO_GRID)


def field_supervisor_of(grid: Grid | int | None, day: date) -> Person | None:
    """Who answers for the grid on a day; None without a grid, without a duty, or when that person has left."""
    if grid is None:
        return None
    duty = GridDuty.objects.filter(grid=grid, days__contains=day).select_related("person").first()
    return duty.person if duty and duty.person.is_active else None


def duties_on(centre: Centre, day: date) -> QuerySet[GridDuty]:
    """Who answers for which grid of the centre on a day."""
    return (
        GridDuty.objects.filter(grid__district__centre=centre.pk, days__contains=day)
        .select_related("grid__district", "person")
        .order_by("grid__code")
    )
