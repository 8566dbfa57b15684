"""Pages of knowledge as people use them: who gets in, what they show, how many questions they ask."""

import pytest
from django.test import Client
from django.urls import reverse

from hotline.knowledge.models import ExamMark, Opening, Proposal, Synonyms, Unanswered, Version, VersionStatus
from hotline.knowledge.services import articles, proposals, reading
from hotline.knowledge.tests import builders

HTMX = {"HX-Request": "true"}


@pytest.fixture(name="house")
def _house(db, monkeypatch):
    from hotline.core import clock  # noqa: PLC0415 patched for this test alone

    monkeypatch.setattr(clock, "now", lambda: builders.NINE)
    return builders.house()


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


@pytest.mark.clause("A3.1")
def test_an_operator_finds_reads_and_votes(house):
    version = builders.published(house, builders.text("井盖不见了", "先围挡 <script>alert(1)</script>"))
    client = browser(house.reader)
    found = client.post(reverse("knowledge:search"), {"q": "jg"}, headers=HTMX).content.decode()
    assert "<mark>井盖</mark>" in found
    assert "<html" not in found
    panel = client.get(reverse("knowledge:panel", args=[version.article.serial]), {"case": "20260309-0001"})
    assert "&lt;script&gt;" in panel.content.decode()
    assert "<script>alert" not in panel.content.decode()
    client.post(reverse("knowledge:opened"), {"version": version.pk, "case": "20260309-0001"})
    assert Opening.objects.get().case_number == "20260309-0001"
    vote = client.post(reverse("knowledge:vote", args=[1]), {"useful": "no", "reason": "缺电话"}, headers=HTMX)
    assert "缺电话" in vote.content.decode()
    refused = client.post(reverse("knowledge:vote", args=[1]), {"useful": "no"}, headers=HTMX)
    assert refused.status_code == 409


def test_what_was_not_found_is_noted_and_what_was_found_is_not(house):
    builders.published(house)
    client = browser(house.reader)
    for text in ("外星人", "井盖", ""):
        client.post(reverse("knowledge:missed"), {"q": text})
    assert [row.text for row in Unanswered.objects.all()] == ["外星人"]
    empty = client.post(reverse("knowledge:search"), {"q": "外星人"}, headers=HTMX).content.decode()
    assert reverse("knowledge:missed") in empty


@pytest.mark.clause("A3.1")
def test_a_page_from_draft_to_publication(house):
    writer, leader = browser(house.writer), browser(house.leader)
    form = {"title": "停水了找谁", "kind": "qa", "body": "打供水热线。", "owner": house.writer.pk, "links": "供水 /x"}
    made = writer.post(reverse("knowledge:new"), form | {"then": "submit"})
    assert made.status_code == 302, made.content.decode()
    version = Version.objects.get()
    assert (version.status, version.links) == (VersionStatus.SUBMITTED, [{"title": "供水", "url": "/x"}])
    assert "停水了找谁" in page(leader, "inbox")
    step = {"version": version.seq, "next": "inbox"}
    assert writer.post(reverse("knowledge:step", args=[1, "approve"]), step).status_code == 403
    for act in ("approve", "publish"):
        assert leader.post(reverse("knowledge:step", args=[1, act]), step).status_code == 302
    assert "打供水热线" in page(house.reader, "article", 1)
    edited = writer.post(
        reverse("knowledge:edit", args=[1]), form | {"body": "打供水热线，或找物业。", "change": "物业"}
    )
    assert edited.status_code == 302
    assert "<ins>" in page(writer, "diff", 1)
    assert browser(house.reader).get(reverse("knowledge:article", args=[1]), {"version": 2}).status_code == 404
    refused = leader.post(reverse("knowledge:step", args=[1, "withdraw"]), {"version": 1})
    assert refused.status_code == 409
    bad = writer.post(reverse("knowledge:new"), form | {"links": "坏 javascript:alert(1)"})
    assert bad.status_code == 200
    assert Version.objects.count() == 2


@pytest.mark.clause("B2.4")
def test_the_inboxes_of_those_who_write(house):
    builders.published(house)
    client, writer = browser(house.reader), browser(house.writer)
    client.post(reverse("knowledge:propose"), {"question": "谁管小区井盖", "answer": "物业", "case_number": ""})
    proposal = Proposal.objects.get()
    assert "谁管小区井盖" in page(writer, "proposals")
    assert "谁管小区井盖" in page(client, "proposals")
    assert writer.post(reverse("knowledge:take", args=[proposal.pk, "merge"]), {"article": "K1"}).status_code == 302
    row = reading.found_nothing(text="外星人", by=house.reader, at=builders.NINE)
    assert "外星人" in page(writer, "unanswered")
    writer.post(reverse("knowledge:settle", args=[row.pk]), {"article": "K0001"})
    assert "K0001" in page(writer, "unanswered", state="answered")
    writer.post(reverse("knowledge:synonyms"), {"words": "井盖，窨井盖"})
    assert Synonyms.objects.get().words == ["井盖", "窨井盖"]
    assert "窨井盖" in page(writer, "synonyms")
    writer.post(reverse("knowledge:drop_synonyms", args=[Synonyms.objects.get().pk]))
    assert not Synonyms.objects.exists()


@pytest.mark.clause("B3.7")
def test_a_trainer_marks_what_is_asked_in_exams(house):
    builders.published(house)
    trainer = browser(house.trainer)
    trainer.post(reverse("knowledge:exam", args=[1]))
    values = {"key": "C0101-1", "title": "井盖", "stamp": "2024-01-01"}
    assert trainer.post(reverse("knowledge:mark_condition"), values, headers=HTMX).status_code == 204
    assert "C0101-1" in page(house.reader, "exams")
    assert browser(house.reader).post(reverse("knowledge:mark_condition"), values).status_code == 403
    trainer.post(reverse("knowledge:exam", args=[1]))
    assert ExamMark.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "most"),
    [("search", 22), ("list", 22), ("inbox", 26), ("proposals", 26), ("unanswered", 24), ("stale", 26)],
)
def test_a_page_asks_few_questions_however_much_there_is(house, name, most, django_assert_max_num_queries):
    for number in range(12):
        builders.published(house, builders.text(f"噪声{number}"))
        articles.submit(version_id=builders.draft(house).pk, by=house.writer, at=builders.NINE)
        proposals.propose(question=f"问{number}", by=house.reader, at=builders.NINE)
        reading.found_nothing(text=f"搜不到{number}", by=house.reader, at=builders.NINE)
    client = browser(house.leader)
    address = reverse(f"knowledge:{name}")
    client.get(address)
    with django_assert_max_num_queries(most):
        assert client.get(address).status_code == 200
    assert browser(house.clerk).get(address).status_code == 403
