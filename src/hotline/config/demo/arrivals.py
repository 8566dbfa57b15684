"""When reports come in, from whom and about what: the same for the same seed, day by day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from hotline.cases.models import Source
from hotline.config.demo import content
from hotline.config.demo.content import Pattern, Place
from hotline.core import clock

# How many of a hundred reports come in the hour that begins then: mornings and late afternoons are busy.
BY_HOUR = {
    0: 1, 1: 1, 6: 1, 7: 2, 8: 6, 9: 11, 10: 11, 11: 8, 12: 4, 13: 5, 14: 8,
    15: 9, 16: 9, 17: 8, 18: 6, 19: 5, 20: 4, 21: 3,
}  # fmt: skip
OPENS, CLOSES = 8, 22  # nobody calls before or after these hours; the web is open all day
BY_WEEKDAY = (1.15, 1.05, 1.0, 1.0, 1.0, 0.75, 0.7)
SOURCES = ((Source.PHONE, 54), (Source.FIELD, 24), (Source.WEB, 17), (Source.VISIT, 3), (Source.LETTER, 2))
OF_A_HUNDRED_RETURNED = 9
OF_A_HUNDRED_REPEATED = 22  # of those before which something was reported a short while ago
STILL_FRESH = timedelta(hours=3)

SURNAMES = "赵钱孙李周吴郑王冯陈卫蒋沈韩杨朱秦尤许何吕张孔曹严金魏陶姜谢邹苏潘范彭鲁马方袁柳唐罗薛贺汤黄萧"
GIVEN = (
    "桂芳", "建民", "秀兰", "志远", "晓燕", "国庆", "海涛", "雪梅", "文斌", "丽华", "俊杰", "思雨", "玉珍", "永强",
    "佳怡", "明轩", "春生", "爱华", "子涵", "立新", "红霞", "大伟", "静怡", "福根", "美玲", "浩然", "翠英", "卫东",
)  # fmt: skip
FAMILIES = 400  # so many households of the city ever turn to the centre; some do so again and again


@dataclass(frozen=True, slots=True)
class Citizen:
    """Who reports."""

    name: str
    number: str
    salutation: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """One report that is about to come in."""

    at: datetime
    source: str
    pattern: Pattern
    place: Place
    citizen: Citizen
    is_secret: bool = False

    @property
    def text(self) -> str:
        """What is said."""
        return self.pattern.at(self.place.name)


def citizen(number: int) -> Citizen:
    """One of the households, by its number: always the same person."""
    pick = random.Random(f"citizen:{number}")
    name = pick.choice(SURNAMES) + pick.choice(GIVEN)
    return Citizen(name, f"1990000{9999 - number:04d}", pick.choice(("先生", "女士")))


def of_day(day: date, *, seed: str, per_day: int) -> list[Arrival]:
    """Every report of a local day, in order."""
    pick = random.Random(f"{seed}:{day}")
    wanted = per_day * BY_WEEKDAY[day.weekday()]
    count = max(0, round(pick.gauss(wanted, wanted / 8)))
    hours = pick.choices(list(BY_HOUR), list(BY_HOUR.values()), k=count)
    begins = clock.wall(day)
    moments = sorted(begins + timedelta(hours=hour, seconds=pick.uniform(0, 3600)) for hour in hours)
    return _with_repeats([_arrival(moment, pick) for moment in _apart(moments)], pick)


def _with_repeats(rows: list[Arrival], pick: random.Random) -> list[Arrival]:
    """Some matters are reported a second time within hours, by somebody else."""
    for number, row in enumerate(rows):
        lately = [one for one in rows[:number] if one.pattern.qualifies and row.at - one.at < STILL_FRESH]
        if lately and row.source != Source.FIELD and pick.randrange(100) < OF_A_HUNDRED_REPEATED:
            first = pick.choice(lately)
            rows[number] = replace(row, pattern=first.pattern, place=first.place)
    return rows


def one(at: datetime, *, seed: str) -> Arrival:
    """A report that comes in at this moment."""
    return _arrival(at, random.Random(f"{seed}:{at.isoformat()}"))


def _apart(moments: list[datetime]) -> Iterator[datetime]:
    """No two at the same instant."""
    if moments:
        yield moments[0]
    for before, now in pairwise(moments):
        yield now if now > before else before + timedelta(seconds=1)


def _arrival(at: datetime, pick: random.Random) -> Arrival:
    source = pick.choices([one for one, _share in SOURCES], [share for _one, share in SOURCES])[0]
    if not OPENS <= clock.local(at).hour < CLOSES:
        source = Source.WEB
    good = [one for one in content.patterns() if one.qualifies]
    bad = [one for one in content.patterns() if not one.qualifies]
    returned = source != Source.FIELD and pick.randrange(100) < OF_A_HUNDRED_RETURNED
    return Arrival(
        at=at,
        source=source,
        pattern=pick.choice(bad if returned else good),
        place=pick.choice(content.places()),
        citizen=citizen(int(pick.betavariate(0.8, 3) * FAMILIES)),
        is_secret=source == Source.PHONE and pick.randrange(100) < 4,
    )
