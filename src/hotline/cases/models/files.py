"""Files of cases, drafts of forms, and the record of imports with every refused row."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models.case import Case
from hotline.core.models import audited
from hotline.people.models import Centre, Person, Position


class FileKind(models.TextChoices):
    """What a file shows."""

    NEAR = "near", _("Near")
    FAR = "far", _("Far")
    BEFORE = "before", _("Before")
    AFTER = "after", _("After")
    EVIDENCE = "evidence", _("Evidence")
    OTHER = "other", _("Other")


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    """Scopes of files."""

    def visible_to(self, person: Person) -> Self:
        """Files of the cases one may see."""
        return self.filter(case__in=Case.objects.visible_to(person).values("pk"))


@audited
class Attachment(models.Model):
    """A file that belongs to an event of a case: never overwritten, known by the hash of its bytes."""

    id = models.UUIDField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, related_name="files")
    event_seq = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=FileKind.choices)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    shot_at = models.DateTimeField(null=True, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sha256", "kind"], name="cases_file_once")]


@audited
class Draft(models.Model):
    """What a person has typed and not yet sent, by form: nothing typed is ever lost."""

    person = models.ForeignKey(Person, models.CASCADE)
    key = models.CharField(max_length=60)  # "case:17" or "new"
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="cases_draft_once")]


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Scopes of imports."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead it or look after the system."""
        if not person.standing.is_any(
            *(Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER, Position.SYSADMIN)
        ):
            return self.none()
        return self.filter(centre=person.centre_id)


@audited
class ImportRun(models.Model):
    """One reading of a file: what it held, what was new, what was refused."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    kind = models.CharField(max_length=12)  # standard, districts, reports
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    objects = ImportRunQuerySet.as_manager()


@audited
class ImportRow(models.Model):
    """A row that was refused or needs a look: its line, column, reason (msgid with params), and what it said."""

    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="named_rows")
    line = models.PositiveIntegerField()
    key = models.CharField(max_length=60, blank=True)
    column = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    is_refused = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["run", "line"], name="cases_importrow_run")]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="cases_importrow_reason")]
