"""Finding cases by number and by words, and the search of the top bar over every area."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic.near import box_around, metres_between
from hotline.cases.logic.words import asked, words_of
from hotline.cases.models import Case
from hotline.cases.queries import search
from hotline.cases.services import desk
from hotline.cases.tests import builders
from hotline.config.search import may_stand_in_address
from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people

HTMX = {"headers": {"HX-Request": "true"}}
TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)


def test_words_of_chinese_are_found_whole_and_by_neighbours():
    words = words_of("学府路上水井盖破损")
    assert {"井盖", "破损", "学府"} <= set(words)
    assert len(words) == len(set(words))


@given(TEXT)
def test_any_text_makes_a_query_that_the_database_can_read(text):
    query = asked(text)
    assert set(query) <= set("&|():* ") | {sign for sign in text.lower()} or not query
    assert not any(sign in query for sign in "'\\!<>")


@given(st.decimals(min_value=-80, max_value=80, places=6), st.decimals(min_value=-179, max_value=179, places=6))
def test_a_point_lies_in_its_own_box_and_no_distance_from_itself(latitude, longitude):
    box = box_around(latitude, longitude, 250)
    assert box.south <= latitude <= box.north
    assert box.west <= longitude <= box.east
    assert metres_between((latitude, longitude), (latitude, longitude)) == 0
    edge = metres_between((latitude, longitude), (box.north, longitude))
    assert 249 <= edge <= 251


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


def found(town, text):
    return [case.number for case in search.find(town.operator, text)]


def test_a_case_is_found_by_its_number_and_by_its_words(town):
    case = builders.report(town, description="学府路口井盖松动，行人易绊倒", place="学府路口", category=town.condition.category)
    other = builders.report(town, description="Noise at night, street 42", place="滨河路")
    for text in (case.number, case.number[:12], "井盖", "学府路 绊倒", "公用设施", "C0101"):
        assert case.number in found(town, text), text
        if text != case.number[:12]:
            assert other.number not in found(town, text), text
    for text in ("noise", "noi night", "滨河路", case.number[:8]):
        assert other.number in found(town, text), text
    for text in ("", "  ", "&|!", "路灯", "'"):
        assert found(town, text) == [], text


def test_an_amended_case_is_found_by_its_new_words(town):
    case = builders.report(town, description="井盖松动")
    desk.amend(
        case_id=case.pk, version=case.version, changes={"description": "路灯不亮"}, by=town.operator, at=builders.NINE
    )
    assert found(town, "路灯") == [case.number]
    assert found(town, "松动") == []


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
