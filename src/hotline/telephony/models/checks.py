"""Checks of the line (A7.1) and walks through the menus (A7.2): test calls that the system places itself."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.people.models import Centre, Person
from hotline.telephony.models.calls import Call
from hotline.telephony.models.menus import MenuVersion
from hotline.telephony.models.recordings import Recording
from hotline.telephony.models.setup import WATCHES


class CheckKind(models.TextChoices):
    """What is checked."""

    LINE = "line", _("Line check")
    MENU = "menu", _("Walk through the menu")


class CheckCause(models.TextChoices):
    """Why it is checked."""

    DAILY = "daily", _("Every morning")
    MONTHLY = "monthly", _("Every month")
    ASKED = "asked", _("Asked for by hand")


class CheckStatus(models.TextChoices):
    """Where a check stands."""

    ASKED = "asked", _("Waiting to be called")
    RUNNING = "running", _("Calling")
    PASSED = "passed", _("In order")
    FAILED = "failed", _("Fault found")


class LineCheckQuerySet(models.QuerySet["Check"]):
    """Scopes of checks."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead, watch or set queues."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*WATCHES) else rows.none()

    def faults(self) -> Self:
        """Faults that nobody has closed yet."""
        return self.filter(status=CheckStatus.FAILED, closed_at__isnull=True)


@audited
class Check(models.Model):
    """One check of a number: asked for, called, in order or not; a fault is open until somebody closes it."""

    MOVES = {
        CheckStatus.ASKED: frozenset({CheckStatus.RUNNING, CheckStatus.FAILED}),
        CheckStatus.RUNNING: frozenset({CheckStatus.PASSED, CheckStatus.FAILED}),
        CheckStatus.PASSED: frozenset[CheckStatus](),
        CheckStatus.FAILED: frozenset[CheckStatus](),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="checks")
    kind = models.CharField(_("what"), max_length=6, choices=CheckKind.choices)
    cause = models.CharField(_("why"), max_length=8, choices=CheckCause.choices)
    dialled = models.CharField(_("dialled number"), max_length=20)
    version = models.ForeignKey(MenuVersion, models.PROTECT, null=True, blank=True, related_name="checks")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=CheckStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)
    signed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_note = models.CharField(_("what was wrong, and what was done"), max_length=300, blank=True)

    objects = LineCheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=CheckStatus.values), name="telephony_check_status"),
            models.CheckConstraint(
                condition=Q(kind="menu", version__isnull=False) | Q(kind="line"), name="telephony_check_version"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_note="", closed_by__isnull=True)
                | (Q(status="failed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_note="")),
                name="telephony_check_closed",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_by__isnull=True)
                | Q(signed_at__isnull=False, signed_by__isnull=False, status__in=["passed", "failed"]),
                name="telephony_check_signed",
            ),
            models.UniqueConstraint(
                fields=["centre", "dialled", "kind"],
                condition=Q(status__in=["asked", "running"]),
                name="telephony_check_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["centre", "-asked_at", "-id"], name="telephony_check_recent")]


@audited
class CheckStep(models.Model):
    """One test call: what was pressed, what was expected, what was found."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="steps")
    number = models.PositiveSmallIntegerField()
    moves = models.JSONField(default=list)  # of a branch: [step, how, with what]
    expected = models.CharField(max_length=160)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    is_ok = models.BooleanField()
    faults = models.JSONField(default=list)  # words of logic.checks.Fault
    answered_ms = models.PositiveIntegerField(null=True, blank=True)
    heard = models.PositiveSmallIntegerField(default=0)  # thousandths of the time in which something was heard
    call = models.ForeignKey(Call, models.PROTECT, null=True, blank=True, related_name="+")
    recording = models.ForeignKey(Recording, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["check_of", "number"], name="telephony_checkstep_once"),
            models.CheckConstraint(condition=Q(ended_at__gte=F("began_at")), name="telephony_checkstep_forward"),
            models.CheckConstraint(condition=Q(heard__lte=1000), name="telephony_checkstep_heard"),
        ]
        ordering = ["number"]

    @property
    def took(self) -> timedelta:
        """How long the test call lasted."""
        return self.ended_at - self.began_at
