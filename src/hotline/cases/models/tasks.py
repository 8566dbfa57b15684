"""Tasks of field supervisors: verify (核实) before filing, check (核查) before closing (B3.2, B3.4)."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models.case import WHOLE_CENTRE, Case
from hotline.cases.models.places import Grid
from hotline.core.models import audited
from hotline.people.models import Person


class TaskKind(models.TextChoices):
    """Which look on the spot."""

    VERIFY = "verify", _("Verification")
    CHECK = "check", _("Check")


class TaskStatus(models.TextChoices):
    """Where a task stands."""

    ASKED = "asked", _("To do")
    DONE = "done", _("Replied")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class TaskQuerySet(models.QuerySet["Task"]):
    """Scopes of tasks."""

    def visible_to(self, person: Person) -> Self:
        """The centre's for those who work in it, one's own for the field supervisor."""
        rows = self.filter(case__centre=person.centre_id)
        return rows if person.standing.is_any(*WHOLE_CENTRE) else rows.filter(person=person.pk)


@audited
class Task(models.Model):
    """A question to the field supervisor in whose grid the place lies; without one it waits for the shift leader."""

    MOVES = {
        TaskStatus.ASKED: frozenset({TaskStatus.DONE, TaskStatus.WITHDRAWN}),
        TaskStatus.DONE: frozenset[TaskStatus](),
        TaskStatus.WITHDRAWN: frozenset[TaskStatus](),
    }

    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks")
    kind = models.CharField(_("kind"), max_length=8, choices=TaskKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="tasks")
    grid = models.ForeignKey(Grid, models.PROTECT, null=True, blank=True, related_name="+")
    question = models.TextField(_("what to look at"), blank=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded = models.PositiveSmallIntegerField(default=0)
    reminded_at = models.DateTimeField(null=True, blank=True)
    # For a verification: the report is true; for a check: the result meets the closing condition.
    is_confirmed = models.BooleanField(null=True, blank=True)
    reply = models.TextField(_("reply"), blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    status = models.CharField(max_length=10, choices=TaskStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(status="asked"), name="cases_task_one_open"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(is_confirmed__isnull=False), name="cases_task_done_says_what"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "due_at"], condition=Q(status="asked"), name="cases_task_to_do"),
        ]
