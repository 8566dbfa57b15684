"""Finding articles: ranking, readings, facets, the standard beside them; votes, openings, searches in vain."""

from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.knowledge.logic import findable
from hotline.knowledge.models import AskStatus, ExamMark, FoundBy, Opening, Unanswered, Vote
from hotline.knowledge.queries import articles as queries
from hotline.knowledge.queries import search
from hotline.knowledge.services import articles, keeping, reading
from hotline.knowledge.tests import builders
from hotline.people.models import Notice, Position
from hotline.people.tests import builders as people

NINE, DAYS, DAY = builders.NINE, builders.DAYS, builders.DAY


@pytest.fixture(name="house")
def _house(db):
    return builders.house()


def titles(house, text, **more):
    return [line.version.title for line in search.find(house.reader, text, DAY, **more).lines]


def say(house, title, body="请按流程办理。", **more):
    kind = more.pop("kind", "qa")
    return builders.published(house, builders.text(title, body, **more), kind=kind)


@pytest.mark.clause("A3.1")
def test_the_title_comes_before_the_keywords_and_those_before_the_answer(house):
    say(house, "路灯不亮怎么报", "顺便看看井盖。")
    say(house, "市政设施报修", "按权属转派。", keywords=("井盖", "护栏"))
    say(house, "井盖破损怎么处理", "先围挡。")
    assert titles(house, "井盖") == ["井盖破损怎么处理", "市政设施报修", "路灯不亮怎么报"]
    assert titles(house, "井盖怎么处理")[0] == "井盖破损怎么处理"
    assert titles(house, "下水道堵塞") == []


@pytest.mark.clause("A3.1")
@pytest.mark.parametrize(
    "typed", ["井盖", "jg", "jinggai", "jing gai", "马葫芦盖", "景盖", "2660123", "0359-266", "k0001"]
)
def test_one_article_by_word_sound_synonym_slip_and_number(house, typed):
    keeping.keep_synonyms(words=["井盖", "窨井盖", "马葫芦盖"], by=house.writer, at=NINE)
    say(house, "井盖破损怎么处理", "供排水公司值班电话0359-2660123。")
    say(house, "渣土车撒漏", "记车牌和时间。")
    assert titles(house, typed) == ["井盖破损怎么处理"], typed


def test_hits_are_marked(house):
    say(house, "井盖破损怎么处理", "先问清" + "位置" * 100 + "，再围挡现场。")
    [line] = search.find(house.reader, "围挡", DAY).lines
    assert [part.text for part in line.text if part.is_hit] == ["围挡"]
    [line] = search.find(house.reader, "jgps", DAY).lines
    assert "".join(part.text for part in line.title if part.is_hit) == "井盖破损"


def test_useful_articles_rise_and_stale_ones_sink(house):
    first, second, third = (say(house, f"噪声扰民{name}") for name in ("甲", "乙", "丙"))
    assert titles(house, "噪声扰民") == ["噪声扰民丙", "噪声扰民乙", "噪声扰民甲"]
    for _ in range(3):
        voter = people.person(house.centre, position=Position.OPERATOR)
        reading.vote(version_id=first.pk, is_useful=True, by=voter, at=NINE)
    reading.vote(version_id=third.pk, is_useful=False, reason="太旧", by=house.reader, at=NINE)
    assert titles(house, "噪声扰民") == ["噪声扰民甲", "噪声扰民乙", "噪声扰民丙"]
    articles.mark_due(article_id=second.article_id, by=house.system, at=NINE + 200 * DAYS)
    assert titles(house, "噪声扰民")[-1] == "噪声扰民乙"


def test_facets_narrow_what_was_found(house):
    say(house, "噪声投诉话术", kind="script", codes=("E0301",))
    say(house, "噪声标准", kind="policy", codes=("E0301", "E0404"))
    answer = search.find(house.reader, "噪声", DAY)
    assert {(one.key, one.count) for one in answer.kinds} == {("script", 1), ("policy", 1)}
    assert {(one.key, one.count) for one in answer.categories} == {("E0301", 2), ("E0404", 1)}
    assert titles(house, "噪声", kind="script") == ["噪声投诉话术"]
    assert titles(house, "噪声", code="E0404") == ["噪声标准"]
    assert len(titles(house, "")) == 2
    assert [line.version.title for line in search.of_category(house.reader, "E0404", DAY)] == ["噪声标准"]
    assert search.of_category(house.reader, "", DAY) == []


def test_only_what_is_in_force_in_ones_own_centre_is_found(house):
    say(house, "垃圾清运时间", first=DAY + 2 * DAYS)
    assert titles(house, "垃圾") == []
    assert search.find(house.reader, "垃圾", DAY + 2 * DAYS).total == 1
    assert search.find(builders.house().reader, "垃圾", DAY + 2 * DAYS).total == 0
    assert search.find(house.clerk, "垃圾", DAY + 2 * DAYS).total == 0


TEXTS = st.text(alphabet="井盖破损路灯渣土噪声停水供电树木垃圾清运车辆夜间施工abc019 ，。", min_size=1, max_size=40)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=TEXTS, data=st.data())
def test_any_text_is_found_by_any_of_its_words(house, body, data):
    words = findable.words(body)
    if words:
        with transaction.atomic():
            version = say(house, "无关的题目", f"{body}。")
            word = data.draw(st.sampled_from(words))
            found = search.find(house.reader, word, DAY, limit=100)
            assert version.pk in [line.version.pk for line in found.lines], word
            transaction.set_rollback(True)


@pytest.mark.clause("B3.7")
def test_articles_and_conditions_are_exam_material_with_their_version(house):
    version = say(house, "立案标准要点")
    values = {"kind": "article", "key": version.article.number, "title": version.title, "stamp": "1"}
    mark = keeping.mark_exam(**values, by=house.trainer, at=NINE)
    keeping.mark_exam(kind="condition", key="C0101-1", title="井盖", stamp="2024-01-01", by=house.trainer, at=NINE)
    again = keeping.mark_exam(**{**values, "stamp": "2"}, by=house.trainer, at=NINE)
    assert again.pk == mark.pk
    assert ExamMark.objects.visible_to(house.reader).count() == 2
    assert queries.stamps(house.reader, [version.article.number], DAY) == {version.article.number: "1"}
    with pytest.raises(NotAllowed):
        keeping.mark_exam(**values, by=house.reader, at=NINE)
    keeping.unmark_exam(mark_id=mark.pk, by=house.trainer, at=NINE)
    assert ExamMark.objects.count() == 1


# ---------------------------------------------------------------- what readers leave behind


@pytest.mark.clause("A3.1")
def test_a_vote_counts_once_a_person_and_a_no_reaches_the_owner(house):
    version = say(house, "停水了找谁")
    with pytest.raises(Refused):
        reading.vote(version_id=version.pk, is_useful=False, reason=" ", by=house.reader, at=NINE)
    reading.vote(version_id=version.pk, is_useful=False, reason="缺电话", by=house.reader, at=NINE)
    notice = Notice.objects.filter(recipient=house.writer).latest("pk")
    assert notice.params["reason"] == "缺电话"
    assert [vote.reason for vote in queries.complaints(house.writer, version)] == ["缺电话"]
    reading.vote(version_id=version.pk, is_useful=True, by=house.reader, at=NINE)
    found = FoundBy.objects.get()
    assert (found.useful, found.useless, Vote.objects.count()) == (1, 0, 1)
    with pytest.raises(NotAllowed):
        reading.vote(version_id=version.pk, is_useful=True, by=house.clerk, at=NINE)


@pytest.mark.clause("A3.1")
def test_openings_are_logged_with_the_case_and_never_changed(house):
    version = say(house, "停水了找谁")
    for _ in range(10):
        reading.opened(version_id=version.pk, case_number="20260309-0001", by=house.reader, at=NINE)
    found = FoundBy.objects.get()
    assert (found.opened, found.worth) == (10, 10)
    assert queries.openings_of(version)[0].case_number == "20260309-0001"
    with pytest.raises(DatabaseError), transaction.atomic():
        Opening.objects.update(case_number="")


@pytest.mark.clause("B2.4")
def test_a_search_in_vain_is_collected_until_an_article_answers_it(house):
    for text in ("共享单车  乱停", "共享单车 乱停"):
        row = reading.found_nothing(text=text, by=house.reader, at=NINE)
    assert (row.text, row.times) == ("共享单车 乱停", 2)
    assert reading.found_nothing(text="13812345678", by=house.reader, at=NINE) is None
    assert reading.found_nothing(text="共", by=house.reader, at=NINE) is None
    with pytest.raises(NotAllowed):
        reading.settle(row_id=row.pk, note="x", by=house.reader, at=NINE)
    with pytest.raises(Refused):
        reading.settle(row_id=row.pk, by=house.writer, at=NINE)
    article = say(house, "共享单车乱停找谁").article
    assert reading.settle(row_id=row.pk, article=article, by=house.writer, at=NINE).status == AskStatus.ANSWERED
    again = reading.found_nothing(text="共享单车 乱停", by=house.reader, at=NINE)
    assert (again.status, again.times) == (AskStatus.OPEN, 3)
    assert Unanswered.objects.visible_to(house.reader).count() == 0


def test_synonyms_need_two_words(house):
    with pytest.raises(Refused):
        keeping.keep_synonyms(words=["井盖", " "], by=house.writer, at=NINE)
    group = keeping.keep_synonyms(words=["井盖", "窨井盖"], by=house.writer, at=NINE)
    assert keeping.keep_synonyms(words=["井盖", "沙井盖"], group_id=group.pk, by=house.writer, at=NINE).pk == group.pk
    keeping.drop_synonyms(group_id=group.pk, by=house.writer, at=NINE)
    assert search.synonyms(house.centre.pk) == []


def test_a_search_asks_few_questions(house, django_assert_max_num_queries):
    for number in range(30):
        say(house, f"噪声投诉{number}")
    with patch.object(search, "SHOWN", 20), django_assert_max_num_queries(8):
        assert len(titles(house, "噪声")) == 20


def test_rows_of_the_index_hold_the_database_to_its_word(house):
    version = say(house, "停水了找谁")
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(version=version, person=house.reader, is_useful=False, reason="", at=NINE)
