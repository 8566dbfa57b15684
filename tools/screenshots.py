"""Pictures of every desk and page for docs/screenshots: each width, each language, signed in as each position.

    python tools/screenshots.py [--url URL] [--logins FILE] [--out FOLDER] [--only WORD ...] [--chosen]

With --chosen only the pictures that the documentation shows, in Chinese.

Needs a running demo (`./run demo`), whose log-ins stand in var/demo.json:
{"url": "...", "logins": [{"position": "operator", "username": "...", "password": "..."}, ...]}.
Ends with 1 when a page logged an error, scrolled sideways, or answered in the wrong language.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-sync",
    "--disable-component-update",
    "--no-first-run",
]
SIZES = {1440: 900, 1024: 768, 390: 844}
LANGUAGES = {"zh": "zh-hans", "en": "en"}
SETTLE_MS = 700
# What docs/screenshots holds: the picture's name, who looks (nobody: a citizen), at which page, how wide. `>` at the
# end of an address is the first row of that list, `!c` a key pressed there.
CHOSEN = (
    ("desk", "operator", "/cases/desk!c", 1440),
    ("list", "shift_leader", "/cases/list", 1440),
    ("list-phone", "shift_leader", "/cases/list", 390),
    ("case", "shift_leader", "/cases/list>", 1440),
    ("board", "shift_leader", "/cases/board", 1440),
    ("gate", "shift_leader", "/cases/gate", 1440),
    ("dispatching", "dispatcher", "/cases/dispatching", 1440),
    ("tasks-phone", "field_supervisor", "/cases/tasks", 390),
    ("inbox", "department_clerk", "/cases/inbox", 1440),
    ("indicators", "centre_supervisor", "/cases/indicators", 1440),
    ("incidents", "shift_leader", "/cases/incidents", 1440),
    ("incidents-phone", "shift_leader", "/cases/incidents", 390),
    ("promises", "operator", "/promises/", 1440),
    ("handover", "operator", "/handover/", 1440),
    ("handover-today", "shift_leader", "/handover/today", 1440),
    ("quality", "quality", "/quality/desk", 1440),
    ("knowledge", "operator", "/knowledge/", 1440),
    ("departments", "centre_supervisor", "/departments/", 1440),
    ("instructions", "operator", "/routines/", 1440),
    ("voice", "director", "/insight/voice", 1440),
    ("map", "director", "/insight/map", 1440),
    ("planning", "centre_supervisor", "/planning/day", 1440),
    ("forecast", "centre_supervisor", "/planning/forecast", 1440),
    ("satisfaction", "centre_supervisor", "/citizens/satisfaction", 1440),
    ("month", "hr", "/rosters/month/", 1440),
    ("chart", "hr", "/organisation/", 1440),
    ("me", "operator", "/me/", 1440),
    ("audit", "sysadmin", "/audit/", 1440),
    ("report-phone", "", "/r/rx/", 390),
)


@dataclass(frozen=True, slots=True)
class Login:
    """An account of the demo."""

    position: str
    username: str
    password: str


@dataclass(frozen=True, slots=True)
class Shot:
    """A page to take, and by whom."""

    name: str
    url: str
    login: Login


def read_logins(file: Path) -> tuple[str, list[Login]]:
    """The demo's address and accounts, one for each position."""
    told = json.loads(file.read_text(encoding="utf-8"))
    found: dict[str, Login] = {}
    for row in told["logins"]:
        found.setdefault(row["position"], Login(row["position"], row["username"], row["password"]))
    return str(told.get("url", "")), list(found.values())


def name_of(url: str) -> str:
    """A file name for a page: /cases/board/ is cases-board."""
    return urlsplit(url).path.strip("/").replace("/", "-") or "home"


def sign_in(context: BrowserContext, base: str, login: Login) -> Page:
    """A page of this person, at his desk."""
    page = context.new_page()
    page.goto(urljoin(base, "/account/login/"))
    page.fill("input[name=login]", login.username)
    page.fill("input[name=password]", login.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#sidenav", state="attached")
    return page


def speak(page: Page, language: str) -> None:
    """Switch the person's language by the switch of the frame."""
    if page.evaluate("document.documentElement.lang") == language:
        return
    with page.expect_navigation():
        page.eval_on_selector(f"button[name=language][value={language}]", "button => button.form.requestSubmit(button)")


def pages_of(browser: Browser, base: str, login: Login) -> Iterator[Shot]:
    """The desk, every page of the menu, and one case or person behind a list."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = sign_in(context, base, login)
    links = page.eval_on_selector_all("#sidenav a[href]", "all => all.map(a => a.href)")
    for place, url in enumerate(links):
        yield Shot(f"desk-{login.position}" if place == 0 else name_of(url), url, login)
    for url in links:
        page.goto(url)
        row = page.query_selector("table[data-table] tbody tr td a[href], table[data-table] tbody tr th a[href]")
        target = urljoin(url, row.get_attribute("href") or "") if row else ""
        if target.startswith(base):
            yield Shot(f"{name_of(url)}-one", target, login)
    context.close()


def shots_of(browser: Browser, base: str, logins: list[Login], only: list[str]) -> list[Shot]:
    """The pages of every log-in, each page once."""
    found: dict[str, Shot] = {}
    for login in logins:
        for shot in pages_of(browser, base, login):
            found.setdefault(shot.name, shot)
    return [shot for shot in found.values() if not only or any(word in shot.name for word in only)]


class Watch:
    """What went wrong on the pages taken."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def follow(self, page: Page) -> None:
        """Collect the errors of a tab, with the address each came from."""
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda m: self.faults.append(f"{page.url}: {m.text}") if m.type == "error" else None)

    def measure(self, page: Page, name: str, language: str) -> None:
        """Sideways scrolling and the language of the answer."""
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            self.faults.append(f"{name}: scrolls sideways")
        said = page.evaluate("document.documentElement.lang")
        if said != language:
            self.faults.append(f"{name}: speaks {said}, not {language}")


def take(browser: Browser, base: str, shots: list[Shot], out: Path, watch: Watch) -> int:
    """Every shot in every width and language; one sign-in for each person, width and language."""
    taken = 0
    for login in dict.fromkeys(shot.login for shot in shots):
        for width, height in SIZES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
            page = sign_in(context, base, login)
            watch.follow(page)
            for short, language in LANGUAGES.items():
                speak(page, language)
                for shot in (shot for shot in shots if shot.login == login):
                    name = f"{shot.name}-{width}-{short}"
                    page.goto(shot.url)
                    page.wait_for_timeout(SETTLE_MS)
                    watch.measure(page, name, language)
                    page.screenshot(path=out / f"{name}.png")
                    taken += 1
            context.close()
    return taken


def take_chosen(browser: Browser, base: str, logins: list[Login], out: Path, only: list[str], watch: Watch) -> int:
    """The pictures of the documentation; each person sits at one window, which is made as wide as the picture."""
    by_position = {login.position: login for login in logins}
    seats: dict[str, Page] = {}
    taken = 0
    for name, position, path, width in CHOSEN:
        if only and not any(word in name for word in only):
            continue
        if position not in seats:
            context = browser.new_context(locale="zh-CN")
            seats[position] = sign_in(context, base, by_position[position]) if position else context.new_page()
            watch.follow(seats[position])
            if position:
                speak(seats[position], LANGUAGES["zh"])
        page = seats[position]
        page.set_viewport_size({"width": width, "height": SIZES[width]})
        address, _, key = path.partition("!")
        page.goto(urljoin(base, address.rstrip(">")))
        if address.endswith(">"):
            page.goto(urljoin(base, page.get_attribute("table[data-table] tbody a[href]", "href") or ""))
        if key:
            page.keyboard.press(key)
        page.wait_for_timeout(SETTLE_MS)
        watch.measure(page, name, LANGUAGES["zh"])
        page.screenshot(path=out / f"{name}.png")
        with Image.open(out / f"{name}.png") as picture:  # a page has few colours; the picture keeps 256 of them
            picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(out / f"{name}.png", optimize=True)
        taken += 1
    return taken


def main() -> int:
    """Take them all, or those of the documentation."""
    words = argparse.ArgumentParser(description="Pictures of every desk and page.")
    words.add_argument("--url", default="", help="where the demo is (default: as var/demo.json says)")
    words.add_argument("--logins", type=Path, default=PROJECT / "var" / "demo.json")
    words.add_argument("--out", type=Path, default=PROJECT / "docs" / "screenshots")
    words.add_argument("--only", nargs="*", default=[], help="only pages whose name holds one of these words")
    words.add_argument("--chosen", action="store_true", help="only what the documentation shows")
    given = words.parse_args()
    told, logins = read_logins(given.logins)
    base = given.url or told
    given.out.mkdir(parents=True, exist_ok=True)
    watch = Watch()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        if given.chosen:
            taken = take_chosen(browser, base, logins, given.out, given.only, watch)
        else:
            taken = take(browser, base, shots_of(browser, base, logins, given.only), given.out, watch)
        browser.close()
    sys.stdout.write(f"{taken} pictures in {given.out}\n")
    sys.stdout.writelines(f"{fault}\n" for fault in dict.fromkeys(watch.faults))
    return 1 if watch.faults else 0


if __name__ == "__main__":
    sys.exit(main())
