"""Programs of others beside the demonstration: two keys, what they posted and asked, a webhook that is switched off."""

from datetime import datetime
from random import Random

from hotline.config.demo.world import DAY
from hotline.core import clock
from hotline.open311.logic.wishes import Wish, fingerprint
from hotline.open311.models import ApiKey
from hotline.open311.queries import published
from hotline.open311.services import keys, posting, webhooks
from hotline.people.models import Centre, Person, Position
from hotline.people.queries import system_person

KEYS = (
    {
        "organisation": "云澜随手拍小程序",
        "contact": "市大数据局 运维科 周工",
        "note": "市民用手机拍照上报",
        "may_update": False,
        "per_minute": 120,
        "per_day": 20_000,
    },
    {
        "organisation": "云澜市水务集团工单平台",
        "contact": "信息中心 白工",
        "note": "供排水类案件双向同步",
        "may_update": True,
        "per_minute": 60,
        "per_day": 5_000,
    },
)
REPORTS = (
    "小区西门外人行道地砖松动,下雨天踩上去溅水,老人容易绊倒。",
    "公交站旁垃圾桶满溢,周围散落餐盒,味道很大。",
    "路口西北角路灯连续三晚不亮,行人过街看不清。",
)
BACKLOG = 100  # batches; a fortnight needs one


def fill(of: Centre, now: datetime, days: int) -> None:
    """Everything that programs did here in the days until now."""
    if ApiKey.objects.filter(centre=of).exists():
        return
    by, admin = system_person(of), _admin(of, now)
    since = now - days * DAY
    made = [keys.make_key(values=dict(values), by=admin, at=since)[0] for values in KEYS]
    webhooks.subscribe(
        values={"name": "市数据共享交换平台", "url": "https://exchange.yunlan.example/hooks/hotline"},
        is_active=False,
        by=admin,
        at=since,
    )
    _use(of, made, by, since, days)
    _post(of, made[0], by, now)
    for _batch in range(BACKLOG):
        if not webhooks.gather(centre=of, by=by, at=now):
            break


def _admin(of: Centre, now: datetime) -> Person:
    people = Person.objects.filter(centre=of, is_active=True).holding(Position.SYSADMIN, on=clock.local_day(now))
    return people.order_by("pk")[0]


def _use(of: Centre, made: list[ApiKey], by: Person, since: datetime, days: int) -> None:
    """A few calls a day, so that the page of a key has something to show."""
    pick = Random(311)
    for day in range(days):
        for key in made:
            for call in range(pick.randrange(4, 12)):
                what = keys.CREATE if call % 3 == 0 else keys.READ
                at = since + day * DAY + pick.randrange(600) * DAY / 1440
                keys.count_call(centre=of, key=key, address="", per_minute=60, what=what, by=by, at=at)


def _post(of: Centre, key: ApiKey, by: Person, now: datetime) -> None:
    """Reports of this morning, which wait at the intake as any other."""
    services = published.services(of, clock.local_day(now))
    for number, text in enumerate(REPORTS):
        if not services:
            return
        category = services[number * 11 % len(services)]
        said = {"description": [text], "service_code": [category.code]}
        wish = Wish(
            code=category.code,
            description=text,
            place=("滨江大道12号", "建设路公交站", "人民路与建设路口")[number],
            token=f"ssp-{number + 1:04}",
            fingerprint=fingerprint(said, ()),
        )
        condition = published.conditions_of(category)[0]
        posting.post_request(key=key, wish=wish, category=category, condition=condition, grid=None, by=by, at=now)
