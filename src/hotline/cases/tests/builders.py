"""A small centre with everything a case needs, made through the services; time is always given."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.cases.models import Case, Category, Condition, District, Grid, GridDuty, LimitUnit, PhotoRule, Source, Task
from hotline.cases.services import closing, dispatching, field, filing, intake
from hotline.people.models import Centre, Person, Position, PresenceState, Unit, UnitKind
from hotline.people.services import presence
from hotline.people.tests import builders as people
from hotline.rosters.queries import duty as rosters
from hotline.rosters.services import entries, shifts

DAY = date(2026, 3, 9)  # a Monday
NINE = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # 09:00 in the centre
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
POINT = (Decimal("37.900000"), Decimal("112.550000"))  # latitude, longitude, inside the grid below


def square(west: float, south: float, size: float) -> dict[str, Any]:
    """A square as a GeoJSON polygon."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


@dataclass
class Town:
    """Who and what there is."""

    centre: Centre
    operator: Person
    second: Person
    leader: Person
    dispatcher: Person
    field: Person
    clerk: Person
    department: Unit
    condition: Condition
    gated: Condition
    grid: Grid


def condition(category: Category, seq: int, **terms: Any) -> Condition:
    """A condition of the standard, in force for long."""
    values = {
        "filing_condition": f"破损{seq}",
        "closing_condition": "修复",
        "limit_value": 4,
        "limit_unit": LimitUnit.WORK_HOUR,
        "photos": PhotoRule.NONE,
        "days": DateRange(date(2024, 1, 1), None),
        "row_hash": f"{seq}",
        **terms,
    }
    return Condition.objects.create(category=category, seq=seq, **values)


def town(code: str = "") -> Town:
    """A centre with one of each, on an early shift of 9 March 2026 that begins at 8:30."""
    centre = people.centre(code)
    team = people.unit(centre)
    department = people.unit(centre, "市政养护所", UnitKind.DEPARTMENT)
    persons = {
        "operator": people.person(position=Position.OPERATOR, unit=team),
        "second": people.person(position=Position.OPERATOR, unit=team),
        "leader": people.person(centre, position=Position.SHIFT_LEADER),
        "dispatcher": people.person(centre, position=Position.DISPATCHER),
        "field": people.person(position=Position.FIELD_SUPERVISOR, unit=people.unit(centre, "外勤", UnitKind.FIELD)),
        "clerk": people.person(position=Position.DEPARTMENT_CLERK, unit=department),
    }
    category = Category.objects.create(
        centre=centre, kind="component", big_code="01", big_name="公用设施", small_code="01", small_name="上水井盖"
    )
    district = District.objects.create(centre=centre, code="D1", name="城东区", outline=square(112.5, 37.85, 0.1))
    grid = Grid.objects.create(district=district, code="G1", name="城东一格", outline=square(112.5, 37.85, 0.1))
    GridDuty.objects.create(grid=grid, person=persons["field"], days=DateRange(date(2024, 1, 1), None))
    made = Town(
        centre=centre,
        department=department,
        condition=condition(category, 1, department=department),
        gated=condition(category, 2, department=department, needs_gate=True),
        grid=grid,
        **persons,
    )
    roster(made)
    return made


def roster(of: Town, day: date = DAY) -> None:
    """Both operators and the shift leader work the early shift."""
    by = people.system(of.centre)
    shifts.install_shift_types(centre=of.centre, by=by, at=people.AT)
    shift_types = rosters.Choice(of.centre)
    for person, code in ((of.operator, "early"), (of.second, "early"), (of.leader, "leader_early")):
        shift = shift_types.of(code, day)
        assert shift is not None
        entries.plan(person=person, shift_type=shift, day=day, by=by, at=people.AT)


def ready(person: Person, at: datetime = NINE) -> None:
    """The person takes work."""
    presence.set_presence(person=person, state=PresenceState.READY, by=person, at=at)


def report(of: Town, at: datetime = NINE, by: Person | None = None, **more: Any) -> Case:
    """A phone report that the operator takes in."""
    values: dict[str, Any] = {
        "source": Source.PHONE,
        "description": "学府路口井盖松动",
        "place": "学府路口",
        "latitude": POINT[0],
        "longitude": POINT[1],
        **more,
    }
    return intake.register(by=by or of.operator, at=at, **values)


def fresh(case: Case) -> Case:
    """The case as it stands now."""
    return Case.objects.get(pk=case.pk)


class Walk:
    """Takes a case along its path, a minute a step, by whoever does each step."""

    def __init__(self, of: Town, case: Case, at: datetime = NINE) -> None:
        self.town, self.case, self.at = of, case, at

    def _next(self, service: Any, by: Person, **values: Any) -> "Walk":
        self.at += MINUTE
        self.case = fresh(self.case)
        service(case_id=self.case.pk, version=self.case.version, by=by, at=self.at, **values)
        self.case = fresh(self.case)
        return self

    def pre_filed(self, condition: Condition | None = None) -> "Walk":
        """预立案."""
        chosen = condition or self.town.condition
        return self._next(filing.pre_file, self.town.operator, condition_id=chosen.pk)

    def filed(self) -> "Walk":
        """立案."""
        return self.pre_filed()._next(filing.file, self.town.operator)

    def dispatched(self) -> "Walk":
        """批转."""
        return self.filed()._next(dispatching.dispatch, self.town.operator, department=self.town.department)

    def handled(self) -> "Walk":
        """反馈."""
        accepted = self.dispatched()._next(dispatching.accept, self.town.clerk)
        return accepted._next(dispatching.feedback, self.town.clerk, result="已更换井盖")

    def checked(self, *, confirmed: bool = True) -> "Walk":
        """核查."""
        self.handled()
        self.take()
        self._next(closing.ask_check, self.town.operator)
        return self.replied(confirmed=confirmed)

    def replied(self, *, confirmed: bool = True) -> "Walk":
        """The field supervisor answers the open task."""
        self.at += MINUTE
        task = Task.objects.get(case=self.case, status="asked")
        field.reply(task_id=task.pk, confirmed=confirmed, text="现场已看", by=self.town.field, at=self.at)
        self.case = fresh(self.case)
        return self

    def take(self, by: Person | None = None) -> "Walk":
        """Take it out of its queue."""
        from hotline.cases.services import desk  # noqa: PLC0415 keeps the builder's imports short

        return self._next(desk.take, by or self.town.operator)

    def submitted(self) -> "Walk":
        """结案审核."""
        self.checked()
        self.take()
        return self._next(closing.submit_for_closing, self.town.operator, answer="井盖已修复")

    def closed(self) -> "Walk":
        """结案."""
        return self.submitted()._next(closing.close, self.town.leader)
