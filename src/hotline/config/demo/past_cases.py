"""Cases of the month before the history, each worked from its intake to its end by its services, one after another."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hotline.cases.models import Case, Source, Task, TaskStatus
from hotline.cases.services import closing, desk, dispatching, filing, intake
from hotline.cases.services import field as field_service
from hotline.config.demo import arrivals, filing_cabinet
from hotline.config.demo.arrivals import Arrival
from hotline.config.demo.engine import fetch
from hotline.config.demo.world import MINUTE, World, around, in_hours
from hotline.people.models import Person, Position

PER_DAY = 5
SLOW = 14  # about one case of so many lies in hand for much longer than the five minutes
LONGEST_END = timedelta(days=2)  # from the department's result to the end, a night and a Sunday included
SECOND = timedelta(seconds=1)
NOT_OURS = "核实为小区内部设施，不属立案范围，已告知来电人联系物业。"


@dataclass(frozen=True, slots=True)
class Waits:
    """A case that lies in somebody's hands from the beginning of his shift until he comes."""

    person: int
    begins: datetime
    comes: datetime


@dataclass(slots=True)
class PastCases:
    """The staff of a past month at their cases; the duty of its days has been read."""

    world: World
    until: datetime  # nothing happens later
    busy: dict[int, datetime] = field(default_factory=dict)
    load: "Counter[int]" = field(default_factory=Counter)

    def tell_day(self, day: date, waits: list[Waits]) -> int:
        """Everything that was reported on a day, to its end; how many reports."""
        rows = arrivals.of_day(day, seed=f"{self.world.seed}:past", per_day=PER_DAY)
        for one in waits:
            self.busy[one.person] = one.comes
        for arrival, one in zip(rows, waits, strict=False):
            self._waited(arrival, one)
        for arrival in rows[len(waits) :]:
            self._tell(arrival)
        return len(rows)

    # ---------------------------------------------------------------- who is there

    def _there(self, position: str, at: datetime) -> Person | None:
        """Of those on duty who have nothing in hand the one who had least so far."""
        free = [
            one
            for one in self.world.holding(position)
            if self.world.on_duty(one.pk, at) and self.busy.get(one.pk, at) <= at
        ]
        return min(free, key=lambda one: (self.load[one.pk], one.pk), default=None)

    def _next(self, position: str, at: datetime) -> tuple[Person, datetime]:
        """Somebody of a position, and the first moment from `at` on at which one is there."""
        for minutes in range(0, 48 * 60, 7):
            moment = at + minutes * MINUTE
            person = self._there(position, moment)
            if person is not None:
                return person, moment
        raise LookupError(f"nobody of {position} works in the two days after {at}")

    def _works(self, person: Person, begins: datetime, ends: datetime) -> None:
        self.busy[person.pk] = max(ends, self.busy.get(person.pk, begins))
        self.load[person.pk] += 1

    # ---------------------------------------------------------------- the beginning

    def _dice(self, arrival: Arrival) -> random.Random:
        return self.world.dice("past", arrival.at.isoformat())

    def _register(self, arrival: Arrival, by: Person, source: str, at: datetime) -> Case:
        return intake.register(
            by=by, at=at, source=source, description=arrival.text, place=arrival.place.name,
            latitude=arrival.place.latitude, longitude=arrival.place.longitude, urgent=arrival.pattern.is_urgent,
        )  # fmt: skip

    def _tell(self, arrival: Arrival) -> None:
        pick = self._dice(arrival)
        at = arrival.at + around(pick, 70 * SECOND, 0.4)
        person = self._there(Position.OPERATOR, at) if arrival.source == Source.PHONE else None
        if person is None:
            case = self._register(arrival, self.world.system, Source.WEB, at)
            person, at = self._next(Position.OPERATOR, at + 2 * MINUTE)
        else:
            case = self._register(arrival, person, Source.PHONE, at)
        if fetch(case.pk).holding.queue:  # type: ignore[union-attr]
            case = desk.take(case_id=case.pk, version=case.version, by=person, at=at)
        is_slow = pick.randrange(SLOW) == 0
        wait = pick.uniform(400, 900) * SECOND if is_slow else around(pick, 75 * SECOND, 0.4)
        self._look(arrival, case, person, at + wait, pick)

    def _waited(self, arrival: Arrival, waits: Waits) -> None:
        """Handed to somebody at the beginning of his shift, who came later than that."""
        pick, person = self._dice(arrival), self.world.staff[waits.person]
        leader = self._any(Position.SHIFT_LEADER, waits.begins)
        case = self._register(arrival, self.world.system, Source.WEB, waits.begins - 2 * MINUTE)
        case = desk.assign(
            case_id=case.pk, version=case.version, to=person, reason="按空闲时间指派", by=leader,
            at=waits.begins + 20 * SECOND,
        )  # fmt: skip
        self._look(arrival, case, person, waits.comes + MINUTE, pick)

    def _any(self, position: str, at: datetime) -> Person:
        """Somebody of a position, on duty if there is one."""
        return self._there(position, at) or self.world.holding(position)[0]

    # ---------------------------------------------------------------- what it is, and to the end

    def _look(self, arrival: Arrival, case: Case, by: Person, at: datetime, pick: random.Random) -> None:
        """Not ours, or filed and dispatched."""
        pattern = arrival.pattern
        self._works(by, arrival.at, at + 3 * MINUTE)
        if not pattern.qualifies:
            filing.not_accept(case_id=case.pk, version=case.version, reason=pattern.reason, by=by, at=at)
            return
        if pick.randrange(100) < 8:
            filing.reject(case_id=case.pk, version=case.version, reason=NOT_OURS, by=by, at=at)
            return
        condition = self.world.conditions[pattern.category, pattern.seq]
        case = filing.pre_file(case_id=case.pk, version=case.version, condition_id=condition.pk, by=by, at=at)
        at += around(pick, 28 * SECOND, 0.5)
        sender = by
        if condition.needs_gate:
            filing.submit_for_filing(case_id=case.pk, version=case.version, by=by, at=at)
            at += around(pick, 80 * SECOND, 0.5)
            case = filing.file(
                case_id=case.pk, version=fetch(case.pk).version, by=self._any(Position.SHIFT_LEADER, at), at=at
            )
            sender, at = self._next(Position.DISPATCHER, at + around(pick, 110 * SECOND, 0.5))
        else:
            case = filing.file(case_id=case.pk, version=case.version, by=by, at=at)
            at += around(pick, 34 * SECOND, 0.5)
        unit = self.world.departments.get(condition.department_id or 0) or next(iter(self.world.departments.values()))
        dispatching.dispatch(case_id=case.pk, version=fetch(case.pk).version, department=unit, by=sender, at=at)
        self._outside(case.pk, self.world.clerks[unit.pk][0], at, pick)

    def _outside(self, key: int, clerk: Person, at: datetime, pick: random.Random) -> None:
        """The department handles it, somebody looks, and it is closed."""
        at = in_hours(at + around(pick, 22 * MINUTE, 0.5), 8, 18, weekends=False)
        if at > self.until:
            return
        dispatching.accept(case_id=key, version=fetch(key).version, by=clerk, at=at)
        at = in_hours(at + pick.uniform(40, 200) * MINUTE, 8, 18, weekends=False)
        if at + LONGEST_END > self.until:
            return  # the department still has it
        case = fetch(key)
        for kind in filing_cabinet.missing(case, done=True):
            filing_cabinet.attach(self.world, case, kind, clerk, at)
        case = fetch(key)
        what = case.condition.closing_condition if case.condition else ""
        dispatching.feedback(case_id=key, version=case.version, result=f"现场处置完毕，{what}。", by=clerk, at=at)
        at = self._at_desk(key, at + 2 * MINUTE, pick, self._ask_check)
        at = self._on_the_spot(key, at, pick)
        at = self._at_desk(key, at + 2 * MINUTE, pick, self._answer)
        leader, at = self._next(Position.SHIFT_LEADER, at + around(pick, 150 * SECOND, 0.5))
        closing.close(case_id=key, version=fetch(key).version, by=leader, at=at)

    def _at_desk(
        self, key: int, at: datetime, pick: random.Random, act: Callable[[Case, Person, datetime], None]
    ) -> datetime:
        """Whoever is there takes it and does something with it; when it was done."""
        person, at = self._next(Position.OPERATOR, at)
        if fetch(key).holding.queue:  # type: ignore[union-attr]
            desk.take(case_id=key, version=fetch(key).version, by=person, at=at)
        done = at + around(pick, 65 * SECOND, 0.5)
        act(fetch(key), person, done)
        self._works(person, at, done)
        return done

    def _ask_check(self, case: Case, by: Person, at: datetime) -> None:
        closing.ask_check(case_id=case.pk, version=case.version, question="部门已反馈，请现场核查。", by=by, at=at)

    def _answer(self, case: Case, by: Person, at: datetime) -> None:
        answer = f"{case.condition.closing_condition if case.condition else ''}。监督员现场核查确认。"
        version = filing_cabinet.complete(self.world, case, by, at)
        closing.submit_for_closing(case_id=case.pk, version=version, answer=answer, by=by, at=at)

    def _on_the_spot(self, key: int, at: datetime, pick: random.Random) -> datetime:
        task = Task.objects.select_related("person").get(case=key, status=TaskStatus.ASKED)
        person = task.person
        if person is None:
            person = pick.choice(self.world.holding(Position.FIELD_SUPERVISOR))
            leader = self._any(Position.SHIFT_LEADER, at)
            at += 4 * MINUTE
            field_service.hand_task(task_id=task.pk, to=person, reason="网格暂时无人负责，就近安排。", by=leader, at=at)
        at = in_hours(at + around(pick, 16 * MINUTE, 0.4), 7, 21)
        case = fetch(key)
        field_service.reply(
            task_id=task.pk, confirmed=True, text="现场已恢复，符合结案条件。", latitude=case.latitude,
            longitude=case.longitude, by=person, at=at,
        )  # fmt: skip
        return at
