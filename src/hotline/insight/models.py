"""Counts of months and places, which months must be counted anew, frozen reports and who gets them."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Category, District, Source
from hotline.core.models import append_only, audited
from hotline.people.models import Centre, Person, Position, Unit

READS = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.QUALITY,
    Position.TRAINER,
)


class MonthState(models.Model):
    """A month of a centre: whether its counts are behind, and when they were made."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    month = models.DateField()
    is_behind = models.BooleanField(default=True)
    reports = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "month"], name="insight_month_once")]
        indexes = [models.Index(fields=["month"], condition=Q(is_behind=True), name="insight_month_behind")]


class MonthCount(models.Model):
    """Reports that arrived in a month, by source and sub-class, and what became of them so far."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    month = models.DateField()
    source = models.CharField(max_length=8, choices=Source.choices)
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    reports = models.PositiveIntegerField()
    not_accepted = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    reworked = models.PositiveIntegerField()
    reopened = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "month", "source", "category"], nulls_distinct=False, name="insight_count_once"
            )
        ]


class PlaceCount(models.Model):
    """Reports of a month in a cell of the map, by sub-class; the name is the place that was said most often there."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    month = models.DateField()
    category = models.ForeignKey(Category, models.PROTECT, null=True, related_name="+")
    district = models.ForeignKey(District, models.PROTECT, null=True, related_name="+")
    row = models.IntegerField()  # floor of latitude times PER_DEGREE
    column = models.IntegerField()
    name = models.CharField(max_length=200, blank=True)
    reports = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["centre", "month", "category"], name="insight_place_month")]


class UnmetCount(models.Model):
    """Why reports of a month were not accepted or rejected: the reasons as they were given."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    month = models.DateField()
    status = models.CharField(max_length=14)
    reason = models.CharField(max_length=200)
    reports = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["centre", "month", "-reports"], name="insight_unmet_month")]


class ReadMark(models.Model):
    """How far the events of cases have been read for counting."""

    name = models.CharField(max_length=20, unique=True)
    last = models.BigIntegerField(default=0)


class VoiceReportQuerySet(models.QuerySet["Report"]):
    """Scopes of reports."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who read the voice of the customer."""
        return self.filter(centre=person.centre_id) if person.standing.is_any(*READS) else self.none()


@audited
class Report(models.Model):
    """The voice of the customer of a month as it was sent: never changed, whatever the cases do later."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    month = models.DateField(_("month"))
    body = models.JSONField()
    text = models.TextField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = VoiceReportQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "month"], name="insight_report_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class VoiceRecipientQuerySet(models.QuerySet["Recipient"]):
    """Scopes of recipients."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who settle them."""
        return self.filter(centre=person.centre_id) if person.standing.is_any(*SETTLES) else self.none()


SETTLES = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR)


@audited
class Recipient(models.Model):
    """Who gets the report by mail: a department, or somebody who manages."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    name = models.CharField(_("name"), max_length=60)
    mail = models.EmailField(_("mail address"))
    is_active = models.BooleanField(default=True)
    since = models.DateTimeField()

    objects = VoiceRecipientQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "mail"], condition=Q(is_active=True), name="insight_recipient_once"
            )
        ]

    def __str__(self) -> str:
        return self.name
