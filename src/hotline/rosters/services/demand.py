"""What the roster is planned against: heads needed in each half hour."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.people.models import Centre, Person, Skill
from hotline.rosters.models import Demand


@transaction.atomic
def set_demand(
    *,
    centre: Centre,
    heads: Mapping[tuple[date, int], int],
    source: str,
    by: Person,
    at: datetime,
    skill: Skill | None = None,
) -> int:
    """Write the heads needed by day and half hour (0 to 47), in place of what stood there; the rows written (A2.1)."""
    authorize(by, "rosters.plan", centre)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    days = {day for day, _slot in heads}
    Demand.objects.filter(centre=centre, day__in=days, skill=skill).delete()
    rows = [
        Demand(centre=centre, day=day, slot=slot, skill=skill, heads=count, source=source)
        for (day, slot), count in sorted(heads.items())
    ]
    Demand.objects.bulk_create(rows, batch_size=2000)
    live.touch(f"roster:{centre.pk}")
    return len(rows)
