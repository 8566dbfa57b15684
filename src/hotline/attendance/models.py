"""What every shift was, excuses, corrections, talks, and the month's statistics as confirmed."""

from typing import Any, Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.core.models import audited
from hotline.people.models import Centre, Person, Position, teams
from hotline.rosters.models import RosterEntry
from hotline.rulebook.attendance import State

LEADS = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER, Position.HR)
# 主管 and those above him: they accept excuses and corrections, and read what is restricted.
DECIDES = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR)


class AttendanceState(models.TextChoices):
    """What a shift was."""

    PRESENT = State.PRESENT.value, _("Present")
    LATE = State.LATE.value, pgettext_lazy("attendance", "Late")
    ABSENT = State.ABSENT.value, _("Absent")
    LEAVE = State.LEAVE.value, _("On leave")
    UNKNOWN = State.UNKNOWN.value, _("Unknown")


class Source(models.TextChoices):
    """Where a fact comes from."""

    DERIVED = "derived", _("From the records")
    CORRECTED = "corrected", _("Corrected by hand")


def scope(person: Person, days: Any) -> Q:
    """Rows that belong to a person: his own; the centre's for those who lead it; for the leader of a team those of its
    people, of the days on which they stood in it (`people.models.teams` tells the days of a row)."""
    here = Q(person__centre=person.centre_id)
    if person.standing.is_any(*LEADS):
        return here
    mine = Q(person=person.pk)
    if led := teams.teams_of(person):
        mine |= Q(teams.stood_in(led, days))
    return here & mine


class FactQuerySet(models.QuerySet["AttendanceFact"]):
    """Scopes of findings."""

    def visible_to(self, person: Person) -> Self:
        """One's own; a team's for its leader; the centre's for those who lead it."""
        return self.filter(scope(person, teams.on_day("day")))


@audited
class AttendanceFact(models.Model):
    """What one shift was, as found from the records; derived anew it is a further row, and the last one is current.

    `facts` is everything it was judged by, with the keys of the rows: the same facts give the same answer.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="attendance")
    entry = models.ForeignKey(RosterEntry, models.SET_NULL, null=True, related_name="+")
    day = models.DateField(_("day"))
    span = DateTimeRangeField()
    shift = models.CharField(_("shift"), max_length=40)
    number = models.PositiveSmallIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.DERIVED)
    state = models.CharField(_("state"), max_length=8, choices=AttendanceState.choices)
    late_s = models.PositiveIntegerField(pgettext_lazy("attendance", "late by"), default=0)
    early_s = models.PositiveIntegerField(_("left early by"), default=0)
    is_logged = models.BooleanField(_("entered in the log"), default=False)  # A7.14
    over_limit = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    rule_version = models.CharField(max_length=40)
    correction = models.OneToOneField("Correction", models.PROTECT, null=True, related_name="made")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "span", "number"], name="attendance_fact_number"),
            models.UniqueConstraint(
                fields=["person", "span"], condition=Q(is_current=True), name="attendance_fact_one_current"
            ),
            models.CheckConstraint(condition=Q(state__in=AttendanceState.values), name="attendance_fact_state"),
            models.CheckConstraint(
                condition=Q(state="late", late_s__gt=0) | (~Q(state="late") & Q(late_s=0)),
                name="attendance_fact_late_has_time",
            ),
            models.CheckConstraint(
                condition=Q(early_s=0) | Q(state__in=["present", "late"]), name="attendance_fact_left_who_came"
            ),
            models.CheckConstraint(
                condition=Q(source="derived", correction__isnull=True)
                | Q(source="corrected", correction__isnull=False),
                name="attendance_fact_correction",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "day"], condition=Q(is_current=True), name="attendance_fact_person"),
            models.Index(fields=["day", "state"], condition=Q(is_current=True), name="attendance_fact_day"),
        ]
        ordering = ["day", "pk"]


class AskStatus(models.TextChoices):
    """Where something asked for stands."""

    ASKED = "asked", _("To be decided")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


MOVES = {
    AskStatus.ASKED: frozenset({AskStatus.APPROVED, AskStatus.REFUSED}),
    AskStatus.APPROVED: frozenset[AskStatus](),
    AskStatus.REFUSED: frozenset[AskStatus](),
}


class ExcuseKind(models.TextChoices):
    """What excuses (reading 12)."""

    MEETING = "meeting", _("Booked meeting")
    TRAINING = "training", _("Training")
    ERRAND = "errand", _("On duty elsewhere")
    REQUEST = "request", _("Approved request")
    OUTAGE = "outage", _("System out of order")


class Asked(models.Model):
    """Asked by one person, decided by another: the common part."""

    MOVES = MOVES

    words = models.TextField(_("reason"))
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=AskStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    class Meta:
        abstract = True


class ExcuseQuerySet(models.QuerySet["Excuse"]):
    """Scopes of excuses."""

    def visible_to(self, person: Person) -> Self:
        """One's own; a team's for its leader; the centre's for those who lead it."""
        return self.filter(scope(person, teams.at_moment("span__startswith")))


@audited
class Excuse(Asked):
    """Time in which nobody expects somebody at the desk (D2.3, readings 12, 13): it counts once it is approved."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="excuses")
    span = DateTimeRangeField()
    kind = models.CharField(_("kind"), max_length=10, choices=ExcuseKind.choices)

    objects = ExcuseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__upper_inf=False, span__lower_inf=False),
                name="attendance_excuse_span",
            ),
            models.CheckConstraint(
                condition=Q(status="asked") | (~Q(status_by=F("asked_by")) & ~Q(status_by=F("person"))),
                name="attendance_excuse_second_person",
            ),
        ]
        indexes = [models.Index(fields=["person", "asked_at"], name="attendance_excuse_person")]


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Scopes of corrections."""

    def visible_to(self, person: Person) -> Self:
        """One's own; a team's for its leader; the centre's for those who lead it."""
        return self.filter(scope(person, teams.on_day("fact__day")))


@audited
class Correction(Asked):
    """Another finding about a shift, with its reason; approved by a second person it becomes a fact of its own."""

    fact = models.ForeignKey(AttendanceFact, models.PROTECT, related_name="corrections")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=AttendanceState.choices)
    late_s = models.PositiveIntegerField(default=0)
    early_s = models.PositiveIntegerField(default=0)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="asked") | (~Q(status_by=F("asked_by")) & ~Q(status_by=F("person"))),
                name="attendance_correction_second_person",
            ),
            models.UniqueConstraint(
                fields=["fact"], condition=Q(status="asked"), name="attendance_correction_one_open"
            ),
        ]


class TalkKind(models.TextChoices):
    """Why a talk is due."""

    RETURN = "return", _("Return to work")
    LATENESS = "lateness", _("Repeated lateness")


class TalkStatus(models.TextChoices):
    """Where a talk stands."""

    DUE = "due", _("Due")
    HELD = "held", _("Held and filed")
    VOID = "void", _("No longer due")


class TalkQuerySet(models.QuerySet["Talk"]):
    """Scopes of talks."""

    def visible_to(self, person: Person) -> Self:
        """One's own; a team's for its leader; the centre's for those who lead it."""
        return self.filter(scope(person, teams.at_moment("opened_at")))


@audited
class Talk(models.Model):
    """A talk that is due and is filed (A7.13, A7.15). What was said of somebody's health is sealed and restricted."""

    MOVES = {
        TalkStatus.DUE: frozenset({TalkStatus.HELD, TalkStatus.VOID}),
        TalkStatus.HELD: frozenset[TalkStatus](),
        TalkStatus.VOID: frozenset({TalkStatus.DUE}),  # what was put right was so once more
    }

    person = models.ForeignKey(Person, models.PROTECT, related_name="talks")
    kind = models.CharField(_("kind"), max_length=10, choices=TalkKind.choices)
    ref = models.CharField(max_length=40)  # what opened it: an absence, a month
    because = models.JSONField(default=list)  # keys of the facts
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    words = models.TextField(_("what was agreed"), blank=True)
    health = models.BinaryField(null=True)
    status = models.CharField(max_length=6, choices=TalkStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "ref"], name="attendance_talk_once"),
            models.CheckConstraint(
                condition=~Q(status="held") | (~Q(words="") & ~Q(status_by=F("person"))),
                name="attendance_talk_by_another",
            ),
        ]
        ordering = ["due_at"]


class MonthQuerySet(models.QuerySet["MonthStatement"]):
    """Scopes of confirmed months."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead it."""
        return self.filter(centre=person.centre_id) if person.standing.is_any(*LEADS) else self.none()


@audited
class MonthStatement(models.Model):
    """The month's statistics as the shift leader confirmed them (B2.2): the figures with the sum of what they said."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    month = models.DateField()
    number = models.PositiveSmallIntegerField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    confirmed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    objects = MonthQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "month", "number"], name="attendance_month_number")]
        ordering = ["-month", "-number"]
