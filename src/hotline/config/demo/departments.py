"""Departments of the demonstration: agreements with every one, objections, a mailbox that is full, a frozen month; and
what superior departments have passed down."""

from datetime import datetime, timedelta

from hotline.cases.logic.flow import Status
from hotline.cases.models import Case, StageRun
from hotline.core import clock
from hotline.departments.models import Agreement, Channel, Delivery, DeliveryStatus, Hop, ReasonCode
from hotline.departments.queries import hops, work
from hotline.departments.services import agreements, handover, objections
from hotline.kernel.rules import Refused
from hotline.people.models import Centre, Person, Position, Unit, UnitKind
from hotline.people.queries import system_person
from hotline.routines import services as routines
from hotline.routines.models import Duty, Instruction

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TERMS = {
    "accept_value": 1,
    "accept_unit": "work_hour",
    "hop_value": 2,
    "hop_unit": "work_day",
    "phase_value": None,
    "phase_unit": "",
    "objection_value": 4,
    "objection_unit": "work_hour",
    "target_accept": 950,
    "target_hop": 900,
    "target_phase": 950,
    "target_rework": 50,
    "note": "紧急事项先口头告知，再补手续。",
}
MOST_HANDOUTS = 1500
UNSIGNED = 1  # so many departments have an agreement that waits for their signature
WITH_MAIL = 3
OBJECTIONS = (
    (ReasonCode.NOT_OWNER, "现场井盖印有“通信”字样，权属为通信公司，不在我处养护清单内。", None),
    (
        ReasonCode.NOT_PLACE,
        "该处位于园区红线以内，由园区物业管理。",
        "已核对红线图，该处在市政道路范围内，由你处先行处置。",
    ),
    (
        ReasonCode.NO_DUTY,
        "占道施工审批由行政审批部门负责，我处只管路面修复。",
        "审批与本件无关，请按立案条件修复路面。",
    ),
)
PASSED_DOWN = (
    (
        {
            "kind": "notice",
            "source": "市城市运行管理中心",
            "reference": "城运〔2026〕31号",
            "title": "关于规范派单异议审核的通知",
            "body": "各岗位：自本周起，派单异议须在四个工作小时内审核完毕，审核理由须写明依据，"
            "审核期间不得要求部门停止处置。请逐人阅读并确认。",
        },
        (Position.OPERATOR, Position.SHIFT_LEADER, Position.DISPATCHER, Position.TEAM_LEADER),
        3 * DAY,
        8,
    ),
    (
        {
            "kind": "order",
            "source": "市应急管理局",
            "reference": "应急〔2026〕18号",
            "title": "强降雨期间涉水警情优先受理",
            "body": "气象台预报今明两天有强降雨。接到内涝、井盖缺失、树木倒伏等诉求一律按紧急件受理，"
            "同步电话告知值班长；每人于今日下班前反馈已落实的措施。",
            "is_urgent": True,
            "needs_report": True,
        },
        (Position.OPERATOR, Position.AGENT, Position.SHIFT_LEADER),
        9 * HOUR,
        5,
    ),
    (
        {
            "kind": "notice",
            "source": "市政务服务和数据管理局",
            "reference": "政数函〔2026〕7号",
            "title": "个人信息保护专项自查",
            "body": "请全体人员对照《个人信息保护操作要点》自查：不外传来电号码，不截图保存诉求人信息，离席锁屏。",
        },
        (),
        5 * DAY,
        3,
    ),
)


def fill(centre: Centre, now: datetime) -> None:
    """Agreements, hand-outs, objections, one failing delivery, three instructions; once a centre, in a few seconds."""
    if Agreement.objects.filter(department__centre=centre).exists():
        return
    chief, dispatcher = _one(centre, Position.CENTRE_SUPERVISOR, now), _one(centre, Position.DISPATCHER, now)
    units = list(Unit.objects.filter(centre=centre, kind=UnitKind.DEPARTMENT, is_active=True).order_by("pk"))
    if chief is None or dispatcher is None or not units:
        return
    first = Case.objects.filter(centre=centre).order_by("arrived_at").values_list("arrived_at", flat=True).first()
    _agree(units, chief, clock.wall(clock.local_day(first or now) - 2 * DAY, 9))
    for number, unit in enumerate(units[:WITH_MAIL]):
        agreements.keep_contact(
            department=unit,
            phone=f"0355-120{number:04}",
            by_mail=number == 0,
            mail=f"paidan{number}@example.org",
            centre_mail="rexian@example.org",
            by=dispatcher,
            at=now,
        )
    _note_all(centre, now)
    _raise_objections(centre, dispatcher, now)
    _fail_one(centre, now)
    _pass_down(chief, now)


def _one(centre: Centre, position: Position, now: datetime) -> Person | None:
    rows = Person.objects.filter(centre=centre).holding(position, on=clock.local_day(now))
    return rows.order_by("pk").first()


def _agree(units: list[Unit], chief: Person, at: datetime) -> None:
    for number, unit in enumerate(units):
        clerks = work.clerks(unit.pk, clock.local_day(at))
        row = agreements.draft_agreement(
            department=unit, work="", valid_from=clock.local_day(at), terms=TERMS, by=chief, at=at
        )
        agreements.offer_agreement(agreement_id=row.pk, by=chief, at=at + HOUR)
        if clerks and number >= UNSIGNED:
            agreements.sign_agreement(agreement_id=row.pk, by=clerks[0], at=at + 2 * HOUR)


def _note_all(centre: Centre, now: datetime) -> None:
    """The hand-outs of the history, the newest first, as far as there is time."""
    by = system_person(centre)
    rows = StageRun.objects.filter(case__centre=centre, stage="handling", department__isnull=False, hop__isnull=True)
    for run_id, began_at in rows.order_by("-began_at").values_list("pk", "began_at")[:MOST_HANDOUTS]:
        handover.note_handout(run_id=run_id, by=by, at=began_at)
    for delivery_id, _centre in hops.to_acknowledge():
        handover.acknowledge(delivery_id=delivery_id, by=by, at=now)


def _raise_objections(centre: Centre, dispatcher: Person, now: datetime) -> None:
    """Some clerks object to what lies with them and is still in its time; one of the objections is open."""
    rows = Hop.objects.filter(
        case__centre=centre, run__ended_at__isnull=True, objection_due_at__gte=now, case__status=Status.DISPATCHED
    ).exclude(given_by=dispatcher)
    told = iter(OBJECTIONS)
    for hop in rows.select_related("case", "department").order_by("-pk")[:20]:
        clerks = work.clerks(hop.department_id, clock.local_day(now))
        if not clerks:
            continue
        reason, words, answer = next(told, (None, "", None))
        if reason is None:
            return
        try:
            row = objections.raise_objection(case_id=hop.case_id, reason_code=reason, words=words, by=clerks[0], at=now)
            if answer:
                objections.decide_objection(objection_id=row.pk, uphold=False, note=answer, by=dispatcher, at=now)
        except Refused:
            continue  # somebody was quicker


def _fail_one(centre: Centre, now: datetime) -> None:
    """One mailbox was full."""
    by = system_person(centre)
    rows = Delivery.objects.filter(hop__case__centre=centre, channel=Channel.MAIL, hop__run__ended_at__isnull=True)
    delivery = rows.filter(status=DeliveryStatus.UNSENT).order_by("-pk").first()
    if delivery is not None:
        sent = handover.send_mail(delivery_id=delivery.pk, by=by, at=now)
        if sent.status == DeliveryStatus.SENDING:
            handover.note_result(delivery_id=delivery.pk, failure="552 对方邮箱已满，多次重试未成功", by=by, at=now)


def _pass_down(chief: Person, now: datetime) -> None:
    """Three instructions, partly confirmed."""
    for facts, positions, within, share in PASSED_DOWN:
        at = max(now - within / 3, clock.wall(clock.local_day(now) - DAY, 9))
        row = routines.issue(
            facts={**facts, "due_at": max(at + within, now + HOUR)},
            for_all=not positions,
            positions=positions,
            by=chief,
            at=at,
        )
        _confirm_some(row, share, now)


def _confirm_some(row: Instruction, share: int, now: datetime) -> None:
    """So many of ten have confirmed."""
    duties = Duty.objects.filter(instruction=row).select_related("person").order_by("pk")
    for number, duty in enumerate(duties):
        if number % 10 >= share:
            continue
        at = min(duty.since + (number % 50 + 5) * timedelta(minutes=3), now)
        routines.confirm(instruction_id=row.pk, said="read", by=duty.person, at=at)
        if row.needs_report and number % 2:
            routines.confirm(
                instruction_id=row.pk, said="done", report="已按要求标注紧急并告知值班长。", by=duty.person, at=at
            )
