"""Who must not be called, by no campaign of the centre."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.customers.logic import mask
from hotline.outbound.logic.words import SOURCE_LABELS, Source
from hotline.outbound.models.campaigns import CALLS, WATCHES
from hotline.people.models import Centre, Person


class DoNotCallQuerySet(models.QuerySet["DoNotCall"]):
    """Scopes of the list."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who lead, judge or make calls."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*WATCHES, *CALLS) else rows.none()

    def in_force(self, day: date) -> Self:
        """Those that hold on a day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=day), lifted_at__isnull=True)


@audited
class DoNotCall(models.Model):
    """A number that no campaign calls: why, who said so, until when (that day included; nothing: for good)."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    e164 = models.CharField(_("number"), max_length=20)
    reason = models.CharField(_("reason"), max_length=200)
    source = models.CharField(
        _("who said so"), max_length=9, choices=[(one.value, _(SOURCE_LABELS[one])) for one in Source]
    )
    # Nobody here calls him, whatever for; otherwise only campaigns do not, and he is still answered about his reports.
    is_total = models.BooleanField(_("no call at all"), default=False)
    until = models.DateField(_("until"), null=True, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_why = models.CharField(_("why it ended"), max_length=200, blank=True)

    objects = DoNotCallQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "e164"], condition=Q(lifted_at__isnull=True), name="outbound_barred_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="outbound_barred_reason"),
            models.CheckConstraint(condition=Q(e164__regex=r"^\+[0-9]{5,15}$"), name="outbound_barred_e164"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True)
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why="")),
                name="outbound_barred_lifted",
            ),
        ]
        indexes = [models.Index(fields=["centre", "-at", "-id"], name="outbound_barred_recent")]

    def __str__(self) -> str:
        return mask(self.e164)

    @property
    def masked(self) -> str:
        """The number as a page may show it."""
        return mask(self.e164)
