"""From the draft to the withdrawal: a second person approves, every version is kept, a reader sees the one in force."""

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.core.access import NotAllowed, may
from hotline.kernel.rules import Refused
from hotline.knowledge import jobs
from hotline.knowledge.models import Article, FoundBy, Version, VersionStatus
from hotline.knowledge.queries import articles as queries
from hotline.knowledge.queries.due import due
from hotline.knowledge.services import articles
from hotline.knowledge.tests import builders
from hotline.people.models import Notice

NINE, DAYS, DAY = builders.NINE, builders.DAYS, builders.DAY


@pytest.fixture(name="house")
def _house(db):
    return builders.house()


@pytest.mark.clause("A3.1")
def test_an_article_is_read_once_a_second_person_has_approved_it(house):
    version = builders.draft(house)
    assert not Article.objects.visible_to(house.reader).exists()
    assert Article.objects.visible_to(house.leader).exists()
    articles.submit(version_id=version.pk, by=house.writer, at=NINE)
    with pytest.raises(NotAllowed):
        articles.approve(version_id=version.pk, by=house.writer, at=NINE)
    articles.approve(version_id=version.pk, by=house.leader, at=NINE)
    assert not FoundBy.objects.exists()
    articles.publish(version_id=version.pk, by=house.trainer, at=NINE)
    assert Article.objects.visible_to(house.reader).get().number == "K0001"
    assert FoundBy.objects.get().version_id == version.pk
    assert Notice.objects.get(recipient=house.writer).params["title"] == version.title


def test_nobody_approves_what_he_wrote_or_changed(house):
    own = articles.draft_article(kind="qa", text=builders.text(), by=house.leader, at=NINE)
    articles.submit(version_id=own.pk, by=house.leader, at=NINE)
    assert not may(house.leader, "knowledge.approve", Version.objects.get(pk=own.pk))
    assert may(house.trainer, "knowledge.approve", Version.objects.get(pk=own.pk))
    other = builders.draft(house)
    articles.save_draft(version_id=other.pk, text=builders.text(body="改过"), by=house.leader, at=NINE)
    articles.submit(version_id=other.pk, by=house.writer, at=NINE)
    with pytest.raises(NotAllowed):
        articles.approve(version_id=other.pk, by=house.leader, at=NINE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=other.pk).update(approved_by=house.leader)


@pytest.mark.parametrize("act", ["approve", "publish", "send_back"])
def test_readers_decide_nothing(house, act):
    version = builders.draft(house)
    articles.submit(version_id=version.pk, by=house.writer, at=NINE)
    note = {"note": "改"} if act == "send_back" else {}
    with pytest.raises(NotAllowed):
        getattr(articles, act)(version_id=version.pk, by=house.reader, at=NINE, **note)


@pytest.mark.clause("A3.1")
def test_every_published_version_is_kept_and_the_one_in_force_is_told(house):
    first = builders.published(house)
    second = articles.draft_version(article_id=first.article_id, by=house.writer, at=NINE + DAYS)
    assert articles.draft_version(article_id=first.article_id, by=house.writer, at=NINE + DAYS).pk == second.pk
    text = builders.text(body="新规定：两小时内围挡。", change="时限")
    articles.save_draft(version_id=second.pk, text=text, by=house.writer, at=NINE + DAYS)
    builders.approved(house, second, NINE + DAYS)
    articles.publish(version_id=second.pk, by=house.leader, at=NINE + 2 * DAYS)
    first.refresh_from_db()
    assert first.days == DateRange(DAY, DAY + 2 * DAYS)
    for on, seq in ((DAY, 1), (DAY + DAYS, 1), (DAY + 2 * DAYS, 2)):
        assert Version.objects.in_force(on).get().seq == seq
    [change] = queries.changes(first, Version.objects.get(seq=2))
    assert change.name == "body"
    for row in (first, Version.objects.get(seq=2)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.filter(pk=row.pk).update(body="偷改")
        with pytest.raises(IntegrityError), transaction.atomic():
            row.delete()


def test_a_version_of_the_same_day_replaces_the_one_before(house):
    first = builders.published(house)
    second = articles.draft_version(article_id=first.article_id, by=house.writer, at=NINE)
    builders.approved(house, second)
    articles.publish(version_id=second.pk, by=house.leader, at=NINE)
    first.refresh_from_db()
    assert first.status == VersionStatus.REPLACED
    assert [row.version.seq for row in FoundBy.objects.select_related("version")] == [2]


def test_a_version_may_begin_later_and_end(house):
    later = builders.text(first=DAY + 3 * DAYS, end=DAY + 5 * DAYS)
    version = builders.published(house, later)
    told = [Version.objects.in_force(DAY + n * DAYS).count() for n in range(6)]
    assert told == [0, 0, 0, 1, 1, 0]
    assert version.days.upper == DAY + 5 * DAYS
    with pytest.raises(Refused):
        builders.draft(house, builders.text(first=DAY, end=DAY))
    over = builders.approved(house, builders.draft(house, builders.text(end=DAY + DAYS)))
    with pytest.raises(Refused):
        articles.publish(version_id=over.pk, by=house.leader, at=NINE + DAYS)


def test_what_came_back_says_why_and_is_approved_anew(house):
    version = builders.approved(house, builders.draft(house))
    with pytest.raises(Refused):
        articles.send_back(version_id=version.pk, note=" ", by=house.leader, at=NINE)
    articles.send_back(version_id=version.pk, note="缺电话", by=house.leader, at=NINE)
    version.refresh_from_db()
    assert (version.status, version.approved_by) == (VersionStatus.DRAFT, None)
    assert "缺电话" in Notice.objects.get(recipient=house.writer).params["note"]
    with pytest.raises(Refused):
        articles.publish(version_id=version.pk, by=house.leader, at=NINE)


def test_an_empty_answer_is_not_submitted_and_a_published_text_not_changed(house):
    with pytest.raises(Refused):
        articles.submit(version_id=builders.draft(house, builders.text(body=" ")).pk, by=house.writer, at=NINE)
    with pytest.raises(Refused):
        builders.draft(house, builders.text(title="  "))
    version = builders.published(house)
    with pytest.raises(Refused):
        articles.save_draft(version_id=version.pk, text=builders.text(body="改"), by=house.writer, at=NINE)


def test_what_is_withdrawn_is_not_told_any_more(house):
    version = builders.published(house)
    with pytest.raises(NotAllowed):
        articles.withdraw(version_id=version.pk, note="错了", by=house.writer, at=NINE)
    with pytest.raises(Refused):
        articles.withdraw(version_id=version.pk, note="", by=house.leader, at=NINE)
    articles.withdraw(version_id=version.pk, note="错了", by=house.leader, at=NINE)
    assert not FoundBy.objects.exists()
    assert not Version.objects.in_force(DAY).exists()
    draft = builders.draft(house)
    articles.withdraw(version_id=draft.pk, note="不要了", by=house.writer, at=NINE)


def test_numbers_are_counted_within_a_centre(house):
    assert [builders.draft(house).article.number for _ in range(3)] == ["K0001", "K0002", "K0003"]
    assert builders.draft(builders.house()).article.number == "K0001"


@pytest.mark.clause("B2.4")
def test_an_article_that_nobody_looks_at_becomes_stale_and_its_owner_is_reminded(house):
    version = builders.published(house)
    article = version.article
    article.refresh_from_db()
    assert article.review_on == DAY + 180 * DAYS
    for days, stale, notices in ((165, False, 0), (166, False, 1), (170, False, 1), (180, True, 2), (181, True, 2)):
        jobs.look_after(at=NINE + days * DAYS)
        article.refresh_from_db()
        told = Notice.objects.filter(recipient=house.writer, params__has_key="title").exclude(
            text__contains="published"
        )
        assert (article.is_stale, told.count()) == (stale, notices), days
    assert FoundBy.objects.get().worth < 0
    assert not due(DAY + 182 * DAYS).exists()
    with pytest.raises(NotAllowed):
        articles.confirm(article_id=article.pk, by=house.reader, at=NINE + 182 * DAYS)
    articles.confirm(article_id=article.pk, by=house.writer, at=NINE + 182 * DAYS)
    article.refresh_from_db()
    assert (article.is_stale, article.review_on) == (False, DAY + 362 * DAYS)
    assert FoundBy.objects.get().worth == 0


def test_an_owner_may_look_more_often(house):
    version = articles.draft_article(kind="policy", text=builders.text(), review_days=30, by=house.writer, at=NINE)
    articles.publish(version_id=builders.approved(house, version).pk, by=house.leader, at=NINE)
    article = Article.objects.get()
    assert article.review_on == DAY + 30 * DAYS
    terms = {"kind": "script", "owner": house.trainer, "review_days": 10}
    articles.set_terms(article_id=article.pk, **terms, by=house.writer, at=NINE)
    article.refresh_from_db()
    assert (article.review_on, article.owner, FoundBy.objects.get().kind) == (DAY + 10 * DAYS, house.trainer, "script")
    stranger = builders.house().writer
    with pytest.raises(Refused):
        articles.set_terms(article_id=article.pk, kind="qa", owner=stranger, review_days=1, by=house.writer, at=NINE)
