"""Hand-outs to departments with the deadlines of their day, and their delivery: a state machine beside the case's."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case, StageRun
from hotline.core.models import audited
from hotline.departments.models.agreements import Agreement, departments_of
from hotline.people.models import Person, Unit


class HopQuerySet(models.QuerySet["Hop"]):
    """Scopes of hand-outs."""

    def visible_to(self, person: Person) -> Self:
        """Of the departments one sees."""
        return self.filter(department__in=departments_of(person))


@audited
class Hop(models.Model):
    """One hand-out of a case to a department, with the deadlines that the agreement of that day gave it.

    Written once: an agreement signed later rewrites nothing. When it ended, and how, stands in its pass (StageRun).
    """

    run = models.OneToOneField(StageRun, models.PROTECT, related_name="hop")
    case = models.ForeignKey(Case, models.PROTECT, related_name="hops")
    department = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, models.PROTECT, null=True, blank=True, related_name="hops")
    given_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    standard_due_at = models.DateTimeField(null=True, blank=True)  # the case's own limit as it was then
    accept_due_at = models.DateTimeField(null=True, blank=True)
    own_due_at = models.DateTimeField(null=True, blank=True)
    phase_due_at = models.DateTimeField(null=True, blank=True)  # empty: the case's own limit holds
    objection_due_at = models.DateTimeField()
    at = models.DateTimeField()

    objects = HopQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["department", "-at"], name="departments_hop_recent")]


class Channel(models.TextChoices):
    """How a dispatch reaches the department."""

    INBOX = "inbox", _("Inbox page")
    MAIL = "mail", _("Mail")


class DeliveryStatus(models.TextChoices):
    """Where a delivery stands."""

    UNSENT = "unsent", _("Not yet handed over")
    SENDING = "sending", _("Being sent")
    DELIVERED = "delivered", _("Delivered")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    FAILED = "failed", _("Failed")


D = DeliveryStatus


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Scopes of deliveries."""

    def visible_to(self, person: Person) -> Self:
        """Of the departments one sees."""
        return self.filter(hop__department__in=departments_of(person))

    def troubled(self) -> Self:
        """What was given up and needs a person."""
        return self.filter(status=D.FAILED)


@audited
class Delivery(models.Model):
    """One way by which a hand-out reaches its department. Whatever happens to it, the case goes on."""

    MOVES = {
        D.UNSENT: frozenset({D.SENDING, D.DELIVERED, D.ACKNOWLEDGED, D.FAILED}),
        D.SENDING: frozenset({D.UNSENT, D.DELIVERED, D.ACKNOWLEDGED, D.FAILED}),
        D.DELIVERED: frozenset({D.ACKNOWLEDGED}),
        D.ACKNOWLEDGED: frozenset[DeliveryStatus](),
        D.FAILED: frozenset({D.UNSENT, D.DELIVERED, D.ACKNOWLEDGED}),
    }

    hop = models.ForeignKey(Hop, models.PROTECT, related_name="deliveries")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    address = models.CharField(max_length=254, blank=True)
    rounds = models.PositiveSmallIntegerField(default=1)  # each is a mail of its own, tried as often as mails are
    last_error = models.CharField(max_length=300, blank=True)
    phoned_to = models.CharField(_("who was told"), max_length=60, blank=True)
    status = models.CharField(max_length=12, choices=DeliveryStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hop", "channel"], name="departments_delivery_once"),
            models.CheckConstraint(condition=Q(status__in=DeliveryStatus.values), name="departments_delivery_status"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="departments_delivery_channel"),
        ]
        indexes = [
            models.Index(fields=["channel"], condition=Q(status=D.UNSENT), name="departments_delivery_unsent"),
            models.Index(fields=["status_at"], condition=Q(status=D.FAILED), name="departments_delivery_trouble"),
            models.Index(fields=["hop"], condition=~Q(status=D.ACKNOWLEDGED), name="departments_delivery_open"),
        ]
