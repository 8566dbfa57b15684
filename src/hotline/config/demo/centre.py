"""Opening the demonstration's centre: people, districts, standard, shifts, undertaking - each by a service."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from django.db.models import Max

from hotline.cases.models import Grid
from hotline.cases.services import import_districts, import_standard, places
from hotline.config.demo import content
from hotline.config.demo.world import SEED, World
from hotline.core import clock
from hotline.people import queries as people
from hotline.people.models import Centre, Person, Position, Unit
from hotline.people.services import accounts, organisation, undertakings
from hotline.rosters.logic import hours as roster_logic
from hotline.rosters.models import RosterEntry
from hotline.rosters.services import calendar, entries, shifts

CODE, NAME = "rx", "云澜市城管热线中心"
PASSWORD = "yunlan-lantern-1990"
UNSIGNED = frozenset(["5004", "5011", "7006", "7009"])  # they have not signed yet: somebody has to look after them
TITLE = "话务人员保密承诺书"
BODY = """本人在云澜市城管热线中心工作，接触市民的姓名、电话、住址和反映的事项。本人承诺：
一、不向任何无关人员透露市民信息和案件内容；反映人要求保密的，不在任何批转材料中写明其身份。
二、不为工作以外的目的查询、抄录、拍摄、导出市民信息；每次查看号码都写明理由。
三、离开座席即锁屏，不借用他人工号，不把工号借给他人。
四、离岗后继续遵守以上各条。违反的，按员工手册和有关规定处理。"""

WEEK = 7
# Turns of shifts, one code a day from a Monday on; people of a position begin at different places of the turn.
OPERATOR: tuple[str, ...] = ("early", "early", "late", "late", "", "", "")
TURNS: dict[str, tuple[str, ...]] = {
    Position.OPERATOR: OPERATOR,
    Position.SHIFT_LEADER: ("leader_early", "leader_early", "leader_late", ""),
    Position.DISPATCHER: ("early", "early", "early", "late", "late", "", ""),
    Position.FIELD_SUPERVISOR: ("early", "early", "early", "early", "early", "early", ""),
}
OFFICE_HOURS: tuple[str, ...] = ("early", "early", "early", "early", "early", "", "")
IN_OFFICE_HOURS: tuple[str, ...] = (Position.TEAM_LEADER, Position.QUALITY, Position.TRAINER)
STEP = {Position.OPERATOR: 1, Position.SHIFT_LEADER: 1, Position.DISPATCHER: 3, Position.FIELD_SUPERVISOR: 1}

Steps = Iterator[str]


def open_centre(*, at: datetime, works_from: date | None = None) -> Steps:
    """Everything that stands before the first report; yields a word for each step.

    Shifts are planned from `works_from` on, where that is later than the opening.
    """
    first = works_from or clock.local_day(at)
    yield "单位和人员"
    centre = organisation.open_centre(code=CODE, name=NAME, by=None, at=at)
    system = people.system_person(centre)
    units = make_units(centre, system, at)
    staff = hire_all(units, system, at)
    yield "立案标准和网格"
    import_all(staff, at)
    yield "日历和班次"
    by = head(centre)
    years = {clock.local_day(at).year, (first + timedelta(days=60)).year}
    calendar.load_calendar(years=sorted(years), by=by, at=at)
    shifts.install_shift_types(centre=centre, by=by, at=at)
    yield "排班"
    plan_ahead(centre, first, at=at)
    yield "保密承诺书"
    publish(centre, at)


def head(centre: Centre) -> Person:
    """The centre supervisor, who plans and keeps the standard."""
    return Person.objects.select_related("centre").get(number="1003", centre=centre)


def make_units(centre: Centre, by: Person, at: datetime) -> dict[str, Unit]:
    """Offices, teams, the field group, departments."""
    units = {CODE.upper(): Unit.objects.get(centre=centre, parent__isnull=True, code=centre.code.upper())}
    for row in content.rows("units.csv"):
        if row["code"] not in units:
            units[row["code"]] = organisation.make_unit(
                centre=centre,
                kind=row["kind"],
                code=row["code"],
                name=row["name"],
                parent=units.get(row["parent"]),
                by=by,
                at=at,
            )
    return units


def hire_all(units: dict[str, Unit], by: Person, at: datetime, prefix: str = "") -> dict[str, Person]:
    """Everybody with his position, by user name."""
    found = {}
    for number, row in enumerate(content.rows("people.csv")):
        username = f"{prefix}{row['username']}"
        found[username] = organisation.hire(
            number=row["number"],
            name=row["name"],
            username=username,
            position=row["position"],
            unit=units[row["unit"]],
            since=clock.local_day(at) - timedelta(days=60 + number * 37 % 1500),
            phone=row["phone"],
            by=by,
            at=at,
        )
    return found


def give_passwords(staff: Iterable[Person], at: datetime) -> None:
    """People set the demonstration's password, each through a link of his own (a good hash takes its time)."""
    for person in staff:
        token = accounts.invite(person=person, by=people.system_person(person.centre), at=at)
        accounts.accept_invitation(token=token, password=PASSWORD, by=person, at=at)


def import_all(staff: dict[str, Person], at: datetime) -> None:
    """Districts, grids and who answers for them, then the standard."""
    by = staff["shaminglang"]
    districts, standard = content.path("districts.geojson"), content.path("standard.csv")
    import_districts.import_districts(content=districts.read_bytes(), file_name=districts.name, by=by, at=at)
    import_standard.import_standard(content=standard.read_bytes(), file_name=standard.name, by=by, at=at)
    grids = {grid.code: grid for grid in Grid.objects.filter(district__centre=by.centre_id)}
    for row in content.rows("people.csv"):
        if row["grid"]:
            places.set_grid_duty(
                grid_id=grids[row["grid"]].pk,
                person=staff[row["username"]],
                since=clock.local_day(at),
                by=by,
                at=at,
            )


def publish(centre: Centre, at: datetime) -> None:
    """The undertaking, which nearly everybody signs in the first hour."""
    director = Person.objects.select_related("centre").get(username="qiaoyanqiu", centre=centre)
    text = undertakings.publish_undertaking(title=TITLE, body=BODY, by=director, at=at)
    everybody = Person.objects.filter(centre=centre, is_system=False).select_related("centre").order_by("number")
    for number, person in enumerate(everybody):
        if person.number not in UNSIGNED:
            undertakings.sign_undertaking(
                version=text.version, typed_name=person.name, by=person, at=at + timedelta(seconds=40 * number)
            )


def plan_ahead(centre: Centre, first: date, *, at: datetime) -> int:
    """Shifts by pattern from a day to the end of the month after its own."""
    last = roster_logic.month_days(roster_logic.month_days(first)[-1] + timedelta(days=1))[-1]
    world = World(centre, seed=SEED)
    world.learn(at)
    return entries.plan_month(
        centre=centre, first_day=first, last_day=last, pattern=pattern(world, first), by=head(centre), at=at
    )


def pattern(world: World, first: date) -> dict[int, list[str]]:
    """Whose turn begins where, from that day on: no hour of service without people."""
    found: dict[int, list[str]] = {}
    seen: dict[str, int] = {}
    for key, post in world.post.items():
        number = seen[post.position] = seen.get(post.position, -1) + 1
        if post.position in IN_OFFICE_HOURS:
            turn, shift = OFFICE_HOURS, first.weekday()
        elif post.position in TURNS:
            turn = TURNS[post.position]
            shift = first.toordinal() + number * STEP[Position(post.position)]
        else:
            continue
        found[key] = [turn[(shift + day) % len(turn)] for day in range(len(turn))]
    return found


def last_planned(centre: Centre) -> date | None:
    """The last day that has shifts."""
    found: date | None = RosterEntry.objects.filter(person__centre=centre).aggregate(last=Max("day"))["last"]
    return found
