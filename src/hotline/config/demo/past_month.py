"""The month before this one, as it went: shifts, lateness, sickness, cases, reviews, exams; shown, disputed, closed.

Filled in beside the pages once they stand. Each part is told in its own time by the services of its area and commits
as a whole; begun again it goes on with the first part that is missing. People who work now are not touched by it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from hotline.appraisal.models import Appeal, AppealStatus, ExamResult, Incident, Line, Period, PeriodStatus
from hotline.appraisal.services import assessing, measuring, objecting
from hotline.attendance.models import AttendanceFact, ExcuseKind, MonthStatement, Talk, TalkStatus
from hotline.attendance.queries import returns
from hotline.attendance.queries.pages import month_end
from hotline.attendance.services import asking, deriving, following
from hotline.cases.models import Case
from hotline.config.demo import appraisal, centre, pictures
from hotline.config.demo.engine import HANDS_OUT, LOOKS_AT_ALL
from hotline.config.demo.past_cases import PastCases, Waits
from hotline.config.demo.world import AT_SEAT, DAY, HOUR, MINUTE, World
from hotline.core import clock, jobs
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.leave.models import Leave
from hotline.leave.services import decisions, papers, requests
from hotline.leave.services.requests import Wish
from hotline.people.models import Centre, Person, Position, SeatSession, WorkLogKind
from hotline.people.services import seats
from hotline.people.services.seats import Sign
from hotline.quality.logic import SizeBy
from hotline.quality.models import MonthReview, Plan, Review
from hotline.quality.queries import talks
from hotline.quality.services import appeals, reviewing, sampling, talking
from hotline.rosters.models import RosterEntry
from hotline.rosters.services import entries
from hotline.rulebook.accuracy import Cause, Decision
from hotline.rulebook.leave import Code, Piece

SECOND = timedelta(seconds=1)
# Who comes late, by his place among the operators: how often in the month, and by how many minutes.
LATE: dict[int, tuple[int, ...]] = {4: (9, 22, 12), 11: (17,), 18: (36,), 27: (8,)}
EXCUSED = 27  # of them the one whose lateness was none of his fault
SICK, AWAY = 8, 15  # who was ill for two shifts, and who had a day for himself
SIZES = {Decision.FILED: 40, Decision.REJECTED: 40, Decision.DISPATCHED: 40}  # everything there is
WRONG = (6, 48, 90)  # which of the filed cases were wrong
UNSEEN = 300  # of so many shifts nothing is known of one
FOUND = (
    (Cause.WRONG_CATEGORY, "来电反映的是雨水箅子，误归入上水井盖，派单因此多转了一手。"),
    (Cause.MISLEADING_WORDS, "描述写成“路边有水”，未写明是自来水管漏水还是积水，处置单位到场后无法判断。"),
    (Cause.NOT_CLARIFIED, "来电人说的“学校门口”未问清是南门还是北门，外勤核实时走了两处。"),
)
SAID = (
    "接听规范，登记完整；核实再细一些，地点要问到门牌或路口。",
    "态度好，说话偏快；遇到老人请放慢，重要的时间重复一遍。",
    "分类准确；话后整理用时偏长，常用语可以存为模板。",
    "投诉来电先听完再解释，安抚用语本月重点练习。",
    "业务考试进步明显，请继续带新同事熟悉派遣范围。",
)
OBJECTIONS = (
    ("当时系统卡顿，值班长已在群里通报，请核实。", True, "系统日志显示当时服务中断，情况属实。"),
    ("当时电话一直不断，来不及处理。", False, "通话记录显示当时没有排队，维持原扣分。"),
)


def first_of(now: datetime) -> date:
    """The first day of the month before this one."""
    return (clock.local_day(now).replace(day=1) - DAY).replace(day=1)


def fill(of: Centre, now: datetime) -> None:
    """What of the month before this one is missing; safe to call again."""
    PastMonth(of, now).run()


@dataclass(slots=True)
class PastMonth:
    """One centre's last month."""

    centre: Centre
    now: datetime
    month: date = field(init=False)
    last: date = field(init=False)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.month = first_of(self.now)
        self.last = month_end(self.month)
        self.world = World(self.centre)
        self.world.learn(self._at(self.month, 8))

    def run(self) -> None:
        """One part after another, as far as the calendar has got."""
        parts: tuple[tuple[datetime, Callable[[], object]], ...] = (
            (self._at(self.month, 8), self._roster),
            (self._at(self.last, 23), self._leave),
            (self._at(self.last, 23), self._cases),
            (self._after(3), self._judge),
            (self._after(8), self._statement),
            (self._after(9), self._reviews),
            (self._after(12), self._exams_and_incidents),
            (self._after(14), self._assess),
            (self._after(16), self._object),
            (self._after(10, days=4), self._confirm),
            (self._after(15, days=4), self._close),
            (self._after(9), self._talks),
            (self.now, self._running),
        )
        for moment, part in parts:
            if moment <= self.now:
                part()

    def _at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return clock.wall(day, hour, minute)

    def _after(self, hour: int, days: int = 0) -> datetime:
        """A moment of the new month."""
        return self._at(self.last + (1 + days) * DAY, hour)

    # ---------------------------------------------------------------- people

    def _one(self, position: str) -> Person:
        return min(self.world.holding(position), key=lambda one: one.number)

    @property
    def operators(self) -> list[Person]:
        """Everybody at the telephones, in their order."""
        return sorted(self.world.holding(Position.OPERATOR), key=lambda one: one.number)

    def _shifts(self, person: Person) -> list[RosterEntry]:
        rows = RosterEntry.objects.filter(person=person, day__range=(self.month, min(self.last, self._told_until())))
        return list(rows.select_related("shift_type").order_by("day"))

    def _told_until(self) -> date:
        """The last day that is told here, in this month or the last: from the first sign-in at a seat on the history
        tells."""
        seen = SeatSession.objects.filter(person__centre=self.centre).order_by("began_at").first()
        return clock.local_day(seen.began_at if seen else self.now) - DAY

    # ---------------------------------------------------------------- shifts and who came

    @transaction.atomic
    def _roster(self) -> None:
        """The shifts of the month, in turn, with who signed in and out when, but for those who were away."""
        if RosterEntry.objects.filter(person__centre=self.centre, day=self.month).exists():
            return
        last = self._told_until()
        if last < self.month:
            return
        turn, by = centre.pattern(self.world, self.month), centre.head(self.centre)
        at = self._at(self.month, 7)
        entries.plan_month(centre=self.centre, first_day=self.month, last_day=last, pattern=turn, by=by, at=at)
        signs = list(self._signs())
        seats.enter_worklog(centre=self.centre, signs=signs, by=self.world.system, at=at)

    def _signs(self) -> Iterator[Sign]:
        away = {(person.pk, day) for person, days in self._away() for day in days}
        late = {(one.person, one.begins): one.comes for one in self._waits()}
        rows = RosterEntry.objects.filter(person__in=self.world.staff, day__range=(self.month, self._told_until()))
        for number, row in enumerate(rows.order_by("span", "person")):
            pick = self.world.dice("past", row.person_id, row.day)
            if (row.person_id, row.day) in away or pick.randrange(UNSEEN) == 0:
                continue
            comes = late.get((row.person_id, row.span.lower), row.span.lower - pick.uniform(30, 900) * SECOND)
            is_seated = self.world.is_any(row.person_id, *AT_SEAT)
            seat = f"{chr(65 + number % 4)}{number % 20 + 1:02d}" if is_seated else ""
            yield Sign(row.person_id, WorkLogKind.LOGIN, comes, seat)
            yield Sign(row.person_id, WorkLogKind.LOGOUT, row.span.upper + pick.uniform(5, 420) * SECOND, seat)

    def _waits(self) -> list[Waits]:
        """Who came late, on which shifts: those that begin with the day's first, spread over the month."""
        found = []
        for place, minutes in LATE.items():
            person = self.operators[place]
            shifts = self._shifts(person)
            for number, late in enumerate(minutes):
                if not shifts:
                    break
                shift = shifts[(2 + number * 4 + place) % len(shifts)]
                found.append(Waits(person.pk, shift.span.lower, shift.span.lower + late * MINUTE))
        return found

    def _away(self) -> list[tuple[Person, list[date]]]:
        """Who was ill and who had a day for himself, with the days."""
        found = []
        for place, (begins, many) in {SICK: (6, 2), AWAY: (9, 1)}.items():
            person = self.operators[place]
            days = [row.day for row in self._shifts(person)][begins : begins + many]
            if days:
                found.append((person, days))
        return found

    # ---------------------------------------------------------------- leave

    @transaction.atomic
    def _leave(self) -> None:
        """A spell of sickness with its certificate, and a day of personal leave."""
        away = self._away()
        if not away or Leave.objects.filter(person__in=[one for one, _days in away], first__lte=self.last).exists():
            return
        for (person, days), kind, reason in zip(
            away, (Code.SICK, Code.PERSONAL), ("急性支气管炎", "家中有事"), strict=False
        ):
            told = self._at(days[0], 7, 20) if kind is Code.SICK else self._at(days[0] - 5 * DAY, 10)
            wish = Wish(kind.value, Piece(days[0], days[-1]), reason)
            try:
                row = requests.ask_leave(person=person, wish=wish, by=person, at=told)
                self._grant(row, kind, person, days)
            except Refused:
                continue

    def _grant(self, row: Leave, kind: Code, person: Person, days: list[date]) -> None:
        decided = self._at(days[0] - 4 * DAY, 9)
        if kind is Code.SICK:
            note = pictures.picture("C0101", is_after=True, variant=0)
            papers.hand_in(leave_id=row.pk, content=note, by=person, at=self._at(days[0], 15))
            decided = self._at(days[0], 17)
        for position in (Position.CENTRE_SUPERVISOR, Position.DIRECTOR):
            if Leave.objects.get(pk=row.pk).status == "asked":
                decisions.decide_leave(leave_id=row.pk, is_yes=True, note="同意", by=self._one(position), at=decided)
        requests.run_out(leave_id=row.pk, by=self.world.system, at=self._at(days[-1] + DAY, 0, 10))

    # ---------------------------------------------------------------- cases

    def _cases(self) -> None:
        """What was reported in the month, to its end."""
        self._tell(self.month, min(self.last, self._told_until()))

    def _tell(self, day: date, last: date) -> None:
        """Day by day, each as a whole: whoever works now is not kept waiting."""
        self.world.read_duty(self._at(day - DAY, 0), self._at(last + 8 * DAY, 0))
        told, waits = PastCases(self.world, self.now), self._waits()
        while day <= last:
            whole_day = (self._at(day, 0), self._at(day + DAY, 0) - SECOND)
            if not Case.objects.filter(centre=self.centre, arrived_at__range=whole_day).exists():
                with transaction.atomic():
                    told.tell_day(day, [one for one in waits if clock.local_day(one.begins) == day])
                    self._settle(self._at(day + DAY, 0))
            day += DAY

    def _settle(self, at: datetime) -> None:
        """What was announced in that time is handled in it; nobody who works now is handed anything by it."""
        today = self._at(clock.local_day(self.now), 0)
        while jobs.settle(at=at, same=_told, before=min(today, at + 10 * DAY)):
            pass

    # ---------------------------------------------------------------- attendance

    @transaction.atomic
    def _judge(self) -> None:
        """Every shift, week by week, with the excuse, the talks and what follows."""
        system, leader = self.world.system, self._one(Position.SHIFT_LEADER)
        if AttendanceFact.objects.filter(person__centre=self.centre, day=self.month).exists():
            return
        self._excuse()
        day = self.month
        while day <= self.last:
            until = min(day + 6 * DAY, self.last)
            at = self._at(until + DAY, 3, 20)
            deriving.derive(centre=self.centre, first=day, last=until, by=system, at=at)
            self._settle(at)
            day = until + DAY
        for person, days in self._away()[:1]:
            self._return_talk(person, days, leader)
        for talk in Talk.objects.filter(
            person__centre=self.centre, status=TalkStatus.DUE, opened_at__lt=self.now - DAY
        ):
            words = "已了解家庭情况，约定提前出门，如遇特殊情况第一时间报告值班长。"
            following.hold_talk(talk_id=talk.pk, words=words, by=leader, at=talk.opened_at + 6 * HOUR)

    def _return_talk(self, person: Person, days: list[date], leader: Person) -> None:
        """Opened on the morning of the return, held before eleven."""
        shift = next((row for row in self._shifts(person) if row.day > days[-1]), None)
        if shift is None:
            return
        at = self._at(shift.day, 7)
        for one in returns.returning(at):
            if one.person.pk == person.pk:
                talk = following.open_return_talk(
                    person=one.person, ref=one.ref, shift=one.shift, by=self.world.system, at=at
                )
                if talk is not None:
                    words = "身体已恢复，本周先不安排晚班。"
                    begun = shift.span.lower + 40 * MINUTE
                    following.hold_talk(talk_id=talk.pk, words=words, by=leader, at=begun)

    def _excuse(self) -> None:
        """One came late because of the system, and the supervisor agreed."""
        one = next((one for one in self._waits() if one.person == self.operators[EXCUSED].pk), None)
        if one is None:
            return
        person = self.world.staff[one.person]
        row = asking.ask_excuse(
            person=person, span=Span(one.begins, one.comes + 2 * MINUTE), kind=ExcuseKind.OUTAGE,
            words="座席电脑开机故障，已报技术值班。", by=person, at=one.comes + HOUR,
        )  # fmt: skip
        by = self._one(Position.CENTRE_SUPERVISOR)
        asking.decide_excuse(excuse_id=row.pk, approve=True, note="技术值班记录属实。", by=by, at=one.comes + 3 * HOUR)

    @transaction.atomic
    def _statement(self) -> None:
        if not MonthStatement.objects.filter(centre=self.centre, month=self.month).exists():
            leader = self._one(Position.SHIFT_LEADER)
            following.confirm_month(centre=self.centre, month=self.month, by=leader, at=self._after(8))

    # ---------------------------------------------------------------- accuracy

    @transaction.atomic
    def _reviews(self) -> None:
        """Everything that was decided is looked at; one finding is objected to and overturned."""
        rows = Plan.objects.filter(centre=self.centre, days__startswith__gte=self.month).order_by("days")
        begun = rows.values_list("days", flat=True).first()
        last = self.last if begun is None else min(self.last, begun.lower - DAY)
        if last <= self.month:
            return
        inspector, at = self._one(Position.QUALITY), self._after(9)
        try:
            plan = sampling.draw(
                first=self.month, last=last, size_by=SizeBy.COUNT, sizes=SIZES, note="月度全检", by=inspector, at=at
            )
        except Refused:
            return  # nobody decided anything
        wrong = self._review(plan, inspector, at)
        if wrong:
            asked = appeals.appeal(
                review_id=wrong[0].pk, words="通话录音里来电人先说的就是上水井盖，请复听。", by=wrong[0].handler,
                at=self._after(11),
            )  # fmt: skip
            second = self._one(Position.CENTRE_SUPERVISOR)
            appeals.decide(
                appeal_id=asked.pk, grant=True, reason="复听录音属实，改判正确。", by=second, at=self._after(12)
            )

    def _review(self, plan: Plan, inspector: Person, at: datetime) -> list[Review]:
        found: list[Review] = []
        filed = 0
        for number, row in enumerate(Review.objects.filter(plan=plan).select_related("handler").order_by("place")):
            moment = at + number * 20 * SECOND
            filed += row.decision == Decision.FILED
            if row.decision != Decision.FILED or filed not in WRONG:
                reviewing.find_correct(review_id=row.pk, by=inspector, at=moment)
                continue
            cause, words = FOUND[len(found) % len(FOUND)]
            reviewing.find_wrong(review_id=row.pk, cause=cause, words=words, evidence_seq=1, by=inspector, at=moment)
            found.append(row)
        return found

    # ---------------------------------------------------------------- the assessment

    @transaction.atomic
    def _exams_and_incidents(self) -> None:
        people, at = self.operators, self._at(self.last - 2 * DAY, 16)
        trainer, leader, supervisor = (
            self._one(position) for position in (Position.TRAINER, Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR)
        )
        if not ExamResult.objects.filter(person__in=people, month=self.month).exists():
            appraisal.hold_exams(people, self.month, trainer, at)
        if not Incident.objects.filter(person__in=people, month=self.month).exists():
            day = self.month + 16 * DAY
            appraisal.put_forward(people[20:], day, leader, supervisor, self._at(day + DAY, 9), is_over=True)
            appraisal.praise(people[28:], self.month, leader, supervisor, at, is_over=True)

    def _period(self) -> Period | None:
        return Period.objects.filter(centre=self.centre, month=self.month).first()

    @transaction.atomic
    def _assess(self) -> None:
        """Computed with its indicators, and shown to everybody."""
        known, system, at = self._period(), self.world.system, self._after(14)
        if known is not None and known.status != PeriodStatus.COMPUTED:
            return
        period = assessing.compute(centre=self.centre, month=self.month, by=system, at=at)
        measuring.measure(centre=self.centre, month=self.month, by=system, at=at)
        assessing.show(period_id=period.pk, by=system, at=at)

    @transaction.atomic
    def _object(self) -> None:
        """Two object to a deduction: one is right, one is not."""
        period = self._period()
        if period is None or period.status != PeriodStatus.SHOWN:
            return
        if Appeal.objects.filter(line__sheet__period=period).exists():
            return
        lines = Line.objects.filter(sheet__period=period, sheet__is_current=True, sort="deduction", points__lt=0)
        by = self._one(Position.CENTRE_SUPERVISOR)
        chosen: dict[int, Line] = {}
        for line in lines.select_related("sheet__person").order_by("-part", "place", "pk"):
            chosen.setdefault(line.sheet.person_id, line)
        people = [key for key in chosen if key != by.pk]
        for number, (key, (words, grant, note)) in enumerate(zip(people, OBJECTIONS, strict=False)):
            line = chosen[key]
            asked = objecting.appeal(
                line_id=line.pk, words=words, by=line.sheet.person, at=self._after(15) + number * MINUTE
            )
            objecting.decide(
                appeal_id=asked.pk, grant=grant, note=note, by=by, at=self._after(15) + (30 + number) * MINUTE
            )

    @transaction.atomic
    def _confirm(self) -> None:
        period = self._period()
        if period is not None and period.status == PeriodStatus.SHOWN and not self._waiting(period):
            by = self._one(Position.CENTRE_SUPERVISOR)
            assessing.confirm(period_id=period.pk, by=by, at=self._after(10, days=4))

    def _waiting(self, period: Period) -> bool:
        return Appeal.objects.filter(line__sheet__period=period, status=AppealStatus.ASKED).exists()

    @transaction.atomic
    def _close(self) -> None:
        period = self._period()
        if period is not None and period.status == PeriodStatus.CONFIRMED:
            assessing.close(period_id=period.pk, by=self._one(Position.HR), at=self._after(15, days=4))

    @transaction.atomic
    def _talks(self) -> None:
        """Each team leader talks with his people about their month, as far as he has got, but for the last (A7.8)."""
        if MonthReview.objects.filter(month=self.month, centre=self.centre).exists():
            return
        for leader in sorted(self.world.holding(Position.TEAM_LEADER), key=lambda one: one.number):
            mine = [line.person for line in talks.month(leader, self.month, self.now).lines]
            for number, person in enumerate(mine[:-1]):
                at = self._after(9, days=number % 8) + number * 11 * MINUTE
                if at <= self.now:
                    words = SAID[number % len(SAID)]
                    talking.give_month_review(person=person, month=self.month, words=words, by=leader, at=at)

    def _running(self) -> None:
        """The days of this month that were told here count for it too."""
        first, last, system = self.last + DAY, self._told_until(), self.world.system
        if first > last or AttendanceFact.objects.filter(person__centre=self.centre, day=first).exists():
            return
        self._tell(first, last)
        with transaction.atomic():
            deriving.derive(centre=self.centre, first=first, last=last, by=system, at=self.now)
            assessing.compute(centre=self.centre, month=first, by=system, at=self.now)
            measuring.measure(centre=self.centre, month=first, by=system, at=self.now)


def _told(handler: str, payload: dict[str, object]) -> object:
    """What is handled in told time: everything but handing out, which looks at who is there now."""
    if handler in HANDS_OUT | LOOKS_AT_ALL:
        return None
    return handler, repr(sorted(payload.items()))
