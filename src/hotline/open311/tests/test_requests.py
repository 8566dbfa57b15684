"""Finding requests: every filter, merged cases, paging, the other addresses, and how many queries it takes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hotline.cases.services import filing, merging
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.open311.models import Update
from hotline.open311.services import webhooks
from hotline.open311.tests import builders
from hotline.open311.tests.builders import V2, get
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch):
    builders.show_clock(monkeypatch)


@pytest.fixture
def town():
    return cases.town()


@pytest.fixture
def now():
    return cases.NINE


def found(**arguments):
    response = get("requests.json", **arguments)
    assert response.status_code == 200, response.content
    return [row["service_request_id"] for row in response.json()]


def rejected(town, case, at):
    return filing.reject(case_id=case.pk, version=case.version, reason="不属实", by=town.leader, at=at)


def test_status_takes_one_or_both(town, now):
    opened = builders.report(town, now)
    ended = rejected(town, builders.report(town, now), now + cases.MINUTE)
    assert found(status="open") == [opened.number]
    assert found(status="closed") == [ended.number]
    assert set(found(status="open,closed")) == {opened.number, ended.number}
    assert get("requests.json", status="pending").status_code == 400


def test_services_by_their_codes(town, now):
    case = builders.report(town, now)
    cases.report(town, now)  # not classified: not listed
    assert found(service_code="C0101") == [case.number]
    assert found(service_code="C0101,C0101,") == [case.number]
    assert get("requests.json", service_code="C0101,C9999").status_code == 404


def test_dates_bound_when_it_was_requested(town, now):
    case, later = builders.report(town, now), builders.report(town, now + cases.HOUR)
    middle = (now + cases.MINUTE).isoformat()
    assert found(start_date=middle) == [later.number]
    assert found(end_date=middle) == [case.number]
    assert found(end_date=middle.replace("+", " ")) == [case.number]  # an unescaped plus
    wrong = get("requests.json", start_date="31.12.2025", page="0", page_size="x", status="x")
    assert [row["code"] for row in wrong.json()] == [400] * 4


def test_what_was_updated_in_a_span(town, now):
    before, after = builders.report(town, now), builders.report(town, now)
    rejected(town, after, now + cases.HOUR)
    webhooks.gather(centre=town.centre, by=people.system(town.centre), at=clock.now())
    half = (now + 30 * cases.MINUTE).isoformat()
    assert found(updated_after=half) == [after.number]
    assert found(updated_before=half) == [before.number]


def test_pages_follow_each_other(town, now):
    numbers = [builders.report(town, now + one * cases.MINUTE).number for one in range(5)]
    assert found(page_size="2") == numbers[4:2:-1]
    assert found(page_size="2", page="2") == numbers[2:0:-1]
    assert found(page_size="2", page="3") == numbers[:1]
    assert found(page_size="2", page="4") == []
    assert get("requests.json", page="101").status_code == 400


def test_a_merged_case_follows_the_one_it_goes_on_in(town, now):
    into, case = builders.report(town, now), builders.report(town, now)
    merging.merge(
        case_id=case.pk,
        version=case.version,
        into_id=into.pk,
        into_version=into.version,
        reason="同一井盖",
        by=town.leader,
        at=now + cases.MINUTE,
    )
    [row] = get(f"requests/{case.number}.json").json()
    assert row["status"] == "open"
    assert case.number in found(status="open")
    ended = rejected(town, cases.fresh(into), now + cases.HOUR)
    [row] = get(f"requests/{case.number}.json").json()
    [parent] = get(f"requests/{into.number}.json").json()
    assert (row["status"], row["status_notes"]) == ("closed", parent["status_notes"])
    assert case.number in found(status="closed")
    assert case.number not in found(status="open")
    webhooks.gather(centre=town.centre, by=people.system(town.centre), at=clock.now())
    said = list(Update.objects.filter(case=case).order_by("pk").values_list("said", "is_closed"))
    assert said == [("received", False), ("merged", False), ("rejected", True)]
    assert case.number in found(updated_after=(ended.status_at - cases.MINUTE).isoformat())


def test_notes_tell_the_story_in_public_words(town, now):
    walk = cases.Walk(town, builders.report(town, now), now).closed()
    [row] = get(f"requests/{walk.case.number}.json", extensions="true").json()
    assert [note["type"] for note in row["notes"]] == ["received", "filed", "assigned", "reported", "closed"]
    assert row["attributes"] == [{"code": "COND", "value": "1", "name": "破损1"}]
    text = str(row)
    for person in (town.operator, town.field, town.clerk, town.leader):
        assert person.name not in text
    assert "已更换井盖" not in text  # words of staff stay inside
    assert "修复" in row["status_notes"]


def test_updates_are_listed_oldest_first_and_by_pages(town, now):
    cases.Walk(town, builders.report(town, now), now).closed()
    webhooks.gather(centre=town.centre, by=people.system(town.centre), at=clock.now())
    rows = get("servicerequestupdates.json").json()
    assert [row["external_status_code"] for row in rows] == ["received", "filed", "assigned", "reported", "closed"]
    assert [row["status"] for row in rows] == ["open"] * 4 + ["closed"]
    assert get("servicerequestupdates.json", page_size="2", page="3").json() == rows[4:]
    assert get("servicerequestupdates.json", start_date="x").status_code == 400
    later = (now + timedelta(minutes=8)).isoformat()
    assert len(get("servicerequestupdates.json", start_date=later).json()) < 5


@pytest.mark.parametrize("many", [1, 12])
def test_the_queries_of_an_answer_do_not_grow_with_its_rows(town, now, many):
    for one in range(many):
        cases.Walk(town, builders.report(town, now + one * cases.MINUTE), now + one * cases.MINUTE).filed()
    for path, most in (
        ("requests.json", 8),
        ("requests.xml?extensions=true", 10),
        ("services.json", 10),
        ("servicerequestupdates.json", 9),
    ):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert Client().get(f"{V2}/{path}").status_code == 200
        assert len(queries) <= most, (path, len(queries), [query["sql"][:90] for query in queries])


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_other_methods_are_refused_in_form(town, method, form):
    response = getattr(Client(), method)(f"{V2}/requests.{form}")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, OPTIONS, POST"
    assert b"405" in response.content


def test_any_other_address_says_so_in_form(town):
    assert get("nothing.json").json()[0]["code"] == 404
    assert get("requests/a/b.xml").headers["Content-Type"].startswith("text/xml")
    assert Client().options(f"{V2}/requests.json").status_code == 204
    assert Client().head(f"{V2}/requests.json").status_code == 200
    assert get("requests.json").headers["Access-Control-Allow-Origin"] == "*"


def test_a_body_that_cannot_be_read_is_400(town):
    text = builders.key(town)[1]
    broken = Client().post(f"{V2}/requests.json", b"--x\r\nbroken", content_type="multipart/form-data; boundary=")
    assert broken.status_code == 400
    kind = "application/x-www-form-urlencoded; charset=utf-77"
    odd = Client().generic("POST", f"{V2}/requests.json", b"a=b", content_type=kind)
    assert odd.status_code in {400, 403}
    assert Client().post(f"{V2}/requests.xml?api_key={text}", b"{}", content_type="application/json").status_code == 400


def test_the_list_walks_along_an_index(town, now):
    builders.report(town, now)
    with CaptureQueriesContext(connection) as queries:
        found()
    [query] = [one["sql"] for one in queries if 'FROM "cases_case"' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute("SET LOCAL enable_sort = off")  # of four rows: what is asked is whether the index can serve
        cursor.execute(f"EXPLAIN {query}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "cases_case_recent" in plan
