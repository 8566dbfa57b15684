"""The live board: from an event at a telephone to the row on a screen, in Chromium, with 200 people at telephones.

The exchange is simulated; the ACD, the tables, the pulse, the pages and the browser are the real ones. An event counts
as shown when the person's row first shows it, or something later of the same person.
"""

import os
import subprocess
import sys
import time
from bisect import bisect_left
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from playwright.sync_api import sync_playwright

from bench import house, server
from bench.exchanges import until
from bench.seat import session_of
from hotline.config import env
from hotline.core import clock
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.telephony.models import PhoneState, WishKind
from hotline.telephony.services import phones, setup
from hotline.telephony.tests import builders

PEOPLE, RATE = 200, 3.0  # calls a second
LIMIT = 1.0  # seconds at the 95th percentile
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
# Whenever the table changes: which rows show which moment for the first time.
WATCH = """
() => {
  window.shown = {};
  const look = () => {
    const at = Date.now();
    for (const link of document.querySelectorAll("#floor a[id^='floor-']")) {
      const since = link.closest("tr").querySelector("[data-since]")?.dataset.since;
      const key = link.id.slice(6) + " " + since;
      if (since && !(key in window.shown)) window.shown[key] = at;
    }
  };
  look();
  new MutationObserver(look).observe(document.querySelector("#floor"), { childList: true, subtree: true });
}
"""


def run(*, quick: bool = False) -> None:
    """Let calls come for a while, watch the board, and compare."""
    if not Path(CHROMIUM).exists():
        raise SystemExit("this benchmark needs a browser:  sudo apt install chromium fonts-noto-cjk")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs a loop in this thread
    of, staff = _floor(PEOPLE // 4 if quick else PEOPLE)
    session = session_of(of.supervisor)
    port = server.free_port()
    with TemporaryDirectory(prefix="bench-board-") as name:
        rate = RATE / 4 if quick else RATE
        acd = _acd(of.centre.code, Path(name), rate)
        try:
            with server.running(server.web(port), [sys.executable, *PULSE], ports=(port,)):
                _all_ready(of, staff)
                time.sleep(5 if quick else 20)  # until as many talk as at any later time
                began, shown = _watch(port, session, 10 if quick else 40)
        finally:
            acd.terminate()
            with suppress(subprocess.TimeoutExpired):
                acd.wait(60)
            acd.kill()
        _report(of, began, shown)


PULSE = ["-m", "hotline.config.manage", "pulse"]


def _floor(count: int) -> tuple[builders.House, list[Person]]:
    of = builders.house()
    more = [people.person(of.centre, position=Position.OPERATOR, unit=of.team) for _ in range(count - 2)]
    staff = [of.first, of.second, *more]
    setup.change_queue(queue_id=of.queue.pk, changes={"wrap_up": 15}, by=of.supervisor, at=clock.now())
    setup.set_members(queue_id=of.queue.pk, persons=[one.pk for one in staff], by=of.supervisor, at=clock.now())
    return of, staff


def _acd(code: str, folder: Path, rate: float) -> "subprocess.Popen[bytes]":
    words = [sys.executable, "-m", "bench.board_process", code, str(folder), str(rate)]
    return subprocess.Popen(words, cwd=env.PROJECT, stdout=subprocess.DEVNULL, stderr=sys.stderr)


def _all_ready(of: builders.House, staff: list[Person]) -> None:
    for person in staff:
        for kind in (WishKind.SIGN_IN, WishKind.READY):
            phones.wish(person=person, kind=kind, by=person, at=clock.now())
    there = PhoneState.objects.filter(centre=of.centre, span__upper_inf=True).exclude(
        state__in=["offline", "not_ready"]
    )
    until(lambda: there.count() >= len(staff) * 9 // 10, "everybody is at his telephone")


def _watch(port: int, session: str, seconds: int) -> tuple[datetime, dict[str, int]]:
    """Since when, and in which millisecond each row first showed each moment."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(base_url=f"http://127.0.0.1:{port}", viewport={"width": 1440, "height": 900})
        cookie: Any = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": f"http://127.0.0.1:{port}"}
        context.add_cookies([cookie])
        page = context.new_page()
        page.goto("/calls/board")
        page.wait_for_selector("#floor a[id^='floor-']")
        page.evaluate(WATCH)
        time.sleep(2)
        began = clock.now()
        time.sleep(seconds)
        shown: dict[str, int] = page.evaluate("() => window.shown")
        browser.close()
    return began, shown


def _report(of: builders.House, began: datetime, shown: dict[str, int]) -> None:
    seen: dict[int, list[tuple[datetime, int]]] = {}
    for key, shown_at in shown.items():
        who, _, since = key.partition(" ")
        seen.setdefault(int(who), []).append((datetime.fromisoformat(since), shown_at))
    last = max(shown.values())
    took = []
    rows = PhoneState.objects.filter(centre=of.centre, span__startswith__gte=began)
    for person, span in rows.values_list("person", "span"):
        moments = sorted(seen.get(person, []))
        place = bisect_left(moments, (span.lower, 0))
        at = min((moment for _since, moment in moments[place:]), default=None)
        happened = span.lower.timestamp()
        if at is None and happened * 1000 < last - 5000:
            took.append(60.0)  # never shown
        elif at is not None:
            took.append(at / 1000 - happened)
    tail = house.percentile(took, 0.95)
    verdict = "reached" if tail <= LIMIT else "MISSED"
    house.say(
        f"   {len(took)} events of {len(seen)} people, to the screen: p50 {1000 * house.percentile(took, 0.5):.0f} ms,"
        f" p95 {1000 * tail:.0f} ms, p99 {1000 * house.percentile(took, 0.99):.0f} ms"
    )
    house.say(f"   p95 / limit of {LIMIT:.0f} s: {tail / LIMIT:.2f} ({verdict})")
    first = timedelta(seconds=last / 1000) - (began - datetime(1970, 1, 1, tzinfo=UTC))
    house.say(f"   watched for {first.total_seconds():.0f} s")
