"""Attendance and assessment of the demonstration: shifts judged, exams, incidents, a month with objections."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from random import Random

from hotline.appraisal.models import AwardKind, Line, MatterKind
from hotline.appraisal.queries.facts import first_day, people_of
from hotline.appraisal.services import assessing, awarding, measuring, objecting, recording
from hotline.attendance.services import deriving
from hotline.core import clock
from hotline.people.models import Centre, Person, Position
from hotline.people.queries import system_person
from hotline.rosters.models import RosterEntry

SCORES = (Decimal(100), Decimal(96), Decimal(93), Decimal(90), Decimal(88), Decimal("84.5"), Decimal(79), Decimal(72))
OBJECTION = "当时系统卡顿，值班长已在群里通报，请核实。"


def fill(centre: Centre, now: datetime) -> None:
    """Judge what is over, and assess every month in which anybody worked; the one before this is shown."""
    by = system_person(centre)
    first = RosterEntry.objects.filter(person__centre=centre).order_by("day").values_list("day", flat=True).first()
    if first is None:
        return
    today = clock.local_day(now)
    deriving.derive(centre=centre, first=first, last=today, by=by, at=now)
    trainer, leader, supervisor = (
        _one(centre, position, today)
        for position in (Position.TRAINER, Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR)
    )
    for month in sorted({first_day(first), first_day(today)}):
        people = [person for person, role in people_of(centre, month) if role in ("operator", "agent")]
        _exams(people, month, trainer, now)
        _incidents(people, max(month, first), leader, supervisor, now)
        period = assessing.compute(centre=centre, month=month, by=by, at=now)
        measuring.measure(centre=centre, month=month, by=by, at=now)
        _objections(month, now)
        _awards(people, month, leader, supervisor, now)
        if month < first_day(today):
            assessing.show(period_id=period.pk, by=by, at=now)


def _one(centre: Centre, position: Position, day: date) -> Person | None:
    return Person.objects.filter(centre=centre).holding(position, on=day).order_by("pk").first()


def _exams(people: Sequence[Person], month: date, trainer: Person | None, now: datetime) -> None:
    chance = Random(f"exam {month}")
    for person in people if trainer else ():
        assert trainer is not None
        paper = f"{month.month}月业务考试（采集标准、首问负责制）"
        recording.record_exam(person=person, month=month, score=chance.choice(SCORES), paper=paper, by=trainer, at=now)


def _incidents(
    people: Sequence[Person], day: date, leader: Person | None, supervisor: Person | None, now: datetime
) -> None:
    """A breach that was heard and confirmed, a reward, and one that waits to be heard."""
    if leader is None or supervisor is None or len(people) < 3:
        return
    told = (
        (MatterKind.MINOR, 0, "当班时在工位接听私人电话约十分钟。", "值班长巡查记录", "家里老人急病，已向组长说明。"),
        (MatterKind.REWARD, 3, "提出的重复来电合并办法被采纳。", "质量分析会纪要", ""),
        (MatterKind.CONDUCT, 2, "交接班时漏交一件在手案件。", "交接班记录", ""),
    )
    for person, (kind, points, words, evidence, statement) in zip(people, told, strict=False):
        row = recording.propose(
            person=person, day=day, kind=kind, points=points, words=words, evidence=evidence, by=leader, at=now
        )
        if statement:
            recording.hear(incident_id=row.pk, statement=statement, by=person, at=now)
        if statement or kind == MatterKind.REWARD:
            recording.decide_incident(incident_id=row.pk, confirm=True, note="情况属实。", by=supervisor, at=now)


def _awards(
    people: Sequence[Person], month: date, leader: Person | None, supervisor: Person | None, now: datetime
) -> None:
    """Rewards of the month: two that were confirmed and are praised, one that waits."""
    if leader is None or supervisor is None or len(people) < 6:
        return
    told = (
        (AwardKind.MONTHLY, 1, "整月零差错，主动带两名新人熟悉立案标准。", "", True),
        (AwardKind.SUGGESTION, None, "提出的重复来电合并办法被采纳。", "锦旗一面", True),
        (AwardKind.MONTHLY, 2, "雨天内涝高峰连续两天顶岗，回访全部按时完成。", "", False),
    )
    for person, (kind, grade, words, in_kind, is_confirmed) in zip(people[3:], told, strict=False):
        row = awarding.propose_award(
            person=person, kind=kind, period=f"{month:%Y-%m}", grade_number=grade, words=words, in_kind=in_kind,
            by=leader, at=now,
        )  # fmt: skip
        if is_confirmed:
            awarding.decide_award(award_id=row.pk, confirm=True, note="情况属实。", by=supervisor, at=now)


def _objections(month: date, now: datetime) -> None:
    """Two people object to their first deduction for a slow case, or else to any."""
    lines = Line.objects.filter(sheet__period__month=month, sheet__is_current=True, sort="deduction", points__lt=0)
    seen: set[int] = set()
    for line in lines.select_related("sheet__person").order_by("-part", "place")[:40]:
        person = line.sheet.person
        if person.pk in seen or len(seen) == 2:
            continue
        seen.add(person.pk)
        objecting.appeal(line_id=line.pk, words=OBJECTION, by=person, at=now)
