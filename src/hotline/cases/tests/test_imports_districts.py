"""Districts and grids: the whole map or nothing, and a second time without change (B3.2)."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from hotline.cases.models import District, Grid
from hotline.cases.queries import places
from hotline.cases.services.import_districts import import_districts
from hotline.cases.tests import rooms
from hotline.core.access import NotAllowed

pytestmark = pytest.mark.django_db


def box(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def feature(code, geometry, **said):
    return {"type": "Feature", "properties": {"code": code, "name": f"区{code}", **said}, "geometry": geometry}


MAP = [
    feature("01", box(112, 37, 113, 38), kind="district"),
    feature("02", box(113, 37, 114, 38)),
    feature("01001", box(112, 37, 112.5, 37.5), kind="grid", district="01"),
    feature("02001", box(113, 37, 113.5, 37.5), kind="grid", district="02"),
]


@pytest.fixture
def leader():
    return rooms.person(rooms.centre(), "centre_supervisor")


def take(leader, features=MAP, **more):
    content = features
    if not isinstance(content, bytes):
        content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return import_districts(file_name="map.geojson", content=content, by=leader, at=rooms.AT, **more)


def sums(run):
    return run.rows, run.new, run.changed, run.unchanged, run.refused


def named(run):
    return [(row.line, row.column, row.reason.format(**row.params)) for row in run.named_rows.order_by("line", "pk")]


def state():
    return list(District.objects.order_by("pk").values()), list(Grid.objects.order_by("pk").values())


def changed(at, **said):
    features = deepcopy(MAP)
    features[at]["properties"] |= said
    return features


def moved(at, geometry):
    features = deepcopy(MAP)
    features[at]["geometry"] = geometry
    return features


def test_a_map_is_taken_in_and_a_second_time_changes_nothing(leader):
    assert sums(take(leader)) == (4, 4, 0, 0, 0)
    before = state()
    assert sums(take(leader)) == (4, 0, 0, 4, 0)
    assert state() == before
    found = places.resolve(leader.centre, Decimal("37.1"), Decimal("112.1"))
    assert (found.district.code, found.grid.code) == ("01", "01001")


def test_grids_may_stand_before_their_districts(leader):
    assert sums(take(leader, MAP[::-1])) == (4, 4, 0, 0, 0)


def test_a_new_name_or_outline_changes_the_area(leader):
    take(leader)
    assert sums(take(leader, changed(0, name="新区"))) == (4, 0, 1, 3, 0)
    assert sums(take(leader, moved(2, box(112, 37, 112.6, 37.6)))) == (4, 0, 2, 2, 0)
    assert District.objects.get(code="01").name == "区01"
    assert places.resolve(leader.centre, Decimal("37.55"), Decimal("112.55")).grid.code == "01001"


def test_areas_that_a_file_does_not_hold_stay_unless_it_is_complete(leader):
    take(leader)
    take(leader, [MAP[0], MAP[2]])
    assert District.objects.filter(is_active=True).count() == 2
    take(leader, [MAP[0], MAP[2]], complete=True)
    assert list(District.objects.filter(is_active=True).values_list("code", flat=True)) == ["01"]
    assert places.resolve(leader.centre, Decimal("37.1"), Decimal("113.1")).problem == places.Problem.OUTSIDE
    assert sums(take(leader)) == (4, 0, 2, 2, 0)


def test_grids_alone_join_districts_that_are_there(leader):
    take(leader, MAP[:2])
    assert sums(take(leader, MAP[2:])) == (2, 2, 0, 0, 0)


BOW = {"type": "Polygon", "coordinates": [[[112, 37], [113, 38], [113, 37], [112, 38], [112, 37]]]}
BAD = [
    (changed(1, code=""), "code", "must not be empty"),
    (changed(1, code="0 2"), "code", "digits and letters"),
    (changed(1, code="x" * 21), "code", "longer than 20"),
    (changed(1, code=True), "code", "signs"),
    (changed(1, code=int("9" * 300)), "code", "longer than 20"),
    (changed(1, code="01"), "code", "stands at 1 already"),
    (changed(1, name=""), "name", "must not be empty"),
    (changed(1, name="区" * 61), "name", "longer than 60"),
    (changed(1, name="区\x00"), "name", "signs"),
    (changed(1, name="\ud800"), "name", "signs"),
    (changed(1, name=["区"]), "name", "signs"),
    (changed(1, kind="street"), "kind", "none of"),
    (changed(2, district="09"), "district", "no district"),
    (changed(2, district=""), "district", "must not be empty"),
    (changed(3, district="01"), "geometry", "outside its district"),
    (moved(1, None), "geometry", "empty"),
    (moved(1, {"type": "Point", "coordinates": [112, 37]}), "geometry", "must be a Polygon"),
    (moved(1, {"type": "Polygon", "coordinates": []}), "geometry", "empty"),
    (moved(1, {"type": "Polygon", "coordinates": [[[112, 37], [113, 37], [112, 37]]]}), "geometry", "fewer than four"),
    (moved(1, {"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 5]]]}), "geometry", "not closed"),
    (moved(1, {"type": "Polygon", "coordinates": [[112, 37]]}), "geometry", "not nested"),
    (moved(1, {"type": "Polygon", "coordinates": "x"}), "geometry", "not lists"),
    (moved(1, box(212, 37, 213, 38)), "geometry", "not a longitude"),
    (moved(1, box(10**400, 37, 113, 38)), "geometry", ""),
    (moved(1, BOW), "geometry", "not clean"),
    ([*MAP[:1], "x", *MAP[2:]], "properties", "no properties"),
    ([*MAP[:1], {"geometry": box(1, 2, 3, 4)}, *MAP[2:]], "properties", "no properties"),
]


@pytest.mark.parametrize(("features", "column", "reason"), BAD, ids=[f"{n}-{c}" for n, (_f, c, _r) in enumerate(BAD)])
def test_one_bad_area_and_nothing_is_written(leader, features, column, reason):
    run = take(leader, features)
    assert run.refused >= 1
    assert (run.new, run.changed) == (0, 0)
    assert any(at == column and reason in said for _line, at, said in named(run)), named(run)
    assert state() == ([], [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not GeoJSON"),
        (b"kind,code", "not GeoJSON"),
        (b"[1, 2]", "no features"),
        (b'{"features": []}', "no features"),
        (b'{"features": {"a": 1}}', "no features"),
        (b'{"features": [NaN]}', "not GeoJSON"),
        (b"[" * 100_000, "not GeoJSON"),
        (b'{"features": "\xff"}', "not UTF-8"),
    ],
)
def test_a_file_that_is_no_map_is_refused_as_a_whole(leader, content, reason):
    run = take(leader, content)
    [(line, _column, said)] = named(run)
    assert line == 0
    assert reason in said


def test_areas_that_overlap_are_taken_and_named(leader):
    run = take(leader, moved(1, box(112.9, 37, 114, 38)))
    assert sums(run) == (4, 4, 0, 0, 0)
    assert named(run) == [(2, "geometry", "It overlaps “区01”: points in both are answered by nobody.")]
    assert places.resolve(leader.centre, Decimal("37.9"), Decimal("112.95")).problem == places.Problem.SEVERAL


def test_heights_and_foreign_members_of_a_geometry_are_left_out(leader):
    ring = [[112, 37, 5], [113, 37, 5], [113, 38, 5], [112, 37, 5]]
    take(leader, [feature("01", {"type": "Polygon", "coordinates": [ring], "bbox": ["\x00"]})])
    assert District.objects.get().outline == {
        "type": "Polygon",
        "coordinates": [[[112.0, 37.0], [113.0, 37.0], [113.0, 38.0], [112.0, 37.0]]],
    }


def test_who_may_not_import(leader):
    with pytest.raises(NotAllowed):
        take(rooms.person(leader.centre, "operator"))


def test_a_plain_map_of_a_real_city_is_taken_in(leader):
    content = rooms.shared("geo/beijing_districts_18.geojson").read_bytes()
    assert sums(take(leader, content)) == (18, 18, 0, 0, 0)
    assert sums(take(leader, content)) == (18, 0, 0, 18, 0)
    for longitude, latitude, name in [
        ("116.3975", "39.9087", "东城区"),
        ("116.3160", "39.9840", "海淀区"),
        ("116.1430", "39.7350", "房山区"),
    ]:
        assert places.resolve(leader.centre, Decimal(latitude), Decimal(longitude)).district.name == name
    assert places.resolve(leader.centre, Decimal("39.52"), Decimal("116.70")).problem == places.Problem.OUTSIDE


@pytest.mark.parametrize("name", ["districts.geojson", "nyc_districts.geojson"])
def test_our_own_maps_are_taken_in(leader, name):
    run = take(leader, (rooms.PROJECT / "tools" / "content" / name).read_bytes())
    assert (run.refused, named(run)) == (0, [])
    assert Grid.objects.count() >= 16


def test_the_command_says_what_it_did(leader, tmp_path, capsys):
    path = tmp_path / "map.geojson"
    path.write_text(json.dumps({"features": MAP}), encoding="utf-8")
    call_command("import_districts", str(path), by=leader.username)
    assert "map.geojson: 4 rows, 4 new, 0 changed, 0 unchanged, 0 refused" in capsys.readouterr().out
    path.write_text(json.dumps({"features": changed(1, name="")}), encoding="utf-8")
    with pytest.raises(CommandError, match="nothing was written"):
        call_command("import_districts", str(path), by=leader.username)
    assert "refused line 2, name: This must not be empty. (02)" in capsys.readouterr().out
