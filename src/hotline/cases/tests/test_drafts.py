"""Drafts: what is typed is kept, for the one who typed it."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from hotline.cases.models import Draft
from hotline.cases.queries.files import draft
from hotline.cases.services import drafts
from hotline.cases.services.drafts import drop_draft, keep_draft
from hotline.cases.tests import rooms
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return rooms.person(rooms.centre(), "operator")


def keep(person, key="case:17", data=None, minutes=0):
    return keep_draft(key=key, data=data or {"note": "字"}, by=person, at=rooms.AT + timedelta(minutes=minutes))


def test_a_draft_is_kept_replaced_and_dropped(person):
    keep(person)
    keep(person, data={"note": "再", "kinds": ["a", "b"]}, minutes=1)
    assert draft(person, "case:17").data == {"note": "再", "kinds": ["a", "b"]}
    assert Draft.objects.count() == 1
    assert drop_draft(key="case:17", by=person, at=rooms.AT)
    assert not drop_draft(key="case:17", by=person, at=rooms.AT)
    assert draft(person, "case:17") is None


def test_a_draft_is_its_writers_alone(person):
    other = rooms.person(person.centre, "shift_leader")
    keep(person)
    assert draft(other, "case:17") is None
    assert not drop_draft(key="case:17", by=other, at=rooms.AT)
    assert draft(person, "case:17") is not None


@pytest.mark.parametrize(
    ("key", "data"),
    [
        ("", {"a": "b"}),
        ("k" * 61, {"a": "b"}),
        ("a/../b", {"a": "b"}),
        ("new", {"a": "x" * 64_000}),
        ("new", {"a": "中" * 22_000}),
        ("new", {"a": "\x00"}),
        ("new", {"a": {"b": ["\x00"]}}),
        ("new", {"a": float("nan")}),
        ("new", {"a": object()}),
    ],
)
def test_what_cannot_be_a_draft(person, key, data):
    with pytest.raises(Refused):
        keep(person, key, data)
    assert not Draft.objects.exists()


def test_the_oldest_drafts_give_way(person, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 3)
    for number in range(5):
        keep(person, f"case:{number}", minutes=number)
    assert sorted(Draft.objects.values_list("key", flat=True)) == ["case:2", "case:3", "case:4"]


def test_programs_and_those_who_left_keep_none(person):
    person.is_system = True
    with pytest.raises(NotAllowed):
        keep(person)


@pytest.fixture
def seat(client, person):
    """Sends to and asks for the draft `new` as the person."""
    client.force_login(person)
    address = reverse("cases:draft", args=["new"])

    def go(data=None, **more):
        return client.get(address) if data is None and not more else client.post(address, data, **more)

    return go


def test_a_form_is_kept_and_handed_back(seat, person):
    assert seat().status_code == 204
    sent = {"place": "钟鼓街", "kinds": ["a", "b"], "csrfmiddlewaretoken": "x", "password": "geheim"}
    assert seat(sent).status_code == 204
    assert seat().json()["fields"] == {"place": "钟鼓街", "kinds": ["a", "b"]}


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (json.dumps({"place": "钟鼓街"}), 204),
        ("[1, 2]", 400),
        ("{", 400),
        ("[" * 100_000, 400),
        (json.dumps({"a": "x" * 70_000}), 409),
        (json.dumps({"a": "x" * 200_000}), 413),
        ('{"a": NaN}', 409),
        ('{"a": "\\u0000"}', 409),
        (b"\xff\xfe{}", 400),
    ],
)
def test_json_is_kept_or_refused_with_a_word(seat, sent, status):
    assert seat(sent, content_type="application/json").status_code == status


def test_the_address_takes_no_other_keys(client, person, seat):
    assert client.post("/cases/drafts/a%20b", {"a": "b"}).status_code in {404, 409}


def test_a_visitor_has_no_drafts(client):
    assert client.get(reverse("cases:draft", args=["new"])).status_code == 302
