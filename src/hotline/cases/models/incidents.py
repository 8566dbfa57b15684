"""Incidents: one happening behind many cases that are not the same case, with one announcement for all operators."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models.case import WHOLE_CENTRE, Case
from hotline.cases.models.places import Grid
from hotline.cases.models.standard import Category
from hotline.core.models import audited
from hotline.people.models import Centre, Person


class IncidentStatus(models.TextChoices):
    """Where an incident stands."""

    OPEN = "open", _("Under way")
    OVER = "over", _("Over")


class IncidentQuerySet(models.QuerySet["Incident"]):
    """Scopes of incidents."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who see its cases."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*WHOLE_CENTRE) else rows.none()

    def open(self) -> Self:
        """Those that last."""
        return self.filter(status=IncidentStatus.OPEN)


@audited
class Incident(models.Model):
    """A burst water main behind sixty reports: what operators say to whoever calls about it, and the cases of it."""

    MOVES = {
        IncidentStatus.OPEN: frozenset({IncidentStatus.OVER}),
        IncidentStatus.OVER: frozenset({IncidentStatus.OPEN}),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="incidents")
    title = models.CharField(_("title"), max_length=120)
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="incidents")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.CharField(_("area"), max_length=200, blank=True)
    announcement = models.TextField(_("announcement for operators"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    opened_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=IncidentStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=IncidentStatus.values), name="cases_incident_status"),
            models.CheckConstraint(
                condition=Q(status=IncidentStatus.OPEN, until__isnull=True)
                | Q(status=IncidentStatus.OVER, until__isnull=False),
                name="cases_incident_until",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="cases_incident_span"
            ),
        ]
        indexes = [
            models.Index(fields=["centre"], condition=Q(status="open"), name="cases_incident_open"),
            models.Index(fields=["centre", "-since"], name="cases_incident_recent"),
        ]

    def __str__(self) -> str:
        return self.title


@audited
class IncidentCase(models.Model):
    """A case that belongs to an incident, from-to; to one at a time."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="links")
    case = models.ForeignKey(Case, models.PROTECT, related_name="incident_links")
    linked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    unlinked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    unlinked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(unlinked_at__isnull=True), name="cases_incident_case_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(unlinked_at__isnull=True, unlinked_by__isnull=True)
                | Q(unlinked_at__isnull=False, unlinked_by__isnull=False),
                name="cases_incident_case_unlinked",
            ),
        ]
