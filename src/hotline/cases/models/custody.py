"""Events, custody and stages of a case.

An event is the truth of what happened and is never changed. Holdings and stage runs follow from events; the database
keeps them free of overlap and lets one be open at a time. A waiver is a fact of its own and never edits a holding.
"""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from hotline.cases.logic.flow import ACTION_LABELS, QUEUE_LABELS, STAGE_LABELS, Action, Queue, Stage
from hotline.cases.models.case import Case
from hotline.core.fields import one_at_a_time
from hotline.core.models import append_only, audited
from hotline.people.models import Person, Position, Unit


class CaseEvent(models.Model):
    """Something that happened to a case: append-only, numbered without gaps, enough to rebuild everything.

    `data` holds what the event set: {"status", "holder": {"person"|"unit"|"queue"}, "stage", "stage_due",
    "set": {column: value}}. Keys that are absent did not change.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    action = models.CharField(max_length=16, choices=[(a.value, _(ACTION_LABELS[a])) for a in Action])
    actor = models.ForeignKey(Person, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="cases_event_seq")]
        triggers = append_only()
        ordering = ["case", "seq"]


class HoldingQuerySet(models.QuerySet["Holding"]):
    """Scopes of holdings."""

    def open(self) -> Self:
        """Holdings that last."""
        return self.filter(span__upper_inf=True)


@audited
class Holding(models.Model):
    """Who had a case in hand, from-to: a person, a unit (department) or a queue; exactly one at any instant."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="holdings")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="holdings")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="holdings")
    queue = models.CharField(max_length=12, blank=True, choices=[(q.value, _(QUEUE_LABELS[q])) for q in Queue])
    stage = models.CharField(max_length=10, choices=[(s.value, _(STAGE_LABELS[s])) for s in Stage])
    span = DateTimeRangeField()
    # When the countdown of the one who holds it runs out; None where no limit is charged.
    due_at = models.DateTimeField(null=True, blank=True)
    began_seq = models.PositiveIntegerField()
    ended_seq = models.PositiveIntegerField(null=True, blank=True)

    objects = HoldingQuerySet.as_manager()

    class Meta:
        constraints = [
            one_at_a_time("case", span="span", name="cases_holding_no_overlap"),
            models.UniqueConstraint(fields=["case"], condition=Q(span__upper_inf=True), name="cases_holding_one_open"),
            models.CheckConstraint(condition=Q(span__isempty=False), name="cases_holding_not_empty"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, unit__isnull=True, queue="")
                | Q(person__isnull=True, unit__isnull=False, queue="")
                | (Q(person__isnull=True, unit__isnull=True) & ~Q(queue="")),
                name="cases_holding_one_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(span__upper_inf=True), name="cases_holding_in_hand"),
            models.Index(fields=["person", "-id"], name="cases_holding_person"),
            models.Index(fields=["unit"], condition=Q(span__upper_inf=True), name="cases_holding_at_unit"),
            models.Index(fields=["queue", "id"], condition=Q(span__upper_inf=True), name="cases_holding_queue"),
            # Holdings lie on the disk as they came: a month of millions is found by its pages, and the planner knows
            # how many there are of it.
            BrinIndex(
                models.Func("span", function="lower", output_field=models.DateTimeField()),
                name="cases_holding_began",
                autosummarize=True,
            ),
        ]


@audited
class StageRun(models.Model):
    """One pass through a stage with its own clock; every rate counts these, so numerator and list agree."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="stages")
    stage = models.CharField(max_length=10, choices=[(s.value, _(STAGE_LABELS[s])) for s in Stage])
    began_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    began_seq = models.PositiveIntegerField()
    ended_seq = models.PositiveIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=16, blank=True)  # the action that ended it
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")  # who ended it
    department = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(ended_at__isnull=True), name="cases_stage_one_open"),
            models.UniqueConstraint(fields=["case", "began_seq"], name="cases_stage_began"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("began_at")), name="cases_stage_forward"
            ),
        ]
        indexes = [
            models.Index(fields=["stage", "began_at"], name="cases_stage_period"),
            models.Index(fields=["due_at"], condition=Q(ended_at__isnull=True), name="cases_stage_due"),
        ]


class WaiverStatus(models.TextChoices):
    """Where a request to leave time out of account stands."""

    ASKED = "asked", _("Asked")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class WaiverQuerySet(models.QuerySet["Waiver"]):
    """Scopes of waivers."""

    def visible_to(self, person: Person) -> Self:
        """One's own, and the centre's for those who decide them."""
        rows = self.filter(case__centre=person.centre_id)
        if person.standing.is_any(Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR, Position.DIRECTOR):
            return rows
        return rows.filter(asked_by=person.pk)


@audited
class Waiver(models.Model):
    """Time in hand that shall not be charged, with evidence (D3.7): asked by one person, decided by another."""

    MOVES = {
        WaiverStatus.ASKED: frozenset({WaiverStatus.APPROVED, WaiverStatus.REFUSED}),
        WaiverStatus.APPROVED: frozenset[WaiverStatus](),
        WaiverStatus.REFUSED: frozenset[WaiverStatus](),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="waivers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="waivers")  # whose time it is
    span = DateTimeRangeField()
    reason_code = models.CharField(_("reason"), max_length=20)
    reason = models.TextField(_("what happened"))
    evidence = models.ForeignKey("cases.Attachment", models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=WaiverStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = WaiverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(span__isempty=False, span__upper_inf=False), name="cases_waiver_span"),
            models.CheckConstraint(
                condition=Q(status=WaiverStatus.ASKED) | ~Q(status_by=models.F("asked_by")),
                name="cases_waiver_second_person",
            ),
        ]
