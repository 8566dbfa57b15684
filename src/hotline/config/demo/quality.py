"""Accuracy reviews of the demonstration: a sample of last week, mostly reviewed, with findings and appeals."""

from datetime import datetime, timedelta

from hotline.cases.models import CaseEvent
from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.people.models import Centre, Person, Position
from hotline.people.queries import system_person
from hotline.quality.logic import SizeBy
from hotline.quality.models import Plan, Review
from hotline.quality.services import appeals, hints, reviewing, sampling
from hotline.rulebook.accuracy import Cause, Decision

SIZES = {Decision.FILED: 8, Decision.REJECTED: 3, Decision.DISPATCHED: 4}
FOUND: tuple[tuple[Cause, str], ...] = (
    (Cause.WRONG_CATEGORY, "来电反映的是雨水箅子，误归入上水井盖，派单因此多转了一手。"),
    (Cause.MISLEADING_WORDS, "描述写成“路边有水”，未写明是自来水管漏水还是积水，处置单位到场后无法判断。"),
    (Cause.NOT_CLARIFIED, "来电人说的“学校门口”未问清是南门还是北门，外勤核实时走了两处。"),
    (Cause.WRONG_FILING, "现场为单位院内设施，不属市政管理范围，不应立案。"),
    (Cause.WRONG_CATEGORY, "占道经营误归入乱堆物料。"),
)
EVERY = 13  # about one case of so many is wrong


def fill(centre: Centre, now: datetime) -> Plan | None:
    """Draw and review, as far as there is anything to draw from; safe to call once."""
    inspector = _one(centre, Position.QUALITY, now)
    second = _one(centre, Position.CENTRE_SUPERVISOR, now)
    if inspector is None or second is None:
        return None
    while hints.read_events(by=system_person(centre), at=now):
        pass
    last = clock.local_day(now) - timedelta(days=1)
    first = max(last - timedelta(days=9), last.replace(day=1))
    try:
        plan = sampling.draw(
            first=first, last=last, size_by=SizeBy.COUNT, sizes=SIZES, note="旬度抽检", by=inspector, at=now
        )
    except Refused:
        return None  # nothing was decided in these days
    _review(inspector, plan.drawn * 4 // 5, now)
    _appeal(plan, second, now)
    return plan


def _one(centre: Centre, position: Position, now: datetime) -> Person | None:
    rows = Person.objects.filter(centre=centre).holding(position, on=clock.local_day(now))
    return rows.order_by("pk").first()


def _review(inspector: Person, many: int, now: datetime) -> None:
    """Most are right; the wrong ones have a cause and words."""
    begun = now - timedelta(hours=2)
    faults = 0
    for number in range(many):
        at = begun + number * timedelta(seconds=40)
        row = reviewing.take_next(by=inspector, at=at)
        if row is None:
            return
        if number % EVERY == EVERY - 1 and row.decision == Decision.FILED:
            cause, words = FOUND[faults % len(FOUND)]
            faults += 1
            reviewing.find_wrong(
                review_id=row.pk, cause=cause, words=words, evidence_seq=_evidence(row), by=inspector, at=at
            )
        else:
            reviewing.find_correct(review_id=row.pk, by=inspector, at=at)


def _evidence(row: Review) -> int:
    """The report's own event: that is where the words were written."""
    return CaseEvent.objects.filter(case=row.case_id).order_by("seq").values_list("seq", flat=True)[0]


def _appeal(plan: Plan, second: Person, now: datetime) -> None:
    """Two appeals: one granted, one still waiting."""
    rows = list(Review.objects.filter(plan=plan, status="wrong").select_related("handler").order_by("place")[:2])
    for number, row in enumerate(rows):
        words = "通话录音里来电人先说的就是上水井盖，请复听。" if number else "当时系统只有这一个小类可选。"
        asked = appeals.appeal(
            review_id=row.pk, words=words, by=row.handler, at=now - timedelta(minutes=50 - 10 * number)
        )
        if not number and row.handler_id != second.pk:
            appeals.decide(
                appeal_id=asked.pk,
                grant=True,
                reason="复听录音属实，改判正确。",
                by=second,
                at=now - timedelta(minutes=5),
            )
