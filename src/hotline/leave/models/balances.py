"""The balance of annual leave as a ledger, years of work, and what a kind gives here beyond the law's floor."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.core.models import append_only, audited
from hotline.leave.models.requests import Leave
from hotline.people.models import Centre, Person, Position
from hotline.rulebook.leave import Code

KEEPS_BALANCES = (Position.HR, Position.DIRECTOR)


@audited
class WorkHistory(models.Model):
    """Since when somebody has worked, anywhere: years of work in all decide on annual leave and the medical period."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="work_history")
    works_since = models.DateField(_("has worked since"))
    set_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()


class EntryKind(models.TextChoices):
    """Why a balance changed."""

    GRANT = "grant", _("Entitled by law")
    TAKEN = "taken", _("Taken")
    BACK = "back", pgettext_lazy("leave", "Given back")
    CARRIED = "carried", _("Carried over")
    CORRECTION = "correction", _("Corrected")


class EntryQuerySet(models.QuerySet["BalanceEntry"]):
    """Scopes of entries."""

    def visible_to(self, person: Person) -> Self:
        """One's own; the centre's for those who keep balances."""
        rows = self.filter(person__centre=person.centre_id)
        return rows if person.standing.is_any(*KEEPS_BALANCES) else rows.filter(person=person.pk)


class BalanceEntry(models.Model):
    """Half days of annual leave of a calendar year that somebody got or used; append-only, the balance is their sum.

    `on` is the day from which they count: a step of the law reached within the year counts from its own day.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    on = models.DateField(pgettext_lazy("leave", "counts from"))
    half_days = models.SmallIntegerField(_("half days"))
    why = models.CharField(_("why"), max_length=10, choices=EntryKind.choices)
    leave = models.ForeignKey(Leave, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(half_days=0), name="leave_entry_says_something"),
            models.CheckConstraint(condition=Q(why__in=EntryKind.values), name="leave_entry_why"),
            models.CheckConstraint(
                condition=Q(why__in=["taken", "back"], leave__isnull=False)
                | Q(why__in=["grant", "carried", "correction"]),
                name="leave_entry_of_a_leave",
            ),
            models.CheckConstraint(
                condition=~Q(why__in=["carried", "correction"]) | ~Q(note=""), name="leave_entry_note"
            ),
        ]
        triggers = append_only()
        indexes = [models.Index(fields=["person", "year"], name="leave_entry_person")]
        ordering = ["pk"]


@audited
class Allowance(models.Model):
    """How many half days a kind gives in this centre from a day on, where province or centre give more than law."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=[(code.value, code.value) for code in Code])
    half_days = models.PositiveSmallIntegerField(_("half days"))
    since = models.DateField(_("in force since"))
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "since"], name="leave_allowance_once"),
            models.CheckConstraint(condition=~Q(source=""), name="leave_allowance_source"),
        ]
        ordering = ["kind", "-since"]
