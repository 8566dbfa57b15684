"""Hard questions are collected, generalised and written into the knowledge base (B2.4)."""

import pytest

from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.knowledge.models import AskStatus, Proposal, VersionStatus
from hotline.knowledge.services import articles, proposals
from hotline.knowledge.tests import builders
from hotline.people.models import Notice

NINE = builders.NINE


@pytest.fixture(name="house")
def _house(db):
    return builders.house()


def ask(house, **more):
    values = {
        "question": "小区自管井盖丢了归谁管",
        "answer": "归物业，物业不管的转房屋处。",
        "codes": ["c0101"],
        **more,
    }
    return proposals.propose(by=more.pop("by", house.reader), at=NINE, **{k: v for k, v in values.items() if k != "by"})


@pytest.mark.clause("B2.4")
def test_a_hard_question_becomes_the_draft_of_an_article(house):
    proposal = ask(house, case_number="20260309-0007")
    assert (proposal.status, proposal.codes) == (AskStatus.OPEN, ["C0101"])
    version = proposals.write_article(proposal_id=proposal.pk, by=house.writer, at=NINE)
    assert (version.status, version.title, version.codes) == (VersionStatus.DRAFT, proposal.question, ["C0101"])
    proposal.refresh_from_db()
    assert (proposal.status, proposal.version) == (AskStatus.ANSWERED, version)
    notice = Notice.objects.get(recipient=house.reader)
    assert notice.params["number"] == version.article.number
    with pytest.raises(Refused):
        proposals.write_article(proposal_id=proposal.pk, by=house.writer, at=NINE)


@pytest.mark.clause("B2.4")
def test_a_hard_question_is_merged_into_an_article_that_is_there(house):
    known = builders.published(house, builders.text(codes=("C0102",)))
    version = proposals.merge(proposal_id=ask(house).pk, article_id=known.article_id, by=house.writer, at=NINE)
    assert (version.seq, version.status) == (2, VersionStatus.DRAFT)
    assert version.body.startswith(known.body)
    assert "## 小区自管井盖丢了归谁管" in version.body
    assert version.codes == ["C0102", "C0101"]
    known.refresh_from_db()
    assert known.status == VersionStatus.PUBLISHED


def test_a_second_question_goes_into_the_same_draft_but_not_past_the_approver(house):
    known = builders.published(house)
    first = proposals.merge(proposal_id=ask(house).pk, article_id=known.article_id, by=house.writer, at=NINE)
    more = ask(house, question="马路中间的井盖归谁")
    second = proposals.merge(proposal_id=more.pk, article_id=known.article_id, by=house.writer, at=NINE)
    assert second.pk == first.pk
    articles.submit(version_id=second.pk, by=house.writer, at=NINE)
    third = ask(house, question="夜里谁值班")
    with pytest.raises(Refused):
        proposals.merge(proposal_id=third.pk, article_id=known.article_id, by=house.writer, at=NINE)
    assert Proposal.objects.get(pk=third.pk).status == AskStatus.OPEN


def test_what_is_told_twice_is_proposed_once(house):
    first = ask(house, source="promises:17", by=house.system)
    assert ask(house, source="promises:17", by=house.system).pk == first.pk
    assert ask(house).pk != ask(house).pk


def test_a_proposal_that_is_not_taken_up_says_why(house):
    proposal = ask(house)
    with pytest.raises(Refused):
        proposals.decline(proposal_id=proposal.pk, note=" ", by=house.writer, at=NINE)
    with pytest.raises(NotAllowed):
        proposals.decline(proposal_id=proposal.pk, note="不收", by=house.reader, at=NINE)
    proposals.decline(proposal_id=proposal.pk, note="标准里已有", by=house.writer, at=NINE)
    assert Notice.objects.get(recipient=house.reader).params["note"] == "标准里已有"


def test_an_empty_question_and_a_stranger_are_refused(house):
    with pytest.raises(Refused):
        ask(house, question="  ")
    with pytest.raises(NotAllowed):
        ask(house, by=house.clerk)
    proposal = ask(house)
    with pytest.raises(NotAllowed):
        proposals.write_article(proposal_id=proposal.pk, by=builders.house().writer, at=NINE)
