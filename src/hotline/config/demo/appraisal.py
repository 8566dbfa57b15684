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
    """Judge what is over, and assess the month that runs; the one before it is told by `past_month`."""
    by = system_person(centre)
    first = RosterEntry.objects.filter(person__centre=centre).order_by("day").values_list("day", flat=True).first()
    if first is None:
        return
    today = clock.local_day(now)
    month = first_day(today)
    deriving.derive(centre=centre, first=first, last=today, by=by, at=now)
    trainer, leader, supervisor = (
        _one(centre, position, today)
        for position in (Position.TRAINER, Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR)
    )
    people = [person for person, role in people_of(centre, month) if role in ("operator", "agent")]
    hold_exams(people, month, trainer, now)
    put_forward(people, max(month, first), leader, supervisor, now)
    assessing.compute(centre=centre, month=month, by=by, at=now)
    measuring.measure(centre=centre, month=month, by=by, at=now)
    _objections(month, now)
    praise(people, month, leader, supervisor, now)


def _one(centre: Centre, position: Position, day: date) -> Person | None:
    return Person.objects.filter(centre=centre).holding(position, on=day).order_by("pk").first()


def hold_exams(people: Sequence[Person], month: date, trainer: Person | None, now: datetime) -> None:
    """The month's exam, as the trainer recorded it."""
    chance = Random(f"exam {month}")
    for person in people if trainer else ():
        assert trainer is not None
        paper = f"{month.month}月业务考试（采集标准、首问负责制）"
        recording.record_exam(person=person, month=month, score=chance.choice(SCORES), paper=paper, by=trainer, at=now)


MATTERS = (
    (MatterKind.MINOR, 0, "当班时在工位接听私人电话约十分钟。", "值班长巡查记录", "家里老人急病，已向组长说明。", True),
    (MatterKind.REWARD, 3, "提出的重复来电合并办法被采纳。", "质量分析会纪要", "", True),
    (MatterKind.CONDUCT, 2, "交接班时漏交一件在手案件。", "交接班记录", "", False),
    (MatterKind.MINOR, 0, "离开座席未锁屏，约五分钟。", "值班长巡查记录", "", False),
)


def put_forward(
    people: Sequence[Person], day: date, leader: Person | None, supervisor: Person | None, now: datetime, *,
    is_over: bool = False,
) -> None:  # fmt: skip
    """A breach that was heard and confirmed, a reward, and two that wait to be heard; of a month that is over all
    are decided."""
    if leader is None or supervisor is None or len(people) < len(MATTERS):
        return
    for person, (kind, points, words, evidence, statement, is_decided) in zip(people, MATTERS, strict=False):
        row = recording.propose(
            person=person, day=day, kind=kind, points=points, words=words, evidence=evidence, by=leader, at=now
        )
        said = statement or ("情况属实，今后注意。" if is_over and kind != MatterKind.REWARD else "")
        if said:
            recording.hear(incident_id=row.pk, statement=said, by=person, at=now)
        if is_decided or is_over:
            recording.decide_incident(incident_id=row.pk, confirm=True, note="情况属实。", by=supervisor, at=now)


def praise(
    people: Sequence[Person], month: date, leader: Person | None, supervisor: Person | None, now: datetime, *,
    is_over: bool = False,
) -> None:  # fmt: skip
    """Rewards of the month: two that were confirmed and are praised, and one that waits while the month runs."""
    if leader is None or supervisor is None or len(people) < 6:
        return
    told = (
        (AwardKind.MONTHLY, 1, "整月零差错，主动带两名新人熟悉立案标准。", "", True),
        (AwardKind.SUGGESTION, None, "提出的重复来电合并办法被采纳。", "锦旗一面", True),
        (AwardKind.MONTHLY, 2, "雨天内涝高峰连续两天顶岗，回访全部按时完成。", "", is_over),
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
