"""Who may read, propose, write, approve and keep the words of knowledge."""

from hotline.core.access import permission
from hotline.knowledge.models import (
    Article,
    ExamMark,
    Proposal,
    Unanswered,
    Version,
    VersionStatus,
    Vote,
    approves_knowledge,
    reads_knowledge,
    writes_knowledge,
)
from hotline.knowledge.models.articles import READ
from hotline.people.models import Person, Position


def _here(person: Person, centre_id: int) -> bool:
    return person.centre_id == centre_id


@permission("knowledge.read")
def reads(person: Person) -> bool:
    """Everybody inside the centre."""
    return reads_knowledge(person)


@permission("knowledge.view_article")
def views_article(person: Person, article: Article) -> bool:
    """Agrees with Article.objects.visible_to."""
    return Article.objects.visible_to(person).filter(pk=article.pk).exists()


@permission("knowledge.view_version")
def views_version(person: Person, version: Version) -> bool:
    """Agrees with Version.objects.visible_to."""
    if not _here(person, version.article.centre_id):
        return False
    return writes_knowledge(person) or (reads_knowledge(person) and version.status in READ)


@permission("knowledge.write")
def writes(person: Person, article: Article | None = None) -> bool:
    """Those who answer for what is said; the program that brings content in."""
    same = article is None or _here(person, article.centre_id)
    return same and (person.is_system or writes_knowledge(person))


@permission("knowledge.approve")
def approves(person: Person, version: Version | None = None) -> bool:
    """A second person: neither the author nor who changed the text last."""
    if not approves_knowledge(person):
        return False
    if version is None:
        return True
    return _here(person, version.article.centre_id) and person.pk not in {version.author_id, version.edited_by_id}


@permission("knowledge.publish")
def publishes(person: Person, version: Version | None = None) -> bool:
    """Those who may approve at all."""
    return approves_knowledge(person) and (version is None or _here(person, version.article.centre_id))


@permission("knowledge.withdraw")
def withdraws(person: Person, version: Version) -> bool:
    """A draft by those who write, what is in force by those who approve."""
    if not _here(person, version.article.centre_id):
        return False
    return writes_knowledge(person) if version.status == VersionStatus.DRAFT else approves_knowledge(person)


@permission("knowledge.review")
def reviews(person: Person, article: Article) -> bool:
    """The owner, and those who approve: it is still right."""
    same = _here(person, article.centre_id)
    return same and reads_knowledge(person) and (article.owner_id == person.pk or approves_knowledge(person))


@permission("knowledge.mark_stale")
def marks_stale(person: Person) -> bool:
    """The clock."""
    return person.is_system


@permission("knowledge.propose")
def proposes(person: Person) -> bool:
    """Whoever meets hard questions, and the programs that collect them (B2.4)."""
    return person.is_system or reads_knowledge(person)


@permission("knowledge.view_proposal")
def views_proposal(person: Person, proposal: Proposal) -> bool:
    """Agrees with Proposal.objects.visible_to."""
    return _here(person, proposal.centre_id) and (writes_knowledge(person) or proposal.proposed_by_id == person.pk)


@permission("knowledge.view_unanswered")
def views_unanswered(person: Person, row: Unanswered) -> bool:
    """Agrees with Unanswered.objects.visible_to."""
    return _here(person, row.centre_id) and writes_knowledge(person)


@permission("knowledge.vote")
def votes(person: Person, version: Version) -> bool:
    """Whoever reads it."""
    return not person.is_system and views_version(person, version) and reads_knowledge(person)


@permission("knowledge.view_vote")
def views_vote(person: Person, vote: Vote) -> bool:
    """Agrees with Vote.objects.visible_to."""
    same = _here(person, vote.version.article.centre_id)
    return same and (writes_knowledge(person) or vote.person_id == person.pk)


@permission("knowledge.mark_exam")
def marks_exam(person: Person) -> bool:
    """Those who teach and examine, and who answers for the standard."""
    return person.standing.is_any(Position.TRAINER, Position.CENTRE_SUPERVISOR)


@permission("knowledge.view_exam_mark")
def views_exam_mark(person: Person, mark: ExamMark) -> bool:
    """Agrees with ExamMark.objects.visible_to."""
    return _here(person, mark.centre_id) and reads_knowledge(person)
