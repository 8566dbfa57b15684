"""The voice of the customer in the demonstration: counted months, who gets the report, and the last one made."""

from datetime import datetime

from hotline.core import clock
from hotline.insight.logic.months import before, month_of
from hotline.insight.models import MonthState
from hotline.insight.services import counting, reports
from hotline.kernel.rules import Refused
from hotline.people.models import Centre, Person, Position, Unit, UnitKind
from hotline.people.queries import system_person

MOST_DEPARTMENTS = 4


def fill(centre: Centre, now: datetime) -> None:
    """Count what there is and make last month's report; safe to call again."""
    by = system_person(centre)
    while counting.read_events(by=by, at=now):
        pass
    for state in MonthState.objects.filter(centre=centre, is_behind=True):
        counting.count_month(centre=centre, month=state.month, by=by, at=now)
    _recipients(centre, now)
    last = before(month_of(clock.local_day(now)))
    if MonthState.objects.filter(centre=centre, month=last, reports__gt=0).exists():
        reports.make(centre=centre, month=last, by=by, at=now)


def _recipients(centre: Centre, now: datetime) -> None:
    """The manager and some departments get the report."""
    rows = Person.objects.filter(centre=centre).holding(Position.MANAGER, on=clock.local_day(now))
    manager = rows.order_by("pk").first()
    if manager is None:
        return
    units = Unit.objects.filter(centre=centre, kind=UnitKind.DEPARTMENT, is_active=True).order_by("pk")
    wanted: list[tuple[str, str, Unit | None]] = [(manager.name, "manager@example.org", None)]
    wanted += [(unit.name, f"{unit.code.lower()}@example.org", unit) for unit in units[:MOST_DEPARTMENTS]]
    for name, mail, unit in wanted:
        try:
            reports.add_recipient(name=name[:60], mail=mail, unit=unit, by=manager, at=now)
        except Refused:
            continue  # gets it already
