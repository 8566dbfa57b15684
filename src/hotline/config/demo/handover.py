"""Hand-overs of the demonstration: who goes home hands over and signs off; customers ask again and learn results."""

import contextlib
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from hotline.cases.models import Case, Holding
from hotline.core.access import NotAllowed
from hotline.handover import jobs, logic
from hotline.handover.models import HandoverItem, ItemStatus
from hotline.handover.queries import duty, hand, owed
from hotline.handover.services import accepting, following, items, signing
from hotline.kernel.rules import Refused
from hotline.people.models import Centre, Person, Position
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries import duty as rosters

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVERY = 4  # one of so many who have nothing in hand leaves a note
NOTES = (
    "文昌街排水管抢修，预计明早六点完工，来电市民请统一答复。",
    "气象台发布大风预警，广告牌、树木倒伏类来电请优先登记。",
    "城东区停水公告已更新，恢复供水时间改为二十二点。",
    "学府路井盖案件已派市政养护所，市民再次来电请告知今晚处理。",
    "三号坐席耳机有杂音，已报修，暂用四号坐席。",
)
RESULTS = ("已按提示统一答复来电市民，共三通。", "已知悉，本班未再发生。", "已处理完毕，一切正常。")
DUTIES = ("请十点前回电市民，告知处置进展。", "等现场核实回复后预立案。", "催要现场照片，照片齐后提交结案。")
ASKS = (
    "问井盖什么时候修好，已经第二次来电。",
    "补充说明：垃圾堆在小区北门，不是南门。",
    "想知道处理结果，方便时请回电。",
)
SAID = ("市民表示满意。", "市民表示感谢，无其他诉求。", "已告知，市民认可。")


def go_home(person: Person, at: datetime, humans: Collection[int]) -> None:
    """Hand over what is in hand to whoever comes next, who accepts it unless he sits at a real browser; sign off."""
    with contextlib.suppress(Refused, NotAllowed), transaction.atomic():
        entry = duty.shift_to_leave(person, at)
        if entry is None or not logic.is_ending(rosters.span_of(entry.span), at):
            return  # for lunch nobody hands over
        found = hand.hand_at(entry)
        if not found.lines and (person.pk + at.day) % EVERY:
            return
        comers = [one.person for one in duty.successors(found.entry, at)]
        to = next((one for one in comers if one.standing.is_any(Position.OPERATOR)), None)
        keys = [line.key for line in found.lines]
        if found.lines:
            items.offer_all(todo=DUTIES[person.pk % len(DUTIES)], to=to, by=person, at=at)
        else:
            note = items.add_note(text=NOTES[(person.pk + at.day) % len(NOTES)], to=to, by=person, at=at)
            keys = [f"note:{note.pk}"]
        if to is not None and to.pk not in humans:
            _accept_all(entry, to, at)
        reasons = dict.fromkeys(keys, "接班人到岗后接收")
        signing.sign_off_shift(reasons=reasons, note="本班来电平稳。", by=person, at=at)


def _accept_all(entry: RosterEntry, to: Person, at: datetime) -> None:
    offered = HandoverItem.objects.filter(handover__entry=entry, to=to, status=ItemStatus.OFFERED)
    for key in list(offered.order_by("pk").values_list("pk", flat=True)):
        taken = accepting.accept(item_id=key, by=to, at=at)
        if taken.kind == "note":
            accepting.tell_result(item_id=taken.pk, text=RESULTS[taken.pk % len(RESULTS)], by=to, at=at)


def fill(centre: Centre, now: datetime) -> None:
    """What waits today: things to take over, callers who asked again, customers who know and who do not know yet."""
    on_duty = rosters.on_duty(centre, now, positions=[Position.OPERATOR])
    people = [entry.person for entry in sorted(on_duty, key=lambda one: (one.span.upper, -one.pk), reverse=True)]
    if len(people) < 2:
        return
    host, others = people[0], people[1:]
    _hand_to(host, others, now)
    _ask_again(host, others, now)
    _tell_customers(people, now)
    jobs.tell_all(now)


def _hand_to(host: Person, others: list[Person], now: datetime) -> None:
    held = Holding.objects.open().filter(person__in=others).select_related("person").order_by("pk")[:3]
    for number, row in enumerate(held):
        assert row.person is not None
        to = host if number < 2 else None
        with contextlib.suppress(Refused, NotAllowed), transaction.atomic():
            todo = DUTIES[number % len(DUTIES)]
            items.offer(kind="case", subject=row.case_id, todo=todo, to=to, by=row.person, at=now)
    with contextlib.suppress(Refused, NotAllowed), transaction.atomic():
        items.add_note(text=NOTES[0], to=host, by=others[0], at=now)


def _ask_again(host: Person, others: list[Person], now: datetime) -> None:
    rows = Case.objects.filter(first_owner=host, customer__isnull=False).open().order_by("-pk")[: len(ASKS)]
    for number, case in enumerate(rows):
        with contextlib.suppress(Refused, NotAllowed), transaction.atomic():
            following.ask_first_owner(
                case_id=case.pk,
                text=ASKS[number],
                is_transfer=False,
                by=others[number % len(others)],
                at=now - (number + 1) * 7 * MINUTE,
            )


def _tell_customers(people: list[Person], now: datetime) -> None:
    """Most customers have been told; a few of each first owner have not."""
    for person in people[:8]:
        for number, case in enumerate(owed.untold(person, now)[:12]):
            if number % 3 == 0 or case.ended_at is None:
                continue
            at = min(case.ended_at + HOUR, now)
            with contextlib.suppress(Refused, NotAllowed), transaction.atomic():
                following.tell_customer(case_id=case.pk, how="phone", note=SAID[number % 3], by=person, at=at)
        following.mark_all_seen(by=person, at=now - HOUR)
