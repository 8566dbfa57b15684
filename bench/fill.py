"""A centre with a million cases, made by SQL alone: enough in every table that a page reads, nothing in the audit.

The triggers rest while it is made (`session_replication_role`), so that it takes minutes and not days; constraints and
indexes stand. Nothing here is a way to write cases: those go through the services.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from bench import house
from hotline.cases.tests import builders as b
from hotline.core import clock
from hotline.kernel.lexicon import words_of
from hotline.people.logic import name_key
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people

OPERATORS = 40
BIG = ("公用设施", "道路交通", "市容环境", "园林绿化", "宣传广告", "施工管理")
SMALL = ("井盖", "路灯", "护栏", "垃圾箱", "雨水篦子", "行道树", "广告牌", "人行道", "报亭", "变压器")
FAULTS = ("破损", "缺失", "松动", "积水", "堵塞", "倾斜", "不亮", "占道", "污染", "有异味")
ROADS = ("学府", "和平", "建设", "解放", "迎泽", "滨河", "长风", "晋阳", "南内环", "府东", "并州", "五一")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "伟",
    "芳",
    "秀英",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀兰",
    "霞",
    "平",
)


def staff() -> b.Town:
    """A centre with forty operators and a shift leader, all of them on duty now."""
    town = b.town()
    team = people.unit(town.centre)
    for _one in range(OPERATORS - 2):
        people.person(position=Position.OPERATOR, unit=team)
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO rosters_rosterentry (person_id, shift_type_id, day, span, note)
            SELECT id, (SELECT min(id) FROM rosters_shifttype WHERE centre_id = %s), %s,
                   tstzrange(%s, %s), '' FROM people_person WHERE centre_id = %s AND NOT is_system
            """,
            [
                town.centre.pk,
                timezone.localdate(now),
                now - timedelta(hours=2),
                now + timedelta(hours=6),
                town.centre.pk,
            ],
        )
    return town


def fill(town: b.Town, size: int) -> None:
    """Make `size` cases and as many customers."""
    operators = list(Person.objects.holding(Position.OPERATOR, on=timezone.localdate()).values_list("pk", flat=True))
    values: dict[str, Any] = {"n": size, "centre": town.centre.pk, "operators": operators, "leader": town.leader.pk}
    values |= {"field": town.field.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute("SET work_mem = '128MB'")
        _texts(cursor)
        for name, sql in _parts().items():
            took = house.spent(cursor.execute, sql, values)
            house.say(f"   filled {name:<12} in {took:6.1f} s")
        cursor.execute("SET session_replication_role = origin")
    with connection.cursor() as cursor:
        house.say(f"   analyzed            in {house.spent(lambda: cursor.execute('VACUUM ANALYZE')):6.1f} s")


def _texts(cursor: object) -> None:
    """What is reported, with the words it is found by; and names with their keys."""
    execute = cursor.execute  # type: ignore[attr-defined]
    execute("CREATE TEMP TABLE texts (category int, item int, description text, place text, words tsvector)")
    execute("CREATE TEMP TABLE names (item int, name text, key text)")
    rows = []
    for category in range(60):
        kind, big = SMALL[category % 10], BIG[category // 10]
        for item in range(120):
            road = f"{ROADS[item % 12]}{'东西南北'[item % 4]}路"
            place = f"{road}{item * 7 + category}号"
            text = f"{road}{kind}{FAULTS[(item + category) % 10]}，请尽快处理"
            found = " ".join(words_of(text, place, big, kind, f"c{category:04}"))
            rows.append((category, item, text, place, found))
    connection.cursor().executemany("INSERT INTO texts VALUES (%s, %s, %s, %s, to_tsvector('simple', %s))", rows)
    names = [f"{one}{two}" for one in SURNAMES for two in GIVEN]
    connection.cursor().executemany(
        "INSERT INTO names VALUES (%s, %s, %s)", [(at, name, name_key(name)) for at, name in enumerate(names)]
    )


def _parts() -> dict[str, str]:
    """The statements by the name of their part."""
    texts = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split("-- part: ")[1:]
    return {text.partition("\n")[0]: text.partition("\n")[2] for text in texts}
