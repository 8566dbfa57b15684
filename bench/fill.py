"""A centre with a million cases, made by SQL alone: enough in every table that a page reads, nothing in the audit.

The triggers rest while it is made (`session_replication_role`), so that it takes minutes and not days; constraints and
indexes stand. Nothing here is a way to write cases: those go through the services.
"""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bench import house
from hotline.cases.logic.words import words_of
from hotline.cases.tests import builders as b
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
    now = timezone.now()  # noqa: TID251 the pages ask the real clock too
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
    values = {"n": size, "centre": town.centre.pk, "operators": operators, "leader": town.leader.pk}
    values |= {"field": town.field.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute("SET work_mem = '128MB'")
        _texts(cursor)
        for name, sql in STEPS.items():
            took = house.spent(lambda sql=sql: cursor.execute(sql, values))
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


STEPS = {
    "standard": """
        INSERT INTO cases_category (centre_id, kind, big_code, big_name, small_code, small_name, key, radius_m)
        SELECT %(centre)s, 'event', lpad((10 + i / 10)::text, 2, '0'), 'B' || i / 10, lpad((i %% 10)::text, 2, '0'),
               'S' || i, 's' || i, 100 FROM generate_series(0, 59) i;
        INSERT INTO cases_condition (category_id, seq, filing_condition, closing_condition, limit_value, limit_unit,
                                     handling_unit, supervising, legal_basis, requirement, needs_gate, photos, days, row_hash)
        SELECT id, 1, 'f', 'c', 8, 'work_hour', '', '', '', '', false, 'none', '[2024-01-01,)', 'bench' || id
        FROM cases_category WHERE big_name LIKE 'B%%';
        INSERT INTO cases_district (centre_id, code, name, outline, is_active)
        SELECT %(centre)s, 'B' || i, 'D' || i, '{"type": "Polygon", "coordinates": []}', false FROM generate_series(1, 6) i;
        INSERT INTO people_unit (centre_id, kind, code, name, name_key, is_active)
        SELECT %(centre)s, 'department', 'B' || i, 'department ' || i, 'department' || i, true FROM generate_series(1, 12) i
    """,
    "customers": """
        INSERT INTO customers_customer (id, centre_id, name, name_key, salutation, address, note, is_secret, since, changed_at)
        OVERRIDING SYSTEM VALUE
        SELECT i, %(centre)s, n.name, n.key, '', '', '', i %% 50 = 0, now() - interval '2 years' * random(),
               now() - interval '1 year' * random()
        FROM generate_series(1, %(n)s) i JOIN names n ON n.item = i::bigint * 7919 %% 400;
        INSERT INTO customers_customernumber (customer_id, e164, kind, is_main, extension)
        SELECT i, '+861' || 3000000000 + (i::bigint * 7919) %% 6000000000, 'mobile', true, '' FROM generate_series(1, %(n)s) i
    """,
    "cases": """
        CREATE TEMP TABLE drawn AS
        SELECT i, arrived, to_char(arrived AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') AS day, a.age,
               (random() * 59.999)::int %% 60 AS category, (random() * 119.999)::int %% 120 AS item,
               random() < CASE WHEN a.age < 0.01 THEN 0.6 ELSE 0.002 END AS is_open, random() AS pick,
               (%(operators)s::bigint[])[1 + (random() * 1000)::int %% cardinality(%(operators)s::bigint[])] AS operator
        FROM generate_series(1, %(n)s) i,
             LATERAL (SELECT (%(n)s - i)::float8 / %(n)s AS age) a,
             LATERAL (SELECT now() - interval '1 hour' - interval '730 days' * a.age AS arrived) t;
        CREATE TEMP TABLE made AS
        SELECT drawn.*, CASE WHEN NOT is_open THEN
                   CASE WHEN pick < .9 THEN 'closed' WHEN pick < .96 THEN 'rejected'
                        WHEN pick < .98 THEN 'not_accepted' ELSE 'cancelled' END
               ELSE CASE WHEN pick < .03 THEN 'registered' WHEN pick < .05 THEN 'pre_filed' WHEN pick < .08 THEN 'verifying'
                         WHEN pick < .09 THEN 'filed' WHEN pick < .31 THEN 'dispatched' WHEN pick < .81 THEN 'handling'
                         WHEN pick < .84 THEN 'rework' WHEN pick < .85 THEN 'returned' WHEN pick < .88 THEN 'parked'
                         WHEN pick < .92 THEN 'feedback' WHEN pick < .97 THEN 'checking' ELSE 'close_review' END END AS status,
               day || '-' || lpad(row_number() OVER (PARTITION BY day ORDER BY i)::text, 4, '0') AS number
        FROM drawn;
        CREATE TEMP TABLE kinds AS
        SELECT c.id AS category_id, t.id AS condition_id, (row_number() OVER (ORDER BY c.id) - 1)::int AS place
        FROM cases_category c JOIN cases_condition t ON t.category_id = c.id WHERE t.row_hash LIKE 'bench%%';
        INSERT INTO cases_case (id, centre_id, number, source, external_id, version, status, status_at, status_by_id,
            status_note, customer_id, is_secret, description, is_urgent, category_id, condition_id, place, latitude, longitude,
            datum, district_id, first_owner_id, operator_id, department_id, arrived_at, changed_at, filed_at, dispatched_at,
            due_at, feedback_at, ended_at, closing_answer, rework_count, send_back_count, reopen_count, postponed_count)
        OVERRIDING SYSTEM VALUE
        SELECT i, %(centre)s, number, (ARRAY['phone','phone','phone','web','field','import'])[1 + i %% 6], '', 1, status,
               arrived + least(interval '30 hours', now() - arrived), operator, '', 1 + (i::bigint * 7919) %% %(n)s, i %% 50 = 0,
               x.description, i %% 40 = 0, k.category_id, k.condition_id, x.place,
               37.8 + random()::numeric(9, 6) / 5, 112.4 + random()::numeric(9, 6) / 5, 'wgs84',
               (SELECT min(id) FROM cases_district WHERE code LIKE 'B%%') + i %% 6, operator, operator,
               CASE WHEN status IN ('dispatched','handling','rework','feedback','checking','close_review','closed')
                    THEN (SELECT min(id) FROM people_unit WHERE code LIKE 'B%%') + i %% 12 END,
               arrived, arrived + least(interval '30 hours', now() - arrived),
               CASE WHEN status NOT IN ('registered','verifying','pre_filed','rejected','not_accepted')
                    THEN arrived + interval '4 minutes' END,
               CASE WHEN status IN ('dispatched','handling','rework','feedback','checking','close_review','closed')
                    THEN arrived + interval '5 minutes' END,
               CASE WHEN status IN ('dispatched','handling','rework','feedback','checking','close_review','closed')
                    THEN arrived + interval '8 hours' + interval '40 hours' * (i %% 3) END,
               CASE WHEN status IN ('feedback','checking','close_review','closed')
                    THEN arrived + least(interval '20 hours', now() - arrived) END,
               CASE WHEN NOT is_open THEN arrived + least(interval '30 hours', now() - arrived) END, '',
               (i %% 17 = 0)::int, (i %% 23 = 0)::int, 0, 0
        FROM made JOIN texts x USING (category, item) JOIN kinds k ON k.place = made.category
    """,
    "words": """
        INSERT INTO cases_casesearch (case_id, words)
        SELECT i, x.words || array_to_tsvector(string_to_array(number, '-')) FROM made JOIN texts x USING (category, item)
    """,
    "holdings": """
        ALTER TABLE cases_holding DROP CONSTRAINT cases_holding_no_overlap;
        INSERT INTO cases_holding (case_id, person_id, queue, stage, span, began_seq, ended_seq)
        SELECT i, operator, '', 'acceptance', tstzrange(arrived, arrived + interval '3 minutes'), 1, 2 FROM made;
        INSERT INTO cases_holding (case_id, person_id, unit_id, queue, stage, span, due_at, began_seq)
        SELECT i, CASE WHEN status IN ('registered','pre_filed') AND pick < .032 THEN operator
                       WHEN status IN ('verifying','checking') THEN %(field)s END,
               CASE WHEN status IN ('dispatched','handling','rework')
                    THEN (SELECT min(id) FROM people_unit WHERE code LIKE 'B%%') + i %% 12 END,
               CASE WHEN status IN ('registered','pre_filed') AND pick >= .032 THEN 'intake'
                    WHEN status = 'registered' AND pick < .032 THEN ''
                    WHEN status IN ('filed','returned') THEN 'dispatch' WHEN status = 'parked' THEN 'parked'
                    WHEN status = 'feedback' THEN 'feedback' WHEN status = 'close_review' THEN 'closing_gate' ELSE '' END,
               CASE WHEN status IN ('registered','pre_filed') THEN 'acceptance' WHEN status = 'verifying' THEN 'verify'
                    WHEN status IN ('filed','returned') THEN 'dispatch' WHEN status = 'parked' THEN 'parked'
                    WHEN status = 'checking' THEN 'check' WHEN status IN ('feedback','close_review') THEN 'closing'
                    ELSE 'handling' END,
               tstzrange(arrived + interval '3 minutes', NULL), arrived + interval '9 hours', 2
        FROM made WHERE is_open;
        ALTER TABLE cases_holding ADD CONSTRAINT cases_holding_no_overlap
            EXCLUDE USING gist (int8range(case_id, case_id, '[]') WITH &&, span WITH &&)
    """,
    "stages": """
        INSERT INTO cases_stagerun (case_id, stage, began_at, due_at, ended_at, began_seq, ended_seq, outcome, person_id)
        SELECT i, 'acceptance', arrived, arrived + interval '5 minutes',
               CASE WHEN status <> 'registered' THEN arrived + interval '3 minutes' END, 1,
               CASE WHEN status <> 'registered' THEN 2 END, CASE WHEN status <> 'registered' THEN 'pre_file' ELSE '' END,
               operator FROM made;
        INSERT INTO cases_stagerun (case_id, stage, began_at, due_at, ended_at, began_seq, ended_seq, outcome, person_id)
        SELECT i, CASE WHEN status IN ('dispatched','handling','rework','closed') THEN 'handling' ELSE 'closing' END,
               arrived + interval '5 minutes', arrived + interval '24 hours',
               CASE WHEN NOT is_open THEN arrived + least(interval '30 hours', now() - arrived) END, 3,
               CASE WHEN NOT is_open THEN 4 END, CASE WHEN is_open THEN '' ELSE 'feedback' END, operator
        FROM made WHERE status NOT IN ('registered', 'pre_filed', 'verifying')
    """,
    "events": """
        INSERT INTO cases_caseevent (case_id, seq, at, action, actor_id, note, data)
        SELECT i, 1, arrived, 'register', operator, '', '{}' FROM made WHERE age < 0.05;
        INSERT INTO cases_casecounter (centre_id, day, last)
        SELECT %(centre)s, day::date, count(*) + 10 FROM made GROUP BY day;
        SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case));
        SELECT setval(pg_get_serial_sequence('customers_customer', 'id'), (SELECT max(id) FROM customers_customer))
    """,
}
