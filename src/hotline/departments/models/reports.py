"""Monthly reports: the figures as they stood on the day on which they were sent, and to whom they went."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import append_only, audited
from hotline.departments.models.agreements import departments_of
from hotline.departments.models.deliveries import DeliveryStatus
from hotline.people.models import Person, Unit


class ReportQuerySet(models.QuerySet["Report"]):
    """Scopes of reports."""

    def visible_to(self, person: Person) -> Self:
        """Both sides see them: a department's own for its clerks."""
        return self.filter(department__in=departments_of(person))


class Report(models.Model):
    """A department's month, frozen: stored figures and the hash over them. Written once and never changed."""

    department = models.ForeignKey(Unit, models.PROTECT, related_name="reports")
    month = models.DateField()
    figures = models.JSONField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = ReportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["department", "month"], name="departments_report_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="departments_report_month"),
        ]
        triggers = append_only()
        ordering = ["-month", "department"]


class Side(models.TextChoices):
    """To whom a report goes."""

    CENTRE = "centre", _("Centre")
    DEPARTMENT = "department", _("Department")


D = DeliveryStatus


@audited
class ReportMail(models.Model):
    """A report on its way to one side."""

    MOVES = {
        D.UNSENT: frozenset({D.SENDING, D.DELIVERED, D.FAILED}),
        D.SENDING: frozenset({D.UNSENT, D.DELIVERED, D.FAILED}),
        D.DELIVERED: frozenset[DeliveryStatus](),
        D.FAILED: frozenset({D.UNSENT}),
    }

    report = models.ForeignKey(Report, models.PROTECT, related_name="mails")
    side = models.CharField(max_length=10, choices=Side.choices)
    address = models.EmailField()
    last_error = models.CharField(max_length=300, blank=True)
    rounds = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=12, choices=DeliveryStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "side"], name="departments_reportmail_once"),
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="departments_reportmail_status"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="departments_reportmail_side"),
        ]
