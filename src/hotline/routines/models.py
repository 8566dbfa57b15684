"""Instructions and cases from superior departments, whom they concern, who has confirmed."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case
from hotline.core.models import append_only, audited
from hotline.people.models import Centre, Person, Position, Unit

ISSUES = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR)
FOLLOWS = (*ISSUES, Position.SHIFT_LEADER, Position.TEAM_LEADER, Position.HR, Position.QUALITY)


class Kind(models.TextChoices):
    """What was passed down."""

    NOTICE = "notice", _("Notice")
    ORDER = "order", _("Instruction")
    CASE = "case", _("Case passed down")


class InstructionStatus(models.TextChoices):
    """Whether it still has to be confirmed."""

    OPEN = "open", _("To be confirmed")
    CLOSED = "closed", _("Archived")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = InstructionStatus


class InstructionQuerySet(models.QuerySet["Instruction"]):
    """Scopes of instructions."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who follow them up; for everybody else those that concern him."""
        rows = self.filter(centre=person.centre_id)
        if person.standing.is_any(*FOLLOWS):
            return rows
        return rows.filter(pk__in=Duty.objects.filter(person=person.pk).values("instruction"))


@audited
class Instruction(models.Model):
    """A notice, an instruction or a case from a superior department: what, until when, for whom."""

    MOVES = {
        S.OPEN: frozenset({S.CLOSED, S.WITHDRAWN}),
        S.CLOSED: frozenset[InstructionStatus](),
        S.WITHDRAWN: frozenset[InstructionStatus](),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="instructions")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    source = models.CharField(_("from"), max_length=100)
    reference = models.CharField(_("reference number"), max_length=60, blank=True)
    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"))
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="instructions")
    is_urgent = models.BooleanField(_("urgent"), default=False)
    needs_report = models.BooleanField(_("each one reports that it is carried out"), default=False)
    due_at = models.DateTimeField(_("to be confirmed by"))
    for_all = models.BooleanField(default=False)
    issued_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=InstructionStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="routines_instruction_words"),
            models.CheckConstraint(condition=Q(due_at__gt=models.F("issued_at")), name="routines_instruction_due"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="routines_instruction_kind"),
            models.CheckConstraint(
                condition=Q(status__in=InstructionStatus.values), name="routines_instruction_status"
            ),
            models.CheckConstraint(condition=~Q(kind="case") | Q(case__isnull=False), name="routines_instruction_case"),
        ]
        indexes = [
            models.Index(fields=["centre", "-issued_at", "-id"], name="routines_instruction_recent"),
            models.Index(fields=["due_at"], condition=Q(status="open"), name="routines_instruction_open"),
        ]

    def __str__(self) -> str:
        return self.title


@audited
class Audience(models.Model):
    """One part of those concerned: a position, a unit with all below it, or a person."""

    instruction = models.ForeignKey(Instruction, models.CASCADE, related_name="audience")
    position = models.CharField(max_length=20, blank=True, choices=Position.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(~Q(position="") & Q(unit__isnull=True, person__isnull=True))
                | Q(position="", unit__isnull=False, person__isnull=True)
                | Q(position="", unit__isnull=True, person__isnull=False),
                name="routines_audience_one_kind",
            )
        ]


class DutyQuerySet(models.QuerySet["Duty"]):
    """Scopes of what people owe."""

    def visible_to(self, person: Person) -> Self:
        """One's own, and everybody's for those who follow up."""
        rows = self.filter(instruction__centre=person.centre_id)
        return rows if person.standing.is_any(*FOLLOWS) else rows.filter(person=person.pk)

    def owed(self) -> Self:
        """What has still to be confirmed."""
        return self.filter(settled_at__isnull=True, released_at__isnull=True, instruction__status=S.OPEN)


@audited
class Duty(models.Model):
    """A person owes an instruction his confirmation. Who joins its audience while it is open owes it too."""

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="duties")
    person = models.ForeignKey(Person, models.PROTECT, related_name="instruction_duties")
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)  # with the last confirmation it needs
    released_at = models.DateTimeField(null=True, blank=True)  # he has left the centre
    reminded = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)

    objects = DutyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instruction", "person"], name="routines_duty_once")]
        indexes = [
            models.Index(
                fields=["person"],
                condition=Q(settled_at__isnull=True, released_at__isnull=True),
                name="routines_duty_owed",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(settled_at__isnull=True, released_at__isnull=True),
                name="routines_duty_due",
            ),
        ]


class Said(models.TextChoices):
    """What is confirmed."""

    READ = "read", _("Has read it")
    DONE = "done", _("Carried out")


class Confirmation(models.Model):
    """A person says that he has read it, or carried it out: append-only."""

    duty = models.ForeignKey(Duty, models.PROTECT, related_name="confirmations")
    said = models.CharField(max_length=4, choices=Said.choices)
    report = models.TextField(blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["duty", "said"], name="routines_confirmation_once"),
            models.CheckConstraint(condition=~Q(said="done") | ~Q(report=""), name="routines_confirmation_report"),
            models.CheckConstraint(condition=Q(said__in=Said.values), name="routines_confirmation_said"),
        ]
        triggers = append_only()
        ordering = ["duty", "at", "pk"]


@audited
class InstructionFile(models.Model):
    """A file that came with an instruction, known by the hash of its bytes."""

    id = models.UUIDField(primary_key=True)
    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["instruction", "sha256"], name="routines_file_once")]
        ordering = ["at", "id"]
