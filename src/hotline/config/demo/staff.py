"""How the people at the desk, the gates and the dispatch behave: who goes on with a case, when, and how."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hotline.cases.logic.flow import Queue, Stage, Status
from hotline.cases.models import Case, Condition, Holding, Task, TaskKind, TaskStatus
from hotline.cases.queries.custody import GIVEN_TO
from hotline.cases.services import closing, desk, dispatching, filing, more_time
from hotline.config.demo import content, filing_cabinet
from hotline.config.demo.engine import Engine, Next, fetch
from hotline.config.demo.merging import merge_clear
from hotline.config.demo.outside import Outside
from hotline.config.demo.seats import Seats
from hotline.config.demo.world import DAY, MINUTE, World, around
from hotline.people.models import Person, Position, Unit

SECOND = timedelta(seconds=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
LEADS = (Position.SHIFT_LEADER,)
# Of a hundred.
VERIFIED, RETURNED_AT_GATE, RETURNED_AT_CLOSING, REOPENED, REWORK_AT_ONCE = 32, 7, 5, 3, 4
QUESTIONS = ("请到现场看一下，拍近景、远景各一张。", "请核实位置和损坏程度。", "请确认是否还在，有没有围挡。")
CHECKS = ("请到现场核查处置结果，拍处置后照片。", "部门已反馈，请对照结案标准核查。")
GATE_REASONS = (
    "立案条件选错了，请对照标准重选。",
    "地点写得不够具体，补充门牌或路口。",
    "缺少近景照片，请补充后再报。",
)
CLOSING_REASONS = ("结案说明没有逐条答复结案标准。", "处置后照片看不清，请补充。")
REOPEN_REASONS = ("市民来电说问题又出现了。", "回访时市民不满意，现场仍未恢复。", "同一地点当晚又坏了。")
REWORK_REASONS = ("现场未达到结案标准，请继续处置。", "只处理了一半，剩余部分未清理。")
WAIVER_REASONS = {
    "caller": "来电人说不清地点，回拨三次才核实。",
    "system": "系统卡顿约五分钟，提交不了。",
    "burst": "同一分钟来了多件，顺序处理。",
}


@dataclass(frozen=True, slots=True)
class Story:
    """What a report really is, which the people find out."""

    condition: Condition | None  # None: it does not qualify
    reason: str
    is_true: bool = True


@dataclass(slots=True)
class Staff:
    """The people of a centre at their work on cases."""

    engine: Engine
    seats: Seats
    outside: Outside = field(init=False)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.world = self.engine.world
        self.outside = Outside(self.engine, self.answer_more_time)
        self.engine.decide = self.decide
        self.engine.offer = self.offer
        self.seats.when_free = self.take_next

    # ---------------------------------------------------------------- what comes next

    def decide(self, case: Case, at: datetime) -> Next | None:
        """Who goes on with a case as it is, when and how; None when nobody of the simulation does."""
        held = case.holding
        if held is None:
            return self._after_the_end(case, at)
        if held.unit_id is not None:
            return self.outside.department(case, held.unit_id, at)
        if held.queue:
            return self._queue(case, Queue(held.queue), at)
        assert held.person_id is not None
        if not self.world.simulated(held.person_id):
            return None
        if case.code in {Status.VERIFYING, Status.CHECKING}:
            return self.outside.on_the_spot(case, self.world.staff[held.person_id], at)
        return self._desk(case, self.world.staff[held.person_id], at)

    def _at(self, person: Person, at: datetime) -> datetime:
        """When somebody at a seat gets to it."""
        return self.world.works_at(person.pk, at) or at + DAY

    def _desk(self, case: Case, person: Person, at: datetime) -> Next | None:
        pick = self.world.dice(case.number, case.version)
        median, act = {
            Status.REGISTERED: (85, self._first_look),
            Status.PRE_FILED: (28, self._file),
            Status.FILED: (34, self._dispatch),
            Status.FEEDBACK: (55, self._look_at_result),
            Status.CLOSE_REVIEW: (75, self._answer_condition),
            Status.RETURNED: (60, self._dispatch),
            Status.REOPENED: (60, self._dispatch),
        }.get(case.code, (0, None))
        if act is None:
            return None
        return Next(
            self._at(person, at + around(pick, median * SECOND, 0.7)), lambda now, moment: act(now, person, moment)
        )

    def _queue(self, case: Case, queue: Queue, at: datetime) -> Next | None:
        pick = self.world.dice(case.number, case.version)
        match queue:
            case Queue.FILING_GATE:
                return self._somebody(pick, at, 80, LEADS, self._filing_gate)
            case Queue.CLOSING_GATE:
                return self._somebody(pick, at, 150, LEADS, self._closing_gate)
            case Queue.FIELD:
                return self._somebody(pick, at, 240, LEADS, self._hand_to_field)
            case Queue.DISPATCH:
                return self._somebody(pick, at, 110, (Position.DISPATCHER, *LEADS), self._from_dispatch_queue)
            case Queue.PARKED:
                return self._somebody(
                    pick, at + around(pick, 2 * DAY, 0.4), 60, (Position.DISPATCHER, *LEADS), self._resume
                )
        return None

    def _somebody(self, pick: random.Random, at: datetime, median: int, positions: Iterable[str], act: object) -> Next:
        """Whoever of these positions is there first; when a person is signed in as one, he gets time to be first."""
        slower = 6 if any(self.world.is_any(key, *positions) for key in self.world.humans) else 1
        wanted = at + around(pick, median * slower * SECOND, 0.6)
        moments = []
        for rank, position in enumerate(positions):
            for person in self.world.holding(position):
                moment = self.world.works_at(person.pk, wanted) if self.world.simulated(person.pk) else None
                if moment is not None:
                    moments.append((moment, rank, pick.random(), person))
        if not moments:
            return Next(at + DAY, lambda case, _moment: case)
        moment, _rank, _chance, person = min(moments, key=lambda one: one[:3])
        return Next(moment, lambda case, now: act(case, person, now))  # type: ignore[operator]

    def _after_the_end(self, case: Case, at: datetime) -> Next | None:
        pick = self.world.dice(case.number, "end")
        if case.code is not Status.CLOSED or case.reopen_count or pick.randrange(100) >= REOPENED:
            return None
        return self._somebody(pick, at + around(pick, 30 * 60 * MINUTE, 0.6), 60, GIVEN_TO, self._reopen)

    def free(self, at: datetime, *positions: str) -> list[Person]:
        """Who is there, on duty and has nothing in hand; the longest idle first."""
        found = [
            person
            for person in self.world.holding(*positions)
            if person.pk in self.seats.ready_ones
            and self.world.simulated(person.pk)
            and self.world.on_duty(person.pk, at)
            and not self.engine.has_work(person.pk)
        ]
        return sorted(found, key=lambda one: (self.engine.freed.get(one.pk, BEGINNING), one.pk))

    def offer(self, at: datetime) -> None:
        """As many as are free take what waits."""
        for person in self.free(at, *GIVEN_TO)[: len(self.engine.waiting)]:
            self._take(person, at)

    def take_next(self, person: Person, at: datetime) -> None:
        """Whoever has nothing in hand presses for the next case."""
        there = person.pk in self.seats.ready_ones and self.world.on_duty(person.pk, at)
        if self.engine.waiting and there and not self.engine.has_work(person.pk):
            self._take(person, at)

    def _take(self, person: Person, at: datetime) -> None:
        case = desk.take_next(by=person, at=at)
        if case is not None:
            self.engine.follow(case, at)

    def _freed(self, case: Case | None, person: Person, at: datetime) -> Case | None:
        """After a case has left somebody's hands he looks for the next."""
        if case is not None and self.engine.waiting and (case.holding is None or case.holding.person_id != person.pk):
            pause = self.world.dice(case.number, case.version, "pause").uniform(3, 25)
            self.engine.later(at + pause * SECOND, lambda moment: self.take_next(person, moment))
        return case

    # ---------------------------------------------------------------- stories

    def story(self, case: Case) -> Story:
        """What the report is about, told by its text; what somebody typed himself is taken by its category."""
        pick = self.world.dice(case.number, "story")
        known = content.pattern_of(case.description, case.place)
        if known is not None and not known.qualifies:
            return Story(None, known.reason)
        if known is not None:
            return Story(self.world.conditions[known.category, known.seq], "", pick.randrange(100) >= 6)
        fitting = [row for row in self.world.conditions.values() if row.category_id == case.category_id]
        return Story(pick.choice(fitting or list(self.world.conditions.values())), "")

    # ---------------------------------------------------------------- at the desk

    def _first_look(self, case: Case, by: Person, at: datetime) -> Case | None:
        """Verify, file or return."""
        story, pick = self.story(case), self.world.dice(case.number, case.version, "look")
        known: dict[str, Any] = {"case_id": case.pk, "version": case.version, "by": by, "at": at}
        answer = Task.objects.filter(case=case, kind=TaskKind.VERIFY, status=TaskStatus.DONE).order_by("-pk").first()
        if answer is not None and not answer.is_confirmed:
            return self._freed(filing.reject(reason=f"现场核实：{answer.reply}", **known), by, at)
        if story.condition is None:
            return self._freed(filing.not_accept(reason=story.reason, **known), by, at)
        merged = merge_clear(self.engine, case, case.category or story.condition.category, by, at)
        if merged is not None:
            return self._freed(merged, by, at)
        if answer is None and case.reporter_id is None and case.grid_id and pick.randrange(100) < VERIFIED:
            return self._freed(filing.ask_verify(question=pick.choice(QUESTIONS), **known), by, at)
        return filing.pre_file(condition_id=story.condition.pk, **known)

    def _file(self, case: Case, by: Person, at: datetime) -> Case | None:
        assert case.condition is not None
        known: dict[str, Any] = {"case_id": case.pk, "version": case.version, "by": by, "at": at}
        if case.condition.needs_gate:
            return self._freed(filing.submit_for_filing(**known), by, at)
        return filing.file(**known)

    def department_for(self, case: Case) -> Unit:
        """The department that the standard names, else one of those that there are."""
        named = case.condition.department_id if case.condition else None
        if named in self.world.departments:
            return self.world.departments[named]
        return self.world.dice(case.number, "department").choice(list(self.world.departments.values()))

    def _dispatch(self, case: Case, by: Person, at: datetime) -> Case | None:
        changed = dispatching.dispatch(
            case_id=case.pk, version=case.version, department=self.department_for(case), by=by, at=at
        )
        self._ask_waiver(changed, by, at)
        return self._freed(changed, by, at)

    def _look_at_result(self, case: Case, by: Person, at: datetime) -> Case | None:
        pick = self.world.dice(case.number, case.version, "result")
        known: dict[str, Any] = {"case_id": case.pk, "version": case.version, "by": by, "at": at}
        if case.rework_count == 0 and pick.randrange(100) < REWORK_AT_ONCE:
            return self._freed(
                closing.demand_rework(reason="反馈说明与案件内容不符，请补充处置情况。", **known), by, at
            )
        return self._freed(closing.ask_check(question=pick.choice(CHECKS), **known), by, at)

    def _answer_condition(self, case: Case, by: Person, at: datetime) -> Case | None:
        pick = self.world.dice(case.number, case.version, "answer")
        check = Task.objects.filter(case=case, kind=TaskKind.CHECK, status=TaskStatus.DONE).order_by("-pk").first()
        if check is None or not check.is_confirmed:
            reason = f"核查未通过：{check.reply}" if check else pick.choice(REWORK_REASONS)
            return self._freed(
                closing.demand_rework(case_id=case.pk, version=case.version, reason=reason, by=by, at=at), by, at
            )
        version = filing_cabinet.complete(self.world, case, by, at)
        assert case.condition is not None
        answer = f"{case.condition.closing_condition}。监督员现场核查确认。"
        return self._freed(
            closing.submit_for_closing(case_id=case.pk, version=version, answer=answer, by=by, at=at), by, at
        )

    # ---------------------------------------------------------------- gates and dispatch

    def _filing_gate(self, case: Case, by: Person, at: datetime) -> Case | None:
        pick = self.world.dice(case.number, case.version, "gate")
        known: dict[str, Any] = {"case_id": case.pk, "version": case.version, "by": by, "at": at}
        if pick.randrange(100) < RETURNED_AT_GATE:
            return filing.return_from_gate(reason=pick.choice(GATE_REASONS), **known)
        return filing.file(**known)

    def _closing_gate(self, case: Case, by: Person, at: datetime) -> Case | None:
        pick = self.world.dice(case.number, case.version, "gate")
        known: dict[str, Any] = {"case_id": case.pk, "version": case.version, "by": by, "at": at}
        if pick.randrange(100) < RETURNED_AT_CLOSING:
            return filing.return_from_gate(reason=pick.choice(CLOSING_REASONS), **known)
        return closing.close(**known)

    def _hand_to_field(self, case: Case, by: Person, at: datetime) -> Case | None:
        task = Task.objects.filter(case=case, status=TaskStatus.ASKED).first()
        field_people = [one for one in self.world.holding(Position.FIELD_SUPERVISOR) if self.world.simulated(one.pk)]
        if task is None or not field_people:
            return None
        to = self.world.dice(case.number, case.version).choice(field_people)
        self.outside.hand(task, to, by, at)
        return fetch(case.pk)

    def _from_dispatch_queue(self, case: Case, by: Person, at: datetime) -> Case | None:
        pick = self.world.dice(case.number, case.version, "queue")
        known: dict[str, Any] = {"case_id": case.pk, "version": case.version, "by": by, "at": at}
        chance = pick.randrange(100)
        if self.world.is_any(by.pk, *LEADS) and chance < 4:
            return closing.cancel(reason="与正在办理的案件为同一处，作废并入原案。", **known)
        if case.code is Status.RETURNED and chance < 18 and not self._was_parked(case):
            return dispatching.park(reason="需随道路大修一并解决，已书面说明，挂账。", **known)
        note = "请按属主单位处置。" if case.code is Status.RETURNED else ""
        return dispatching.dispatch(department=self.department_for(case), note=note, **known)

    def _was_parked(self, case: Case) -> bool:
        return case.stages.filter(stage=Stage.PARKED.value).exists()

    def _resume(self, case: Case, by: Person, at: datetime) -> Case | None:
        return dispatching.resume(case_id=case.pk, version=case.version, reason="条件具备，恢复处置。", by=by, at=at)

    def _reopen(self, case: Case, by: Person, at: datetime) -> Case | None:
        reason = self.world.dice(case.number, "reopen").choice(REOPEN_REASONS)
        return closing.reopen(case_id=case.pk, version=case.version, reason=reason, by=by, at=at)

    # ---------------------------------------------------------------- more time, waivers

    def answer_more_time(self, key: int, amount: int, at: datetime) -> None:
        """A dispatcher grants or declines what a department asked."""
        pick = self.world.dice(key, "more")

        def answered(case: Case, by: Person, now: datetime) -> Case | None:
            known: dict[str, Any] = {"case_id": case.pk, "version": case.version, "by": by, "at": now}
            if case.holding is None or case.holding.unit_id is None:
                return None
            if pick.randrange(100) < 75:
                return more_time.grant_more_time(amount=amount, reason="情况属实，同意延期一次。", **known)
            return more_time.decline_more_time(reason="延期理由不充分，请按时办结。", **known)

        following = self._somebody(pick, at, 900, (Position.DISPATCHER, *LEADS), answered)
        self.engine.later(following.at, lambda now: self._do(following, key, now))

    def _ask_waiver(self, case: Case, by: Person, at: datetime) -> None:
        """Some of those who were over the five minutes have a reason and a proof."""
        pick = self.world.dice(case.number, "waiver")
        held = (
            Holding.objects.filter(case=case, person=by, due_at__lt=at, span__upper_inf=False).order_by("-pk").first()
        )
        if held is None or pick.randrange(100) >= 35:
            return
        code = pick.choice(list(WAIVER_REASONS))
        key, number = held.pk, case.pk
        self.engine.later(
            self._at(by, at + around(pick, 40 * MINUTE)),
            lambda now: self._waiver(key, number, code, by, now),
        )

    def _waiver(self, holding_id: int, case_id: int, code: str, by: Person, at: datetime) -> None:
        waiver = filing_cabinet.ask_waiver(self.world, holding_id, case_id, code, WAIVER_REASONS[code], by, at)
        self.engine.follow(fetch(case_id), at)
        leader = self._somebody(
            self.world.dice(holding_id, "decide"),
            at,
            3600,
            LEADS,
            lambda _case, one, now: self._decide_waiver(waiver, one, now),
        )
        self.engine.later(leader.at, lambda now: self._do(leader, case_id, now))

    def _do(self, following: Next, key: int, at: datetime) -> None:
        self.engine.follow(following.do(fetch(key), at), at)

    def _decide_waiver(self, waiver_id: int, by: Person, at: datetime) -> None:
        filing_cabinet.decide_waiver(self.world, waiver_id, by, at)
