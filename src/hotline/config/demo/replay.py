"""A file of real reports goes through a centre: each row arrives at its own moment and is worked to its own end."""

import time as time_of_day
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from hotline.cases.logic.flow import Queue, Status
from hotline.cases.logic.nyc311 import ReportMap, ReportRow, read_nyc311
from hotline.cases.logic.tables import shown
from hotline.cases.models import Case, Condition, Grid, ImportRun, Source, Task, TaskStatus
from hotline.cases.queries import imports as import_queries
from hotline.cases.services import (
    closing,
    desk,
    dispatching,
    filing,
    import_districts,
    import_reports,
    import_standard,
    intake,
    places,
)
from hotline.cases.services import field as field_service
from hotline.config.demo import centre as opening
from hotline.config.demo import content, filing_cabinet
from hotline.config.demo.engine import Engine, Next, fetch, fetch_all
from hotline.config.demo.merging import merge_clear
from hotline.config.demo.world import DAY, MINUTE, World, around
from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.people import queries as people
from hotline.people.models import Centre, Person, Position
from hotline.people.services import organisation
from hotline.rosters.services import calendar, entries, shifts

CODE, NAME, PREFIX = "replay", "云澜市城管热线中心·回放", "r-"
MAP = "nyc311"
SECOND = timedelta(seconds=1)
TAIL = 3 * DAY  # so long after the last closing somebody still looks
FIRST_HALF, SECOND_HALF = (time(0), time(13)), (time(13), time(0))  # the centre is open day and night


# ---------------------------------------------------------------- the centre


def open_centre(file: Path, *, watch: Callable[[str], None]) -> ImportRun:
    """A centre of its own for the file: people, map, standard, shifts round the clock, and the run that names rows."""
    body = file.read_bytes()
    rows = [row for row in read_nyc311(body) if isinstance(row, ReportRow)]
    first = min(row.arrived_at for row in rows)
    last = max([first, *(row.closed_at for row in rows if row.closed_at)])
    at = first - DAY
    watch("单位和人员")
    found = organisation.open_centre(code=CODE, name=NAME, by=None, at=at)
    system = people.system_person(found)
    units = opening.make_units(found, system, at)
    staff = opening.hire_all(units, system, at, prefix=PREFIX)
    watch("立案标准和网格")
    by = staff[f"{PREFIX}shaminglang"]
    districts, standard = content.path("nyc_districts.geojson"), content.path("standard.csv")
    import_districts.import_districts(content=districts.read_bytes(), file_name=districts.name, by=by, at=at)
    import_standard.import_standard(content=standard.read_bytes(), file_name=standard.name, by=by, at=at)
    grids = Grid.objects.filter(district__centre=found).order_by("pk")
    field_people = [one for one in staff.values() if one.number.startswith("50")]
    for number, grid in enumerate(grids):
        person = field_people[number % len(field_people)]
        places.set_grid_duty(grid_id=grid.pk, person=person, since=clock.local_day(at), by=by, at=at)
    watch("日历和班次")
    calendar.load_calendar(years=sorted({at.year, (last + TAIL).year}), by=by, at=at)
    _round_the_clock(found, by, at, clock.local_day(first), clock.local_day(last + TAIL))
    watch("导入记录")
    return import_reports.begin_reports(file_name=file.name, content=body, map_name=MAP, by=by, at=first)


def _round_the_clock(found: Centre, by: Person, at: datetime, first: date, last: date) -> None:
    """Everybody on the file's day; afterwards half of the people in each half of the day."""
    day = clock.local_day(at)
    for row in shifts.install_shift_types(centre=found, by=by, at=at):
        starts, ends = SECOND_HALF if "late" in row.code else FIRST_HALF
        shifts.change_shift_type(shift_type_id=row.pk, since=day, starts=starts, ends=ends, breaks=[], by=by, at=at)
    world = World(found)
    world.learn(at)
    seated = [key for key in world.staff if world.is_any(key, Position.OPERATOR, Position.DISPATCHER)]
    leaders = [key for key in world.staff if world.is_any(key, Position.SHIFT_LEADER)]
    whole = {key: ["early"] for key in seated} | {key: ["leader_early"] for key in leaders}
    entries.plan_month(centre=found, first_day=first, last_day=first, pattern=whole, by=by, at=at)
    halves: dict[int, list[str]] = {}
    for prefix, keys in (("", seated), ("leader_", leaders)):
        halves |= {key: [f"{prefix}{'late' if number // 2 % 2 else 'early'}"] for number, key in enumerate(keys)}
    entries.plan_month(centre=found, first_day=first + DAY, last_day=last, pattern=halves, by=by, at=at)


# ---------------------------------------------------------------- the floor


@dataclass(slots=True)
class Tally:
    """What one share of the rows came to, for the bar and the account."""

    rows: int = 0
    registered: int = 0
    ended: int = 0
    acts: int = 0
    longest_queue: int = 0
    longest_at: str = ""
    drained_at: str = ""


@dataclass(slots=True)
class Floor:
    """A share of the rows and a share of the staff, worked through in the order of moments."""

    world: World
    run: ImportRun
    share: int = 0
    of: int = 1
    engine: Engine = field(init=False)
    tally: Tally = field(init=False, default_factory=Tally)
    rows: dict[int, ReportRow] = field(init=False, default_factory=dict)  # case -> its row
    operators: list[Person] = field(init=False, default_factory=list)
    leaders: list[Person] = field(init=False, default_factory=list)
    dispatchers: list[Person] = field(init=False, default_factory=list)
    map: ReportMap = field(init=False)
    last_arrival: datetime = field(init=False)
    in_time: bool = False  # the afternoon passes with the clock; what comes after it does not wait

    def prepare(self, content_of_file: bytes) -> None:
        """Put the rows of this share on the heap."""
        rows = [row for row in read_nyc311(content_of_file) if isinstance(row, ReportRow)]
        rows.sort(key=lambda row: (row.arrived_at, row.line))
        first = rows[0].arrived_at
        last = max([first, *(row.closed_at for row in rows if row.closed_at)])
        self.map = import_queries.named_map(MAP)
        self.world.learn(first)
        self.world.read_duty(first - DAY, last + TAIL + DAY)
        self.operators = self._mine(Position.OPERATOR)
        self.leaders = self._mine(Position.SHIFT_LEADER)
        self.dispatchers = self._mine(Position.DISPATCHER)
        self.engine = Engine(self.world, first)
        self.engine.decide = self.decide
        self.engine.offer = self.offer
        self.last_arrival = rows[-1].arrived_at
        mine = rows[self.share :: self.of]
        self.tally.rows = len(mine)
        known = self._known(mine)
        for row in mine:
            if row.key in known:
                self.rows[known[row.key]] = row
            else:
                self.engine.later(row.arrived_at, self._arrival(row))
        self.tally.registered = len(known)
        for case in fetch_all(self.rows):  # of a replay that was broken off
            self.engine.follow(case, max(first, case.changed_at))

    def _known(self, rows: list[ReportRow]) -> dict[str, int]:
        """Rows that are cases already."""
        keys = import_queries.taken_keys(self.world.centre, [row.key for row in rows])
        return dict(
            Case.objects.filter(centre=self.world.centre, external_id__in=keys).values_list("external_id", "pk")
        )

    @staticmethod
    def end_of(centre: Centre) -> datetime:
        """The last moment at which something happened."""
        return Case.objects.filter(centre=centre).order_by("-changed_at").values_list("changed_at", flat=True)[0]

    def _mine(self, position: str) -> list[Person]:
        people_of = self.world.holding(position)
        return people_of[self.share :: self.of] or people_of

    def _arrival(self, row: ReportRow) -> Callable[[datetime], None]:
        return lambda at: self.register(row, at)

    def work(self, watch: Callable[[Tally], None]) -> Tally:
        """Work until nothing is left to do."""
        engine, tally = self.engine, self.tally
        while (due := engine.due()) is not None:
            if self.in_time and due <= self.last_arrival and due > clock.now():
                time_of_day.sleep(0.05)
                continue
            engine.step()
            tally.acts, tally.ended = engine.counts.acts, engine.counts.ended
            waits = len(self.engine.waiting)
            if waits > tally.longest_queue:
                tally.longest_queue, tally.longest_at, tally.drained_at = waits, engine.now.isoformat(), ""
            elif not waits and not tally.drained_at:
                tally.drained_at = engine.now.isoformat()
            watch(tally)
        return tally

    # ---------------------------------------------------------------- rows

    def register(self, row: ReportRow, at: datetime) -> None:
        """A row arrives; what the centre's own rules do not take is named."""
        condition = self.condition_of(row)
        try:
            case = intake.register(
                by=self.world.system,
                at=at,
                source=self.map.channels.get(row.channel, Source.IMPORT),
                description=row.description,
                place=row.place,
                latitude=row.latitude,
                longitude=row.longitude,
                category=condition.category if condition else None,
                external_id=row.key,
            )
        except Refused as refused:
            import_reports.refuse_row(
                run_id=self.run.pk, row=row, refusal=refused.refusals[0], by=self.world.system, at=at
            )
            return
        self.tally.registered += 1
        self.rows[case.pk] = row
        self.engine.follow(case, at)

    def condition_of(self, row: ReportRow) -> Condition | None:
        """What the standard makes of a row; None when it goes back."""
        answer = self.map.complaints.get(row.complaint)
        return self.world.conditions.get((answer.category, answer.seq)) if answer and answer.category else None

    # ---------------------------------------------------------------- who goes on

    def decide(self, case: Case, at: datetime) -> Next | None:
        """The shortest honest way: take, pre-file, file, dispatch, handle, report, check, close."""
        held = case.holding
        if held is None:
            return None
        pick = self.world.dice(case.number, case.version)
        if held.unit_id is not None:
            return self._department(case, held.unit_id, at)
        if held.queue:
            return self._gate(case, Queue(held.queue), at)
        if case.code is Status.CHECKING:
            return Next(at + around(pick, 12 * MINUTE, 0.6), self._check)
        person = self.world.staff[held.person_id or 0]
        median, act = {
            Status.REGISTERED: (28, self._first_look),
            Status.PRE_FILED: (9, self._file),
            Status.FILED: (12, self._dispatch),
            Status.FEEDBACK: (18, self._ask_check),
            Status.CLOSE_REVIEW: (26, self._submit),
        }[case.code]
        moment = self.world.works_at(person.pk, at + around(pick, median * SECOND)) or at + DAY
        return Next(moment, lambda now, when: act(now, person, when))

    def offer(self, at: datetime) -> None:
        """Whoever is free takes what waits longest; nobody of another share does."""
        if not self.engine.waiting:
            return
        for person in self.operators:
            if not self.engine.has_work(person.pk) and self.world.on_duty(person.pk, at):
                self._take(person, at)
                if not self.engine.waiting:
                    return

    def _take(self, person: Person, at: datetime) -> None:
        key = min(self.engine.waiting)  # the one that came first
        case = self.engine.waiting[key]
        self.engine.follow(desk.take(case_id=key, version=case.version, by=person, at=at), at)

    def _freed(self, case: Case, person: Person, at: datetime) -> Case:
        """The next one, a few seconds later."""
        pause = self.world.dice(case.number, case.version, "pause").uniform(2, 9)
        self.engine.later(at + pause * SECOND, lambda moment: self._next(person, moment))
        return case

    def _next(self, person: Person, at: datetime) -> None:
        if self.engine.waiting and not self.engine.has_work(person.pk) and self.world.on_duty(person.pk, at):
            self._take(person, at)

    def _gate(self, case: Case, queue: Queue, at: datetime) -> Next | None:
        act, people_there = {
            Queue.FILING_GATE: (self._pass, self.leaders),
            Queue.CLOSING_GATE: (self._close, self.leaders),
            Queue.DISPATCH: (self._from_queue, self.dispatchers),
            Queue.FIELD: (self._hand, self.leaders),
        }.get(queue, (None, []))
        if act is None:
            return None
        pick = self.world.dice(case.number, case.version, "gate")
        wanted = at + around(pick, 70 * SECOND)
        moments = [(self.world.works_at(one.pk, wanted) or at + DAY, one.pk) for one in people_there]
        moment, key = min(moments)
        person = self.world.staff[key]
        return Next(moment, lambda now, when: act(now, person, when))

    # ---------------------------------------------------------------- what they do

    def _first_look(self, case: Case, by: Person, at: datetime) -> Case:
        row = self.rows[case.pk]
        condition = self.condition_of(row)
        if condition is None:
            answer = self.map.complaints.get(row.complaint)
            reason = answer.return_reason if answer and answer.return_reason else "不在立案标准之内，已告知报告人。"
            return self._freed(
                filing.not_accept(case_id=case.pk, version=case.version, reason=reason, by=by, at=at), by, at
            )
        merged = merge_clear(self.engine, case, condition.category, by, at, mine=lambda other: other.pk in self.rows)
        if merged is not None:
            return self._freed(merged, by, at)
        return filing.pre_file(case_id=case.pk, version=case.version, condition_id=condition.pk, by=by, at=at)

    def _file(self, case: Case, by: Person, at: datetime) -> Case:
        assert case.condition is not None
        if case.condition.needs_gate:
            return self._freed(filing.submit_for_filing(case_id=case.pk, version=case.version, by=by, at=at), by, at)
        return filing.file(case_id=case.pk, version=case.version, by=by, at=at)

    def _pass(self, case: Case, by: Person, at: datetime) -> Case:
        return filing.file(case_id=case.pk, version=case.version, by=by, at=at)

    def _dispatch(self, case: Case, by: Person, at: datetime) -> Case:
        return self._freed(self._from_queue(case, by, at), by, at)

    def _from_queue(self, case: Case, by: Person, at: datetime) -> Case:
        named = case.condition.department_id if case.condition else None
        unit = self.world.departments[named or min(self.world.departments)]
        return dispatching.dispatch(case_id=case.pk, version=case.version, department=unit, by=by, at=at)

    def _department(self, case: Case, unit_id: int, at: datetime) -> Next | None:
        clerk = self.world.clerks[unit_id][0]
        row = self.rows[case.pk]
        pick = self.world.dice(case.number, case.version, "department")
        if case.code is Status.DISPATCHED and (row.closed_at is None or row.closed_at > at + 5 * MINUTE):
            moment = at + around(pick, 15 * MINUTE)
            if row.closed_at is not None:
                moment = min(moment, row.closed_at)
            return Next(
                moment, lambda now, when: dispatching.accept(case_id=now.pk, version=now.version, by=clerk, at=when)
            )
        if row.closed_at is None:
            return None  # the file does not say that it ended: it stays open
        return Next(max(row.closed_at, at + 20 * SECOND), lambda now, when: self._feedback(now, clerk, when))

    def _feedback(self, case: Case, by: Person, at: datetime) -> Case:
        added = len(filing_cabinet.missing(case, done=True))
        filing_cabinet.complete(self.world, case, by, at)
        result = shown(self.rows[case.pk].resolution or "处置完毕。", 1000)
        return dispatching.feedback(case_id=case.pk, version=case.version + added, result=result, by=by, at=at)

    def _ask_check(self, case: Case, by: Person, at: datetime) -> Case:
        return self._freed(closing.ask_check(case_id=case.pk, version=case.version, by=by, at=at), by, at)

    def _check(self, case: Case, at: datetime) -> Case:
        task = Task.objects.select_related("person").get(case=case, status=TaskStatus.ASKED)
        assert task.person_id is not None
        field_service.reply(
            task_id=task.pk, confirmed=True, text="现场核查通过。", by=self.world.staff[task.person_id], at=at
        )
        return fetch(case.pk)

    def _hand(self, case: Case, by: Person, at: datetime) -> Case:
        """A place without a grid: somebody of the field is sent there."""
        task = Task.objects.get(case=case, status=TaskStatus.ASKED)
        to = self.world.dice(case.number, "field").choice(self.world.holding(Position.FIELD_SUPERVISOR))
        field_service.hand_task(task_id=task.pk, to=to, reason="地点不在网格内，就近安排。", by=by, at=at)
        return fetch(case.pk)

    def _submit(self, case: Case, by: Person, at: datetime) -> Case:
        assert case.condition is not None
        answer = case.condition.closing_condition
        return self._freed(
            closing.submit_for_closing(case_id=case.pk, version=case.version, answer=answer, by=by, at=at), by, at
        )

    def _close(self, case: Case, by: Person, at: datetime) -> Case:
        return closing.close(case_id=case.pk, version=case.version, by=by, at=at)
