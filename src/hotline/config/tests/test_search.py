"""The search of the top bar: every area at once, as far as one may see, and no telephone number in an address."""

import pytest
from django.urls import reverse

from hotline.cases.models import Case
from hotline.cases.tests import builders
from hotline.config.search import may_stand_in_address
from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people

HTMX = {"headers": {"HX-Request": "true"}}


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("20260309-0042", True),
        ("20260309-", True),
        ("13800001234", False),
        ("138 0000 1234", False),
        ("+86-138-0000", False),
        ("20260309", False),
        ("井盖 3 号", True),
        ("0042", True),
    ],
)
def test_a_telephone_number_never_stands_in_an_address(text, fits):
    assert may_stand_in_address(text) is fits


@pytest.fixture(name="town")
def _town(monkeypatch, db):
    monkeypatch.setattr(clock, "now", lambda: builders.NINE)
    return builders.town()


def sign_in(client, person):
    client.force_login(person)
    return client


def test_the_top_bar_finds_cases_and_people_as_far_as_one_may_see(town, client):
    case = builders.report(town, description="井盖松动")
    sign_in(client, town.leader)
    text = client.post(reverse("search"), {"q": "井盖"}, **HTMX).content.decode()
    assert reverse("cases:case", args=[case.number]) in text
    assert "<html" not in text
    text = client.post(reverse("search"), {"q": town.operator.name}, **HTMX).content.decode()
    assert town.operator.number in text
    sign_in(client, people.person(town.centre, position=Position.HR))
    assert case.number not in client.post(reverse("search"), {"q": "井盖"}).content.decode()
    assert Case.objects.count() == 1


def test_by_address_only_what_may_be_kept_there(town, client):
    sign_in(client, town.operator)
    case = builders.report(town, description="井盖松动")
    assert case.number in client.get(reverse("search"), {"q": "井盖"}).content.decode()
    answer = client.get(reverse("search"), {"q": "13800001234"})
    assert answer.status_code == 302
    assert "138" not in answer.url
    assert "138" not in client.get(answer.url).content.decode()


def test_search_asks_for_sign_in(client):
    assert client.get(reverse("search"), {"q": "x"}).status_code == 302
