"""Districts, responsible grids, and which field supervisor answers for a grid (B3.2)."""

from typing import Self

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Centre, Person


@audited
class District(models.Model):
    """A district; `outline` is a GeoJSON geometry (Polygon or MultiPolygon, longitude first)."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    outline = models.JSONField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "code"], name="cases_district_code")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


@audited
class Grid(models.Model):
    """A responsible grid (责任网格) inside a district."""

    district = models.ForeignKey(District, models.PROTECT, related_name="grids")
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    outline = models.JSONField()
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="cases_grid_code")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class GridDutyQuerySet(models.QuerySet["GridDuty"]):
    """Scopes of grid duties."""

    def visible_to(self, person: Person) -> Self:
        """Those of the centre."""
        return self.filter(grid__district__centre=person.centre_id)


@audited
class GridDuty(models.Model):
    """The field supervisor who answers for a grid while the days run; one at a time."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="duties")
    person = models.ForeignKey(Person, models.PROTECT, related_name="grids")
    days = DateRangeField()

    objects = GridDutyQuerySet.as_manager()

    class Meta:
        constraints = [one_at_a_time("grid", span="days", name="cases_gridduty_one_at_a_time")]
