"""What the keepers of knowledge settle: synonyms, and what is exam material."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.knowledge.logic.findable import plain
from hotline.knowledge.models import ExamKind, ExamMark, Synonyms
from hotline.people.models import Person


@transaction.atomic
def keep_synonyms(*, words: Iterable[str], group_id: int | None = None, by: Person, at: datetime) -> Synonyms:
    """Let words mean the same in every search; with a group its words are replaced."""
    authorize(by, "knowledge.write")
    kept = list(dict.fromkeys("".join(plain(word).split())[:20] for word in words if word.strip()))
    if len(kept) < 2:
        raise Refused(Refusal("A3.1", _("A group needs two words at least."), {"field": "words"}))
    if group_id is None:
        return Synonyms.objects.create(centre_id=by.centre_id, words=kept)
    group = Synonyms.objects.select_for_update().get(pk=group_id, centre=by.centre_id)
    group.words = kept
    group.save(update_fields=["words"])
    return group


@transaction.atomic
def drop_synonyms(*, group_id: int, by: Person, at: datetime) -> None:
    """These words do not mean the same after all."""
    authorize(by, "knowledge.write")
    Synonyms.objects.filter(pk=group_id, centre=by.centre_id).delete()


@transaction.atomic
def mark_exam(*, kind: str, key: str, title: str, stamp: str, by: Person, at: datetime) -> ExamMark:
    """An article or condition is exam material as it stands now (B3.7); marking it again renews the stamp."""
    authorize(by, "knowledge.mark_exam")
    mark, _made = ExamMark.objects.update_or_create(
        centre_id=by.centre_id,
        kind=ExamKind(kind).value,
        key=key[:20],
        defaults={"title": title[:200], "stamp": stamp[:40], "marked_by": by, "marked_at": at},
    )
    return mark


@transaction.atomic
def unmark_exam(*, mark_id: int, by: Person, at: datetime) -> None:
    """It is not asked any more."""
    authorize(by, "knowledge.mark_exam")
    ExamMark.objects.filter(pk=mark_id, centre=by.centre_id).delete()
