"""How many heads each half hour needs: what the roster is planned against."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.people.models import Centre, Skill

HALF_HOURS = 48


@audited
class Demand(models.Model):
    """Heads needed at work in one half hour of a day, of everybody or of those with a skill.

    `slot` counts half hours from midnight, 0 to 47. `source` says who found it: a forecast, a file, a hand.
    """

    centre = models.ForeignKey(Centre, models.PROTECT)
    day = models.DateField(_("day"))
    slot = models.PositiveSmallIntegerField(_("half hour"))
    skill = models.ForeignKey(Skill, models.PROTECT, null=True, blank=True)
    heads = models.PositiveSmallIntegerField(_("heads"))
    source = models.CharField(_("source"), max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "day", "slot", "skill"], name="rosters_demand_once", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(slot__lt=HALF_HOURS), name="rosters_demand_slot"),
        ]
        ordering = ["day", "slot"]
