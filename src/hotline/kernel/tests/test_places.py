"""A point lies in one area or is said to be unresolved; shapes that are no areas are refused with a reason."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel.places import Areas, BadGeometry, Point, Unresolved, Why, area_of, locate

BEIJING = Path(__file__).resolve().parents[5] / "shared/data/geo/beijing_districts_18.geojson"


def at(lon: str, lat: str) -> Point:
    return Point(Decimal(lon), Decimal(lat))


def square(lon: float, lat: float, side: float = 1) -> list[list[list[float]]]:
    return [[[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]]


def polygon(rings) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": rings}


ISLES = {"type": "MultiPolygon", "coordinates": [square(10, 0), square(12, 0)]}
HOLED = polygon([*square(20, 0, 4), *square(21, 1, 2)])
TOWN = Areas({"west": polygon(square(0, 0)), "east": polygon(square(1, 0)), "isles": ISLES, "ring": HOLED})


@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [("0.5", "0.5", "west"), ("1.000001", "0.5", "east"), ("12.5", "0.5", "isles"), ("20.5", "2", "ring")],
)
def test_a_point_inside_one_area_has_its_name(lon, lat, name):
    assert locate(at(lon, lat), TOWN) == name


@pytest.mark.parametrize(("lon", "lat"), [("11.5", "0.5"), ("22", "2"), ("-0.000001", "0.5")])
def test_outside_between_islands_and_in_a_hole_there_is_none(lon, lat):
    assert locate(at(lon, lat), TOWN) == Unresolved(Why.OUTSIDE)


@pytest.mark.parametrize(
    ("lon", "lat", "near"),
    [("1", "0.25", ("west", "east")), ("0", "0.3", ("west",)), ("1", "1", ("west", "east")), ("21", "2", ("ring",))],
)
def test_a_boundary_is_never_guessed(lon, lat, near):
    assert locate(at(lon, lat), TOWN) == Unresolved(Why.BOUNDARY, near)


def test_a_point_in_two_areas_is_said_to_be_in_both():
    doubled = Areas({1: polygon(square(0, 0, 2)), 2: polygon(square(1, 0, 2)), 3: polygon(square(3, 0))})
    assert locate(at("1.5", "0.5"), doubled) == Unresolved(Why.SEVERAL, (1, 2))
    assert locate(at("1", "0.5"), doubled) == Unresolved(Why.BOUNDARY, (1, 2))
    assert doubled.overlapping() == ((1, 2),)
    assert TOWN.overlapping() == ()


@given(st.integers(-500_000, 2_500_000), st.integers(-500_000, 1_500_000))
def test_the_answer_agrees_with_the_squares_sides(lon, lat):
    found = locate(Point(Decimal(lon).scaleb(-6), Decimal(lat).scaleb(-6)), TOWN)
    if not (0 <= lon <= 2_000_000 and 0 <= lat <= 1_000_000):
        assert found == Unresolved(Why.OUTSIDE)
    elif lat in {0, 1_000_000} or lon in {0, 1_000_000, 2_000_000}:
        assert isinstance(found, Unresolved)
        assert found.why is Why.BOUNDARY
    else:
        assert found == ("west" if lon < 1_000_000 else "east")


def test_no_areas_hold_nothing():
    assert locate(at("1", "1"), Areas({})) == Unresolved(Why.OUTSIDE)


BOW_TIE = polygon([[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]])


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        ({"type": "Point", "coordinates": [0, 0]}, "not Point"),
        ({"coordinates": []}, "not None"),
        (BOW_TIE, "not clean: Self-intersection"),
        (polygon([[[0, 0], [1, 0], [1, 1], [0, 1]]]), "not closed"),
        (polygon([[[0, 0], [1, 0], [0, 0]]]), "fewer than four"),
        (polygon([[[0, 0], [1, 0], [1, 0], [0, 0]]]), "not clean"),
        (polygon([]), "empty"),
        ({"type": "MultiPolygon", "coordinates": []}, "empty"),
        (polygon([[[0, 0], [181, 0], [181, 1], [0, 0]]]), "181.0, 0.0 is not a longitude"),
        (polygon([[[0, 0], [float("nan"), 0], [1, 1], [0, 0]]]), "nan, 0.0 is not a longitude"),
        (polygon([[["0", 0], [1, 0], [1, 1], ["0", 0]]]), "not lists of numbers"),
        (polygon([[0, 0], [1, 0], [1, 1], [0, 0]]), "not nested"),
        (polygon(square(0, 0)[0]), "not nested"),
        (polygon([square(0, 0)]), "not nested"),
        ({"type": "MultiPolygon", "coordinates": square(0, 0)}, "not nested"),
        ({"type": "Polygon"}, "not lists of numbers"),
    ],
)
def test_what_is_no_area_is_refused_with_its_reason(shape, reason):
    with pytest.raises(BadGeometry, match=reason):
        area_of(shape)


@pytest.mark.parametrize(("lon", "lat"), [("181", "0"), ("0", "-90.1"), ("NaN", "0")])
def test_a_point_off_the_earth_is_an_error(lon, lat):
    with pytest.raises(ValueError, match="not a place on earth"):
        at(lon, lat)


def test_the_ends_of_the_earth_are_on_it():
    corner = Areas({"corner": polygon([[[170, 80], [180, 80], [180, 90], [170, 90], [170, 80]]])})
    assert locate(at("175", "85"), corner) == "corner"
    assert locate(at("180", "90"), corner) == Unresolved(Why.BOUNDARY, ("corner",))


@pytest.mark.clause("B3.2")
@pytest.mark.skipif(not BEIJING.exists(), reason="the district polygons of a real city are not beside this checkout")
@pytest.mark.parametrize(
    ("lon", "lat", "name"),
    [
        ("116.3975", "39.9087", "东城区"),
        ("116.3160", "39.9840", "海淀区"),
        ("116.4610", "39.9090", "朝阳区"),
        ("116.1430", "39.7350", "房山区"),
        ("116.70", "39.52", None),
    ],
)
def test_known_places_of_a_real_city(lon, lat, name):
    features = json.loads(BEIJING.read_text(encoding="utf-8"))["features"]
    city = Areas({one["properties"]["name"]: one["geometry"] for one in features})
    assert len(city.names) == 18
    assert locate(at(lon, lat), city) == (name or Unresolved(Why.OUTSIDE))
