"""Something real for every argument of an address of knowledge."""

from typing import Any

from hotline.knowledge.models import Kind
from hotline.knowledge.services import articles, keeping, proposals, reading
from hotline.knowledge.tests import builders
from hotline.people.models import Position
from hotline.people.tests import builders as people


def arguments(town: Any, case: Any) -> dict[str, dict[str, object]]:
    """A published article for the case's category, a proposal, a search in vain, synonyms, exam material."""
    writer = people.person(town.centre, position=Position.TRAINER)
    at = builders.NINE
    said = builders.text(codes=("C0101",))
    version = articles.draft_article(kind=Kind.QA, text=said, by=writer, at=at)
    articles.submit(version_id=version.pk, by=writer, at=at)
    articles.approve(version_id=version.pk, by=town.leader, at=at)
    articles.publish(version_id=version.pk, by=town.leader, at=at)
    proposal = proposals.propose(question="谁管小区井盖", by=town.operator, at=at)
    missing = reading.found_nothing(text="无人认领的桥", by=town.operator, at=at)
    assert missing is not None
    group = keeping.keep_synonyms(words=["井盖", "窨井盖"], by=writer, at=at)
    mark = keeping.mark_exam(kind="article", key=version.article.number, title="井盖", stamp="1", by=writer, at=at)
    return {
        "knowledge": {"serial": version.article.serial, "act": "approve"},
        "knowledge:body": {"pk": version.pk},
        "knowledge:take": {"pk": proposal.pk, "act": "write"},
        "knowledge:settle": {"pk": missing.pk},
        "knowledge:drop_synonyms": {"pk": group.pk},
        "knowledge:unmark": {"pk": mark.pk},
        "knowledge:of_case": {"pk": case.pk},
        "knowledge:of_category": {"pk": town.condition.category_id},
    }
