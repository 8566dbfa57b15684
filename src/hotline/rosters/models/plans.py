"""A centre's month as it is planned: its state, its planned shifts, the runs of the solver, who has seen it."""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Centre, Person
from hotline.rosters.logic.plans import MOVES, ORIGIN_LABELS, STATUS_LABELS, Origin, Status
from hotline.rosters.models.shifts import OUTSIDE, ShiftType


class RosterPlanQuerySet(models.QuerySet["RosterPlan"]):
    """Scopes of months."""

    def visible_to(self, person: Person) -> Self:
        """Whoever works in the centre sees which months are published; people outside see none."""
        rows = self.filter(centre=person.centre_id)
        if person.standing.positions <= OUTSIDE:
            return rows.none()
        return rows if person.standing.is_any(*PLANNERS) else rows.filter(status=Status.PUBLISHED)


# Whoever plans sees months that are not published yet.
PLANNERS = ("director", "manager", "centre_supervisor", "shift_leader")


@audited
class RosterPlan(models.Model):
    """A centre's month (B2.2). Published, its planned shifts are entries of the roster; the plan stays to compare."""

    MOVES = MOVES

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    first = models.DateField(_("month"))  # its first day
    origin = models.CharField(
        _("begun with"), max_length=12, choices=[(key.value, _(word)) for key, word in ORIGIN_LABELS.items()]
    )
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=[(s.value, _(w)) for s, w in STATUS_LABELS.items()])
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.CharField(max_length=200, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    days_late = models.PositiveSmallIntegerField(_("days late"), default=0)
    publish_reason = models.CharField(_("why it is published nevertheless"), max_length=200, blank=True)
    hard_left = models.PositiveSmallIntegerField(_("hard warnings set aside"), default=0)
    edits = models.PositiveIntegerField(_("changes by hand"), default=0)

    objects = RosterPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "first"], name="rosters_plan_month"),
            models.CheckConstraint(condition=Q(first__day=1), name="rosters_plan_first"),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Status]), name="rosters_plan_status"),
            models.CheckConstraint(condition=Q(origin__in=[o.value for o in Origin]), name="rosters_plan_origin"),
            models.CheckConstraint(
                condition=Q(status=Status.PUBLISHED.value, published_at__isnull=False, published_by__isnull=False)
                | (~Q(status=Status.PUBLISHED.value) & Q(published_at__isnull=True, published_by__isnull=True)),
                name="rosters_plan_published",
            ),
            # A7.7: later than the notice only with a reason.
            models.CheckConstraint(condition=Q(days_late=0) | ~Q(publish_reason=""), name="rosters_plan_late_reason"),
        ]
        ordering = ["-first"]

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def is_published(self) -> bool:
        """Whether its shifts stand in the roster."""
        return self.status == Status.PUBLISHED


@audited
class DraftEntry(models.Model):
    """A planned shift of a draft, or (`shift_type` empty) a day that a hand keeps free.

    `is_fixed` is what a hand has set: the solver keeps it. A hard warning set aside has its reason and who gave it.
    """

    plan = models.ForeignKey(RosterPlan, models.CASCADE, related_name="entries")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    shift_type = models.ForeignKey(ShiftType, models.PROTECT, null=True, blank=True, related_name="+")
    span = DateTimeRangeField(null=True, blank=True)
    is_fixed = models.BooleanField(_("set by hand"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reason_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "person", "day"], name="rosters_draft_one_a_day"),
            one_at_a_time(
                "plan", "person", span="span", name="rosters_draft_no_overlap", condition=Q(span__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(shift_type__isnull=False, span__isnull=False, span__isempty=False)
                | Q(shift_type__isnull=True, span__isnull=True, is_fixed=True),
                name="rosters_draft_shift_or_free",
            ),
            models.CheckConstraint(
                condition=Q(reason="", reason_by__isnull=True) | (~Q(reason="") & Q(reason_by__isnull=False)),
                name="rosters_draft_reason_named",
            ),
        ]
        ordering = ["day", "person"]


class Outcome(models.TextChoices):
    """How a run of the solver ended."""

    OPTIMAL = "optimal", _("The best roster there is")
    FEASIBLE = "feasible", _("A good roster; the time was over")
    INFEASIBLE = "infeasible", _("No roster keeps all hard rules")
    NOTHING = "nothing", _("Nothing found in the time")
    FAILED = "failed", _("The run broke off")


@audited
class SolveRun(models.Model):
    """One run of the solver over a month, with how far it is; what it found is kept when its time is over."""

    plan = models.ForeignKey(RosterPlan, models.CASCADE, related_name="runs")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    seconds = models.PositiveSmallIntegerField(_("seconds at most"))
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices, blank=True)
    found = models.PositiveIntegerField(_("rosters found"), default=0)
    objective = models.BigIntegerField(_("cost"), null=True, blank=True)
    bound = models.BigIntegerField(_("lower bound"), null=True, blank=True)
    millis = models.PositiveIntegerField(_("milliseconds"), default=0)
    stop_asked = models.BooleanField(_("to be stopped"), default=False)
    # Why nothing keeps all rules: [{clause, name, people, days}], people by key and days as dates.
    told = models.JSONField(_("why there is none"), default=list, blank=True)
    # What wishes that are not met would cost: [{person, day, cost, exact}]; no cost: it cannot be met.
    prices = models.JSONField(_("what wishes cost"), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan"], condition=Q(ended_at__isnull=True), name="rosters_solverun_one_open"
            ),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="rosters_solverun_outcome"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__gte=F("asked_at")) & ~Q(outcome="")),
                name="rosters_solverun_ended",
            ),
        ]
        ordering = ["-asked_at", "-pk"]


@audited
class PlanSeen(models.Model):
    """Somebody confirms that he knows his shifts of a published month."""

    plan = models.ForeignKey(RosterPlan, models.PROTECT, related_name="seen")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "person"], name="rosters_planseen_once")]
