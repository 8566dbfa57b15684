"""The telephone in the browser: headless Chromium with a tone for a voice talks to a SIPp caller, both sides heard."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from hotline.people.models import Person
from hotline.people.tests.builders import PASSWORD
from hotline.telephony.models import WishKind
from tests.journeys import conftest as journeys
from tests.journeys import house as installation
from tests.journeys.house import House
from tests.journeys.seat import Seat, expect
from tests.telephony.floor import Floor
from tests.telephony.listening import TONES
from tests.telephony.test_calls import tones

pytestmark = [pytest.mark.telephony, pytest.mark.journey]
PATIENCE = 15_000


@pytest.fixture(scope="module")
def house(exchange, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The pages, on the same database as the ACD."""
    settled = exchange.settled()
    before = dict(os.environ)
    os.environ["HOTLINE_PHONE_SERVER"] = f"ws://{settled.http_host}:{settled.http_port}/ws"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    var = tmp_path_factory.mktemp("pages") / "var"
    var.mkdir(mode=0o700)
    (var / "static").symlink_to(installation.prepared() / "static")
    try:
        with installation.served(database, var) as found:
            yield found
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="module")
def browser(house: House, spoken: Path) -> Iterator[Browser]:
    """A Chromium whose microphone hears a tone."""
    if not journeys.CHROMIUM.exists():
        assert not os.environ.get("CI"), "in CI nothing is skipped"
        pytest.skip("there is no Chromium: sudo apt install chromium fonts-noto-cjk")
    voice = spoken / "microphone.wav"
    subprocess.run(
        ["sox", "-n", "-r", "48000", "-c", "1", "-b", "16", str(voice), "synth", "10", "sine", str(TONES["person"]),
         "vol", "0.4"], check=True,
    )  # fmt: skip
    flags = [
        *journeys.FLAGS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={voice}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=journeys.CHROMIUM, args=flags)
        yield found
        found.close()


@pytest.fixture
def seat(browser: Browser, house: House, floor: Floor) -> Iterator[Seat]:
    """The first operator at his browser."""
    person = floor.house.first
    person.set_password(PASSWORD)
    Person.objects.filter(pk=person.pk).update(password=person.password)
    taken = Seat(browser, house, person).sign_in()
    yield taken
    taken.leave()


def telephone(seat: Seat) -> Page:
    """The window that holds the line, opened from the bar by its key."""
    seat.page.locator("#phone-open").wait_for()
    with seat.page.expect_popup() as opened:
        seat.press("Alt+t")
    page = opened.value
    expect(page.locator("#telephone-line")).to_have_attribute("data-tone", "green", timeout=PATIENCE)
    return page


@pytest.mark.clause("A3.2")
def test_from_the_ring_to_after_call_work_in_the_browser(floor, seat):
    window = telephone(seat)
    first = floor.house.first
    floor.state(first, "not_ready")
    expect(seat.page.locator("#phone-ready")).to_be_visible(timeout=PATIENCE)
    seat.press("Alt+r")
    floor.state(first, "ready")
    floor.caller(stays=8000)
    [call] = floor.calls()
    expect(seat.page.locator("#phone-answer")).to_be_visible(timeout=PATIENCE)
    seat.press("Alt+a")
    call = floor.answered(call)
    assert call.person == first
    expect(seat.page.locator("#phone-end")).to_be_visible(timeout=PATIENCE)
    call = floor.ended(call)
    floor.state(first, "wrap_up")
    expect(seat.page.locator("#phone-ready")).to_be_visible(timeout=PATIENCE)
    caller, person = tones(floor, floor.recording(call))
    assert caller > 800, "the caller is heard on the left"
    assert person > 500, "the browser's microphone is heard on the right"
    window.close()
    floor.wish(first, WishKind.SIGN_OUT)
