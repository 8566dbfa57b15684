"""What the roster is to be planned against."""

from datetime import date, datetime, timedelta

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.planning.models import Series
from hotline.planning.queries import staffing
from hotline.rosters.services import demand

MOST_DAYS = timedelta(days=62)


@transaction.atomic
def hand_to_roster(*, series_id: int, first: date, last: date, by: Person, at: datetime) -> int:
    """Write the heads that the forecast needs into the roster's demand, day by day; the half hours written (A1.4)."""
    series = Series.objects.select_for_update(of=("self",)).select_related("centre", "skill").get(pk=series_id)
    authorize(by, "planning.staff", series)
    faults = []
    if not first <= last <= first + MOST_DAYS:
        faults.append(Refusal("A1.4", gettext_noop("Choose up to two months, the first day first."), {"field": "last"}))
    refuse_if(faults)
    plan = staffing.plan(series, first, last)
    if not plan.rows:
        refuse_if([Refusal("A1.4", gettext_noop("There is no forecast for these days."), {"field": "first"})])
    heads = {(row.cell.day, row.cell.slot): row.need.heads for row in plan.rows}
    source = f"{series.code} #{plan.run_id}"
    written = demand.set_demand(centre=series.centre, heads=heads, source=source, by=by, at=at, skill=series.skill)
    live.touch(f"planning:{series.centre_id}")
    return written
