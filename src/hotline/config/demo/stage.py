"""Setting the stage: a database that holds the demonstration, its clock, its log-ins, and what is told about them."""

import gc
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max

from hotline.cases.models import Case, Holding
from hotline.cases.services import desk
from hotline.config import env
from hotline.config.demo import appraisal as demo_appraisal
from hotline.config.demo import (
    beside,
    centre,
    database,
    history,
    incidents,
    insight,
    live,
    past_month,
    quality,
    replay,
    shares,
    telephones,
)
from hotline.config.demo import citizens as demo_citizens
from hotline.config.demo import departments as demo_departments
from hotline.config.demo import handbook as demo_handbook
from hotline.config.demo import handover as demo_handover
from hotline.config.demo import knowledge as demo_knowledge
from hotline.config.demo import leave as demo_leave
from hotline.config.demo import open311 as demo_open311
from hotline.config.demo import outbound as demo_outbound
from hotline.config.demo import planning as demo_planning
from hotline.config.demo import promises as demo_promises
from hotline.config.demo import rosters as demo_rosters
from hotline.config.demo.history import Life
from hotline.config.demo.progress import Bar
from hotline.config.demo.told_calls import ToldCalls
from hotline.config.demo.world import AT_SEAT, DAY, World
from hotline.core import clock
from hotline.core.models import Heartbeat
from hotline.people.models import Centre, Person, Position, PresenceState
from hotline.people.queries import system_person
from hotline.people.services import presence

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
DAYS = 14
PER_DAY = 12
FULL_DAYS = 6  # the days further back are quieter
CALLS = 1  # days of calls before today
CODES = frozenset([centre.CODE, replay.CODE])
ORDER = (
    Position.OPERATOR,
    Position.SHIFT_LEADER,
    Position.DISPATCHER,
    Position.FIELD_SUPERVISOR,
    Position.DEPARTMENT_CLERK,
    Position.TEAM_LEADER,
    Position.CENTRE_SUPERVISOR,
    Position.DIRECTOR,
    Position.MANAGER,
    Position.QUALITY,
    Position.TRAINER,
    Position.HR,
    Position.SYSADMIN,
)


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demonstration."""

    position: str
    username: str
    password: str
    name: str


# ---------------------------------------------------------------- files


def logins_file() -> Path:
    """Who may sign in with which word, for people and for tools."""
    return env.var() / "demo.json"


def settings_file() -> Path:
    """What every process of the demonstration is told through the environment."""
    return env.var() / "run" / "demo.env"


def write_settings(shown: datetime, real: datetime, speed: Decimal) -> None:
    """From the real moment on the clock shows `shown` and runs so many times faster."""
    path = settings_file()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    since = Decimal((real - EPOCH) // MICROSECOND) / 1_000_000
    path.write_text(f"HOTLINE_CLOCK={shown.isoformat()}/{since}/{speed}\nHOTLINE_MFA=off\n", encoding="ascii")


def write_logins(found: list[Login], url: str) -> None:
    """For tools that sign in by themselves; readable by its owner alone."""
    path = logins_file()
    path.touch(mode=0o600)
    told = {"url": url, "logins": [asdict(login) for login in found]}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


# ---------------------------------------------------------------- the database


def refuse_strangers() -> None:
    """Never among real people: a database that holds another centre is left alone."""
    others = Centre.objects.exclude(code__in=CODES).values_list("name", flat=True)
    if others:
        raise CommandError(
            f"This database holds {', '.join(others)}: the demonstration keeps away. "
            "Give it a folder of its own, for example HOTLINE_VAR=var/demo ./run demo"
        )


def begin_anew() -> None:
    """Throw the demonstration's database away and make it again, empty; one that is empty still is left as it is."""
    refuse_strangers()
    if not Centre.objects.exists():
        return
    address = os.environ["DATABASE_URL"]
    name = str(connection.settings_dict["NAME"])
    connection.close()
    database.make_anew(address, name)
    call_command("migrate", interactive=False, verbosity=0)


def ready_to_replay(*, fresh: bool) -> None:
    """A replay needs a centre of its own; what is there is kept, unless asked to begin anew."""
    if fresh:
        begin_anew()
    refuse_strangers()


def prepare_replay(file: Path, *, speed: Decimal, fresh: bool, url: str) -> list[Login]:
    """Have the file's centre ready to be served; its clock stands on the file's day, where the reports begin."""
    ready_to_replay(fresh=fresh)
    run = shares.ready(file)
    doors = logins(run.centre, run.at)
    unlock_doors(run.centre, doors, run.at)
    write_logins(doors, url)
    write_settings(where_it_stood(run.at), clock.now(), speed)
    return doors


# ---------------------------------------------------------------- building


# Each fills its own matter through its services; later ones may stand on earlier ones.
Fill = tuple[str, Callable[[Centre, datetime], object]]
# What needs people and shifts only, and is filled in by a process of its own while the history is told.
BESIDE: tuple[Fill, ...] = (
    ("知识库", demo_knowledge.fill),
    ("话务预测", demo_planning.fill),
    ("月度排班", demo_rosters.fill),
    ("请假调班", demo_leave.fill),
    ("工作手册", demo_handbook.fill),
)
AROUND: tuple[Fill, ...] = (
    ("市民", demo_citizens.fill),
    ("热点事件", incidents.fill),
    ("质检", quality.fill),
    ("诉求分析", insight.fill),
    ("查阅知识", demo_knowledge.use),
    ("承诺", demo_promises.fill),
    ("交接班", demo_handover.fill),
    ("当日调整", demo_planning.plan_anew),
    ("考勤考核", demo_appraisal.fill),
)
# What stands on the history and on nothing of AROUND, and is filled in by a process of its own at the same time.
APART: tuple[Fill, ...] = (
    ("处置部门", demo_departments.fill),
    ("外呼", demo_outbound.fill),
)


def build(now: datetime, days: int) -> Centre:
    """Open the centre and live through its days until now."""
    gc.freeze()  # what is loaded stays; looking through it again and again is a tenth of the time
    beside.hurry()
    first = clock.local_day(now) - days * DAY
    opening = Bar("opening the centre")
    # The centre stands since before the month that is told once the pages are there (`past_month`).
    opened = min(first, past_month.first_of(now))
    for step in centre.open_centre(at=clock.wall(opened, 7), works_from=first):
        opening.show(0, step)
    opening.end()
    found = Centre.objects.get(code=centre.CODE)
    telephones.open_lines(found, system_person(found), clock.wall(first, 7))
    with beside.at_the_same_time(lambda: _fill_beside(found, now)):
        bar = Bar(f"{days} days of work")
        calls: list[ToldCalls] = []
        life = history.tell(
            World(found), clock.wall(first, 8), now, per_day=PER_DAY, watch=bar.show,
            begin=lambda of: calls.append(_calls_of(of, now)), full_since=clock.local_day(now) - FULL_DAYS * DAY,
        )  # fmt: skip
        bar.end(f"{life.engine.counts.arrived} reports")
    around = Bar("what goes on around the cases")
    with beside.at_the_same_time(lambda: _fill(APART, found, now)):
        for number, (word, fill) in enumerate(AROUND):
            around.show(number / len(AROUND), word)
            fill(found, now)
        demo_open311.fill(found, now, days)
    around.end()
    leave_seats(life, now)
    calls[0].end(now, telephones.lines_file(found, env.var() / "telephony"))
    return found


def _calls_of(life: Life, now: datetime) -> ToldCalls:
    """The telephones of the last days."""
    told = ToldCalls(life, clock.local_day(now) - CALLS * DAY)
    told.begin(life.start)
    return told


def _fill(fills: tuple[Fill, ...], of: Centre, now: datetime) -> None:
    for _word, fill in fills:
        fill(of, now)


def _fill_beside(of: Centre, now: datetime) -> None:
    _fill(BESIDE, of, now)
    unlock_doors(of, logins(of, now), now)  # good hashes take their time


def leave_seats(life: Life, now: datetime) -> None:
    """The seats of the log-ins become free for whoever looks: what they had in hand goes back."""
    for login in logins(life.world.centre, now):
        person = next(one for one in life.world.staff.values() if one.username == login.username)
        if not life.world.is_any(person.pk, *AT_SEAT):
            continue
        if person.pk in life.seats.there:
            # Not ready first: what a ready person puts back may come to him again.
            presence.set_presence(person=person, state=PresenceState.BUSY, by=person, at=now)
        for held in Holding.objects.open().filter(person=person).select_related("case"):
            back = desk.release(case_id=held.case_id, version=held.case.version, reason="交接班", by=person, at=now)
            life.engine.follow(back, now)  # whose hands are empty may go
        life.seats.go(person, now)
    life.seats.stay(now)


def logins(of: Centre, now: datetime) -> list[Login]:
    """One person for each position: at a seat the one whose shift still lasts longest."""
    world = World(of)
    world.learn(now)
    world.read_duty(now - DAY, now + DAY)
    found = []
    for position in ORDER:
        people = world.holding(position)
        if people:
            person = max(people, key=lambda one: (_left(world, one, now), -one.pk))
            found.append(Login(position, person.username, centre.PASSWORD, person.name))
    return found


def _left(world: World, person: Person, now: datetime) -> timedelta:
    spans, _breaks = world.duty.get(person.pk, ([], []))
    return next((span.end - now for span in spans if span.start <= now < span.end), timedelta(0))


def kept_seats(of: Centre) -> frozenset[int]:
    """The seats that are left to whoever looks: the log-ins that were told, as far as they sit in the centre."""
    if not logins_file().exists():
        return frozenset()
    names = [row["username"] for row in json.loads(logins_file().read_text(encoding="utf-8"))["logins"]]
    world = World(of)
    world.learn(clock.now())
    return frozenset(key for key, one in world.staff.items() if one.username in names and world.is_any(key, *AT_SEAT))


def unlock_doors(of: Centre, found: list[Login], now: datetime) -> None:
    """Whoever is to be signed in as has a password."""
    names = [login.username for login in found]
    persons = Person.objects.filter(centre=of, username__in=names).select_related("centre")
    centre.give_passwords([one for one in persons if not one.has_usable_password()], now)


# ---------------------------------------------------------------- the whole


def where_it_stood(since: datetime) -> datetime:
    """The last moment that this centre's clock has shown; `since` is known to lie behind it.

    The pulse of the database may have beaten for another centre, whose clock stands in another year.
    """
    beat = Heartbeat.objects.filter(part="pulse").first()
    return beat.at if beat and since <= beat.at < since + DAYS * DAY else since


def prepare(*, speed: Decimal, fresh: bool, url: str, days: int = DAYS) -> list[Login]:
    """Have the centre ready to be served; what is there is kept, unless asked to begin anew."""
    if fresh:
        begin_anew()
    refuse_strangers()
    found = Centre.objects.filter(code=centre.CODE).first()
    shown = live.living_moment(clock.now())
    if found is not None and not _is_whole():
        raise CommandError("The last build did not come to its end. Begin anew: ./run demo --fresh")
    if found is None:
        found = build(shown, days)
        _mark_whole()
    else:
        shown = live.waking_moment(where_it_stood(_last_change(found)))
        telephones.open_lines(found, system_person(found), shown)
    doors = logins(found, shown)
    unlock_doors(found, doors, shown)
    write_logins(doors, url)
    write_settings(shown, clock.now(), speed)
    return doors


def _last_change(of: Centre) -> datetime:
    found: datetime = Case.objects.filter(centre=of).aggregate(last=Max("changed_at"))["last"]
    return found


def _whole_mark() -> Path:
    return env.var() / "run" / "demo.whole"


def _is_whole() -> bool:
    return _whole_mark().exists()


def _mark_whole() -> None:
    _whole_mark().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _whole_mark().touch()
