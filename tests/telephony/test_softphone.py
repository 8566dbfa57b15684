"""The telephone in the browser: headless Chromium with a tone for a voice talks to a SIPp caller, both sides heard."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from hotline.cases.models import CaseCall
from hotline.people.models import Person
from hotline.people.tests.builders import PASSWORD
from hotline.telephony.models import Call, WishKind
from tests.journeys import conftest as journeys
from tests.journeys import house as installation
from tests.journeys.house import House
from tests.journeys.seat import Seat, expect
from tests.telephony.floor import Floor, until
from tests.telephony.listening import TONES
from tests.telephony.test_calls import tones

pytestmark = [pytest.mark.telephony, pytest.mark.journey]
PATIENCE = 30_000


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
    voice = spoken / "microphone.wav"  # it pauses like a voice: an even tone would be taken for noise and silenced
    subprocess.run(
        ["sox", "-n", "-r", "48000", "-c", "1", "-b", "16", str(voice), "synth", "0.5", "sine", str(TONES["person"]),
         "vol", "0.4", "pad", "0", "0.2", "repeat", "13"], check=True,
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
    caller = floor.caller(stays=90_000)
    [call] = floor.calls()
    expect(seat.page.locator("#phone-answer")).to_be_visible(timeout=PATIENCE)
    seat.press("Alt+a")
    call = floor.answered(call)
    assert call.person == first
    expect(seat.page.locator("#phone-end")).to_be_visible(timeout=PATIENCE)
    time.sleep(3)  # there is something to be heard
    floor.hangs_up(caller)
    call = floor.ended(call)
    floor.state(first, "wrap_up")
    expect(seat.page.locator("#phone-ready")).to_be_visible(timeout=PATIENCE)
    caller, person = tones(floor, floor.recording(call))
    assert caller > 800, "the caller is heard on the left"
    assert person > 500, "the browser's microphone is heard on the right"
    window.close()
    floor.wish(first, WishKind.SIGN_OUT)


def ready(floor: Floor, seat: Seat) -> Page:
    """The window is open, and the operator takes calls."""
    window = telephone(seat)
    expect(seat.page.locator("#phone-ready")).to_be_visible(timeout=PATIENCE)
    seat.press("Alt+r")
    floor.state(floor.house.first, "ready")
    return window


@pytest.mark.clause("A3.2")
def test_a_talk_outlives_the_reload_of_the_window(floor, seat):
    window = ready(floor, seat)
    first = floor.house.first
    floor.caller()
    [call] = floor.calls()
    expect(seat.page.locator("#phone-answer")).to_be_visible(timeout=PATIENCE)
    seat.press("Alt+a")
    floor.answered(call)
    assert floor.state(first, "talking")
    window.wait_for_timeout(2500)  # so long they talk before, and as long after
    window.reload()
    until(lambda: call.segments.filter(kind="talk").count() == 2, 20, floor.log)
    floor.state(first, "talking")
    expect(window.locator("#phone-end")).to_be_visible(timeout=PATIENCE)
    window.wait_for_timeout(2500)
    seat.press("Alt+x")
    call = floor.ended(call)
    assert (call.person, call.ended_how) == (first, "talked")
    assert [part.how for part in call.segments.filter(kind="talk").order_by("began_at")] == ["reload", "person"]
    until(lambda: not call.recordings.filter(fate="running").exists(), 10, floor.log)
    before, after = call.recordings.order_by("began_at")
    for recording in (before, after):
        caller, person = tones(floor, recording)
        assert caller > 800, "the caller is heard on the left"
        assert person > 500, "the browser's microphone is heard on the right"
    window.close()
    floor.wish(first, WishKind.SIGN_OUT)


def asks_a_colleague(floor: Floor, seat: Seat, call: Call) -> None:
    """The caller hears music, then all three talk, then the two go on alone."""
    page = seat.page
    seat.press("Alt+z")
    seat.sees("转接来电人", within="#dialog")
    seat.picture("phone-transfer")
    seat.tab_to(page.locator("#dialog form:has(input[value=consult]) button").first)
    seat.press("Enter")
    expect(page.locator("#phone-complete")).to_be_visible(timeout=PATIENCE)
    seat.picture("phone-consult")
    floor.until_hears(floor.leg(call, floor.house.first), {"colleague"})
    seat.press("Alt+j")
    expect(page.locator("#phone-confer")).to_have_count(0, timeout=PATIENCE)
    floor.until_hears(call.ref, {"person", "colleague"})
    seat.press("Alt+b")
    expect(page.locator("#phone-end")).to_be_visible(timeout=PATIENCE)
    floor.until_hears(call.ref, {"person"})


@pytest.mark.clause("A3.2")
def test_an_operators_day_on_the_telephone_by_keys_alone(floor, seat):
    """Ready, ring, answer, hold, a colleague asked and let go, the report of the call, after-call work, ready again."""
    window = ready(floor, seat)
    first, second = floor.house.first, floor.house.second
    floor.telephones("colleague")
    floor.person(second, "colleague", ready=False)
    floor.caller("13700005678")
    [call] = floor.calls()
    page = seat.page
    expect(page.locator("#phone-answer")).to_be_visible(timeout=PATIENCE)
    seat.sees("137****5678", within="#phone")
    seat.picture("phone-ringing")
    seat.press("Alt+a")
    floor.answered(call)
    expect(page.locator("#phone-hold")).to_be_visible(timeout=PATIENCE)
    seat.picture("phone-talking")
    seat.press("Alt+h")
    expect(page.locator("#phone-hold[value=unhold]")).to_be_visible(timeout=PATIENCE)
    floor.until_hears(call.ref, set())
    seat.press("Alt+h")
    expect(page.locator("#phone-hold[value=hold]")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#phone [data-phone-kept]")).to_have_count(0, timeout=PATIENCE)
    expect(page.locator("#phone [data-key='Alt+c']")).to_have_count(1, timeout=PATIENCE)  # one key, one place
    asks_a_colleague(floor, seat, call)
    seat.press("Alt+c")
    seat.arrives("/cases/desk/new")
    seat.tab_to(seat.field("description"))
    seat.write("滨河路路灯不亮")
    seat.press("Control+Enter")
    tied = CaseCall.objects.filter(call=call)
    until(tied.exists, 10, floor.log)
    seat.press("Alt+x")
    floor.ended(call)
    expect(page.locator("#phone-more")).to_be_visible(timeout=PATIENCE)
    seat.picture("phone-wrap-up")
    seat.press("Alt+r")
    floor.state(first, "ready")
    page.goto(f"/cases/{tied.get().case.number}")
    seat.sees("本案通话")
    window.close()
    floor.wish(first, WishKind.SIGN_OUT)


def calls_out(floor: Floor, seat: Seat) -> Call:
    """The operator types a number by keys alone, and somebody there picks up."""
    expect(seat.page.locator("#phone-ready")).to_be_visible(timeout=PATIENCE)
    floor.outside()
    seat.press("Alt+n")
    seat.tab_to("#dialog input[name=number]")
    seat.write("13700005678")
    seat.press("Control+Enter")
    [call] = floor.calls()
    return floor.answered(call)


@pytest.mark.clause("A2.8")
def test_a_number_is_typed_and_the_telephone_picks_itself_up(floor, seat):
    window = telephone(seat)
    first = floor.house.first
    call = calls_out(floor, seat)
    assert (call.kind, call.person) == ("out", first)
    floor.until_hears(floor.leg(call, first), {"outside"})
    expect(seat.page.locator("#phone-end")).to_be_visible(timeout=PATIENCE)
    seat.press("Alt+x")
    floor.ended(call)
    window.close()
    floor.wish(first, WishKind.SIGN_OUT)


LONG = 8  # rings of five seconds: a window may take long to be back on a machine that is busy with other things


@pytest.mark.clause("A3.2")
def test_a_ring_outlives_the_reload_of_the_window(floor, seat):
    """The offer stands, the window signs in anew, and the same call rings on within the offer's time."""
    floor.queue(rings=LONG)
    window = ready(floor, seat)
    first = floor.house.first
    caller = floor.caller(stays=90_000)
    [call] = floor.calls()
    expect(window.locator("#phone-answer")).to_be_visible(timeout=PATIENCE)
    window.wait_for_timeout(1500)
    window.reload()
    expect(window.locator("#telephone-line")).to_have_attribute("data-tone", "green", timeout=PATIENCE)
    expect(window.locator("#phone-answer")).to_be_visible(timeout=PATIENCE)
    window.wait_for_timeout(2500)
    seat.press("Alt+a")
    call = floor.answered(call)
    [offer] = call.offers.all()
    assert (offer.person, offer.how) == (first, "taken"), "one offer, from the first ring to the talk"
    floor.until_hears(call.ref, {"person"})
    floor.hangs_up(caller)
    floor.ended(call)
    window.close()
    floor.wish(first, WishKind.SIGN_OUT)


@pytest.mark.clause("A2.8")
def test_a_call_out_outlives_the_reload_of_the_window(floor, seat):
    window = telephone(seat)
    first = floor.house.first
    call = calls_out(floor, seat)
    floor.until_hears(floor.leg(call, first), {"outside"})
    window.reload()
    until(lambda: call.segments.filter(kind="talk").count() == 2, 20, floor.log)
    floor.until_hears(floor.leg(call, first), {"outside"})
    expect(seat.page.locator("#phone-end")).to_be_visible(timeout=PATIENCE)
    seat.press("Alt+x")
    call = floor.ended(call)
    assert (call.person, call.ended_how, call.segments.filter(kind="queue").count()) == (first, "talked", 0)
    window.close()
    floor.wish(first, WishKind.SIGN_OUT)


SOCKETS = """
(() => {
  const Plain = window.WebSocket;
  window.sockets = [];
  window.WebSocket = class extends Plain {
    constructor(...words) { super(...words); window.sockets.push(this); }
  };
})();
"""
# a network that is gone closes nothing politely: the browser finds it out by itself
BLINK = """() => {
  const socket = window.sockets.at(-1);
  const gone = socket.onclose;
  socket.onclose = socket.onmessage = socket.onerror = null;
  socket.close();
  gone.call(socket, new CloseEvent("close", { wasClean: false, code: 1006 }));
}"""


@pytest.mark.clause("A3.2")
def test_a_ring_outlives_a_blink_of_the_network(floor, seat):
    """The line to the exchange breaks while a call rings; it comes back by itself, and the call rings on."""
    floor.queue(rings=LONG)
    seat.context.add_init_script(SOCKETS)
    window = ready(floor, seat)
    first = floor.house.first
    caller = floor.caller(stays=90_000)
    [call] = floor.calls()
    expect(window.locator("#phone-answer")).to_be_visible(timeout=PATIENCE)
    window.wait_for_timeout(1000)
    window.evaluate(BLINK)
    expect(window.locator("#telephone-line")).not_to_have_attribute("data-tone", "green", timeout=PATIENCE)
    expect(window.locator("#telephone-line")).to_have_attribute("data-tone", "green", timeout=PATIENCE)
    window.wait_for_timeout(2500)
    seat.press("Alt+a")
    call = floor.answered(call)
    [offer] = call.offers.all()
    assert (offer.person, offer.how) == (first, "taken")
    floor.until_hears(call.ref, {"person"})
    floor.hangs_up(caller)
    floor.ended(call)
    window.close()
    floor.wish(first, WishKind.SIGN_OUT)
