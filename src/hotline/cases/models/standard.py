"""The filing and closing standard (立案、结案标准) as data: categories and their conditions, dated (B2.4)."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Centre, Unit


class CategoryKind(models.TextChoices):
    """Components are things in the street, events are happenings."""

    COMPONENT = "component", _("Component")
    EVENT = "event", _("Event")


class LimitUnit(models.TextChoices):
    """Units of the work clock (hotline.kernel.workclock.Unit)."""

    URGENT_HOUR = "urgent_hour", _("urgent hours")
    URGENT_DAY = "urgent_day", _("urgent days")
    WORK_HOUR = "work_hour", _("working hours")
    WORK_DAY = "work_day", _("working days")


class PhotoRule(models.TextChoices):
    """Which photos closing needs."""

    NONE = "none", _("No photo")
    AFTER = "after", _("Photo after")
    BEFORE_AFTER = "before_after", _("Photos before and after")


@audited
class Category(models.Model):
    """A sub-class (小类) below its big class (大类)."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    kind = models.CharField(_("kind"), max_length=10, choices=CategoryKind.choices)
    big_code = models.CharField(max_length=4)
    big_name = models.CharField(_("big class"), max_length=60)
    small_code = models.CharField(max_length=4)
    small_name = models.CharField(_("sub-class"), max_length=60)
    key = models.CharField(max_length=240, editable=False, default="")  # pinyin and its initials, for the picker
    radius_m = models.PositiveIntegerField(_("radius for duplicates (m)"), default=250)  # 0: none are offered

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "kind", "big_code", "small_code"], name="cases_category_code")
        ]
        ordering = ["kind", "big_code", "small_code"]

    def __str__(self) -> str:
        return self.small_name

    @property
    def code(self) -> str:
        """The whole code as it is quoted: C for components, E for events, then both classes."""
        return f"{self.kind[0].upper()}{self.big_code}{self.small_code}"


class ConditionQuerySet(models.QuerySet["Condition"]):
    """Scopes of conditions."""

    def on(self, day: date) -> Self:
        """Conditions in force on a day."""
        return self.filter(days__contains=day)

    def visible_to(self, person: object) -> Self:
        """The standard of one's own centre."""
        return self.filter(category__centre=person.centre_id)  # type: ignore[attr-defined]


@audited
class Condition(models.Model):
    """The unit of the standard: a filing condition with its limit and its closing condition, while its days run."""

    category = models.ForeignKey(Category, models.PROTECT, related_name="conditions")
    seq = models.PositiveSmallIntegerField()
    filing_condition = models.TextField(_("filing condition"))
    closing_condition = models.TextField(_("closing condition"))
    limit_value = models.PositiveSmallIntegerField(_("limit"))
    limit_unit = models.CharField(_("unit of the limit"), max_length=12, choices=LimitUnit.choices)
    department = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    handling_unit = models.TextField(_("handling unit"), blank=True)
    supervising = models.TextField(_("supervising department"), blank=True)
    legal_basis = models.TextField(_("legal basis"), blank=True)
    requirement = models.TextField(_("collection requirement"), blank=True)
    needs_gate = models.BooleanField(_("filing passes the shift leader"), default=False)
    photos = models.CharField(_("photos"), max_length=12, choices=PhotoRule.choices, default=PhotoRule.AFTER)
    days = DateRangeField(_("in force"))
    row_hash = models.CharField(max_length=64, editable=False)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_at_a_time("category", "seq", span="days", name="cases_condition_one_edition"),
            models.CheckConstraint(condition=Q(limit_value__gt=0), name="cases_condition_limit"),
            models.CheckConstraint(condition=Q(limit_unit__in=LimitUnit.values), name="cases_condition_unit"),
        ]
        ordering = ["category", "seq"]

    def __str__(self) -> str:
        return self.filing_condition
