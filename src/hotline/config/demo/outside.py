"""How field supervisors and departments behave: looks on the spot, handling, results, and what goes wrong."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from hotline.cases.logic.flow import Status
from hotline.cases.models import Case, FileKind, LimitUnit, PhotoRule, Task, TaskKind, TaskStatus
from hotline.cases.queries.department import ASKS
from hotline.cases.services import dispatching, more_time
from hotline.cases.services import field as field_service
from hotline.config.demo import filing_cabinet
from hotline.config.demo.engine import Engine, Next, fetch
from hotline.config.demo.world import HOUR, MINUTE, World, around, in_hours
from hotline.people.models import Person

# How much of the limit a department takes: (up to this chance, (from, to)).
DONE_IN = ((0.8, (0.1, 0.75)), (0.93, (0.75, 0.98)), (1.01, (1.05, 1.5)))
# Of a hundred.
NOT_FOUND, NOT_DONE, SENT_BACK, ASKS_FOR_TIME = 8, 9, 6, 9
URGENT = {LimitUnit.URGENT_HOUR, LimitUnit.URGENT_DAY}
FOUND = ("情况属实，照片已上传。", "现场与描述一致，位置在路东侧。", "属实，已拍近景远景。", "确有其事，周边没有围挡。")
NOTHING_THERE = ("到现场未发现反映的问题。", "现场正常，问过周边商户，都说没有。", "问题已经消失，现场无可处置。")
PUT_RIGHT = ("现场已恢复，符合结案条件。", "已处置到位，照片已上传。", "核查通过。")
NOT_RIGHT = ("现场还没有处理完。", "只做了临时围挡，没有修复。", "清理不彻底，还有残留。")
RESULTS = ("已安排班组到场处置，{what}。", "现场处置完毕，{what}。", "已处置：{what}，照片附后。")
BACK = ("现场看过，设施不归我处管理，请改派。", "该路段已移交，不在我处管养范围。", "属于小区内部，请转房屋部门。")
TIME = ("材料要三天后到，申请延期。", "需要交警配合封道，申请延期。", "连日降雨无法施工，申请延期。")


@dataclass(slots=True)
class Outside:
    """People who do not sit in the centre."""

    engine: Engine
    asked: Callable[[int, int, datetime], None]  # a department wants more time: somebody in the centre is to answer
    reminded: set[int] = field(default_factory=set)

    @property
    def world(self) -> World:
        """The centre they work for."""
        return self.engine.world

    # ---------------------------------------------------------------- on the spot

    def on_the_spot(self, case: Case, person: Person, at: datetime) -> Next:
        """The field supervisor goes there, mostly within the half hour."""
        pick = self.world.dice(case.number, case.version, "spot")
        moment = in_hours(at + around(pick, 13 * MINUTE, 0.65), 7, 21)
        due = case.holding.due_at if case.holding else None
        if due is not None and moment > due + MINUTE and case.pk not in self.reminded and not self.engine.live:
            self.reminded.add(case.pk)
            return Next(due + MINUTE, self._remind)
        return Next(moment, lambda now, when: self._reply(now, person, when))

    def _reply(self, case: Case, person: Person, at: datetime) -> Case | None:
        task = Task.objects.filter(case=case, status=TaskStatus.ASKED, person=person).first()
        if task is None:
            return None
        pick = self.world.dice(case.number, task.kind, task.pk and case.version)
        verify = task.kind == TaskKind.VERIFY
        good = pick.randrange(100) >= (NOT_FOUND if verify else NOT_DONE if case.rework_count == 0 else 2)
        if verify and good:
            for kind in (FileKind.NEAR, FileKind.FAR):
                filing_cabinet.attach(self.world, case, kind, person, at)
        elif good and case.condition is not None and case.condition.photos != PhotoRule.NONE:
            filing_cabinet.attach(self.world, case, FileKind.AFTER, person, at)
        words = (FOUND if good else NOTHING_THERE) if verify else (PUT_RIGHT if good else NOT_RIGHT)
        field_service.reply(
            task_id=task.pk,
            confirmed=good,
            text=pick.choice(words),
            latitude=_near(case.latitude, pick.randint(-90, 90)),
            longitude=_near(case.longitude, pick.randint(-90, 90)),
            by=person,
            at=at,
        )
        return fetch(case.pk)

    def hand(self, task: Task, to: Person, by: Person, at: datetime) -> None:
        """A shift leader gives a task that nobody had to somebody."""
        field_service.hand_task(task_id=task.pk, to=to, reason="网格暂时无人负责，就近安排。", by=by, at=at)

    def _remind(self, case: Case, at: datetime) -> Case | None:
        """What the clock's job does when a look on the spot is late; in a history there is no such job."""
        return field_service.remind(case_id=case.pk, version=case.version, by=self.world.system, at=at)

    # ---------------------------------------------------------------- departments

    def department(self, case: Case, unit_id: int, at: datetime) -> Next | None:
        """The clerk of the department that has the case."""
        clerks = [one for one in self.world.clerks.get(unit_id, ()) if self.world.simulated(one.pk)]
        if not clerks:
            return None
        clerk = clerks[0]
        pick = self.world.dice(case.number, case.version, "department")
        if case.code is Status.DISPATCHED:
            moment = self._works(case, at + around(pick, 22 * MINUTE, 0.7))
            back = case.send_back_count == 0 and pick.randrange(100) < SENT_BACK
            if back:
                reason = pick.choice(BACK)
                return Next(moment, lambda now, when: self._send_back(now, clerk, reason, when))
            return Next(moment, lambda now, when: self._accept(now, clerk, when))
        if pick.randrange(100) < ASKS_FOR_TIME and not case.postponed_count and case.code is Status.HANDLING:
            halfway = at + ((case.due_at or at) - at) / 2
            if halfway > at + HOUR and not self._has_asked(case):
                return Next(self._works(case, halfway), lambda now, when: self._ask_time(now, clerk, when))
        return Next(self._done_at(case, at), lambda now, when: self._feedback(now, clerk, when))

    def _works(self, case: Case, at: datetime) -> datetime:
        """Urgent limits run day and night, others in the hours of work."""
        unit = case.condition.limit_unit if case.condition else ""
        return at if unit in URGENT else in_hours(at, 8, 18, weekends=False)

    def _done_at(self, case: Case, at: datetime) -> datetime:
        """Mostly in time, sometimes just, now and then late."""
        pick = self.world.dice(case.number, case.rework_count, "done")
        whole = max((case.due_at or at + HOUR) - at, 40 * MINUTE)
        chance = pick.random()
        least, most = next(span for upto, span in DONE_IN if chance < upto)
        share = pick.uniform(least, most)
        return self._works(case, at + timedelta(seconds=int(whole.total_seconds() * share)))

    def _accept(self, case: Case, by: Person, at: datetime) -> Case | None:
        return dispatching.accept(case_id=case.pk, version=case.version, by=by, at=at)

    def _send_back(self, case: Case, by: Person, reason: str, at: datetime) -> Case | None:
        return dispatching.send_back(case_id=case.pk, version=case.version, reason=reason, by=by, at=at)

    def _feedback(self, case: Case, by: Person, at: datetime) -> Case | None:
        pick = self.world.dice(case.number, case.version, "feedback")
        wanted = filing_cabinet.missing(case, done=True)
        for kind in wanted:
            filing_cabinet.attach(self.world, case, kind, by, at)
        what = case.condition.closing_condition if case.condition else "已恢复"
        result = pick.choice(RESULTS).format(what=what)
        return dispatching.feedback(case_id=case.pk, version=case.version + len(wanted), result=result, by=by, at=at)

    def _ask_time(self, case: Case, by: Person, at: datetime) -> Case | None:
        assert case.condition is not None
        pick = self.world.dice(case.number, case.version, "time")
        amount = max(1, case.condition.limit_value // 2)
        changed = more_time.ask_more_time(
            case_id=case.pk, version=case.version, amount=amount, reason=pick.choice(TIME), by=by, at=at
        )
        self.asked(changed.pk, amount, at)
        return changed

    def _has_asked(self, case: Case) -> bool:
        return case.events.filter(action="note", data__has_key=ASKS).exists()


def _near(degrees: Decimal | None, millionths: int) -> Decimal | None:
    """A telephone's idea of where it is: a few metres beside."""
    return None if degrees is None else degrees + Decimal(millionths) / 1_000_000
