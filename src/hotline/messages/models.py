"""Texts that leave the house, their tries, their wording, who does not want any, and who looked behind the mask."""

from enum import StrEnum
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.people.models import Centre, Person, Position

ANSWERS_FOR_TEXTS = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SYSADMIN)


class Channel(models.TextChoices):
    """How a text travels."""

    SMS = "sms", _("SMS")
    MAIL = "mail", _("Mail")


class Status(StrEnum):
    """Where a text stands."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # given up
    UNCLEAR = "unclear"  # a try began and nobody knows how it ended: never sent again by itself
    SKIPPED = "skipped"  # not wanted, or too many
    CANCELLED = "cancelled"


STATUS_LABELS = {
    Status.QUEUED: _("Waiting"),
    Status.SENDING: _("Being sent"),
    Status.SENT: _("Sent"),
    Status.FAILED: _("Given up"),
    Status.UNCLEAR: _("Outcome unknown"),
    Status.SKIPPED: _("Not sent"),
    Status.CANCELLED: _("Withdrawn"),
}
MOVES: dict[Status, frozenset[Status]] = {
    Status.QUEUED: frozenset({Status.SENDING, Status.CANCELLED}),
    Status.SENDING: frozenset({Status.SENT, Status.QUEUED, Status.FAILED, Status.UNCLEAR}),
    Status.SENT: frozenset(),
    Status.FAILED: frozenset({Status.QUEUED}),
    Status.UNCLEAR: frozenset({Status.QUEUED, Status.SENT, Status.FAILED}),
    Status.SKIPPED: frozenset(),
    Status.CANCELLED: frozenset(),
}
STATUSES = [(status.value, label) for status, label in STATUS_LABELS.items()]


class MessageQuerySet(models.QuerySet["Message"]):
    """Scopes of texts."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who answer for what it says outside."""
        if not person.standing.is_any(*ANSWERS_FOR_TEXTS):
            return self.none()
        return self.filter(centre=person.centre_id)


@audited
class Message(models.Model):
    """A text to one address. Address and words lie sealed in its parcel; here stands nothing personal."""

    MOVES = MOVES

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)  # of the effect: the same key is sent once
    channel = models.CharField(_("way"), max_length=4, choices=Channel.choices)
    occasion = models.CharField(_("occasion"), max_length=40)
    about = models.CharField(_("about"), max_length=60, blank=True)  # what it concerns, e.g. cases.case:12
    shown_address = models.CharField(_("to"), max_length=200)  # masked
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField(max_length=200, blank=True)  # the carrier's own

    status = models.CharField(_("status"), max_length=9, choices=STATUSES)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "key"], name="texts_message_once"),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Status]), name="texts_message_status"),
            models.CheckConstraint(condition=~Q(key=""), name="texts_message_key"),
            models.CheckConstraint(
                condition=~Q(status="queued") | Q(next_at__isnull=False), name="texts_message_queued_until"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(status="queued"), name="texts_message_due"),
            models.Index(fields=["status_at"], condition=Q(status="sending"), name="texts_message_under_way"),
            models.Index(fields=["centre", "-at", "-id"], name="texts_message_recent"),
            models.Index(fields=["centre", "status", "-at", "-id"], name="texts_message_by_status"),
            models.Index(fields=["about"], name="texts_message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.pk}"


class Parcel(models.Model):
    """What a text says and to whom, sealed; deleted when its time is over, and then nobody knows it any more."""

    message = models.OneToOneField(Message, models.CASCADE, primary_key=True, related_name="parcel")
    known_by = models.CharField(max_length=64)  # a keyed sum of the address
    sealed = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["known_by", "at"], name="texts_parcel_address")]


@audited
class Attempt(models.Model):
    """One try to send a text."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    is_sent = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="texts_attempt_number")]
        ordering = ["number"]


class OptOut(models.Model):
    """An address that wants no texts of the centre; only a keyed sum of it is kept."""

    centre = models.ForeignKey(Centre, models.CASCADE, related_name="+")
    known_by = models.CharField(max_length=64)
    shown_address = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "known_by"], name="texts_optout_once")]


@audited
class Wording(models.Model):
    """How the centre words an occasion, instead of the wording that comes with the product."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=40)
    channel = models.CharField(max_length=4, choices=Channel.choices)
    language = models.CharField(max_length=8, default="zh-hans")
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "occasion", "channel", "language"], name="texts_wording_once"),
            models.CheckConstraint(condition=~Q(text=""), name="texts_wording_says"),
        ]


@audited
class Look(models.Model):
    """Somebody looked at the whole address and text: who, which, why, when. Never changed."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="looks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(_("why it was looked at"), max_length=200)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="texts_look_reason")]
