"""Who answers for which grid, from one day to another (B3.2)."""

from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.cases.models import Grid, GridDuty
from hotline.core import clock
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person, Position

CLAUSE = "B3.2"


@transaction.atomic
def set_grid_duty(
    *, grid_id: int, person: Person | None, since: date, until: date | None = None, by: Person, at: datetime
) -> GridDuty | None:
    """Let a field supervisor answer for a grid from `since` until (not including) `until`; None leaves it to nobody.

    Duties that stood in those days end or are cut; what lies outside them stays.
    """
    authorize(by, "cases.set_grid_duty")
    grid = Grid.objects.select_for_update().get(pk=grid_id, district__centre=by.centre_id)
    refuse_if(_refusals(grid, person, since, until, clock.local_day(at)))
    _clear(grid, since, until)
    if person is None:
        return None
    return GridDuty.objects.create(grid=grid, person=person, days=DateRange(since, until))


def _refusals(grid: Grid, person: Person | None, since: date, until: date | None, today: date) -> list[Refusal]:
    """Why a duty cannot be set."""
    found: list[Refusal] = []
    if since < today:
        found.append(Refusal(CLAUSE, gettext_noop("Days that have passed keep the duty they had."), {"field": "since"}))
    if until is not None and until <= since:
        found.append(Refusal(CLAUSE, gettext_noop("The duty must end after it begins."), {"field": "until"}))
    if person is not None and not person.standing_on(since).is_any(Position.FIELD_SUPERVISOR):
        note = gettext_noop("{name} is not a field supervisor on that day.")
        found.append(Refusal(CLAUSE, note, {"name": person.name, "field": "person"}))
    if person is not None and person.centre_id != grid.district.centre_id:
        found.append(Refusal(CLAUSE, gettext_noop("The person belongs to another centre."), {"field": "person"}))
    return found


def _clear(grid: Grid, since: date, until: date | None) -> None:
    """Take the days from since to until out of every duty of the grid."""
    wanted = DateRange(since, until)
    for duty in GridDuty.objects.select_for_update().filter(grid=grid, days__overlap=wanted):
        first, last = duty.days.lower, duty.days.upper
        rest = DateRange(until, last) if until and (last is None or last > until) else None
        if first is None or first < since:
            duty.days = DateRange(first, since)
            duty.save(update_fields=["days"])
            if rest:
                GridDuty.objects.create(grid=grid, person_id=duty.person_id, days=rest)
        elif rest:
            duty.days = rest
            duty.save(update_fields=["days"])
        else:
            duty.delete()
