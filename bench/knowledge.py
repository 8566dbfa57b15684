"""Looking things up among 20,000 Chinese articles: a thousand searches beside the limit, and beside plain ILIKE."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, Value
from django.db.models.functions import Cast

from bench import house
from hotline.kernel import lexicon
from hotline.knowledge.logic import findable
from hotline.knowledge.models import Article, FoundBy, Kind, Synonyms, Version, VersionStatus
from hotline.knowledge.queries import search
from hotline.people.models import Person, Position
from hotline.people.services import organisation

LIMIT = 0.100
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = date(2026, 3, 9)
SEED = 7
THINGS = "井盖 路灯 雨水篦子 消火栓 护栏 信号灯 行道树 绿地 公厕 果皮箱 垃圾 渣土 油烟 施工噪声 围挡 违建 违停"
THINGS += " 摊贩 广告牌 积水 塌陷 爆管 污水 燃气 暖气 电梯 积雪 标志牌 停车费 盲道 箱体 鼠患 废弃车辆"
THINGS += " 广场舞 流浪人员 堆物 扬尘 涂鸦 桥面 泵站"
FAULTS = "破损 丢失 松动 异响 倾斜 不亮 堵塞 冒溢 遮挡 占用 脱落 锈蚀 扰民 漏水 结冰 超时"
FAULTS += " 收费争议 无人处理 反复出现 夜间作业"
PLACES = "学校门口 小区北门 医院急诊楼 公交站 菜市场 桥下 地铁口 工地 背街小巷 广场 河边 幼儿园 高架匝道"
PLACES += " 商铺门前 人行道 主干道"
ASKS = "怎么受理 归谁管 多久办结 要不要现场核实 怎么答复市民 能不能立案 找哪个部门 怎么拍照 怎么回访 如何派单"
TELLS = (
    "先问清位置和现场情况，再按立案条件登记。",
    "涉及人身安全的立即通知值班单位并报值班长。",
    "权属不清时由外勤到场核实后再转派。",
    "答复时说明办理时限，不替部门作出承诺。",
    "整改前后照片角度一致，夜间照片须能看清结果。",
    "同一处问题在办理期间不重复立案，并入原案件。",
    "市民要求保密的，描述中不出现能够辨认其身份的内容。",
    "超过时限的由组长催办，并向市民说明进展。",
)


def run(*, quick: bool = False) -> None:
    """Fill once, then search, and ask the same of ILIKE."""
    size, count = (2_000, 100) if quick else (20_000, 1_000)
    lexicon.warm()
    person = _fill(size)
    searches = _searches(count)
    for _kind, text in searches[:20]:
        _ours(person, text)
    ours: dict[str, list[float]] = {}
    found = 0
    for kind, text in searches:
        hits: list[int] = []
        ours.setdefault(kind, []).append(house.spent(_find, person, text, hits))
        found += bool(hits[0])
    peer = [house.spent(_ilike, person, text) for kind, text in searches if kind != "by sound"]
    every = [seconds for one in ours.values() for seconds in one]
    house.say(f"   {size} articles, {len(searches)} searches, {found} of them found something")
    for kind, seconds in (*ours.items(), ("all of them", every), ("plain ILIKE, by word alone", peer)):
        half, most = house.percentile(seconds, 0.5) * 1000, house.percentile(seconds, 0.95) * 1000
        house.say(f"   {kind:28} p50 {half:7.1f} ms   p95 {most:7.1f} ms")
    most = house.percentile(every, 0.95)
    house.say(f"   limit {LIMIT * 1000:.0f} ms: {'kept' if most <= LIMIT else 'MISSED'}")
    peer_most = house.percentile(peer, 0.95)
    half = house.median(peer) / house.median(every)
    house.say(f"   times faster than ILIKE: {peer_most / most:.1f} at p95, {half:.1f} at p50")


def _ours(person: Person, text: str) -> int:
    """The whole answer: what matches, its order, its parts, the rows that are shown with their marks."""
    return len(search.find(person, text, DAY).lines)


def _find(person: Person, text: str, hits: list[int]) -> None:
    hits.append(_ours(person, text))


def _ilike(person: Person, text: str) -> int:
    """What a page without an index would do: every word somewhere in title or answer, the newest first."""
    rows = Version.objects.filter(article__centre=person.centre_id).in_force(DAY)
    for word in findable.telling(text):
        rows = rows.filter(Q(title__icontains=word) | Q(body__icontains=word))
    return len(list(rows.select_related("article").order_by("-pk")[: search.SHOWN]))


def _searches(count: int) -> list[tuple[str, str]]:
    chance = random.Random(SEED)  # noqa: S311 a measurement's chance has nothing to hide
    things, faults, places = THINGS.split(), FAULTS.split(), PLACES.split()
    made = []
    for number in range(count):
        thing, fault, place = chance.choice(things), chance.choice(faults), chance.choice(places)
        ways = (
            ("one word", thing),
            ("two words", f"{thing} {fault}"),
            ("a question", f"{place}的{thing}{fault}怎么办"),
            ("by sound", "".join(part[0] for part in findable.syllables(thing))),
            ("by sound", "".join(findable.syllables(thing + fault))),
            ("a word of every answer", "核实"),
            ("a number", f"1990000{chance.randrange(10_000):04}"),
            ("what is not there", f"{thing}星际飞船"),
        )
        made.append(ways[number % len(ways)])
    return made


def _fill(size: int) -> Person:
    """A centre with so many articles in force, as they would be after years of writing."""
    known = Person.objects.filter(username="bench-reader").first()
    if known is not None:
        return known
    centre = organisation.open_centre(code="bench", name="测速中心", by=None, at=AT)
    system = centre.persons.get(is_system=True)
    root = centre.units.get(parent__isnull=True)
    hired: dict[str, Any] = {"unit": root, "since": date(2020, 1, 1), "phone": "", "by": system, "at": AT}
    person = organisation.hire(number="1", name="查询员", username="bench-reader", position=Position.OPERATOR, **hired)
    judge = organisation.hire(number="2", name="审批员", username="bench-judge", position=Position.TRAINER, **hired)
    Synonyms.objects.bulk_create(
        Synonyms(centre=centre, words=words) for words in (["井盖", "窨井盖"], ["噪声", "噪音"], ["渣土", "建筑垃圾"])
    )
    chance = random.Random(SEED)  # noqa: S311 a measurement's chance has nothing to hide
    for start in range(0, size, 1_000):
        _batch(chance, centre.pk, range(start, min(start + 1_000, size)), person, judge)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return person


def _batch(chance: random.Random, centre_id: int, serials: range, author: Person, judge: Person) -> None:
    days = DateRange(date(2026, 1, 1), None)
    articles = Article.objects.bulk_create(
        Article(
            centre_id=centre_id,
            serial=serial + 1,
            kind=chance.choice(Kind.values),
            owner=author,
            created_at=AT + timedelta(seconds=serial),
        )
        for serial in serials
    )
    versions = Version.objects.bulk_create(
        Version(
            article=article,
            seq=1,
            **_text(chance),
            days=days,
            author=author,
            edited_by=author,
            edited_at=AT,
            approved_by=judge,
            approved_at=AT,
            published_at=AT,
            status=VersionStatus.PUBLISHED,
            status_at=AT,
            status_by=judge,
        )
        for article in articles
    )
    FoundBy.objects.bulk_create(_found_by(chance, centre_id, version) for version in versions)


def _text(chance: random.Random) -> dict[str, object]:
    thing, place = chance.choice(THINGS.split()), chance.choice(PLACES.split())
    title = f"{place}{thing}{chance.choice(FAULTS.split())}{chance.choice(ASKS.split())}"
    other = " ".join(f"{chance.choice(THINGS.split())}{chance.choice(FAULTS.split())}" for _ in range(6))
    told = "\n".join(chance.choices(TELLS, k=8))
    body = f"{told}\n另见：{other}。联系电话1990000{chance.randrange(10_000):04}。"
    code = f"{chance.choice('CE')}0{chance.randrange(1, 7)}0{chance.randrange(1, 8)}"
    return {"title": title, "body": body, "keywords": [thing, chance.choice(PLACES.split())], "codes": [code]}


def _found_by(chance: random.Random, centre_id: int, version: Version) -> FoundBy:
    made = findable.vectors(title=version.title, keywords=version.keywords, body=version.body)
    return FoundBy(
        version=version,
        centre_id=centre_id,
        kind=version.article.kind,
        codes=version.codes,
        days=version.days,
        worth=chance.randrange(-40, 60),
        head=Cast(Value(made.head), SearchVectorField()),
        words=Cast(Value(made.words), SearchVectorField()),
    )
