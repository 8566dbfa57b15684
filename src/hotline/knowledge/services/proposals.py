"""Hard questions are collected, generalised and written into the knowledge base (B2.4)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.knowledge.models import AskStatus, Kind, Proposal, Version, VersionStatus
from hotline.knowledge.services import articles
from hotline.people.models import Person
from hotline.people.services import notices

MOST_QUESTION = 500


@transaction.atomic
def propose(
    *,
    question: str,
    answer: str = "",
    codes: Iterable[str] = (),
    case_number: str = "",
    source: str = "",
    by: Person,
    at: datetime,
) -> Proposal:
    """Offer a hard question with its answer for the knowledge base; it arrives in the inbox of those who write.

    `codes` are categories of the standard (C0101). With a `source` (`promises:17`) the same question is proposed once,
    however often it is told.
    """
    authorize(by, "knowledge.propose")
    question = " ".join(question.split())[:MOST_QUESTION]
    if not question:
        raise Refused(Refusal("B2.4", _("Write the question."), {"field": "question"}))
    known = Proposal.objects.filter(source=source).first() if source else None
    if known is not None:
        return known
    proposal = Proposal(
        centre_id=by.centre_id,
        question=question,
        answer=answer.strip(),
        codes=list(dict.fromkeys(code.strip().upper() for code in codes if code.strip())),
        case_number=case_number,
        source=source or None,
        proposed_by=by,
        proposed_at=at,
    )
    begin(proposal, AskStatus.OPEN, by=by, at=at)
    proposal.save(force_insert=True)
    live.touch(f"knowledge:{by.centre_id}")
    return proposal


@transaction.atomic
def write_article(*, proposal_id: int, by: Person, at: datetime) -> Version:
    """Begin an article with what was proposed; its draft waits to be generalised."""
    proposal = _locked(proposal_id)
    authorize(by, "knowledge.write")
    _here(proposal, by)
    text = articles.Text(title=proposal.question[:120], body=proposal.answer, codes=tuple(proposal.codes))
    version = articles.draft_article(kind=Kind.QA, text=text, by=by, at=at)
    return _taken(proposal, version, by=by, at=at)


@transaction.atomic
def merge(*, proposal_id: int, article_id: int, by: Person, at: datetime) -> Version:
    """Write what was proposed into an article that is there: into its draft, or into a new version of it."""
    proposal = _locked(proposal_id)
    authorize(by, "knowledge.write")
    _here(proposal, by)
    version = articles.draft_version(article_id=article_id, by=by, at=at)
    if version.status != VersionStatus.DRAFT:
        raise Refused(
            Refusal("B2.4", _("A version of this article waits for approval; settle that first."), {"field": "article"})
        )
    text = articles.text_of(version)
    added = f"## {proposal.question}\n\n{proposal.answer}".strip()
    merged = articles.Text(
        title=text.title,
        body=f"{text.body.rstrip()}\n\n{added}\n",
        keywords=text.keywords,
        codes=tuple(dict.fromkeys([*text.codes, *proposal.codes])),
        departments=text.departments,
        links=text.links,
        change=text.change,
        first=text.first,
        end=text.end,
    )
    version = articles.save_draft(version_id=version.pk, text=merged, by=by, at=at)
    return _taken(proposal, version, by=by, at=at)


@transaction.atomic
def decline(*, proposal_id: int, note: str, by: Person, at: datetime) -> Proposal:
    """Not taken up, with the reason, which whoever proposed it is told."""
    proposal = _locked(proposal_id)
    authorize(by, "knowledge.write")
    _here(proposal, by)
    if not note.strip():
        raise Refused(Refusal("B2.4", _("Say why it is not taken up."), {"field": "note"}))
    move(proposal, AskStatus.DECLINED, by=by, at=at, note=note.strip())
    _tell(proposal, _("Your proposal “{question}” was not taken up: {note}"), by, at, note=note.strip()[:80])
    return proposal


def _taken(proposal: Proposal, version: Version, *, by: Person, at: datetime) -> Version:
    proposal.version = version
    move(proposal, AskStatus.ANSWERED, by=by, at=at, also=("version",))
    _tell(
        proposal, _("Your proposal “{question}” is being written into {number}."), by, at, number=version.article.number
    )
    return version


def _tell(proposal: Proposal, text: str, by: Person, at: datetime, **params: str) -> None:
    live.touch(f"knowledge:{proposal.centre_id}")
    if proposal.proposed_by_id != by.pk and not proposal.proposed_by.is_system:
        told = {"question": proposal.question[:60], **params}
        notices.notify(to=proposal.proposed_by, text=text, params=told, link="/knowledge/proposals", by=by, at=at)


def _locked(proposal_id: int) -> Proposal:
    return Proposal.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=proposal_id)


def _here(proposal: Proposal, by: Person) -> None:
    authorize(by, "knowledge.view_proposal", proposal)
