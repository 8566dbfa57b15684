"""What people ask and say: proposals, searches in vain, votes, openings, synonyms, exam material."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import append_only, audited
from hotline.knowledge.models.articles import Article, Version, reads_knowledge, writes_knowledge
from hotline.people.models import Centre, Person


class AskStatus(models.TextChoices):
    """Where a question stands that the knowledge base could not answer."""

    OPEN = "open", _("Not yet answered")
    ANSWERED = "answered", _("Answered")
    DECLINED = "declined", _("Not taken up")


ASK_MOVES = {
    AskStatus.OPEN: frozenset({AskStatus.ANSWERED, AskStatus.DECLINED}),
    AskStatus.ANSWERED: frozenset({AskStatus.OPEN}),
    AskStatus.DECLINED: frozenset({AskStatus.OPEN, AskStatus.ANSWERED}),
}


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Scopes of proposals."""

    def visible_to(self, person: Person) -> Self:
        """All for those who write, one's own for everybody."""
        rows = self.filter(centre=person.centre_id)
        return rows if writes_knowledge(person) else rows.filter(proposed_by=person.pk)


@audited
class Proposal(models.Model):
    """A hard question with its answer, offered for the knowledge base (B2.4)."""

    MOVES = ASK_MOVES

    centre = models.ForeignKey(Centre, models.PROTECT)
    question = models.CharField(_("question"), max_length=500)
    answer = models.TextField(_("answer"), blank=True)
    codes = ArrayField(models.CharField(max_length=12), verbose_name=_("categories"), default=list, blank=True)
    case_number = models.CharField(_("case"), max_length=20, blank=True)
    # Where it comes from, so that an event that is told twice proposes once.
    source = models.CharField(max_length=80, null=True, blank=True, unique=True)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    version = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="proposals")
    status = models.CharField(max_length=10, choices=AskStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AskStatus.values), name="knowledge_proposal_status"),
            models.CheckConstraint(condition=~Q(question=""), name="knowledge_proposal_question"),
            models.CheckConstraint(
                condition=~Q(status="answered") | Q(version__isnull=False), name="knowledge_proposal_answered"
            ),
        ]
        indexes = [models.Index(fields=["centre", "status", "-proposed_at"], name="knowledge_proposal_inbox")]

    def __str__(self) -> str:
        return self.question


class UnansweredQuerySet(models.QuerySet["Unanswered"]):
    """Scopes of searches in vain."""

    def visible_to(self, person: Person) -> Self:
        """Those who write see what was missing."""
        return self.filter(centre=person.centre_id) if writes_knowledge(person) else self.none()


@audited
class Unanswered(models.Model):
    """A search that found nothing, and how often."""

    MOVES = ASK_MOVES

    centre = models.ForeignKey(Centre, models.PROTECT)
    text = models.CharField(_("searched for"), max_length=60)
    times = models.PositiveIntegerField(_("times"), default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    article = models.ForeignKey(Article, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=AskStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = UnansweredQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "text"], name="knowledge_unanswered_once"),
            models.CheckConstraint(condition=Q(status__in=AskStatus.values), name="knowledge_unanswered_status"),
        ]
        indexes = [models.Index(fields=["centre", "status", "-times"], name="knowledge_unanswered_often")]

    def __str__(self) -> str:
        return self.text


class VoteQuerySet(models.QuerySet["Vote"]):
    """Scopes of votes."""

    def visible_to(self, person: Person) -> Self:
        """All for those who write, one's own for everybody."""
        rows = self.filter(version__article__centre=person.centre_id)
        return rows if writes_knowledge(person) else rows.filter(person=person.pk)


@audited
class Vote(models.Model):
    """Whether a version helped: one of a person, and why not where it did not."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="votes")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_useful = models.BooleanField()
    reason = models.CharField(_("what is missing or wrong"), max_length=300, blank=True)
    at = models.DateTimeField()

    objects = VoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "person"], name="knowledge_vote_once"),
            models.CheckConstraint(condition=Q(is_useful=True) | ~Q(reason=""), name="knowledge_vote_reason"),
        ]


class Opening(models.Model):
    """Somebody opened an article, perhaps for a case: a light log that is only added to."""

    version = models.ForeignKey(Version, models.PROTECT, related_name="openings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    case_number = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["version", "-at"], name="knowledge_opening_recent"),
            models.Index(fields=["case_number"], condition=~Q(case_number=""), name="knowledge_opening_case"),
        ]
        triggers = append_only()


@audited
class Synonyms(models.Model):
    """Words that mean the same: whoever searches for one finds the others."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    words = ArrayField(models.CharField(max_length=20), verbose_name=_("words"))

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(words__len__gte=2), name="knowledge_synonyms_two")]


class ExamKind(models.TextChoices):
    """What may be asked in an exam."""

    ARTICLE = "article", _("Article")
    CONDITION = "condition", _("Condition of the standard")


class ExamMarkQuerySet(models.QuerySet["ExamMark"]):
    """Scopes of exam material."""

    def visible_to(self, person: Person) -> Self:
        """Everybody may know what he will be asked (B3.7)."""
        return self.filter(centre=person.centre_id) if reads_knowledge(person) else self.none()


@audited
class ExamMark(models.Model):
    """An article or condition that is exam material, as it stood when it was marked (B3.7)."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    kind = models.CharField(max_length=10, choices=ExamKind.choices)
    key = models.CharField(max_length=20)  # K0042, or C0101-1
    title = models.CharField(max_length=200)
    stamp = models.CharField(max_length=40)  # the version, or the first day of the edition
    marked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()

    objects = ExamMarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "key"], name="knowledge_exam_once"),
            models.CheckConstraint(condition=Q(kind__in=ExamKind.values), name="knowledge_exam_kind"),
        ]
        ordering = ["kind", "key"]
