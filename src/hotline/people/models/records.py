"""Confidentiality undertakings (A2.14) and notices to persons."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.people.models.organisation import Centre, Person


@audited
class Undertaking(models.Model):
    """A published text that persons sign; a new text is a new row."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    version = models.PositiveIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=100)
    body = models.TextField(_("text"))
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "version"], name="people_undertaking_version")]
        ordering = ["-version"]


@audited
class UndertakingSigned(models.Model):
    """A person's signature under one version, with the name as typed and where it was given."""

    undertaking = models.ForeignKey(Undertaking, models.PROTECT, related_name="signatures")
    person = models.ForeignKey(Person, models.PROTECT, related_name="undertakings")
    typed_name = models.CharField(max_length=60)
    address = models.GenericIPAddressField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["undertaking", "person"], name="people_signed_once")]


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Scopes of notices."""

    def visible_to(self, person: Person) -> Self:
        """A notice is its recipient's alone."""
        return self.filter(recipient=person.pk)


@audited
class Notice(models.Model):
    """Something a person should know: a sentence (English msgid with placeholders), its values, and where to look."""

    recipient = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    text = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="people_notice_unread"),
            models.Index(fields=["recipient", "-at"], name="people_notice_recent"),
        ]
