"""Time inside shifts that is booked for something else than calls and cases (A2.18), and changes after publication."""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Centre, Person
from hotline.rosters.logic.plans import BOOKING_LABELS, CONSENT_LABELS, CONSENT_MOVES, BookingKind, Consent
from hotline.rosters.models.plans import PLANNERS
from hotline.rosters.models.shifts import OUTSIDE, ShiftType


class BookingQuerySet(models.QuerySet["Booking"]):
    """Scopes of bookings."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who work in it; people outside see those they take part in."""
        rows = self.filter(centre=person.centre_id)
        if person.standing.positions <= OUTSIDE:
            return rows.filter(pk__in=BookingSeat.objects.filter(person=person.pk).values("booking"))
        return rows


@audited
class Booking(models.Model):
    """A meeting, a coaching, a training: in the roster, not on top of it."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=[(k.value, _(w)) for k, w in BOOKING_LABELS.items()])
    title = models.CharField(_("subject"), max_length=100)
    place = models.CharField(_("place"), max_length=60, blank=True)
    span = DateTimeRangeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = BookingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in BookingKind]), name="rosters_booking_kind"),
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__upper_inf=False, span__lower_inf=False),
                name="rosters_booking_bounded",
            ),
        ]
        indexes = [models.Index(fields=["centre", "made_at"], name="rosters_booking_centre")]
        ordering = ["span"]

    def __str__(self) -> str:
        return self.title


@audited
class BookingSeat(models.Model):
    """Who takes part; nobody is in two places at once. The span is that of the booking."""

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="seats")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    span = DateTimeRangeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "person"], name="rosters_bookingseat_once"),
            one_at_a_time("person", span="span", name="rosters_bookingseat_no_overlap"),
        ]


class ChangeConsentQuerySet(models.QuerySet["ChangeConsent"]):
    """Scopes of changes."""

    def visible_to(self, person: Person) -> Self:
        """Those who plan see the centre's; everybody else sees what concerns himself."""
        rows = self.filter(person__centre=person.centre_id)
        return rows if person.standing.is_any(*PLANNERS) else rows.filter(person=person.pk)


@audited
class ChangeConsent(models.Model):
    """A change of a published roster (A7.7): the person agrees to it, or it is ordered for a reason.

    `before` and `after` are shifts, empty for a free day; `days_late` says how much too late it was told.
    """

    MOVES = CONSENT_MOVES

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    before = models.ForeignKey(ShiftType, models.PROTECT, null=True, blank=True, related_name="+")
    after = models.ForeignKey(ShiftType, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    days_late = models.PositiveSmallIntegerField(_("days late"), default=0)
    status = models.CharField(
        _("status"), max_length=10, choices=[(key.value, _(word)) for key, word in CONSENT_LABELS.items()]
    )
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.CharField(max_length=200, blank=True)

    objects = ChangeConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=[c.value for c in Consent]), name="rosters_change_status"),
            models.CheckConstraint(condition=~Q(reason=""), name="rosters_change_reason"),
            models.CheckConstraint(
                condition=Q(before__isnull=True, after__isnull=False)
                | Q(before__isnull=False, after__isnull=True)
                | ~Q(before=F("after")),
                name="rosters_change_changes",
            ),
            models.UniqueConstraint(
                fields=["person", "day"], condition=Q(status=Consent.ASKED.value), name="rosters_change_one_open"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="rosters_change_day")]
        ordering = ["-asked_at"]
