"""Lists, search, desk, board and indicators over a million cases: each page, drawn whole, beside its limit."""

import gc
from datetime import timedelta
from urllib.parse import parse_qsl, quote

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from bench import fill, house
from hotline.cases.models import Case, Category, District
from hotline.core import clock
from hotline.customers.models import CustomerNumber
from hotline.kernel import lexicon
from hotline.people.models import Person, Unit

LIMIT = 0.300
Pages = dict[str, tuple[Client, str]]  # whose browser, which address; after "!" stands what is posted


def run(*, quick: bool = False) -> None:
    """Fill once, then ask for every page in turn, round by round."""
    settings.HOTLINE_MFA = "off"
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    size, rounds = (20_000, 5) if quick else (1_000_000, 30)
    if not Case.objects.exists():
        fill.fill(fill.staff(), size)
    pages = _pages()
    lexicon.warm()
    gc.collect()
    gc.freeze()  # as the web process does
    seconds: dict[str, list[float]] = {name: [] for name in pages}
    queries: dict[str, int] = {}
    for turn in range(rounds + 2):
        for name, (browser, address) in pages.items():
            cache.clear()
            took = house.spent(_get, browser, address)
            if turn >= 2:  # two rounds to warm up, as a server does in its first second
                seconds[name].append(took)
            elif turn:
                queries[name] = _queries(browser, address)
    _report(seconds, queries)


def _get(browser: Client, address: str) -> None:
    form = dict(parse_qsl(address.partition("!")[2]))
    answer = browser.post(address.partition("!")[0], form) if form else browser.get(address, follow=True)
    if answer.status_code != 200:
        raise SystemExit(f"{address} answers {answer.status_code}")
    _whole = answer.content if not answer.streaming else b"".join(answer)


def _queries(browser: Client, address: str) -> int:
    connection.force_debug_cursor = True
    before = len(connection.queries_log)
    _get(browser, address)
    connection.force_debug_cursor = False
    return len(connection.queries_log) - before


def _pages() -> Pages:
    """What people ask for: name -> whose browser, which address."""
    who = {
        "leader": Person.objects.get(pk=_holder("shift_leader")),
        "operator": Person.objects.get(pk=_holder("operator")),
        "clerk": Person.objects.get(pk=_holder("department_clerk")),
    }
    leader, operator = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    leader.force_login(who["leader"])
    operator.force_login(who["operator"])
    day = clock.today()
    month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    last_year = day - timedelta(days=365)
    some = Case.objects.order_by("-pk")[500]
    number = CustomerNumber.objects.order_by("-pk")[700].e164
    category = Category.objects.filter(small_name__startswith="S").order_by("pk")[7].pk
    department = Unit.objects.filter(code="B3").get().pk
    district = District.objects.filter(code="B3").get().pk
    lists = {
        "all": "",
        "page 20": "page=20",
        "500 rows": "rows=500",
        "open": "status=open",
        "closed": "status=closed",
        "cancelled, page 20": "status=cancelled&page=20",
        "stage closing": "stage=closing",
        "source letter (none)": "source=letter",
        "source phone": "source=phone",
        "category": f"category={category}",
        "district": f"district={district}",
        "department": f"department={department}",
        "operator": f"operator={who['operator'].pk}",
        "operator, open": f"operator={who['operator'].pk}&status=open",
        "overdue": "overdue=on",
        "urgent": "urgent=on",
        "secret": "secret=on",
        "one month of last year": f"since={last_year.replace(day=1)}&until={last_year}",
        "category, closed, page 20": f"category={category}&status=closed&page=20",
        "number begins": f"q={some.number[:8]}",
        "one number": f"q={some.number}",
        "a common word": f"q={quote('请尽快处理')}",
        "two common words": f"q={quote('路灯 不亮')}",
        "a rare word": f"q={quote(some.place)}",
        "no such word": f"q={quote('量子纠缠')}",
        **{f"by {name}": f"sort={name}" for name in ("number", "status", "due", "place", "category", "operator")},
        **{f"by -{name}": f"sort=-{name}" for name in ("number", "status", "due", "department")},
        "open, by due": "status=open&sort=due",
    }
    pages: Pages = {f"cases: {name}": (leader, f"/cases/list?{query}") for name, query in lists.items()}
    customers = {
        "all": "/customers/",
        "by name": f"/customers/?q={quote('王伟')}",
        "by pinyin": "/customers/?q=wangwei",
        "by initials": "/customers/?q=ww",
        "by number": f"/customers/?q={quote(number)}",
        "by last four digits": f"/customers/?q={number[-4:]}",
    }
    pages |= {f"customers: {name}": (operator, address) for name, address in customers.items()}
    pages |= {
        "search everywhere: number": (operator, f"/search?q={some.number}"),
        "search everywhere: word": (operator, f"/search?q={quote('井盖')}"),
        "search everywhere: phone": (operator, f"/search?q={number[3:]}"),
        "desk": (operator, "/cases/desk"),
        "desk: likely the same caller": (operator, f"/cases/desk/callers!caller_number={number[3:]}"),
        "board": (leader, "/cases/board"),
        "closing gate": (leader, "/cases/gate"),
        "dispatching": (leader, "/cases/dispatching"),
        "case": (leader, f"/cases/{some.number}"),
        "indicators of a month": (
            leader,
            f"/cases/indicators?first={month}&last={day.replace(day=1) - timedelta(days=1)}",
        ),
    }
    return pages


def _holder(position: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(person_id) FROM people_post WHERE position = %s", [position])
        return int(cursor.fetchone()[0])


def _report(seconds: dict[str, list[float]], queries: dict[str, int]) -> None:
    house.say(f"   {'':34}   p50    p95    p99 ms   p95 / limit of {1000 * LIMIT:.0f} ms   queries")
    missed = []
    for name, took in sorted(seconds.items(), key=lambda one: -house.percentile(one[1], 0.95)):
        shares = [house.percentile(took, share) for share in (0.50, 0.95, 0.99)]
        ratio = shares[1] / LIMIT
        missing = "MISSED" if ratio >= 1 else ""
        figures = " ".join(f"{1000 * share:6.0f}" for share in shares)
        house.say(f"   {name:34} {figures}      {ratio:6.2f} {missing:6}          {queries[name]:3}")
        if ratio >= 1:
            missed.append(name)
    house.say(f"   {len(seconds) - len(missed)} of {len(seconds)} pages within the limit")
