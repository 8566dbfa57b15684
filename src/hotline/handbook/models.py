"""Tables of the handbook: versions, what they change, opinions, acknowledgements, questions to look at, reviews."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.core.models import append_only, audited, kept, written_while
from hotline.people.models import Centre, Person, Position, UnitKind

DRAFTS = (Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER)  # D0.1: supervisor and shift leaders write the rules
LEADS = (*DRAFTS, Position.DIRECTOR, Position.MANAGER, Position.HR)
REVIEWS = (*DRAFTS, Position.MANAGER)  # A7.17: they look at the procedures every six months
INSIDE = (UnitKind.OFFICE, UnitKind.TEAM)  # whoever works in these is bound by the handbook


class EditionStatus(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft", pgettext_lazy("handbook", "Draft")
    CONSULTING = "consulting", _("Staff are consulted")
    CONSULTED = "consulted", _("Consulted")
    DECIDING = "deciding", _("Before the office meeting")
    APPROVED = "approved", pgettext_lazy("handbook", "Approved")
    PUBLISHED = "published", pgettext_lazy("handbook", "Published")
    SUPERSEDED = "superseded", _("Superseded")
    REFUSED = "refused", pgettext_lazy("handbook", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("handbook", "Withdrawn")


S = EditionStatus
IN_FORCE = (S.PUBLISHED, S.SUPERSEDED)  # a superseded version stays in force for its own dates
OPEN = (S.DRAFT, S.CONSULTING, S.CONSULTED, S.DECIDING, S.APPROVED)


class EditionQuerySet(models.QuerySet["Edition"]):
    """Scopes of versions."""

    def visible_to(self, person: Person) -> Self:
        """Everything from the consultation on for everybody in the centre; drafts for those who lead."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*LEADS) else rows.exclude(status__in=(S.DRAFT, S.WITHDRAWN))

    def decided(self, centre_id: int) -> Self:
        """Versions whose values and texts hold for their dates."""
        return self.filter(centre=centre_id, status__in=IN_FORCE)


@audited
class Edition(models.Model):
    """A version of the handbook: what it changes, why, from which first of a month, and how it came about.

    `decided_on` is the day on which the office meeting agreed: what was known on an earlier day did not know it.
    """

    MOVES = {
        S.DRAFT: frozenset({S.CONSULTING, S.WITHDRAWN}),
        S.CONSULTING: frozenset({S.CONSULTED, S.WITHDRAWN}),
        S.CONSULTED: frozenset({S.DECIDING, S.WITHDRAWN}),
        S.DECIDING: frozenset({S.APPROVED, S.REFUSED}),
        S.APPROVED: frozenset({S.PUBLISHED, S.WITHDRAWN}),
        S.PUBLISHED: frozenset({S.SUPERSEDED}),
        S.SUPERSEDED: frozenset[EditionStatus](),
        S.REFUSED: frozenset[EditionStatus](),
        S.WITHDRAWN: frozenset[EditionStatus](),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(pgettext_lazy("version", "number"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=80)
    reason = models.TextField(_("reason"))
    effective_from = models.DateField(_("in force from"))
    drafted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    opinions_until = models.DateField(_("opinions until"), null=True, blank=True)
    consulted_on = models.DateField(_("consulted on"), null=True, blank=True)
    consultation = models.TextField(_("record of the consultation"), blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    published_on = models.DateField(_("published on"), null=True, blank=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=10, choices=EditionStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "number"], name="handbook_edition_number"),
            models.CheckConstraint(condition=Q(status__in=EditionStatus.values), name="handbook_edition_status"),
            models.CheckConstraint(condition=Q(effective_from__day=1), name="handbook_edition_first_of_month"),
            models.CheckConstraint(
                condition=~Q(status__in=(S.DECIDING, S.APPROVED, *IN_FORCE))
                | (Q(consulted_on__isnull=False) & ~Q(consultation="")),
                name="handbook_edition_consulted_first",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(S.APPROVED, *IN_FORCE)) | Q(decided_on__gte=F("consulted_on")),
                name="handbook_edition_approved_first",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_FORCE)
                | Q(number__isnull=False, published_by__isnull=False, published_on__lte=F("effective_from")),
                name="handbook_edition_published_before",
            ),
        ]
        indexes = [models.Index(fields=["centre", "status"], name="handbook_edition_centre")]
        triggers = [
            kept(
                "number",
                "effective_from",
                "consulted_on",
                "consultation",
                "decided_on",
                "published_on",
                "title",
                name="published_stays",
                when={"old__status__in": ["published", "superseded"]},
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_in_force_by_record(self) -> bool:
        """Whether it was published, however long ago."""
        return self.status in IN_FORCE


@audited
class ValueChange(models.Model):
    """A value that a version sets for a key of the rulebook, as JSON."""

    edition = models.ForeignKey(Edition, models.PROTECT, verbose_name=_("version"), related_name="values")
    key = models.CharField(max_length=60)
    raw = models.JSONField(_("value"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "key"], name="handbook_value_once")]
        triggers = [
            written_while(name="value_only_in_draft", table="handbook_edition", key="edition_id", status="draft")
        ]
        indexes = [models.Index(fields=["key"], name="handbook_value_key")]
        ordering = ["key"]


@audited
class TextChange(models.Model):
    """A clause's text as a version words it, in both languages."""

    edition = models.ForeignKey(Edition, models.PROTECT, verbose_name=_("version"), related_name="texts")
    clause = models.CharField(_("clause"), max_length=8)
    zh = models.TextField(_("text in Chinese"))
    en = models.TextField(_("text in English"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "clause"], name="handbook_text_once"),
            models.CheckConstraint(condition=~Q(zh="") & ~Q(en=""), name="handbook_text_words"),
        ]
        triggers = [
            written_while(name="text_only_in_draft", table="handbook_edition", key="edition_id", status="draft")
        ]
        ordering = ["clause"]


class Stance(models.TextChoices):
    """What somebody thinks of a version."""

    AGREE = "agree", _("Agrees")
    CONCERN = "concern", _("Has concerns")
    OBJECT = "object", _("Objects")


class OpinionQuerySet(models.QuerySet["Opinion"]):
    """Scopes of opinions."""

    def visible_to(self, person: Person) -> Self:
        """One's own, and all of them for those who lead: they answer to them."""
        rows = self.filter(edition__centre=person.centre_id)
        return rows if person.standing.is_any(*LEADS) else rows.filter(person=person.pk)


@audited
class Opinion(models.Model):
    """What a member of staff says of a version while it is consulted on, and what he was answered."""

    edition = models.ForeignKey(Edition, models.PROTECT, verbose_name=_("version"), related_name="opinions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    stance = models.CharField(_("opinion"), max_length=8, choices=Stance.choices)
    words = models.TextField(pgettext_lazy("opinion", "words"), blank=True)
    at = models.DateTimeField()
    answer = models.TextField(pgettext_lazy("opinion", "answer"), blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="handbook_opinion_once"),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="handbook_opinion_stance"),
            models.CheckConstraint(condition=Q(stance="agree") | ~Q(words=""), name="handbook_opinion_words"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="") | ~Q(answer=""), name="handbook_opinion_answer"
            ),
        ]
        ordering = ["at", "pk"]


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    """Scopes of acknowledgements."""

    def visible_to(self, person: Person) -> Self:
        """One's own; all of the centre for those who lead."""
        rows = self.filter(edition__centre=person.centre_id)
        return rows if person.standing.is_any(*LEADS) else rows.filter(person=person.pk)


class Acknowledgement(models.Model):
    """A person bound by a version has read it: append-only."""

    edition = models.ForeignKey(Edition, models.PROTECT, verbose_name=_("version"), related_name="acknowledgements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AcknowledgementQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "person"], name="handbook_acknowledged_once")]
        triggers = append_only()
        ordering = ["at", "pk"]


class FlagQuerySet(models.QuerySet["QuestionFlag"]):
    """Scopes of flags."""

    def visible_to(self, person: Person) -> Self:
        """For those who keep the exam questions, and those who lead."""
        rows = self.filter(edition__centre=person.centre_id)
        return rows if person.standing.is_any(*LEADS, Position.TRAINER) else rows.none()


@audited
class QuestionFlag(models.Model):
    """Exam questions about this clause are to be looked at, because a version changed it (D0.1)."""

    edition = models.ForeignKey(Edition, models.PROTECT, verbose_name=_("version"), related_name="flags")
    clause = models.CharField(_("clause"), max_length=8)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(_("what was done"), blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "clause"], name="handbook_flag_once"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | (Q(settled_by__isnull=False) & ~Q(note="")),
                name="handbook_flag_settled",
            ),
        ]
        ordering = ["edition", "clause"]


class ProcedureReviewQuerySet(models.QuerySet["ProcedureReview"]):
    """Scopes of reviews."""

    def visible_to(self, person: Person) -> Self:
        """Everybody in the centre may see when a procedure was looked at."""
        return self.filter(centre=person.centre_id)


class ProcedureReview(models.Model):
    """A chapter of procedures was looked at (A7.17), and what came of it: append-only."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    chapter = models.CharField(_("chapter"), max_length=20)
    on = models.DateField(_("reviewed on"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    outcome = models.TextField(_("outcome"))

    objects = ProcedureReviewQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(outcome=""), name="handbook_review_outcome")]
        triggers = append_only()
        indexes = [models.Index(fields=["centre", "chapter", "-on"], name="handbook_review_last")]
        ordering = ["-on", "-pk"]


class CheckStatus(models.TextChoices):
    """Where a check of execution stands."""

    PLANNED = "planned", pgettext_lazy("check", "Planned")
    KEPT = "kept", _("Carried out as written")
    BROKEN = "broken", _("To be put right")
    CORRECTED = "corrected", _("Put right, to be verified")
    VERIFIED = "verified", _("Verified")


class CheckQuerySet(models.QuerySet["ExecutionCheck"]):
    """Scopes of checks."""

    def visible_to(self, person: Person) -> Self:
        """The centre's for those who lead; for others what they put right or look at themselves."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*LEADS) else rows.filter(Q(owner=person.pk) | Q(checker=person.pk))


C = CheckStatus


@audited
class ExecutionCheck(models.Model):
    """A check by samples of whether a clause is carried out (A1.6): planned, looked at, put right, verified.

    `looked_at` of the sample were seen and `broken` of them were not as written; then somebody puts it right by a day,
    and whoever found it looks whether it is right.
    """

    MOVES = {
        C.PLANNED: frozenset({C.KEPT, C.BROKEN}),
        C.BROKEN: frozenset({C.CORRECTED}),
        C.CORRECTED: frozenset({C.VERIFIED, C.BROKEN}),
        C.KEPT: frozenset[CheckStatus](),
        C.VERIFIED: frozenset[CheckStatus](),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    clause = models.CharField(_("clause"), max_length=8)
    sample = models.CharField(_("what is looked at"), max_length=200)
    due_on = models.DateField(_("to be checked by"))
    checker = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("checked by"))
    planned_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("planned by"))
    planned_at = models.DateTimeField(_("planned at"))
    looked_at = models.PositiveIntegerField(_("looked at"), null=True, blank=True)
    broken = models.PositiveIntegerField(_("not as written"), null=True, blank=True)
    finding = models.TextField(_("finding"), blank=True)
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("put right by")
    )
    correction = models.TextField(_("what has to be put right"), blank=True)
    correct_by = models.DateField(_("put right until"), null=True, blank=True)
    done = models.TextField(_("what was done"), blank=True)
    status = models.CharField(max_length=9, choices=CheckStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = CheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CheckStatus.values), name="handbook_check_status"),
            models.CheckConstraint(
                condition=Q(status=C.PLANNED) | Q(looked_at__gte=1, broken__isnull=False),
                name="handbook_check_looked_at",
            ),
            models.CheckConstraint(
                condition=Q(looked_at__isnull=True) | Q(broken__lte=F("looked_at")),
                name="handbook_check_part_of_sample",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(C.PLANNED, C.KEPT))
                | (
                    Q(broken__gte=1, owner__isnull=False, correct_by__isnull=False) & ~Q(finding="") & ~Q(correction="")
                ),
                name="handbook_check_broken_is_put_right",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=(C.CORRECTED, C.VERIFIED)) | ~Q(done=""), name="handbook_check_done"
            ),
            models.CheckConstraint(
                condition=~Q(status=C.VERIFIED) | ~Q(status_by=F("owner")), name="handbook_check_verified_by_another"
            ),
        ]
        indexes = [models.Index(fields=["centre", "status", "due_on"], name="handbook_check_open")]
        ordering = ["due_on", "pk"]
