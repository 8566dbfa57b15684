"""Menus that callers walk by keys: each version a tree of steps as data, published from a moment on."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited, kept
from hotline.people.models import Centre, Person
from hotline.telephony.models.setup import WATCHES


class MenuQuerySet(models.QuerySet["Menu"]):
    """Scopes of menus."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead, watch or set queues."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*WATCHES) else rows.none()


@audited
class Menu(models.Model):
    """A menu; off until somebody switches it on, for a government hotline is answered by people."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="menus")
    name = models.CharField(_("name"), max_length=60)
    is_on = models.BooleanField(_("in use"), default=False)
    changed_at = models.DateTimeField()

    objects = MenuQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="telephony_menu_name"),
            models.CheckConstraint(condition=~Q(name=""), name="telephony_menu_named"),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MenuStatus(models.TextChoices):
    """Where a version of a menu stands."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn before its time")


@audited
class MenuVersion(models.Model):
    """One version: drafted, published from a moment on, and from then never changed."""

    MOVES = {
        MenuStatus.DRAFT: frozenset({MenuStatus.PUBLISHED}),
        MenuStatus.PUBLISHED: frozenset({MenuStatus.WITHDRAWN}),
        MenuStatus.WITHDRAWN: frozenset[MenuStatus](),
    }

    menu = models.ForeignKey(Menu, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    tree = models.JSONField()  # logic.menus
    effective_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    status = models.CharField(max_length=10, choices=MenuStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["menu", "number"], name="telephony_menuversion_number"),
            models.UniqueConstraint(
                fields=["menu"], condition=Q(status="draft"), name="telephony_menuversion_one_draft"
            ),
            models.CheckConstraint(condition=Q(status__in=MenuStatus.values), name="telephony_menuversion_status"),
            models.CheckConstraint(
                condition=Q(status="draft", effective_from__isnull=True)
                | (~Q(status="draft") & Q(effective_from__isnull=False)),
                name="telephony_menuversion_effective",
            ),
        ]
        ordering = ["-number"]
        triggers = [kept("tree", "number", "menu_id", name="published_stays", when={"old__status": "published"})]
