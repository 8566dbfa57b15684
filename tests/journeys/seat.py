"""A person at a browser: what he sees, what he presses. Nothing here sleeps; every wait has an end."""

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Locator, Page, expect

from hotline.people.models import Person
from hotline.people.tests.builders import PASSWORD
from tests.journeys.house import House

PATIENCE = 30_000  # ms for an answer, on a machine that is slow or busy with other things
PROMPT = 5_000  # ms within which what others do is told: how fast it is, `./run bench board` measures
MOST_TABS = 60
PICTURES = os.environ.get("HOTLINE_PICTURES", "")
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
expect.set_options(timeout=PATIENCE)


def promptly() -> float:
    """Five seconds; a machine with more to do than it has processors gets time in proportion."""
    return PROMPT * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


class Seat:
    """One person, one browser window."""

    def __init__(self, browser: Browser, house: House, person: Person, **device: Any) -> None:
        self.house, self.person = house, person
        values: dict[str, Any] = {"viewport": DESKTOP, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", **device}
        self.context = browser.new_context(base_url=house.url, **values)
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        listen(self.page, self.faults)

    # -- what he does --------------------------------------------------------------------------------------------

    def sign_in(self) -> "Seat":
        """By the form, which the keyboard alone can fill."""
        self.page.goto("/")
        self.page.locator("input[name=login]").focus()
        self.write(self.person.username)
        self.page.locator("input[name=password]").focus()
        self.write(PASSWORD)
        self.press("Enter")
        self.page.locator("#sidenav").wait_for(state="attached")
        return self

    def open(self, path: str) -> "Seat":
        """Go to an address."""
        self.page.goto(path)
        return self

    def press(self, *keys: str) -> None:
        """One key after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        """Type at whatever has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, what: Locator | str) -> None:
        """Walk there by the Tab key, as a hand does that never leaves the keyboard."""
        wanted = self.page.locator(what) if isinstance(what, str) else what
        for _ in range(MOST_TABS):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {what}; the focus is on {self.focus}")

    def picture(self, name: str) -> None:
        """What stands on the screen, to be looked at; only when HOTLINE_PICTURES names a folder for it."""
        if PICTURES:
            # as it is: hiding the cursor would leave styles on the page, which its own policy then complains of
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", caret="initial")

    # -- what he sees --------------------------------------------------------------------------------------------

    @property
    def focus(self) -> str:
        """What has the focus, as markup."""
        return str(self.page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))

    @property
    def main(self) -> Locator:
        """The page without its frame."""
        return self.page.locator("#main")

    def field(self, name: str) -> Locator:
        """A field of a form by its name."""
        return self.page.locator(f"[name={name}]:not([type=hidden]):not(.topbar *)")

    def has_focus(self, what: Locator | str) -> None:
        """The cursor is there."""
        wanted = self.page.locator(what) if isinstance(what, str) else what
        try:
            expect(wanted).to_be_focused(timeout=PATIENCE)
        except AssertionError as missed:
            raise AssertionError(f"the focus is on {self.focus}") from missed

    def sees(self, text: str, *, within: Locator | str | None = None, timeout: float = PATIENCE) -> Locator:
        """The words stand on the page, visibly."""
        place = self.main if within is None else self.page.locator(within) if isinstance(within, str) else within
        found = place.get_by_text(text).filter(visible=True).first
        expect(found).to_be_visible(timeout=timeout)
        return found

    def misses(self, text: str, *, within: str = "#main", timeout: float = PATIENCE) -> None:
        """The words do not stand on the page, or soon do not."""
        expect(self.page.locator(within).get_by_text(text).filter(visible=True)).to_have_count(0, timeout=timeout)

    def is_told(self, text: str) -> None:
        """A message says so."""
        expect(self.page.locator("#toasts, .toasts, .messages, .toast").get_by_text(text).first).to_be_visible()

    def arrives(self, path: str, *, timeout: float = PATIENCE) -> None:
        """The browser stands at this address, whatever its query."""
        # Looked at again and again: a page that is left while it loads is no fault.
        expect(self.page).to_have_url(re.compile(re.escape(self.house.url + path) + r"(\?.*)?$"), timeout=timeout)

    def is_listening(self) -> None:
        """The live stream of the page is open."""
        asked = "performance.getEntriesByType('resource').some(entry => entry.name.includes('/live/versions'))"
        until(lambda: self.page.evaluate(asked))  # the first thing asked once the stream is open

    def leave(self) -> None:
        """Close the window. Nothing may have gone wrong on any of its pages."""
        self.context.close()
        assert not self.faults, "\n".join(self.faults)


def listen(page: Page, faults: list[str]) -> None:
    """Collect what the browser complains of: errors of scripts, what the content security policy stopped."""

    def heard(message: Any) -> None:
        # 409 and 422 are answers with a reason, which the page shows; the browser calls every one of them an error.
        # A preview that a newer one overtakes is broken off; htmx says so twice.
        if message.type == "error" and not re.search(
            r"status of (409|422)|^htmx:(afterRequest|sendAbort)", message.text
        ):
            faults.append(f"{page.url}: {message.text}")

    page.on("console", heard)
    page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))


def until(holds: Callable[[], Any], seconds: float = PATIENCE / 1000) -> Any:
    """Ask again and again until it holds; for facts that no page shows."""
    deadline = time.monotonic() + seconds
    while not (value := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s")
        time.sleep(0.05)
    return value


__all__ = ["DESKTOP", "PATIENCE", "PHONE", "Error", "Seat", "expect", "listen", "promptly", "until"]
