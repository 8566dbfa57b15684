"""Objections to dispatches (派单异议), decisions, exemptions, corrections to the dispatch catalogue (派单目录)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Attachment, Case, Condition
from hotline.core.models import append_only, audited
from hotline.departments.models.agreements import SEES_ALL, departments_of
from hotline.departments.models.deliveries import Hop
from hotline.people.models import Person, Unit


class ReasonCode(models.TextChoices):
    """Why a department says that a dispatch is not its own."""

    NOT_OWNER = "not_owner", _("The thing belongs to another unit")
    NOT_PLACE = "not_place", _("The place lies in another's district")
    NO_DUTY = "no_duty", _("By law another department's duty")
    SEVERAL = "several", _("Needs several departments at once")
    FACTS = "facts", _("The facts are not as reported")
    OTHER = "other", _("Another reason")


class ObjectionStatus(models.TextChoices):
    """Where an objection stands."""

    RAISED = "raised", _("Objection under review")
    UPHELD = "upheld", _("Upheld")
    REJECTED = "rejected", _("Not upheld")
    APPEALED = "appealed", _("Second review")
    DISMISSED = "dismissed", _("Rejected finally")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")


S = ObjectionStatus
OPEN = (S.RAISED, S.APPEALED)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    """Scopes of objections."""

    def visible_to(self, person: Person) -> Self:
        """A department's own for its clerks, the centre's for those who lead."""
        return self.filter(hop__department__in=departments_of(person))

    def open(self) -> Self:
        """Those that somebody has to decide."""
        return self.filter(status__in=OPEN)


@audited
class Objection(models.Model):
    """A department says that one dispatch is not its own. Meanwhile the case stays with it and its clock runs on."""

    MOVES = {
        S.RAISED: frozenset({S.UPHELD, S.REJECTED, S.WITHDRAWN, S.LAPSED}),
        S.REJECTED: frozenset({S.APPEALED}),
        S.APPEALED: frozenset({S.UPHELD, S.DISMISSED, S.WITHDRAWN, S.LAPSED}),
        S.UPHELD: frozenset[ObjectionStatus](),
        S.DISMISSED: frozenset[ObjectionStatus](),
        S.WITHDRAWN: frozenset[ObjectionStatus](),
        S.LAPSED: frozenset[ObjectionStatus](),
    }

    hop = models.ForeignKey(Hop, models.PROTECT, related_name="objections")
    case = models.ForeignKey(Case, models.PROTECT, related_name="objections")
    reason_code = models.CharField(_("reason"), max_length=12, choices=ReasonCode.choices)
    words = models.TextField(_("in words"))
    evidence = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    suggested = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    raised_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    appeal_words = models.TextField(blank=True)
    due_at = models.DateTimeField()  # when the reviewer should have decided
    status = models.CharField(max_length=10, choices=ObjectionStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(status__in=OPEN), name="departments_objection_one_open"
            ),
            models.UniqueConstraint(
                fields=["hop"], condition=~Q(status=S.WITHDRAWN), name="departments_objection_one_a_dispatch"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[S.UPHELD, S.REJECTED, S.DISMISSED]) | ~Q(status_by=F("raised_by")),
                name="departments_objection_second_person",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="departments_objection_words"),
            models.CheckConstraint(condition=Q(status__in=ObjectionStatus.values), name="departments_objection_status"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status__in=OPEN), name="departments_objection_due"),
            models.Index(fields=["-status_at", "-id"], name="departments_objection_recent"),
        ]


class Decision(models.Model):
    """What a reviewer decided, once a level: append-only."""

    objection = models.ForeignKey(Objection, models.PROTECT, related_name="decisions")
    level = models.PositiveSmallIntegerField()
    upheld = models.BooleanField()
    note = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["objection", "level"], name="departments_decision_once"),
            models.UniqueConstraint(fields=["objection", "by"], name="departments_decision_two_persons"),
            models.CheckConstraint(condition=Q(level__in=[1, 2]), name="departments_decision_level"),
        ]
        triggers = append_only()
        ordering = ["objection", "level"]


@audited
class Exemption(models.Model):
    """A hand-out that does not count against its department. That it was late, if it was, stays a fact."""

    hop = models.OneToOneField(Hop, models.PROTECT, related_name="exemption")
    objection = models.ForeignKey(Objection, models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class HintStatus(models.TextChoices):
    """What became of a correction to the catalogue."""

    PROPOSED = "proposed", _("Proposed")
    ADOPTED = "adopted", _("Adopted")
    DROPPED = "dropped", _("Not adopted")


H = HintStatus


class HintQuerySet(models.QuerySet["CatalogueHint"]):
    """Scopes of corrections."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead it."""
        rows = self.filter(condition__category__centre=person.centre_id)
        return rows if person.standing.is_any(*SEES_ALL) else rows.none()


@audited
class CatalogueHint(models.Model):
    """The dispatch catalogue names the wrong unit for a condition: which it named, which it should name."""

    MOVES = {
        H.PROPOSED: frozenset({H.ADOPTED, H.DROPPED}),
        H.ADOPTED: frozenset({H.DROPPED}),
        H.DROPPED: frozenset[HintStatus](),
    }

    condition = models.ForeignKey(Condition, models.PROTECT, related_name="catalogue_hints")
    wrong = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    right = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    objection = models.OneToOneField(Objection, models.PROTECT, related_name="hint")
    at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=HintStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = HintQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(wrong=F("right")), name="departments_hint_another_unit"),
            models.CheckConstraint(condition=Q(status__in=HintStatus.values), name="departments_hint_status"),
        ]
        indexes = [models.Index(fields=["condition", "status"], name="departments_hint_condition")]
