"""Where a point lies, and who answers for it."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.cases.models import District, Grid, GridDuty
from hotline.cases.queries import places
from hotline.cases.queries.places import Problem
from hotline.cases.services.places import set_grid_duty
from hotline.cases.tests import rooms
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 9)
AT = clock.wall(DAY, 9)


def box(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@pytest.fixture
def town():
    """Two districts side by side; the western one has two grids that leave its north free."""
    centre = rooms.centre()
    west = District.objects.create(centre=centre, code="01", name="西区", outline=box(112, 37, 113, 38))
    District.objects.create(centre=centre, code="02", name="东区", outline=box(113, 37, 114, 38))
    Grid.objects.create(district=west, code="01001", name="甲格", outline=box(112, 37, 112.5, 37.5))
    Grid.objects.create(district=west, code="01002", name="乙格", outline=box(112.5, 37, 113, 37.5))
    return centre


def found(centre, longitude, latitude):
    answer = places.resolve(centre, Decimal(latitude), Decimal(longitude))
    return answer.district and answer.district.code, answer.grid and answer.grid.code, answer.problem


@pytest.mark.clause("B3.2")
@pytest.mark.parametrize(
    ("longitude", "latitude", "answer"),
    [
        ("112.1", "37.1", ("01", "01001", Problem.NONE)),
        ("112.9", "37.1", ("01", "01002", Problem.NONE)),
        ("112.1", "37.9", ("01", None, Problem.NO_GRID)),
        ("112.5", "37.1", ("01", None, Problem.GRID_BOUNDARY)),
        ("113.5", "37.1", ("02", None, Problem.NO_GRID)),
        ("113", "37.1", (None, None, Problem.BOUNDARY)),
        ("112", "37", (None, None, Problem.BOUNDARY)),
        ("111.9", "37.1", (None, None, Problem.OUTSIDE)),
        ("512.1", "37.1", (None, None, Problem.OUTSIDE)),
        ("NaN", "37.1", (None, None, Problem.OUTSIDE)),
    ],
)
def test_a_point_has_one_district_and_grid_or_a_problem(town, longitude, latitude, answer):
    assert found(town, longitude, latitude) == answer


def test_without_a_point_or_with_another_datum_nothing_is_guessed(town):
    assert places.resolve(town, None, Decimal("112.1")).problem == Problem.NO_POINT
    assert places.resolve(town, Decimal("37.1"), None).problem == Problem.NO_POINT
    other = places.resolve(town, Decimal("37.1"), Decimal("112.1"), datum="gcj02")
    assert (other.district, other.grid, other.problem) == (None, None, Problem.DATUM)


def test_the_map_is_read_once_and_again_after_a_change(town, django_assert_num_queries):
    found(town, "112.1", "37.1")
    with django_assert_num_queries(1):
        found(town, "112.9", "37.1")
    grid = Grid.objects.get(code="01001")
    grid.is_active = False
    grid.save()
    assert found(town, "112.1", "37.1") == ("01", None, Problem.NO_GRID)
    District.objects.filter(code="02").update(outline=box(115, 37, 116, 38))
    assert found(town, "113.5", "37.1")[2] == Problem.OUTSIDE


def test_areas_that_overlap_give_no_answer(town):
    District.objects.create(centre=town, code="03", name="叠区", outline=box(112.2, 37.2, 112.4, 37.4))
    assert found(town, "112.3", "37.3") == (None, None, Problem.SEVERAL)


def test_another_centres_map_is_not_asked(town):
    assert found(rooms.centre("other"), "112.1", "37.1")[2] == Problem.OUTSIDE


@pytest.fixture
def duty(town):
    """Sets duties of the first grid as the shift leader does."""
    leader = rooms.person(town, "shift_leader")
    grid = Grid.objects.get(code="01001")

    def put(person, since, until=None):
        return set_grid_duty(grid_id=grid.pk, person=person, since=since, until=until, by=leader, at=AT)

    return put


def days(grid_code="01001"):
    rows = GridDuty.objects.filter(grid__code=grid_code).order_by("days")
    return [
        (row.person.name, (row.days.lower - DAY).days, row.days.upper and (row.days.upper - DAY).days) for row in rows
    ]


def after(number):
    return DAY + timedelta(days=number)


@pytest.mark.clause("B3.2")
def test_a_grid_has_one_field_supervisor_a_day(town, duty):
    first, second = (rooms.person(town, "field_supervisor", name=name) for name in ("甲", "乙"))
    grid = Grid.objects.get(code="01001")
    assert places.field_supervisor_of(grid, DAY) is None
    duty(first, DAY)
    duty(second, after(10))
    assert days() == [("甲", 0, 10), ("乙", 10, None)]
    assert [places.field_supervisor_of(grid, after(n)) for n in (0, 9, 10)] == [first, first, second]
    assert places.field_supervisor_of(None, DAY) is None
    assert [row.person for row in places.duties_on(town, DAY)] == [first]


@pytest.mark.parametrize(
    ("since", "until", "rest"),
    [
        (5, 8, [("甲", 0, 5), ("乙", 5, 8), ("甲", 8, 20)]),
        (0, 8, [("乙", 0, 8), ("甲", 8, 20)]),
        (5, 20, [("甲", 0, 5), ("乙", 5, 20)]),
        (0, None, [("乙", 0, None)]),
        (0, 30, [("乙", 0, 30)]),
        (25, 30, [("甲", 0, 20), ("乙", 25, 30)]),
    ],
)
def test_a_stand_in_cuts_the_duty_and_gives_it_back(town, duty, since, until, rest):
    duty(rooms.person(town, "field_supervisor", name="甲"), DAY, after(20))
    duty(rooms.person(town, "field_supervisor", name="乙"), after(since), until and after(until))
    assert days() == rest


def test_a_grid_can_be_left_to_nobody(town, duty):
    duty(rooms.person(town, "field_supervisor", name="甲"), DAY)
    assert duty(None, after(3)) is None
    assert days() == [("甲", 0, 3)]


def test_who_cannot_have_a_duty(town, duty):
    supervisor = rooms.person(town, "field_supervisor")
    stranger = rooms.person(rooms.centre("other"), "field_supervisor")
    for person, since, until in [
        (rooms.person(town, "operator"), DAY, None),
        (stranger, DAY, None),
        (supervisor, after(-1), None),
        (supervisor, after(2), after(2)),
    ]:
        with pytest.raises(Refused):
            duty(person, since, until)
    assert days() == []


def test_a_person_who_left_answers_for_nothing(town, duty):
    supervisor = rooms.person(town, "field_supervisor")
    duty(supervisor, DAY)
    supervisor.is_active = False
    supervisor.save()
    assert places.field_supervisor_of(Grid.objects.get(code="01001"), DAY) is None


def test_only_those_who_lead_set_duties(town):
    operator, grid = rooms.person(town, "operator"), Grid.objects.get(code="01001")
    with pytest.raises(NotAllowed):
        set_grid_duty(grid_id=grid.pk, person=None, since=DAY, by=operator, at=AT)
    elsewhere = rooms.person(rooms.centre("other"), "shift_leader")
    with pytest.raises(Grid.DoesNotExist):
        set_grid_duty(grid_id=grid.pk, person=None, since=DAY, by=elsewhere, at=AT)


def test_two_duties_of_a_grid_cannot_overlap_in_the_table(town):
    grid, person = Grid.objects.get(code="01001"), rooms.person(town, "field_supervisor")
    GridDuty.objects.create(grid=grid, person=person, days=DateRange(DAY, after(5)))
    with pytest.raises(IntegrityError):
        GridDuty.objects.create(grid=grid, person=person, days=DateRange(after(4), None))


@pytest.mark.parametrize(
    ("longitude", "latitude", "name"),
    [
        ("116.3975", "39.9087", "东城区"),
        ("116.3160", "39.9840", "海淀区"),
        ("116.4610", "39.9090", "朝阳区"),
        ("116.1430", "39.7350", "房山区"),
        ("116.70", "39.52", None),
    ],
)
def test_known_points_of_a_real_map(longitude, latitude, name):
    file = rooms.shared("geo/beijing_districts_18.geojson")
    centre = rooms.centre()
    for feature in json.loads(file.read_text(encoding="utf-8"))["features"]:
        said = feature["properties"]
        District.objects.create(centre=centre, code=said["id"], name=said["name"], outline=feature["geometry"])
    answer = places.resolve(centre, Decimal(latitude), Decimal(longitude))
    assert (answer.district.name if answer.district else None) == name
    assert answer.problem == (Problem.NO_GRID if name else Problem.OUTSIDE)
