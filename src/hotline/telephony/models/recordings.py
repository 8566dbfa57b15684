"""Recordings: things of their own with a number, a hash and an end, never just a file that lies somewhere."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import append_only, audited
from hotline.people.models import Centre, Person
from hotline.telephony.models.calls import Call


class RecordingFate(models.TextChoices):
    """Where a recording has got to."""

    RUNNING = "running", _("Being recorded")
    KEPT = "kept", _("In store")
    MISSING = "missing", _("Missing")
    ERASED = "erased", _("Erased after its time")


class RecordingQuerySet(models.QuerySet["Recording"]):
    """Scopes of recordings."""

    def visible_to(self, person: Person) -> Self:
        """The recordings of the calls in which one talked; a call that was only offered to one is not heard."""
        return self.filter(call__in=Call.objects.talked_by(person))


@audited
class Recording(models.Model):
    """Both sides of one talk: the caller left, the person right."""

    id = models.UUIDField(primary_key=True)
    call = models.ForeignKey(Call, models.PROTECT, related_name="recordings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="recordings")
    began_at = models.DateTimeField()
    fate = models.CharField(_("fate"), max_length=8, choices=RecordingFate.choices)
    path = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    length_ms = models.PositiveIntegerField(default=0)
    wave = models.JSONField(default=list)  # loudness over time, 0 to 100, a pair for each stretch
    keep_until = models.DateField(_("keep until"))
    is_held = models.BooleanField(_("kept beyond its time"), default=False)
    hold_reason = models.CharField(_("why it is kept"), max_length=200, blank=True)
    held_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    held_at = models.DateTimeField(null=True, blank=True)

    objects = RecordingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fate__in=RecordingFate.values), name="telephony_recording_fate"),
            models.CheckConstraint(
                condition=~Q(fate="kept") | (~Q(path="") & ~Q(sha256="")), name="telephony_recording_whole"
            ),
            models.CheckConstraint(
                condition=Q(is_held=False) | (~Q(hold_reason="") & Q(held_by__isnull=False, held_at__isnull=False)),
                name="telephony_recording_held",
            ),
            models.UniqueConstraint(fields=["path"], condition=~Q(path=""), name="telephony_recording_path"),
        ]
        indexes = [
            models.Index(fields=["keep_until"], name="telephony_recording_until"),
            models.Index(fields=["-began_at", "-id"], name="telephony_recording_recent"),
        ]


class Listening(models.Model):
    """Somebody listened: who, to what, why, when. Written once."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="listenings")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="telephony_listening_reason")]
        indexes = [models.Index(fields=["recording", "-at"], name="telephony_listening_of")]
        triggers = append_only()


class NightCheck(models.Model):
    """What a night's look at the recordings found: rows and files compared both ways. Written once."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    looked_at = models.PositiveIntegerField()
    hashed = models.PositiveIntegerField()
    erased = models.PositiveIntegerField()
    missing = models.PositiveIntegerField()  # rows without their file, or with another
    back = models.PositiveIntegerField()  # of those that were missing
    strays = models.JSONField(default=list)  # files that no row knows, the first hundred
    stray_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["centre", "-at"], name="telephony_nightcheck_new")]
        triggers = append_only()
