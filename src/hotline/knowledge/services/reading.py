"""What readers leave behind: votes, openings, searches in vain; and who looks after those."""

from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.knowledge.logic.findable import plain
from hotline.knowledge.models import Article, AskStatus, Opening, Unanswered, Version, Vote
from hotline.knowledge.services.indexing import count_opening, count_votes
from hotline.people.models import Person
from hotline.people.services import notices

MOST_TEXT = 60
DIGITS_OF_A_PHONE = 7


@transaction.atomic
def vote(*, version_id: int, is_useful: bool, reason: str = "", by: Person, at: datetime) -> Vote:
    """Say whether a version helped, and why not where it did not; a second vote of a person replaces his first."""
    version = _locked(version_id)
    authorize(by, "knowledge.vote", version)
    reason = reason.strip()[:300]
    if not is_useful and not reason:
        raise Refused(Refusal("A3.1", _("Say what is missing or wrong; the owner reads it."), {"field": "reason"}))
    vote, _made = Vote.objects.update_or_create(
        version=version,
        person=by,
        defaults={"is_useful": is_useful, "reason": "" if is_useful else reason, "at": at},
    )
    count_votes(version=version)
    owner = version.article.owner
    if not is_useful and owner.pk != by.pk and not owner.is_system:
        told = {"title": version.title[:60], "reason": reason[:80]}
        text = _("“{title}” did not help: {reason}")
        notices.notify(to=owner, text=text, params=told, link=f"/knowledge/{version.article.number}", by=by, at=at)
    return vote


@transaction.atomic
def opened(*, version_id: int, case_number: str = "", by: Person, at: datetime) -> Opening:
    """Note that somebody opened an article, at the desk for a case."""
    version = Version.objects.select_related("article").get(pk=version_id)
    authorize(by, "knowledge.view_version", version)
    row = Opening.objects.create(version=version, person=by, case_number=case_number[:20], at=at)
    count_opening(version=version)
    return row


@transaction.atomic
def found_nothing(*, text: str, by: Person, at: datetime) -> Unanswered | None:
    """Collect a search that found nothing; what may be a citizen's number is not kept."""
    authorize(by, "knowledge.read")
    text = " ".join(plain(text).split())[:MOST_TEXT]
    if len(text) < 2 or sum(sign.isdigit() for sign in text) >= DIGITS_OF_A_PHONE:
        return None
    first = {"first_at": at, "last_at": at, "last_by": by, "status": AskStatus.OPEN, "status_at": at, "status_by": by}
    rows = Unanswered.objects.select_for_update()
    row, is_new = rows.get_or_create(centre_id=by.centre_id, text=text, defaults=first)
    if not is_new:
        row.times, row.last_at, row.last_by = row.times + 1, at, by
        row.save(update_fields=["times", "last_at", "last_by"])
        if row.status == AskStatus.ANSWERED:  # the answer is not found: it is missing again
            move(row, AskStatus.OPEN, by=by, at=at)
    live.touch(f"knowledge:{by.centre_id}")
    return row


@transaction.atomic
def settle(*, row_id: int, article: Article | None = None, note: str = "", by: Person, at: datetime) -> Unanswered:
    """A search in vain is looked after: an article answers it now, or it is not taken up and why."""
    row = Unanswered.objects.select_for_update().get(pk=row_id)
    authorize(by, "knowledge.view_unanswered", row)
    if article is None and not note.strip():
        raise Refused(Refusal("B2.4", _("Name the article, or say why it is not taken up."), {"field": "note"}))
    if article is not None and article.centre_id != row.centre_id:
        raise Refused(Refusal("B2.4", _("The article belongs to another centre."), {"field": "article"}))
    row.article = article
    status = AskStatus.ANSWERED if article else AskStatus.DECLINED
    move(row, status, by=by, at=at, note=note.strip(), also=("article",))
    live.touch(f"knowledge:{row.centre_id}")
    return row


def _locked(version_id: int) -> Version:
    rows = Version.objects.select_for_update(of=("self",))
    return rows.select_related("article__owner").get(pk=version_id)
