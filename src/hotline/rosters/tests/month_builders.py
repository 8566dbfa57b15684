"""A centre with people, demand and an open month, made through the services."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.core import clock
from hotline.people.models import Centre, Person, Position
from hotline.people.tests import builders as people
from hotline.rosters.logic.hours import month_days
from hotline.rosters.logic.plans import Origin
from hotline.rosters.models import RosterPlan
from hotline.rosters.queries import planning
from hotline.rosters.queries.planning import window_slots
from hotline.rosters.services import calendar, drafts, shifts
from hotline.rosters.services.demand import set_demand

FIRST = date(2026, 5, 1)
NOW = clock.wall(date(2026, 3, 20), 10)


@dataclass(frozen=True)
class House:
    """A centre that plans."""

    centre: Centre
    boss: Person
    staff: list[Person]
    plan: RosterPlan

    @property
    def facts(self) -> planning.MonthFacts:
        """The month as it stands now."""
        return planning.facts(RosterPlan.objects.get(pk=self.plan.pk))


def staffed(count: int = 6) -> tuple[Centre, Person, list[Person]]:
    """A centre with its shifts, its calendar, a shift leader and operators."""
    centre = people.centre()
    system = people.system(centre)
    shifts.install_shift_types(centre=centre, by=system, at=people.AT)
    calendar.load_calendar(years=[2026], by=system, at=people.AT)
    team = people.unit(centre)
    boss = people.person(centre, position=Position.SHIFT_LEADER, name="周值班")
    return centre, boss, [people.person(unit=team, name=f"组员{number:02}") for number in range(count)]


def need(centre: Centre, first: date, heads: int) -> None:
    """So many heads in each half hour of the service window, the whole month."""
    wanted = {(day, slot): heads for day in month_days(first) for slot in window_slots(day)}
    set_demand(centre=centre, heads=wanted, source="hand", by=people.system(centre), at=people.AT)


def house(count: int = 6, *, heads: int = 1, origin: Origin = Origin.EMPTY, at: datetime = NOW) -> House:
    """A month that is open."""
    centre, boss, staff = staffed(count)
    need(centre, FIRST, heads)
    plan = drafts.open_month(centre=centre, first=FIRST, origin=origin, by=boss, at=at)
    return House(centre, boss, staff, plan)


def days(*numbers: int) -> list[date]:
    """Days of the month by number."""
    return [FIRST + timedelta(days=number - 1) for number in numbers]
