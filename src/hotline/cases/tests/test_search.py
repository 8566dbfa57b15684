"""Finding cases by number and by words; how far places lie apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic.near import box_around, metres_between
from hotline.cases.queries import search
from hotline.cases.services import desk
from hotline.cases.tests import builders
from hotline.core import clock
from hotline.kernel.lexicon import asked, words_of

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)


def test_words_of_chinese_are_found_whole_and_by_neighbours():
    words = words_of("学府路上水井盖破损")
    assert {"井盖", "破损", "学府"} <= set(words)
    assert len(words) == len(set(words))


@given(TEXT)
def test_any_text_makes_a_query_that_the_database_can_read(text):
    query = asked(text)
    assert set(query) <= set("&|():* ") | set(text.lower()) or not query
    assert not any(sign in query for sign in "'\\!<>")


@given(st.decimals(min_value=-80, max_value=80, places=6), st.decimals(min_value=-179, max_value=179, places=6))
def test_a_point_lies_in_its_own_box_and_no_distance_from_itself(latitude, longitude):
    box = box_around(latitude, longitude, 250)
    assert box.south <= latitude <= box.north
    assert box.west <= longitude <= box.east
    assert metres_between((latitude, longitude), (latitude, longitude)) == 0
    edge = metres_between((latitude, longitude), (box.north, longitude))
    assert 249 <= edge <= 251


@pytest.fixture(name="town")
def _town(monkeypatch, db):
    monkeypatch.setattr(clock, "now", lambda: builders.NINE)
    return builders.town()


def found(town, text):
    return [case.number for case in search.find(town.operator, text)]


def test_a_case_is_found_by_its_number_and_by_its_words(town):
    category = town.condition.category
    case = builders.report(town, description="学府路口井盖松动，行人易绊倒", place="学府路口", category=category)
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
