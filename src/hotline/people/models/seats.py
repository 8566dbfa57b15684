"""At the seat: invitations, the one live session, presence intervals, the work log the system writes itself."""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models.organisation import Person


class PresenceState(models.TextChoices):
    """What somebody at a seat is doing."""

    READY = "ready", _("Ready")
    BUSY = "busy", _("Not ready")
    AWAY = "away", _("Locked")


class WorkLogKind(models.TextChoices):
    """What the system itself writes into the work log (D2.15)."""

    LOGIN = "login", _("Signed in")
    LOGOUT = "logout", _("Signed out")
    LOCK = "lock", _("Seat locked")
    UNLOCK = "unlock", _("Seat unlocked")
    TAKEN_OVER = "taken_over", _("Session replaced by a newer sign-in")
    EXPIRED = "expired", _("Session ran out")
    REFUSED = "refused", _("Sign-in refused")


@audited
class Invitation(models.Model):
    """A one-time link by which a person sets his own password; only its hash is kept."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(used_at__isnull=True), name="people_invitation_one_open"
            )
        ]


@audited
class SeatSession(models.Model):
    """A person's stay at a seat from sign-in to its end; one is live at a time, the newest wins."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="sessions")
    session_hash = models.CharField(max_length=64, db_index=True)
    seat = models.CharField(_("seat"), max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    device = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    locked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_how = models.CharField(max_length=12, choices=WorkLogKind.choices, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="people_seatsession_one_live"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("began_at")),
                name="people_seatsession_forward",
            ),
        ]


@audited
class Presence(models.Model):
    """What a person at a seat was doing, from-to; no two at once, an open one has no upper bound."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="presences")
    state = models.CharField(_("state"), max_length=8, choices=PresenceState.choices)
    reason = models.CharField(_("reason"), max_length=60, blank=True)
    span = DateTimeRangeField()

    class Meta:
        constraints = [
            one_at_a_time("person", span="span", name="people_presence_no_overlap"),
            models.CheckConstraint(condition=Q(span__isempty=False), name="people_presence_not_empty"),
            models.CheckConstraint(condition=Q(state__in=PresenceState.values), name="people_presence_state"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(span__upper_inf=True), name="people_presence_one_open"
            ),
        ]


class WorkLogQuerySet(models.QuerySet["WorkLog"]):
    """Scopes of the work log."""

    def visible_to(self, person: Person) -> Self:
        """Entries of the persons one may see."""
        return self.filter(person__in=Person.objects.visible_to(person))


@audited
class WorkLog(models.Model):
    """One line of the work log, written by the system itself (D2.15)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="worklog")
    kind = models.CharField(_("what"), max_length=12, choices=WorkLogKind.choices)
    at = models.DateTimeField(db_index=True)
    seat = models.CharField(_("seat"), max_length=40, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    note = models.CharField(max_length=200, blank=True)

    objects = WorkLogQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "at"], name="people_worklog_person")]
