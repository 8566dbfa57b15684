"""A campaign of the demonstration: a satisfaction survey that is half done, with appointments for today."""

import random
from datetime import datetime, time, timedelta

from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.outbound.logic.scripts import Field
from hotline.outbound.logic.words import Kind, Mode, Outcome, Source
from hotline.outbound.models import Campaign, Disposition
from hotline.outbound.queries import work as queries
from hotline.outbound.services import barred, campaigns, lists, work
from hotline.people.models import Centre, Person, Position

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NAME = "城市管理满意度回访"
PEOPLE = 60
CALLERS = 3
CALLS_A_DAY = 12
DAYS = 2
SCRIPT = """您好，这里是城市管理热线，想用一分钟了解您对近期市容环境和设施维修的看法，可以吗？
（对方不便时请约定时间；明确拒绝时致谢并结束。）
最后：感谢您的支持，如有问题请随时拨打热线。"""
FIELDS = (
    Field("", "总体是否满意", Kind.CHOICE, required=True, options=("满意", "基本满意", "不满意")),
    Field("", "最需要改进的方面", Kind.CHOICES, options=("道路设施", "环境卫生", "停车秩序", "占道经营", "噪声")),
    Field("", "家中有几位常住人口", Kind.NUMBER, least=1, most=20),
    Field("", "愿意下半年再次接受回访", Kind.YES_NO, required=True),
    Field("", "意见和建议", Kind.LONG, help="请按原话记录"),
)
ENDS = (
    (Outcome.DONE, 8), (Outcome.RETRY, 6), (Outcome.REFUSED, 2), (Outcome.LATER, 2), (Outcome.WRONG, 1),
    (Outcome.BARRED, 1),
)  # fmt: skip
WORDS = ("路灯比去年亮多了", "早市占道还是严重", "希望多建停车位", "垃圾清运很及时", "")


def fill(centre: Centre, now: datetime) -> None:
    """Tell the campaign up to now; safe to call once."""
    team = _callers(centre)
    owner = Person.objects.filter(
        centre=centre, is_active=True, posts__position=Position.TEAM_LEADER
    ).order_by("pk").first()  # fmt: skip
    if owner is None or not team or Campaign.objects.filter(centre=centre).exists():
        return
    chance = random.Random(f"outbound:{centre.code}")
    began = clock.wall(clock.local_day(now) - DAYS * DAY, 8)
    campaign = _prepared(owner, team, began)
    endings = {Outcome(row.outcome): row for row in Disposition.objects.filter(campaign=campaign).order_by("-place")}
    for days in range(DAYS, -1, -1):
        at = clock.wall(clock.local_day(now) - days * DAY, 9)
        for number in range(CALLS_A_DAY):
            at += chance.randint(6, 25) * MINUTE
            if at > now - 5 * MINUTE:
                return
            _call(campaign, team[number % len(team)], endings, chance, at)


def _callers(centre: Centre) -> list[Person]:
    people = Person.objects.filter(centre=centre, is_active=True, posts__position__in=[Position.OPERATOR])
    return [one for one in people.distinct().order_by("pk")[: CALLERS * 2] if one.standing.is_any(Position.OPERATOR)][
        :CALLERS
    ]


def _prepared(owner: Person, team: list[Person], at: datetime) -> Campaign:
    first = clock.local_day(at)
    campaign = campaigns.make(
        values={
            "name": NAME, "purpose": "了解市民对市容环境与设施维修的满意度。", "mode": Mode.PREVIEW, "first_day": first,
            "last_day": first + 30 * DAY, "opens": time(9), "closes": time(20),
            "on_rest_days": True, "cap": 30, "most_tries": 3, "goal": PEOPLE // 2, "daily_goal": 8,
        },
        by=owner,
        at=at,
    )  # fmt: skip
    rows = [f"市民{number:02},1990020{number:04},{district}" for number, district in _list()]
    content = "\n".join(["姓名,电话,城区", *rows]).encode()
    lists.take_in(campaign_id=campaign.pk, name="满意度回访名单.csv", content=content, by=owner, at=at)
    campaigns.write_script(campaign_id=campaign.pk, text=SCRIPT, fields=FIELDS, by=owner, at=at)
    members = {one.pk: None for one in team}
    campaigns.set_crew(campaign_id=campaign.pk, among=list(members), members=members, by=owner, at=at)
    barred.bar(number="19900290001", reason="多次投诉被打扰", source=Source.COMPLAINT, by=owner, at=at)
    return campaigns.start(campaign_id=campaign.pk, by=owner, at=at)


def _list() -> list[tuple[int, str]]:
    return [(number, ("城东区", "城西区", "高新区")[number % 3]) for number in range(1, PEOPLE + 1)]


def _call(
    campaign: Campaign, by: Person, endings: dict[Outcome, Disposition], chance: random.Random, at: datetime
) -> None:
    if queries.closed(campaign, at) is not None:
        return
    record = work.take_next(campaign_id=campaign.pk, by=by, at=at)
    if record is None:
        return
    work.dial(record_id=record.pk, by=by, at=at)
    outcome = chance.choices([one for one, _share in ENDS], [share for _one, share in ENDS])[0]
    typed: dict[str, list[str]] = {}
    if outcome is Outcome.DONE:
        typed = {
            "f1": [chance.choice(FIELDS[0].options)], "f2": chance.sample(FIELDS[1].options, 2),
            "f3": [str(chance.randint(1, 6))], "f4": [chance.choice(["yes", "no"])], "f5": [chance.choice(WORDS)],
        }  # fmt: skip
    appointment = at + chance.randint(2, 6) * HOUR if outcome is Outcome.LATER else None
    said = work.Said(endings[outcome].pk, typed=typed, appointment=appointment)
    try:
        work.settle(record_id=record.pk, said=said, by=by, at=at + chance.randint(1, 4) * MINUTE)
    except Refused:  # the appointment would lie outside the hours
        said = work.Said(endings[Outcome.RETRY].pk)
        work.settle(record_id=record.pk, said=said, by=by, at=at + MINUTE)
