"""What the demonstration's centre knows: articles with a past, votes, openings, questions nobody could answer yet."""

import random
from dataclasses import replace
from datetime import datetime, timedelta

from hotline.cases.models import Case
from hotline.config.demo import content
from hotline.core import clock
from hotline.knowledge.models import ExamKind, Version
from hotline.knowledge.services import articles, keeping, proposals, reading
from hotline.people.models import Centre, Person, Position
from hotline.people.queries import system_person

SEED = 20
OPENED, VOTED = 160, 60
SIGN = ";"  # between the words of one cell
LONG_AGO = timedelta(days=200)  # such an article is stale by now
MISSED = (
    ("共享单车乱停", 7),
    ("宠物狗不拴绳", 5),
    ("充电桩被占", 4),
    ("外卖柜占道", 3),
    ("楼道堆杂物", 3),
    ("高空抛物", 2),
    ("公交站牌倒了", 2),
    ("河道钓鱼", 1),
)
HARD = (
    (
        "共享单车堆满盲道，运营公司不来收，按哪一条立案",
        "先按占道堆物受理，备注运营公司名称，等统一口径。",
        "E0406",
    ),
    (
        "早市收摊后地上全是菜叶，算占道经营还是道路不洁",
        "摊贩已走的按道路不洁，还在摆的按占道经营。",
        "E0402;E0103",
    ),
    ("居民自己装的充电线从窗户拉到路边树上，归谁", "", "C0401"),
    ("商场门前广场的地砖归市政还是商场", "看用地红线，拿不准先由外勤核实权属。", "C0202"),
)
NOT_USEFUL = ("电话已经换了", "没写夜间找谁", "步骤太长，接着电话看不过来", "和新标准不一致")
CHANGED = "\n\n**补充**：核实时间超过半小时的，先给反映人回一个电话。"


def fill(centre: Centre, now: datetime) -> int:
    """Write, approve and publish what is known, with the questions nobody could answer; the number of articles."""
    chance = random.Random(SEED)
    writers = _held(centre, now, Position.TRAINER, Position.QUALITY)
    judge = _held(centre, now, Position.CENTRE_SUPERVISOR)[0]
    readers = _held(centre, now, Position.OPERATOR)
    for row in content.rows("synonyms.csv"):
        keeping.keep_synonyms(words=row["words"].split(SIGN), by=writers[0], at=now - LONG_AGO)
    told = []
    for number, row in enumerate(content.rows("articles.csv")):
        at = now - (LONG_AGO if number % 15 == 7 else timedelta(days=chance.randrange(20, 150)))
        told.append(_told(row, writers[number % len(writers)], judge, at))
    _write_anew(told[3:8], judge, now)
    _in_hand(told[10], told[11], writers[0], judge, now)
    for version in told:
        articles.mark_due(article_id=version.article_id, by=system_person(centre), at=now)
    _ask(readers, chance, now)
    for version in told[:6]:
        said = {"key": version.article.number, "title": version.title, "stamp": str(version.seq)}
        keeping.mark_exam(kind=ExamKind.ARTICLE, **said, by=writers[0], at=now - timedelta(days=9))
    return len(told)


def _held(centre: Centre, now: datetime, *positions: Position) -> list[Person]:
    rows = Person.objects.filter(centre=centre, is_active=True).holding(*positions, on=clock.local_day(now))
    return list(rows.order_by("pk"))


def _told(row: dict[str, str], writer: Person, judge: Person, at: datetime) -> Version:
    """An article from its draft to its publication, within a day."""
    text = articles.Text(
        title=row["title"],
        body=row["body"],
        keywords=tuple(row["keywords"].split(SIGN)),
        codes=tuple(filter(None, row["codes"].split(SIGN))),
        departments=tuple(filter(None, row["departments"].split(SIGN))),
    )
    version = articles.draft_article(kind=row["kind"], text=text, by=writer, at=at)
    return _let_through(version, writer, judge, at)


def _let_through(version: Version, writer: Person, judge: Person, at: datetime) -> Version:
    hour = timedelta(hours=1)
    articles.submit(version_id=version.pk, by=writer, at=at + hour)
    articles.approve(version_id=version.pk, by=judge, at=at + 5 * hour)
    return articles.publish(version_id=version.pk, by=judge, at=at + 6 * hour)


def _write_anew(told: list[Version], judge: Person, now: datetime) -> None:
    """Some articles have been put right since."""
    for number, old in enumerate(told):
        at = now - timedelta(days=12 - number)
        version = articles.draft_version(article_id=old.article_id, by=old.author, at=at)
        text = articles.text_of(version)
        text = replace(text, body=text.body + CHANGED, change="补充回访要求", first=None)
        articles.save_draft(version_id=version.pk, text=text, by=old.author, at=at)
        _let_through(version, old.author, judge, at)


def _in_hand(first: Version, second: Version, writer: Person, judge: Person, now: datetime) -> None:
    """One version waits for approval, another came back."""
    for old, back in ((first, False), (second, True)):
        version = articles.draft_version(article_id=old.article_id, by=writer, at=now - timedelta(hours=5))
        text = replace(articles.text_of(version), change="时限按新标准改写")
        articles.save_draft(version_id=version.pk, text=text, by=writer, at=now - timedelta(hours=4))
        articles.submit(version_id=version.pk, by=writer, at=now - timedelta(hours=3))
        if back:
            note = "请写明夜间找哪个单位。"
            articles.send_back(version_id=version.pk, note=note, by=judge, at=now - timedelta(hours=2))


def use(centre: Centre, now: datetime) -> None:
    """Two weeks of operators who open articles for their cases, and sometimes say whether it helped."""
    chance = random.Random(SEED)
    readers = _held(centre, now, Position.OPERATOR)
    rows = list(Version.objects.in_force(clock.local_day(now)).filter(article__centre=centre).order_by("article__pk"))
    numbers = list(Case.objects.filter(centre=centre).order_by("-pk").values_list("number", flat=True)[:200])
    for turn in range(OPENED):
        version = rows[min(int(chance.expovariate(0.08)), len(rows) - 1)]
        at = now - timedelta(minutes=chance.randrange(10, 14 * 24 * 60))
        number = chance.choice(numbers) if numbers and turn % 4 else ""
        reading.opened(version_id=version.pk, case_number=number, by=chance.choice(readers), at=at)
    for turn in range(VOTED):
        version = rows[min(int(chance.expovariate(0.1)), len(rows) - 1)]
        reason = "" if turn % 6 else chance.choice(NOT_USEFUL)
        at = now - timedelta(hours=chance.randrange(1, 200))
        reading.vote(version_id=version.pk, is_useful=not reason, reason=reason, by=chance.choice(readers), at=at)


def _ask(readers: list[Person], chance: random.Random, now: datetime) -> None:
    """What nobody found, and the hard questions of two weeks (B2.4)."""
    for text, times in MISSED:
        for _ in range(times):
            at = now - timedelta(hours=chance.randrange(1, 300))
            reading.found_nothing(text=text, by=chance.choice(readers), at=at)
    for number, (question, answer, codes) in enumerate(HARD):
        at = now - timedelta(days=6 - number)
        by = chance.choice(readers)
        proposals.propose(question=question, answer=answer, codes=codes.split(SIGN), by=by, at=at)
