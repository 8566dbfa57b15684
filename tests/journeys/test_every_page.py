"""Every page of every desk: no barrier that axe-core finds, nothing wider than its screen, no word untranslated."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotline.config import env
from hotline.customers.tests import builders as customers
from hotline.people.models import Person
from hotline.people.services import accounts
from hotline.people.tests import builders as people
from tests.journeys import town as towns
from tests.journeys.seat import DESKTOP, PHONE, Seat

pytestmark = pytest.mark.journey
AXE = env.PROJECT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
POSITIONS = ("operator", "leader", "dispatcher", "field", "clerk", "director", "hr", "sysadmin")
CHINESE = re.compile(r"[\u3400-\u9fff]")

LINKS = "[...document.querySelectorAll('#sidenav a[href]')].map(link => link.getAttribute('href'))"
ROWS = "[...document.querySelectorAll('#main tbody tr[data-href]')].map(row => row.dataset.href)"
WORDS = """() => {
  const seen = [];
  const own = element => element.closest('[lang]') === document.documentElement;  // its own name
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const place = walk.currentNode.parentElement;
    if (own(place) && !place.closest('script, style')) seen.push(walk.currentNode.data.trim());
  }
  for (const name of ['placeholder', 'title', 'aria-label', 'alt']) {
    for (const element of document.querySelectorAll(`[${name}]`)) {
      if (own(element)) seen.push(element.getAttribute(name).trim());
    }
  }
  return [...new Set([document.title, ...seen])].filter(Boolean);
}"""
# What is wider than the page, and what says more than its box can show without scrolling or being cut on purpose.
OVERFLOW = """() => {
  const root = document.documentElement;
  const found = root.scrollWidth > root.clientWidth ? [`the page: ${root.scrollWidth} > ${root.clientWidth}`] : [];
  for (const element of document.querySelectorAll('.btn, .badge-state, .countdown, .tab, h1, h2, .kpi-value, label')) {
    const box = element.getBoundingClientRect();
    if (!box.width || !element.checkVisibility()) continue;
    if (getComputedStyle(element).overflowX === 'visible' && element.scrollWidth > element.clientWidth + 1
        && getComputedStyle(element).display !== 'inline') {
      found.push(`${element.className}: ${element.textContent.trim().slice(0, 40)}`);
    }
  }
  return found;
}"""


def staff(town: towns.Town) -> dict[str, Person]:
    """One person for each position that is swept."""
    latin = town.words is towns.LATIN
    found = {name: getattr(town, name) for name in POSITIONS[:5]}
    for name, (chinese, other) in {
        "director": ("郑明远", "Zheng Mingyuan"),
        "hr": ("吴慧敏", "Wu Huimin"),
        "sysadmin": ("钱进", "Qian Jin"),
    }.items():
        found[name] = towns.worker(other if latin else chinese, name, people.root(town.centre))
    return found


def in_full_swing(town: towns.Town) -> dict[str, Person]:
    """A case at every place a page shows; the staff."""
    towns.report(town, minutes_ago=3)
    towns.report(town, by=town.second, minutes_ago=12, urgent=True)
    towns.at_filing_gate(town)
    towns.dispatched(town)
    towns.closed(town)
    towns.sent_back(town)
    towns.asked_to_verify(town)
    name = "Mr Chen" if town.words is towns.LATIN else "陈云澜"
    customers.customer(town.centre, name=name)
    return staff(town)


def pages(seat: Seat) -> Iterator[str]:
    """Open every page of the menu, then the first thing that each of its lists leads to."""
    wanted = list(dict.fromkeys(seat.page.evaluate(LINKS)))
    behind: list[str] = []
    for address in wanted:
        open_whole(seat, address)
        behind += seat.page.evaluate(ROWS)[:1]
        yield address
    for address in dict.fromkeys(behind):
        open_whole(seat, address)
        yield address


def open_whole(seat: Seat, address: str) -> None:
    """A page with everything that it fetches for itself."""
    seat.page.set_viewport_size(DESKTOP)
    seat.open(address)
    seat.page.locator("#presence summary").wait_for(state="attached")


def too_wide(seat: Seat) -> list[str]:
    """What does not fit, on a desk's screen and on a phone's."""
    faults = []
    for size in (DESKTOP, PHONE):
        seat.page.set_viewport_size(size)
        faults += [f"{size['width']} px: {fault}" for fault in seat.page.evaluate(OVERFLOW)]
    return faults


@pytest.fixture(scope="module")
def axe() -> str:
    """The rules of accessibility, as a script that is run from outside the page's policy."""
    return Path(AXE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def chinese(house) -> dict[str, Person]:
    """The staff of a centre at work."""
    return in_full_swing(towns.town())


@pytest.fixture(scope="module")
def latin(house) -> dict[str, Person]:
    """The same with Latin names: every Chinese sign on a page is then the program's own."""
    return in_full_swing(towns.town(towns.LATIN))


@pytest.mark.parametrize("position", POSITIONS)
def test_no_barriers_and_nothing_too_wide_in_chinese(sit, position, axe, chinese):
    seat = sit(chinese[position])
    faults: list[str] = []
    for address in pages(seat):
        faults += [f"{address}: {fault}" for fault in barriers(seat, axe) + too_wide(seat)]
    assert faults == []


def barriers(seat: Seat, axe: str) -> list[str]:
    """What axe-core finds, one line each."""
    seat.page.evaluate(axe)
    result: dict[str, Any] = seat.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{rule['id']}: {node['html'][:160]}" for rule in result["violations"] for node in rule["nodes"][:2]]


@pytest.mark.parametrize("position", POSITIONS)
def test_no_chinese_is_left_in_english(sit, position, latin):
    person = latin[position]
    accounts.set_preferences(person=person, language="en", by=person, at=towns.now())
    seat = sit(person)
    faults: list[str] = []
    for address in pages(seat):
        words = [word for word in seat.page.evaluate(WORDS) if CHINESE.search(word)]
        faults += [f"{address}: {fault}" for fault in words + too_wide(seat)]
    assert faults == []
