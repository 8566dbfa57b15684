"""The standard beside articles: found in one box, shown at the desk (B3.7)."""

import pytest
from django.test import Client
from django.urls import reverse

from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.knowledge.queries import search
from hotline.knowledge.services import articles
from hotline.knowledge.tests import builders
from hotline.people.models import Position
from hotline.people.tests import builders as people

DAY = builders.DAY


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def page(who, name, *args, **query):
    """The page as a person sees it; whoever signed in before is passed as his browser, for a seat is one person's."""
    client = who if isinstance(who, Client) else browser(who)
    answer = client.get(reverse(f"knowledge:{name}", args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.clause("B3.7")
def test_the_standard_is_found_in_the_same_box(db):
    town = cases.town()
    [(title, hits)] = search.elsewhere(town.operator, "上水井盖怎么立案 破损1", DAY)
    assert title == "Filing and closing standard"
    assert [hit.key for hit in hits] == ["C0101-1", "C0101-2"]
    assert hits[0].text == "修复"
    assert search.elsewhere(people.person(cases.town().centre), "不存在的", DAY) == []


@pytest.mark.clause("B3.7")
def test_the_desk_shows_box_articles_and_standard(db, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: builders.NINE)
    town = cases.town()
    case = cases.report(town, category=town.condition.category)
    writer = people.person(town.centre, position=Position.TRAINER)
    version = articles.draft_article(kind="qa", text=builders.text(codes=("C0101",)), by=writer, at=builders.NINE)
    articles.submit(version_id=version.pk, by=writer, at=builders.NINE)
    articles.approve(version_id=version.pk, by=town.leader, at=builders.NINE)
    articles.publish(version_id=version.pk, by=town.leader, at=builders.NINE)
    assert case.number in page(town.operator, "of_case", case.pk)
    assert version.title in page(town.operator, "of_category", town.condition.category_id)
    other = cases.town()
    assert page(other.operator, "of_category", other.condition.category_id) == ""
    assert browser(other.operator).get(reverse("knowledge:of_case", args=[case.pk])).status_code == 404
    hits = browser(town.operator).post(reverse("knowledge:hits"), {"q": "上水井盖破损", "case": case.number})
    assert "C0101-1" in hits.content.decode()
