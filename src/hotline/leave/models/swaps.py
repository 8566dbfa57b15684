"""Swaps of shifts (D2.11): asked of a colleague, agreed, approved; a shift taken over is paid back."""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.approvals.models import Chain
from hotline.core.models import audited
from hotline.leave.models.requests import SEES
from hotline.people.models import Person
from hotline.rosters.models import RosterEntry, ShiftType
from hotline.rulebook.swaps import SwapKind

SWAP_SUBJECT = "leave.swap"


class SwapStatus(models.TextChoices):
    """Where a swap stands."""

    WISHED = "wished", _("Asked of the colleague")
    AGREED = "agreed", _("Agreed, to be approved")
    MADE = "made", pgettext_lazy("swap", "Swapped")
    DECLINED = "declined", _("The colleague cannot")
    REFUSED = "refused", pgettext_lazy("swap", "Not approved")
    WITHDRAWN = "withdrawn", pgettext_lazy("swap", "Withdrawn")


W = SwapStatus
RUNNING = (W.WISHED, W.AGREED, W.MADE)  # what counts towards a quota: promised or done
KINDS = [
    (SwapKind.SINGLE.value, _("One shift")),
    (SwapKind.PAIR.value, _("Two shifts in a row")),
    (SwapKind.PAY_BACK.value, _("Pay back")),
]


class Side(models.TextChoices):
    """Whose shift it is in a swap."""

    GIVEN = "given", pgettext_lazy("swap", "Given away")
    TAKEN = "taken", pgettext_lazy("swap", "Taken over")


class SwapQuerySet(models.QuerySet["Swap"]):
    """Scopes of swaps."""

    def visible_to(self, person: Person) -> Self:
        """Of both sides; the centre's for those who lead it; what one decides or has decided."""
        rows = self.filter(asker__centre=person.centre_id)
        if person.standing.is_any(*SEES):
            return rows
        chains = Chain.objects.visible_to(person).filter(subject=SWAP_SUBJECT)
        return rows.filter(Q(asker=person.pk) | Q(partner=person.pk) | Q(pk__in=chains.values("subject_id")))


@audited
class Swap(models.Model):
    """Somebody wants a colleague to work a shift of his. With nothing taken in turn, it is to be paid back.

    A pay-back (`repays`) is a swap of its own: the one who owes takes over a shift; it counts towards no quota.
    """

    MOVES = {
        W.WISHED: frozenset({W.AGREED, W.DECLINED, W.WITHDRAWN}),
        W.AGREED: frozenset({W.MADE, W.REFUSED, W.WITHDRAWN}),
        W.MADE: frozenset[SwapStatus](),
        W.DECLINED: frozenset[SwapStatus](),
        W.REFUSED: frozenset[SwapStatus](),
        W.WITHDRAWN: frozenset[SwapStatus](),
    }

    kind = models.CharField(_("kind"), max_length=8, choices=KINDS)
    asker = models.ForeignKey(Person, models.PROTECT, related_name="swaps_asked")
    partner = models.ForeignKey(Person, models.PROTECT, related_name="swaps_taken")
    reason = models.CharField(_("reason"), max_length=300)
    month = models.DateField(_("month of the shift"))  # first of the month of the shift given away (reading 65)
    asked_at = models.DateTimeField()
    repays = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="repayments")
    pay_back_by = models.DateField(_("to be paid back by"), null=True, blank=True)
    paid_back_at = models.DateTimeField(_("paid back at"), null=True, blank=True)
    overdue_told_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(_("status"), max_length=9, choices=SwapStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(asker=F("partner")), name="leave_swap_two_people"),
            models.CheckConstraint(condition=Q(status__in=SwapStatus.values), name="leave_swap_status"),
            models.CheckConstraint(condition=~Q(reason=""), name="leave_swap_reason"),
            models.CheckConstraint(
                condition=~Q(status="made") | (~Q(status_by=F("asker")) & ~Q(status_by=F("partner"))),
                name="leave_swap_made_by_a_third",
            ),
            models.CheckConstraint(
                condition=Q(kind="pay_back", repays__isnull=False) | (~Q(kind="pay_back") & Q(repays__isnull=True)),
                name="leave_swap_pay_back",
            ),
            models.UniqueConstraint(
                fields=["repays"], condition=Q(status__in=RUNNING), name="leave_swap_paid_back_once"
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "month"], name="leave_swap_asker"),
            models.Index(
                fields=["pay_back_by"],
                condition=Q(pay_back_by__isnull=False, paid_back_at__isnull=True),
                name="leave_swap_owed",
            ),
        ]
        ordering = ["-asked_at", "-pk"]


@audited
class SwapShift(models.Model):
    """A shift of a swap, as it stood when it was asked for; a changed shift cannot be swapped any more."""

    swap = models.ForeignKey(Swap, models.CASCADE, related_name="shifts")
    side = models.CharField(_("side"), max_length=5, choices=Side.choices)
    entry = models.ForeignKey(RosterEntry, models.SET_NULL, null=True, related_name="+")
    shift_type = models.ForeignKey(ShiftType, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    span = DateTimeRangeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["swap", "side", "day"], name="leave_swapshift_once")]
        ordering = ["side", "day"]
