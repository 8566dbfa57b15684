"""Conformance with GeoReport v2 as other servers and validators judge it, each assertion in XML and in JSON.

The numbers in the ids are those of the list that the interface was built by; what of the schemas is public is read
beside the project, and those tests say so where it is not there.
"""

import json
import re
import time
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from defusedxml import ElementTree as SafeET
from django.utils.translation import override
from jsonschema import Draft4Validator

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.customers.models import Customer
from hotline.open311.logic.formats import ONE_OF
from hotline.open311.logic.updates import said_of
from hotline.open311.services import webhooks
from hotline.open311.tests import builders
from hotline.open311.tests.builders import JSON, XML, get, post
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
SCHEMAS = Path(__file__).resolve().parents[5] / "shared" / "data" / "open311"
HEADERS = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
TYPES = {"string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"}
ZONED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)")
NUMBERS = {"lat", "long", "code", "order", "reopened"}


def assertion(number, name):
    """Both forms of one assertion, named by its number."""
    return pytest.mark.parametrize("form", [XML, JSON], ids=[f"{number}-{name}-{XML}", f"{number}-{name}-{JSON}"])


def read(element):
    """XML as JSON would have it: what has only children of one known kind is a list."""
    inner = list(element)
    if element.tag in ONE_OF:
        assert all(child.tag == ONE_OF[element.tag] for child in inner), element.tag
        return [read(child) for child in inner]
    if inner:
        return {child.tag: read(child) for child in inner}
    if element.text in {"true", "false"}:
        return element.text == "true"
    if element.text and element.tag in NUMBERS and re.fullmatch(r"-?\d+(\.\d+)?", element.text):
        return float(element.text) if "." in element.text else int(element.text)
    return element.text


def told(response, form):
    """The values of an answer."""
    assert response.headers["Content-Type"] == HEADERS[form]
    return json.loads(response.content) if form == JSON else read(SafeET.fromstring(response.content))


def codes(response, form):
    """What is wrong, in the form that was asked for: the codes and the words."""
    rows = told(response, form)
    assert rows
    assert all(set(row) == {"code", "description"} and row["description"] for row in rows)
    assert response.status_code in {row["code"] for row in rows}
    return [row["code"] for row in rows]


@pytest.fixture(autouse=True)
def _afternoon(monkeypatch):
    builders.show_clock(monkeypatch)


@pytest.fixture
def town():
    return cases.town()


@pytest.fixture
def text(town):
    return builders.key(town)[1]


@pytest.fixture
def now(town):
    """Requests of today, in every state that a path leads through."""
    return cases.NINE


@assertion(1, "discovery")
def test_discovery_is_served_in_its_form_at_its_name(town, form):
    response = get(f"discovery.{form}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == HEADERS[form]
    assert told(response, form)
    if form == XML:
        assert response.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
        assert SafeET.fromstring(response.content).tag == "discovery"


@assertion(2, "contact")
def test_contact_and_key_service_are_said_and_the_same_in_both_forms(town, form):
    mine, other = (told(get(f"discovery.{one}"), one) for one in (form, JSON if form == XML else XML))
    for name in ("contact", "key_service"):
        assert mine[name]
        assert mine[name] == other[name]


@assertion(3, "changeset")
def test_changeset_is_a_moment_of_the_past(town, form):
    found = told(get(f"discovery.{form}"), form)
    for changeset in (found["changeset"], *(one["changeset"] for one in found["endpoints"])):
        assert ZONED.fullmatch(changeset)
        assert datetime.fromisoformat(changeset) < clock.now()


@assertion(4, "endpoints")
def test_every_endpoint_says_what_it_is(town, form):
    endpoints = told(get(f"discovery.{form}"), form)["endpoints"]
    assert isinstance(endpoints, list)
    assert endpoints
    for one in endpoints:
        assert one["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert one["url"].startswith("http")
        assert one["changeset"]
        assert one["type"] in {"production", "test"}
        assert isinstance(one["formats"], list)
        assert "text/xml" in one["formats"]


@assertion(5, "services")
def test_services_are_whole(town, form):
    rows = told(get(f"services.{form}"), form)
    assert rows
    for row in rows:
        assert row["service_code"]
        assert row["service_name"]
        assert row["metadata"] in (True, False)
        assert row["type"] in {"realtime", "batch", "blackbox"}
        assert row["description"]
        assert row["group"] == "公用设施"


@assertion(6, "definition")
def test_a_service_with_metadata_has_a_definition(town, form):
    for row in told(get(f"services.{form}"), form):
        assert row["metadata"] is True
        found = told(get(f"services/{row['service_code']}.{form}"), form)
        assert found["service_code"] == row["service_code"]
        orders = [int(one["order"]) for one in found["attributes"]]
        assert len(set(orders)) == len(orders)
        assert min(orders) > 0
        for one in found["attributes"]:
            assert one["variable"] in (True, False)
            assert one["required"] in (True, False)
            assert one["datatype"] in TYPES
            assert one["code"]
            assert one["description"]
            if one["datatype"].endswith("list"):
                assert one["values"]
                assert all(choice["key"] and choice["name"] for choice in one["values"])


@assertion(6, "no-definition")
def test_a_service_that_is_not_there_is_404(town, form):
    assert codes(get(f"services/C9999.{form}"), form) == [404]
    assert codes(get(f"services/%00{'x' * 300}.{form}"), form) == [404]


@assertion(7, "request")
@pytest.mark.clause("B3.1")
def test_every_request_is_whole(town, now, form):
    cases.Walk(town, builders.report(town, now, place=""), now).closed()
    builders.report(town, now)
    builders.report(town, now, latitude=None, longitude=None)
    rows = told(get(f"requests.{form}", extensions="true"), form)
    assert len(rows) == 3
    for row in rows:
        assert row["service_request_id"]
        assert row["status"] in {"open", "closed"}
        assert row["service_code"] == "C0101"
        assert row["address"]
        for name in ("requested_datetime", "updated_datetime"):
            assert ZONED.fullmatch(row[name])
        assert row["expected_datetime"] is None or ZONED.fullmatch(row["expected_datetime"])
        for name in ("lat", "long"):
            assert row[name] is None or isinstance(row[name], float)
    assert {row["status"] for row in rows} == {"open", "closed"}
    assert [(row["lat"], row["long"]) for row in rows if row["lat"]] == [(37.9, 112.55)] * 2


@assertion(7, "one")
def test_one_request_is_an_array_of_one(town, now, form):
    case = builders.report(town, now)
    rows = told(get(f"requests/{case.number}.{form}"), form)
    assert [row["service_request_id"] for row in rows] == [case.number]
    assert codes(get(f"requests/20000101-0001.{form}"), form) == [404]


@assertion(8, "key")
def test_posting_needs_a_key(town, form):
    assert codes(post(f"requests.{form}", builders.form("")), form) == [403]
    assert codes(post(f"requests.{form}", builders.form("h311_wrong")), form) == [403]
    assert Case.objects.count() == 0


WRONG = {
    "no-code": ({"service_code": ""}, [400]),
    "unknown-code": ({"service_code": "C9999"}, [404]),
    "no-place": ({"lat": "", "long": ""}, [400]),
    "lat-alone": ({"long": ""}, [400]),
    "long-alone": ({"lat": ""}, [400]),
    "lat-nowhere": ({"lat": "91"}, [400]),
    "long-nowhere": ({"long": "181"}, [400]),
    "lat-nonsense": ({"lat": "nan"}, [400]),
    "no-required-attribute": ({"attribute[COND]": ""}, [400]),
    "unknown-condition": ({"attribute[COND]": "77"}, [400]),
    "4001-characters": ({"description": "井" * 4001}, [400]),
    "unknown-address-id": ({"lat": "", "long": "", "address_id": "G77"}, [400]),
    "bad-media-url": ({"media_url": "javascript:alert(1)"}, [400]),
    "several": ({"service_code": "C9999", "lat": "x", "description": "井" * 4001}, [400, 400, 404]),
}


@pytest.mark.parametrize("wrong", WRONG, ids=[f"8-{name}" for name in WRONG])
@pytest.mark.parametrize("form", [XML, JSON])
def test_what_is_wrong_with_a_report_is_said(town, text, form, wrong):
    changes, expected = WRONG[wrong]
    response = post(f"requests.{form}", builders.form(text, **changes))
    assert sorted(codes(response, form)) == expected
    assert response.status_code in expected
    assert Case.objects.count() == 0


@assertion(8, "html")
def test_markup_in_a_description_is_neutralised(town, text, form):
    evil = "<script>alert(1)</script>井盖<img src=x onerror=alert(2)>松动 5 < 6 & \x00\x08<b"
    response = post(f"requests.{form}", builders.form(text, description=evil))
    assert response.status_code == 201
    number = told(response, form)[0]["service_request_id"]
    description = told(get(f"requests/{number}.{form}"), form)[0]["description"]
    assert description == "井盖松动 5 ＜ 6 & ＜b"
    assert "<" not in json.dumps(told(get(f"requests.{form}"), form), ensure_ascii=False)


@assertion(8, "4000")
def test_four_thousand_characters_are_allowed(town, text, form):
    response = post(f"requests.{form}", builders.form(text, description="井" * 4000))
    assert response.status_code == 201
    assert Case.objects.get().description == "井" * 4000


@assertion(9, "read-back")
def test_what_was_posted_is_found_within_a_second(town, text, form):
    began = time.monotonic()
    posted = told(post(f"requests.{form}", builders.form(text)), form)
    assert [set(row) for row in posted] == [{"service_request_id", "service_notice", "account_id"}]
    row = told(get(f"requests/{posted[0]['service_request_id']}.{form}"), form)[0]
    assert time.monotonic() - began < 5  # a second at home; the machine of the tests is shared
    assert (row["description"], row["lat"], row["long"]) == ("学府路口井盖松动", 37.9, 112.55)
    assert row["status"] == "open"


@assertion(9, "repeat")
def test_a_repeated_report_is_the_same_report(town, text, form):
    answers = [post(f"requests.{form}", builders.form(text)) for _again in range(3)]
    assert [one.status_code for one in answers] == [201, 200, 200]
    assert len({told(one, form)[0]["service_request_id"] for one in answers}) == 1
    assert Case.objects.count() == 1


@assertion(10, "ids-override")
def test_ids_override_every_other_filter(town, now, form):
    one, other = builders.report(town, now), builders.report(town, now - timedelta(days=200))
    asked = {"status": "closed", "service_code": "C9999", "start_date": "nonsense", "page": "7"}
    rows = told(get(f"requests.{form}", service_request_id=f"{one.number}, {other.number},", **asked), form)
    assert {row["service_request_id"] for row in rows} == {one.number, other.number}


@assertion(10, "empty-is-absent")
def test_an_empty_argument_is_absent(town, now, form):
    case = builders.report(town, now)
    names = ("service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size")
    rows = told(get(f"requests.{form}", **dict.fromkeys(names, ""), jurisdiction_id="elsewhere.gov"), form)
    assert [row["service_request_id"] for row in rows] == [case.number]


@assertion(10, "window")
def test_more_than_ninety_days_are_refused_and_without_dates_ninety_are_meant(town, now, form):
    builders.report(town, now - timedelta(days=91))
    case = builders.report(town, now - timedelta(days=89))
    rows = told(get(f"requests.{form}"), form)
    assert [row["service_request_id"] for row in rows] == [case.number]
    span = {"start_date": "2026-01-01T00:00:00+08:00", "end_date": "2026-04-02T00:00:00+08:00"}
    assert codes(get(f"requests.{form}", **span), form) == [400]
    older = (now - timedelta(days=92)).isoformat()
    assert len(told(get(f"requests.{form}", start_date=older), form)) == 2


@assertion(10, "1000-rows")
def test_a_thousand_rows_and_no_more(town, now, form):
    case = builders.report(town, now)
    fill(case, 1_000)
    first = get(f"requests.{form}")
    assert len(told(first, form)) == 1_000
    assert "page=2" in first.headers["Link"]
    assert len(told(get(f"requests.{form}", page="2"), form)) == 1
    assert codes(get(f"requests.{form}", page_size="1001"), form) == [400]


def fill(case, many):
    """More cases like this one, without the long way."""
    row = Case.objects.get(pk=case.pk)
    fields = [field.attname for field in Case._meta.concrete_fields if not field.primary_key]
    values = {name: getattr(row, name) for name in fields}
    rows = [Case(**{**values, "number": f"F-{number:05}"}) for number in range(many)]
    Case.objects.bulk_create(rows, batch_size=500)


@pytest.mark.parametrize(
    "path",
    ["discovery", "services", "services/C0101", "services/C9999", "requests", "requests/20000101-0001", "nothing",
     "requests/{number}", "servicerequestupdates", "tokens/{number}"],
    ids=lambda path: f"11-{path}",
)  # fmt: skip
def test_both_forms_carry_the_same_values(town, now, path):
    case = (
        cases.Walk(town, builders.report(town, now, description="a & b < c \"d\" 'e'\n第二行 "), now).dispatched().case
    )
    webhooks.gather(centre=town.centre, by=people.system(town.centre), at=clock.now())
    path = path.format(number=case.number)
    with override("zh-hans"):
        both = [told(get(f"{path}.{form}", extensions="true"), form) for form in (XML, JSON)]
    assert _alike(both[0], both[1])


def _alike(xml, plain):
    """The same, where XML has no other way to say nothing than to be empty."""
    if isinstance(plain, dict):
        return isinstance(xml, dict) and list(xml) == list(plain) and all(_alike(xml[key], plain[key]) for key in plain)
    if isinstance(plain, list):
        return xml in (None, []) if not plain else len(xml) == len(plain) and all(map(_alike, xml, plain))
    return str(xml) == str(plain) or (xml is None and plain in (None, ""))


@assertion(12, "nobody")
@pytest.mark.clause("A3.6")
def test_no_personal_data_is_in_any_answer(town, text, form):
    said = (
        "我叫赵铁柱,电话13800001234或0351-7654321,身份证140102199001011234,邮箱zhao@example.com,"
        "住3单元401室,车牌晋A12345"
    )
    values = builders.form(
        text,
        description=said,
        address_string="学府路3号401室 赵铁柱家",
        first_name="铁柱",
        last_name="赵",
        phone="13800001234",
        email="zhao@example.com",
        account_id="acc-77",
        device_id="dev-88",
    )
    number = told(post(f"requests.{form}", values), form)[0]["service_request_id"]
    case = Case.objects.select_related("customer").get(number=number)
    assert case.description == said
    assert case.customer.name == "赵铁柱"
    assert case.customer.numbers.get().e164 == "+8613800001234"
    webhooks.gather(centre=town.centre, by=people.system(town.centre), at=clock.now())
    paths = (f"requests/{number}", "requests", "servicerequestupdates", f"tokens/{number}")
    bodies = [get(f"{path}.{form}", extensions="true").content.decode() for path in paths]
    everything = "".join(bodies)
    for secret in (
        "铁柱",
        "13800001234",
        "7654321",
        "140102199001011234",
        "zhao@",
        "401室",
        "12345",
        "acc-77",
        "dev-88",
    ):
        assert secret not in everything, secret
    assert "赵**" in bodies[0]


@assertion(13, "secret")
@pytest.mark.clause("A3.6")
def test_a_secret_request_is_never_listed(town, text, now, form):
    kept = builders.report(town, now, secret=True)
    posted = told(post(f"requests.{form}", builders.form(text, **{"attribute[SECRET]": "yes"})), form)
    hidden = [kept.number, posted[0]["service_request_id"]]
    later = builders.report(
        town, now, customer=Customer.objects.create(centre=town.centre, name="钱某", since=now, changed_at=now)
    )
    Customer.objects.update(is_secret=True)  # the wish may come after the report
    webhooks.gather(centre=town.centre, by=people.system(town.centre), at=clock.now())
    for number in (*hidden, later.number):
        for path in (f"requests/{number}", f"tokens/{number}"):
            assert codes(get(f"{path}.{form}"), form) == [404]
        assert told(get(f"requests.{form}", service_request_id=number), form) in ([], None)
    assert told(get(f"requests.{form}"), form) in ([], None)
    assert told(get(f"servicerequestupdates.{form}"), form) in ([], None)


# ---------------------------------------------------------------- the public schemas


def schema(name):
    path = SCHEMAS / name
    if not Path(path).exists():
        pytest.skip(f"the public schema {name} is not beside this project")
    return Draft4Validator(json.loads(path.read_text(encoding="utf-8")))


def test_every_service_and_definition_fits_the_public_schema(town):
    for row in told(get("services.json"), JSON):
        schema("service.json").validate(row)
        schema("service-definition.json").validate(told(get(f"services/{row['service_code']}.json"), JSON))


def test_every_request_fits_the_public_schema(town, now):
    cases.Walk(town, builders.report(town, now), now).closed()
    builders.report(town, now, latitude=None, longitude=None, place="")
    for arguments in ({}, {"extensions": "true"}):
        rows = told(get("requests.json", **arguments), JSON)
        assert len(rows) == 2
        for row in rows:
            schema("request.json").validate(row)


def test_the_schema_finds_what_is_wrong():
    row = {"service_request_id": "1", "status": "pending", "service_code": "C", "requested_datetime": "x"}
    assert not schema("request.json").is_valid(row)


def test_no_inner_status_is_told_by_its_name():
    statuses = {value for value, _label in Case._meta.get_field("status").choices}
    assert {said_of(status) for status in statuses}
    assert not [status for status in statuses if status not in _known()]


def _known():
    from hotline.open311.logic.updates import OF_STATUS  # noqa: PLC0415 only this test looks behind it

    return OF_STATUS


def test_degrees_lose_nothing_on_their_way(town, text):
    number = told(post("requests.json", builders.form(text, lat="37.8999999", long="112.1234565")), JSON)[0]
    case = Case.objects.get(number=number["service_request_id"])
    assert (case.latitude, case.longitude) == (Decimal("37.900000"), Decimal("112.123456"))
