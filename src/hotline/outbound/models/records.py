"""Who is on a campaign's lists, every call to him and what he answered."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import append_only, audited
from hotline.customers.logic import mask
from hotline.outbound.logic.words import STANDING_LABELS, STANDING_MOVES, Dialled, Standing
from hotline.outbound.models.campaigns import CALLS, WATCHES, Campaign, Disposition, Script
from hotline.people.models import Person
from hotline.promises.models import Promise


class Batch(models.Model):
    """One list taken in: the file by its hash, and what became of its rows. Written once."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="batches")
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    again = models.PositiveIntegerField()  # twice in the file
    known = models.PositiveIntegerField()  # in the campaign before
    barred = models.PositiveIntegerField()  # must not be called
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rows=F("added") + F("again") + F("known") + F("barred")), name="outbound_batch_sums"
            )
        ]
        triggers = append_only()


class RecordQuerySet(models.QuerySet["Record"]):
    """Scopes of people on lists."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who lead or judge; one's own calls and appointments for whoever makes them."""
        rows = self.filter(campaign__centre=person.centre_id)
        if person.standing.is_any(*WATCHES):
            return rows
        if not person.standing.is_any(*CALLS):
            return rows.none()
        called = Attempt.objects.filter(by=person.pk).values("record")
        return rows.filter(Q(taken_by=person.pk) | Q(promised_to=person.pk) | Q(pk__in=called))


@audited
class Record(models.Model):
    """Somebody on a campaign's list: one a number."""

    MOVES = STANDING_MOVES

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="records")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="records")
    line = models.PositiveIntegerField()
    e164 = models.CharField(_("number"), max_length=20)
    name = models.CharField(_("name"), max_length=60, blank=True)
    data = models.JSONField(_("from the list"), default=dict)

    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(_("next call"))
    appointment_at = models.DateTimeField(_("appointment"), null=True, blank=True)
    promised_to = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    promise = models.ForeignKey(Promise, models.PROTECT, null=True, blank=True, related_name="+")
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    last = models.ForeignKey(Disposition, models.PROTECT, null=True, blank=True, related_name="+")

    status = models.CharField(
        _("status"), max_length=9, choices=[(one.value, _(STANDING_LABELS[one])) for one in Standing]
    )
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "e164"], name="outbound_record_once"),
            models.UniqueConstraint(
                fields=["taken_by"], condition=Q(status="taken"), name="outbound_record_one_in_hand"
            ),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Standing]), name="outbound_record_status"),
            models.CheckConstraint(
                condition=Q(status="taken", taken_by__isnull=False, taken_at__isnull=False)
                | (~Q(status="taken") & Q(taken_by__isnull=True, taken_at__isnull=True)),
                name="outbound_record_in_hand",
            ),
            models.CheckConstraint(condition=Q(e164__regex=r"^\+[0-9]{5,15}$"), name="outbound_record_e164"),
            models.CheckConstraint(
                condition=Q(promised_to__isnull=True) | Q(appointment_at__isnull=False), name="outbound_record_promise"
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "next_at", "id"], condition=Q(status="waiting"), name="outbound_queue"),
            models.Index(
                fields=["promised_to", "next_at"],
                condition=Q(status="waiting", promised_to__isnull=False),
                name="outbound_appointments",
            ),
            models.Index(fields=["campaign", "status"], name="outbound_record_standing"),
            models.Index(fields=["taken_at"], condition=Q(status="taken"), name="outbound_record_held"),
            models.Index(fields=["e164"], name="outbound_record_number"),
        ]

    def __str__(self) -> str:
        return self.name or mask(self.e164)

    @property
    def masked(self) -> str:
        """The number as a page may show it."""
        return mask(self.e164)


@audited
class Attempt(models.Model):
    """One call: dialled by whom, how and when, and what it came to. Open until its disposition is given."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="attempts")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    e164 = models.CharField(max_length=20)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    how = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Dialled])
    call_ref = models.CharField(max_length=60, blank=True)
    dialled_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    disposition = models.ForeignKey(Disposition, models.PROTECT, null=True, blank=True, related_name="attempts")
    is_reached = models.BooleanField(default=False)
    is_done = models.BooleanField(default=False)
    is_abandoned = models.BooleanField(default=False)
    is_void = models.BooleanField(default=False)  # the exchange called nobody: it counts nowhere, nor as a try
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="outbound_attempt_number"),
            models.UniqueConstraint(
                fields=["record"], condition=Q(ended_at__isnull=True), name="outbound_attempt_one_open"
            ),
            models.UniqueConstraint(
                fields=["by"], condition=Q(ended_at__isnull=True), name="outbound_attempt_one_a_person"
            ),
            models.UniqueConstraint(fields=["call_ref"], condition=~Q(call_ref=""), name="outbound_attempt_call"),
            models.CheckConstraint(
                condition=Q(how="hand", call_ref="") | (Q(how="exchange") & ~Q(call_ref="")),
                name="outbound_attempt_how",
            ),
            models.CheckConstraint(
                condition=Q(is_void=False)
                | Q(ended_at__isnull=False, disposition__isnull=True, is_reached=False, is_abandoned=False),
                name="outbound_attempt_void",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, disposition__isnull=True) | Q(ended_at__gte=F("dialled_at")),
                name="outbound_attempt_ended",
            ),
            models.CheckConstraint(condition=~Q(is_done=True, is_reached=False), name="outbound_attempt_done_reached"),
        ]
        indexes = [
            models.Index(fields=["campaign", "ended_at"], name="outbound_attempt_recent"),
            models.Index(fields=["by", "ended_at"], name="outbound_attempt_of"),
            models.Index(fields=["e164", "dialled_at"], name="outbound_attempt_e164"),
        ]
        ordering = ["number"]


class Answers(models.Model):
    """What somebody answered in one call, to which version of the form. Written once."""

    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="answers")
    record = models.ForeignKey(Record, models.CASCADE, related_name="answers")
    script = models.ForeignKey(Script, models.PROTECT, related_name="+")
    values = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["record", "-id"], name="outbound_answers_of")]


class Look(models.Model):
    """Somebody saw a whole number: to dial it, or behind the mask with a reason (A3.6). Written once."""

    record = models.ForeignKey(Record, models.CASCADE, related_name="looks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)  # empty: shown to be dialled by hand
    at = models.DateTimeField()

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["person", "at"], name="outbound_look_by")]


class Export(models.Model):
    """A campaign's data was taken out of the house: by whom, how much, with whole numbers and why. Written once."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="exports")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    with_numbers = models.BooleanField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(with_numbers=False) | ~Q(reason=""), name="outbound_export_reason")
        ]
        triggers = append_only()
