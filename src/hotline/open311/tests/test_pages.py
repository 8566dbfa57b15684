"""Pages of keys, webhooks and deliveries for every position, and the public ones for everybody."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hotline.cases.tests import builders as cases
from hotline.core.access import may
from hotline.open311 import jobs
from hotline.open311.models import ApiKey, Delivery, Subscription
from hotline.open311.services import keys, webhooks
from hotline.open311.tests import builders
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
LATER = cases.NINE + cases.HOUR


@pytest.fixture
def town():
    return cases.town()


@pytest.fixture
def admin(town):
    return builders.sysadmin(town)


@pytest.fixture
def delivered(town, settings):
    settings.WEBHOOK_LOOPBACK = True
    with builders.receiver((500, {}, b"<b>no</b>")) as there:
        builders.subscription(town, there.url)
        builders.report(town)
        webhooks.gather(centre=town.centre, by=people.system(town.centre), at=LATER)
        jobs.deliver(town.centre, LATER)
    return Delivery.objects.get()


def browser(person):
    made = Client()
    made.force_login(person)
    return made


def addresses(town, delivery):
    key, _text = builders.key(town)
    return [
        reverse("open311:keys"),
        reverse("open311:new_key"),
        reverse("open311:key", args=[key.pk]),
        reverse("open311:webhooks"),
        reverse("open311:new_webhook"),
        reverse("open311:webhook", args=[delivery.subscription_id]),
        reverse("open311:deliveries"),
        reverse("open311:delivery", args=[delivery.pk]),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_admits_those_who_look_after_the_system(town, delivered, language):
    pages = addresses(town, delivered)
    for position, person in people.everybody(town.centre).items():
        client = browser(person)
        client.cookies["language"] = language
        for path in pages:
            assert client.get(path).status_code == (200 if position == Position.SYSADMIN else 403), (position, path)
    stranger = browser(builders.sysadmin(cases.town()))
    codes = {path: stranger.get(path).status_code for path in pages}
    assert {path for path, code in codes.items() if code == 404} == {path for path in pages if path[-2].isdigit()}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_public_pages_are_everybodys(town, language):
    client = Client()
    client.cookies["language"] = language
    page = client.get(reverse("open311:docs"))
    assert page.status_code == 200
    assert town.centre.name in page.content.decode()
    assert ("开放接口" in page.content.decode()) is (language == "zh-hans")
    assert browser(town.operator).get(reverse("open311:docs")).status_code == 200
    document = client.get(reverse("open311:openapi")).json()
    assert document["openapi"].startswith("3.1")
    assert "/requests.json" in document["paths"]


def test_every_path_of_the_document_is_an_address(town):
    document = Client().get(reverse("open311:openapi")).json()
    for path, methods in document["paths"].items():
        address = f"/open311/v2{path}".format(code="C0101", number="x", token="x")
        for method in methods:
            assert getattr(Client(), method)(address).status_code in {200, 403, 404}, (method, address)


def test_a_key_is_made_changed_and_ended_by_clicks(town, admin):
    client = browser(admin)
    values = {"organisation": "随手拍", "contact": "周工", "may_create": "on", "per_minute": "5", "per_day": "50"}
    made = client.post(reverse("open311:new_key"), values)
    key = ApiKey.objects.get()
    shown = made.content.decode()
    text = shown.split('data-copy="')[1].split('"')[0]
    assert builders.get("services.json", api_key=text).status_code == 200
    page = reverse("open311:key", args=[key.pk])
    assert text not in client.get(page).content.decode()
    client.post(page, {**values, "per_minute": "9", "may_update": "on"})
    key.refresh_from_db()
    assert (key.per_minute, key.may_update, key.may_read) == (9, True, False)
    assert client.post(reverse("open311:revoke_key", args=[key.pk]), {"reason": ""}).status_code == 422
    client.post(reverse("open311:revoke_key", args=[key.pk]), {"reason": "到期"})
    assert client.get(page).status_code == 200
    assert builders.get("services.json", api_key=text).status_code == 403
    wrong = client.post(reverse("open311:new_key"), {**values, "expires_at": "2020-01-01T00:00"})
    assert "open311.key" in wrong.content.decode()


def test_a_webhook_is_made_changed_and_resent_by_clicks(town, admin, delivered):
    client = browser(admin)
    inside = client.post(reverse("open311:new_webhook"), {"name": "x", "url": "https://10.0.0.1/", "on_closed": "on"})
    assert "open311.webhook" in inside.content.decode()
    client.post(reverse("open311:new_webhook"), {"name": "平台", "url": "https://example.com/in", "on_closed": "on"})
    row = Subscription.objects.get(name="平台")
    page = reverse("open311:webhook", args=[row.pk])
    client.post(page, {"name": "平台", "url": "https://example.com/out", "on_created": "on"})
    row.refresh_from_db()
    assert (row.url, row.is_active, row.on_closed) == ("https://example.com/out", False, False)
    before = row.salt
    client.post(reverse("open311:renew_secret", args=[row.pk]))
    row.refresh_from_db()
    assert row.salt != before
    shown = client.get(reverse("open311:delivery", args=[delivered.pk])).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt;" in shown
    client.post(reverse("open311:resend", args=[delivered.pk]))
    delivered.refresh_from_db()
    assert delivered.status == "waiting"
    listed = client.get(reverse("open311:deliveries"), {"status": "failed"})
    assert reverse("open311:delivery", args=[delivered.pk]) not in listed.content.decode()


def test_what_a_program_said_stands_beside_its_case(town):
    _key, text = builders.key(town)
    posted = builders.post("requests.json", builders.form(text, media_url="https://example.com/a.jpg"))
    number = posted.json()[0]["service_request_id"]
    told = {"api_key": text, "service_request_id": number, "update_id": "1", "status": "closed"}
    told |= {"updated_datetime": "2026-03-09T10:00:00+08:00", "description": "<b>已更换</b>"}
    assert builders.post("servicerequestupdates.json", told).status_code == 201
    from hotline.cases.models import Case  # noqa: PLC0415 only here

    page = reverse("open311:of_case", args=[Case.objects.get(number=number).pk])
    shown = browser(town.operator).get(page).content.decode()
    assert "随手拍平台" in shown
    assert "已更换" in shown
    assert "<b>已更换" not in shown
    other = builders.report(town)
    assert browser(town.operator).get(reverse("open311:of_case", args=[other.pk])).content == b""
    assert browser(cases.town().operator).get(page).status_code == 404


def test_lists_do_not_ask_once_a_row(town, admin, delivered):
    for one in range(12):
        builders.key(town, organisation=f"单位{one}")
        builders.subscription(town, f"https://example.com/{one}")
    client = browser(admin)
    for name in ("keys", "webhooks", "deliveries"):
        client.get(reverse(f"open311:{name}"))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse(f"open311:{name}"))
        assert len(queries) <= 22, (name, len(queries))


def test_lists_and_permissions_of_rows_agree(town, delivered):
    builders.key(town)
    strangers = people.everybody(people.centre())
    for person in [*people.everybody(town.centre).values(), *strangers.values()]:
        for model, name in ((ApiKey, "api_key"), (Subscription, "subscription"), (Delivery, "delivery")):
            row = model.objects.get()
            listed = model.objects.visible_to(person).filter(pk=row.pk).exists()
            assert may(person, f"open311.view_{name}", row) is listed, (person, name)


def test_the_program_may_count_and_deliver_for_its_own_centre_alone(town):
    by, other = people.system(town.centre), people.system(people.centre())
    key, _text = builders.key(town)
    for name, thing in (
        ("open311.deliver", town.centre),
        ("open311.count", town.centre),
        ("open311.post", key),
        ("open311.tell", key),
    ):
        assert may(by, name, thing)
        assert not may(other, name, thing)
        assert not may(town.leader, name, thing)
    keys.sweep(centre=town.centre, by=by, at=LATER)
