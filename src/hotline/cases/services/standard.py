"""What of the standard is settled on its page: how far around a report of a sub-class duplicates are looked for."""

from datetime import datetime

from django.db import transaction

from hotline.cases.models import Category
from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person

MOST_RADIUS = 10_000


@transaction.atomic
def set_radius(*, category_id: int, radius_m: int, by: Person, at: datetime) -> Category:
    """Set the radius of a sub-class; 0 switches its offers off."""
    category = Category.objects.select_for_update().get(pk=category_id)
    authorize(by, "cases.set_radius", category)
    if not 0 <= radius_m <= MOST_RADIUS:
        most = {"most": MOST_RADIUS, "field": "radius_m"}
        raise Refused(Refusal("cases.radius", _("The radius lies between 0 and {most} metres."), most))
    if category.radius_m != radius_m:
        category.radius_m = radius_m
        category.save(update_fields=["radius_m"])
        live.touch(f"standard:{category.centre_id}")
    return category
