"""The log of exports: who took which list out of the house, and how many rows of it (A3.6)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.people.models import Centre, Person


@audited
class Export(models.Model):
    """One download of a list. Never changed, never deleted."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    what = models.CharField(_("what"), max_length=20)
    query = models.CharField(_("filters"), max_length=2000, blank=True)
    rows = models.PositiveIntegerField(_("rows"))
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(what=""), name="cases_export_what")]
