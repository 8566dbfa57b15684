"""What ships for the demo fits together: standard, maps, people, reports, and the map of the replayed afternoon."""

import csv
import json
from collections import Counter
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from shapely import unary_union

from hotline.kernel.places import Areas, Point, area_of, locate
from hotline.kernel.workclock import ZONE, Unit, deadline, elapsed, standard_calendar

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "tools/content"
DATA = ROOT.parent / "shared/data"
AFTERNOON = DATA / "nyc311/nyc311_2023-02-28_1131-2345.csv"
MUNICIPAL = DATA / "standards/yuncheng_filing_closing_standards.csv"
BOROUGHS = {
    "MANHATTAN": "曼哈顿",
    "BRONX": "布朗克斯",
    "BROOKLYN": "布鲁克林",
    "QUEENS": "皇后",
    "STATEN ISLAND": "史坦顿岛",
}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def content(name: str) -> list[dict[str, str]]:
    return table(CONTENT / name)


def category(row: dict[str, str]) -> str:
    return row["kind"][0].upper() + row["big_code"] + row["small_code"]


def features(name: str, kind: str) -> list[dict[str, Any]]:
    every = json.loads((CONTENT / name).read_text(encoding="utf-8"))["features"]
    return [one for one in every if one["properties"]["kind"] == kind]


def areas(name: str, kind: str) -> Areas[str]:
    return Areas({one["properties"]["code"]: one["geometry"] for one in features(name, kind)})


STANDARD = content("standard.csv")
CONDITIONS = {(category(row), row["seq"]) for row in STANDARD}
DEPARTMENTS = {row["name"]: row for row in content("departments.csv")}
PEOPLE = content("people.csv")


def test_each_condition_is_whole_and_stands_once() -> None:
    assert len(CONDITIONS) == len(STANDARD) >= 60
    assert len({category(row) for row in STANDARD}) >= 35
    assert {row["limit_unit"] for row in STANDARD} == set(Unit)
    assert {row["kind"] for row in STANDARD} == {"component", "event"}
    assert {row["gate"] for row in STANDARD} == {"yes", "no"}
    assert {row["photo"] for row in STANDARD} == {"none", "after", "before_after"}
    for row in STANDARD:
        assert all(row[name] for name in row), row
        assert int(row["limit_value"]) > 0
        assert 25 <= int(row["radius_m"]) <= 250


def test_a_sub_class_has_one_name_one_radius_and_conditions_counted_from_one() -> None:
    for code in {category(row) for row in STANDARD}:
        rows = [row for row in STANDARD if category(row) == code]
        assert len({(row["big_name"], row["small_name"], row["radius_m"], row["requirement"]) for row in rows}) == 1
        assert [int(row["seq"]) for row in rows] == list(range(1, len(rows) + 1))


def test_each_condition_goes_to_a_department_that_works_on_its_class() -> None:
    for row in STANDARD:
        assert category(row)[:3] in DEPARTMENTS[row["department"]]["classes"].split(";"), row


@pytest.mark.clause("B2.4")
def test_each_condition_gives_a_deadline() -> None:
    calendar, start = standard_calendar(version=1), datetime(2026, 3, 6, 17, 50, tzinfo=ZONE)
    for row in STANDARD:
        unit, limit = Unit(row["limit_unit"]), int(row["limit_value"])
        assert elapsed(calendar, unit, start, deadline(calendar, unit, start, limit)) == limit


@pytest.mark.skipif(not MUNICIPAL.exists(), reason="no city's standard beside this checkout to compare with")
def test_the_wording_is_our_own() -> None:
    theirs = {row[name] for row in table(MUNICIPAL) for name in ("filing_condition", "closing_condition")}
    ours = {row[name] for row in STANDARD for name in ("filing_condition", "closing_condition")}
    assert not {text for text in ours if len(text) > 4} & theirs


@pytest.mark.parametrize("name", ["districts.geojson", "nyc_districts.geojson"])
def test_a_map_is_a_clean_partition(name: str) -> None:
    grids = features(name, "grid")
    assert areas(name, "district").overlapping() == areas(name, "grid").overlapping() == ()
    for district in features(name, "district"):
        own = [
            area_of(one["geometry"]) for one in grids if one["properties"]["district"] == district["properties"]["code"]
        ]
        whole = area_of(district["geometry"])
        assert 2 <= len(own) <= 5
        # exactly equal: neighbours share their corners, so there are neither gaps nor slivers
        assert unary_union(own).symmetric_difference(whole).is_empty


def test_our_own_city_has_four_districts_of_three_to_five_grids() -> None:
    counts = Counter(one["properties"]["district"] for one in features("districts.geojson", "grid"))
    assert len(counts) == 4
    assert all(3 <= count <= 5 for count in counts.values())


@pytest.mark.clause("B3.2")
def test_each_place_lies_in_the_grid_it_names() -> None:
    districts, grids = areas("districts.geojson", "district"), areas("districts.geojson", "grid")
    rows = content("places.csv")
    assert len({row["name"] for row in rows}) == len(rows) >= 140
    for row in rows:
        point = Point(Decimal(row["lon"]), Decimal(row["lat"]))
        assert (locate(point, districts), locate(point, grids)) == (row["district"], row["grid"]), row
    assert {row["grid"] for row in rows} == set(grids.names)


def test_people_are_told_apart_and_can_be_rung() -> None:
    for column in ("number", "username", "name", "phone"):
        assert len({row[column] for row in PEOPLE}) == len(PEOPLE), column
    units = {row["code"] for row in content("units.csv")}
    assert len(units) == len(content("units.csv"))
    for row in PEOPLE:
        assert row["unit"] in units, row
        assert row["username"].isascii()
        assert row["phone"].startswith("1990000")
        assert phonenumbers.is_valid_number(phonenumbers.parse(row["phone"], "CN"))


def test_the_centre_is_fully_staffed_and_one_team_is_too_large() -> None:
    positions = Counter(row["position"] for row in PEOPLE)
    assert positions == Counter(
        director=1,
        manager=1,
        centre_supervisor=1,
        shift_leader=4,
        team_leader=3,
        operator=40,
        dispatcher=2,
        trainer=1,
        quality=1,
        hr=1,
        sysadmin=1,
        field_supervisor=16,
        department_clerk=10,
    )
    teams = Counter(row["unit"] for row in PEOPLE if row["position"] == "operator")
    assert sorted(teams.values()) == [12, 13, 15]
    assert teams.keys() == {row["unit"] for row in PEOPLE if row["position"] == "team_leader"}


def test_each_grid_has_its_supervisor_and_each_department_its_clerk() -> None:
    grids = [row["grid"] for row in PEOPLE if row["position"] == "field_supervisor"]
    assert sorted(grids) == sorted(areas("districts.geojson", "grid").names)
    clerks = [row["unit"] for row in PEOPLE if row["position"] == "department_clerk"]
    assert sorted(clerks) == sorted(row["code"] for row in DEPARTMENTS.values())
    named = {row["code"]: row["name"] for row in content("units.csv") if row["kind"] == "department"}
    assert named == {row["code"]: row["name"] for row in DEPARTMENTS.values()}


def test_each_report_names_a_place_and_a_condition_or_why_it_goes_back() -> None:
    rows = content("reports.csv")
    assert len(rows) >= 120
    assert len({row["text"] for row in rows}) == len(rows)
    for row in rows:
        assert row["text"].count("{place}") == 1, row
        assert row["urgency"] in {"normal", "urgent"}
        returned = row["category"] == "return"
        assert returned is bool(row["return_reason"]), row
        assert returned or (row["category"], row["seq"]) in CONDITIONS, row
    assert {(row["category"], row["seq"]) for row in rows} >= CONDITIONS


def test_each_type_of_the_replay_is_mapped_to_a_condition_or_returned_with_a_reason() -> None:
    for row in content("nyc311_map.csv"):
        if row["category"] == "return":
            assert row["return_reason"], row
        else:
            assert (row["category"], row["seq"]) in CONDITIONS, row


@pytest.mark.skipif(not AFTERNOON.exists(), reason="the recorded afternoon is not beside this checkout")
def test_the_replay_maps_every_type_and_channel_that_occurs() -> None:
    rows = table(AFTERNOON)
    mapped = [row["complaint_type"] for row in content("nyc311_map.csv")]
    assert sorted(mapped) == sorted({row["Complaint Type"] for row in rows})
    channels = {row["channel"]: row["source"] for row in content("nyc311_sources.csv")}
    assert channels.keys() == {row["Open Data Channel Type"] for row in rows}
    assert set(channels.values()) <= {"phone", "web", "import"}


@pytest.mark.clause("B3.2")
@pytest.mark.skipif(not AFTERNOON.exists(), reason="the recorded afternoon is not beside this checkout")
def test_every_place_of_the_replay_lies_in_exactly_one_district_and_grid() -> None:
    rows = [row for row in table(AFTERNOON) if row["Latitude"]]
    assert len(rows) == 4999 - 87
    districts, grids = areas("nyc_districts.geojson", "district"), areas("nyc_districts.geojson", "grid")
    names = {
        one["properties"]["code"]: one["properties"]["name"] for one in features("nyc_districts.geojson", "district")
    }
    agree = 0
    for row in rows:
        # as stored: six decimals
        lon, lat = (Decimal(row[name]).quantize(Decimal("0.000001")) for name in ("Longitude", "Latitude"))
        district, grid = locate(Point(lon, lat), districts), locate(Point(lon, lat), grids)
        assert isinstance(district, str), row
        assert isinstance(grid, str), row
        assert grid.startswith(district)
        agree += names[district] == BOROUGHS[row["Borough"]]
    assert agree >= len(rows) * 99 // 100
