"""What only few may read: certificates, reasons of a health kind, notices of pregnancy. Sealed, forgotten in time."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.leave.models.requests import Leave
from hotline.people.models import Person, Position

READS_PAPERS = (Position.DIRECTOR, Position.CENTRE_SUPERVISOR, Position.HR)
KNOWS_PREGNANCY = (Position.DIRECTOR, Position.HR)


@audited
class Certificate(models.Model):
    """That a certificate was handed in for a leave, by whom, when; its content lies in `Paper` until `keep_until`."""

    leave = models.ForeignKey(Leave, models.PROTECT, related_name="certificates")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField(_("size"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    keep_until = models.DateField(_("kept until"))
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["keep_until"], condition=Q(deleted_at__isnull=True), name="leave_certificate_keep_until"
            )
        ]
        ordering = ["pk"]


class Paper(models.Model):
    """The sealed content of a certificate; every look is logged."""

    certificate = models.OneToOneField(Certificate, models.CASCADE, primary_key=True, related_name="paper")
    sealed = models.BinaryField()


@audited
class CertificateLook(models.Model):
    """Somebody looked at a certificate: who, which, why, when. Never changed; its owner can see it."""

    certificate = models.ForeignKey(Certificate, models.PROTECT, related_name="looks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(_("why it was looked at"), max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="leave_look_reason")]
        ordering = ["-at"]


class PrivateWords(models.Model):
    """The sealed reason of a leave of a restricted kind; forgotten with its certificates."""

    leave = models.OneToOneField(Leave, models.CASCADE, primary_key=True, related_name="private_words")
    sealed = models.BinaryField()
    keep_until = models.DateField(db_index=True)


class PregnancyQuerySet(models.QuerySet["PregnancyNotice"]):
    """Scopes of notices of pregnancy."""

    def visible_to(self, person: Person) -> Self:
        """Her own; the centre's for the director and human resources alone."""
        rows = self.filter(person__centre=person.centre_id)
        return rows if person.standing.is_any(*KNOWS_PREGNANCY) else rows.filter(person=person.pk)


class PregnancyNotice(models.Model):
    """D4.1 as the law allows it (reading 75): given freely, taken back freely, without any consequence.

    The expected day lies sealed; the row is deleted when it is taken back and in time after the day.
    """

    person = models.OneToOneField(Person, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    keep_until = models.DateField(db_index=True)
    at = models.DateTimeField()

    objects = PregnancyQuerySet.as_manager()
