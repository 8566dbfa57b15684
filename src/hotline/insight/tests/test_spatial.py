"""The spatial view: bounded payloads, clusters that lose nobody, heat from the counts, a day in its order."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.tests import builders as cases
from hotline.insight.logic.cells import Box
from hotline.insight.queries import spatial
from hotline.insight.tests.builders import MARCH, MINUTE, NOW, count, months, report
from hotline.people.models import Person
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db


def browser(person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person)
    return client


def address(number: str) -> str:
    return f"/cases/{number}"


def opened(of: cases.Town) -> Any:
    return spatial.open_cases(of.operator, None, NOW, late=False)


def test_few_cases_are_points_and_many_are_clusters_that_lose_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    of = months()
    few = spatial.clusters(opened(of), None, 12, NOW, address)["features"]
    assert len(few) == 5
    assert few[0]["properties"]["url"].startswith("/cases/")
    monkeypatch.setattr(spatial, "FEW", 2)
    for zoom in (1, 8, 12, 16):
        made = spatial.clusters(opened(of), None, zoom, NOW, address)["features"]
        assert sum(one["properties"]["count"] for one in made) == 5
    assert len(spatial.clusters(opened(of), None, 16, NOW, address)["features"]) == 2
    assert len(spatial.clusters(opened(of), None, 3, NOW, address)["features"]) == 1


def test_too_many_cells_become_coarser_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    of = months()
    monkeypatch.setattr(spatial, "FEW", 1)
    monkeypatch.setattr(spatial, "MOST_CELLS", 1)
    made = spatial.clusters(opened(of), None, 18, NOW, address)["features"]
    assert [one["properties"]["count"] for one in made] == [5]


def test_what_lies_outside_the_map_is_not_sent() -> None:
    of = months()
    box = Box(112_580_000, 37_930_000, 112_600_000, 37_950_000)
    [only] = spatial.clusters(opened(of), box, 12, NOW, address)["features"]
    assert only["geometry"]["coordinates"] == [112.59, 37.94]


def test_heat_comes_from_the_counts_and_has_classes() -> None:
    of = months()
    count(of)
    found = spatial.heat(of.centre.pk, MARCH, None)
    assert [one["properties"]["count"] for one in found["features"]] == [3, 1]
    levels = [one["properties"]["level"] for one in found["features"]]
    assert levels[0] > levels[1]
    category = of.condition.category_id
    assert sum(one["properties"]["count"] for one in spatial.heat(of.centre.pk, MARCH, category)["features"]) == 3


def test_a_day_is_told_in_its_order_with_what_has_no_place() -> None:
    of = months()
    report(of, cases.NINE - 30 * MINUTE, latitude=None, longitude=None, place="某处")
    report(of, cases.NINE - 20 * MINUTE)
    found = spatial.replay(of.operator, cases.DAY, address)
    minutes = [one["properties"]["minute"] for one in found["features"]]
    assert minutes == [520, 540, 541, 542, 543]
    assert (found["unplaced"], found["is_cut"]) == (1, False)


def test_payloads_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    of = months()
    count(of)
    monkeypatch.setattr(spatial, "MOST_POINTS", 1)
    for found in (spatial.replay(of.operator, cases.DAY, address), spatial.heat(of.centre.pk, MARCH, None)):
        assert found["is_cut"]
        assert len(found["features"]) == 1


def test_another_centre_sees_nothing_of_ours() -> None:
    of = months()
    count(of)
    stranger = browser(people.person(people.centre(), position="manager"))
    for name in ("map_open", "map_heat", "map_day", "map_ground"):
        answer = stranger.get(reverse(f"insight:{name}"), {"month": "2026-03-01", "day": "2026-03-09"})
        assert answer.json()["features"] == []
    assert of.centre.pk


@pytest.mark.parametrize("show", ["open", "heat", "day", "nonsense"])
def test_pages_and_data_need_few_queries(show: str) -> None:
    of = months()
    count(of)
    client = browser(of.operator)
    client.get(reverse("insight:map"))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("insight:map"), {"show": show, "month": "x", "category": "9" * 30}).status_code == 200
    assert len(asked) <= 24
    if show != "nonsense":
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse(f"insight:map_{show}"), {"box": "1,2,3", "zoom": "99"})
        assert len(asked) <= 12
    assert browser(of.field).get(reverse("insight:map")).status_code == 403


def test_tiles_are_used_only_where_they_are_configured(settings: Any) -> None:
    of = months()
    client = browser(of.operator)
    assert "data-tiles" not in client.get(reverse("insight:map")).content.decode()
    settings.HOTLINE_TILES = "https://tiles.example.org/{z}/{x}/{y}.png"
    assert (
        'data-tiles="https://tiles.example.org/{z}/{x}/{y}.png"' in client.get(reverse("insight:map")).content.decode()
    )


def test_a_point_outside_every_district_is_drawn_too() -> None:
    of = months()
    report(of, cases.NINE + 9 * MINUTE, latitude=Decimal("38.5"), longitude=Decimal("113.5"), place="远处")
    assert len(spatial.clusters(opened(of), None, 8, NOW, address)["features"]) == 6
