"""The journeys' installation, browser and people; ./run test starts all of it and ends all of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pytest
from django.db import connection
from playwright.sync_api import Browser, sync_playwright

from hotline.people.models import Person
from tests.journeys import town as towns
from tests.journeys.house import House, opened
from tests.journeys.seat import Seat

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Sit(Protocol):
    """Sit a person down at a browser."""

    def __call__(self, person: Person, *, sign_in: bool = True, **device: Any) -> Seat: ...


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[House]:
    """The running installation."""
    # The browser's driver runs a loop in this thread; the database is used between its turns, never during one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with django_db_blocker.unblock(), opened(tmp_path_factory.mktemp("installation") / "var") as found:
        yield found
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def browser(house: House) -> Iterator[Browser]:
    """One Chromium for all journeys; each person gets a window of his own."""
    with chromium() as found:
        yield found


@contextmanager
def chromium() -> Iterator[Browser]:
    """A Chromium for one installation."""
    if not CHROMIUM.exists():
        assert not os.environ.get("CI"), "in CI nothing is skipped"
        pytest.skip("there is no Chromium: sudo apt install chromium fonts-noto-cjk")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        # Django keeps a connection of its own for while the driver's loop runs: the next installation's is another.
        connection.close()
        found.close()


@pytest.fixture
def town(house: House) -> towns.Town:
    """A centre of its own for every journey."""
    return towns.town()


@pytest.fixture
def sit(browser: Browser, house: House) -> Iterator[Sit]:
    """Seats, all left at the end; a complaint of the browser on any of them fails the journey."""
    taken: list[Seat] = []

    def sit_down(person: Person, *, sign_in: bool = True, **device: Any) -> Seat:
        seat = Seat(browser, house, person, **device)
        taken.append(seat)
        return seat.sign_in() if sign_in else seat

    yield sit_down
    for seat in taken:
        seat.leave()
