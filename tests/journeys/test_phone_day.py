"""An operator's day on the telephone, by keys alone: ready, ring, report, after-call work, rest, a missed call."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.cases.models import CaseCall
from hotline.customers.tests import builders as customers
from hotline.telephony.models import Call, Offer, PhoneState
from hotline.telephony.tests import builders
from tests.journeys import telephones
from tests.journeys import town as towns
from tests.journeys.exchange import Exchange
from tests.journeys.seat import Seat, expect, until
from tests.journeys.test_operator import without_mouse

pytestmark = pytest.mark.journey
RINGS = 25_000  # ms within which a caller has come and three rings are over


@pytest.fixture
def floor(town, tmp_path: Path) -> Iterator[tuple[builders.House, Exchange]]:
    """The telephones of the town; a caller who is known, with a report that is not closed yet."""
    made = telephones.house(town)
    telephones.morning(made, towns.now())
    known = customers.customer(town.centre, name="陈云澜", number="13700005678", address="学府路88号3单元501")
    towns.report(town, by=town.second, minutes_ago=90, customer=known)
    exchange = Exchange(town.centre.code, tmp_path)
    yield made, exchange
    exchange.end()


def state(seat: Seat, words: str) -> None:
    """The bar says so."""
    expect(seat.page.locator("#phone .phone-now .badge-state").first).to_have_text(words, timeout=RINGS)


def takes_the_call(seat: Seat) -> None:
    """Ring, who it is and what he has reported before, answer, a word of help, hold."""
    page = seat.page
    state(seat, "振铃中")
    for words in ("陈云澜", "137****5678", "学府路88号", "城市管理热线"):
        seat.sees(words, within="#phone")
    seat.sees("受理人 赵远航", within="#phone .phone-pop")
    seat.picture("day-ringing")
    seat.press("Alt+a")
    state(seat, "通话中")
    expect(page.locator("#phone-hold[value=hold]")).to_be_visible()
    seat.picture("day-talking")
    seat.press("Alt+h")
    expect(page.locator("#phone-hold[value=unhold]")).to_be_visible()
    seat.press("Alt+h")
    expect(page.locator("#phone-hold[value=hold]")).to_be_visible()


def reports(seat: Seat, call: Call) -> None:
    """The report of this call has the caller in it already; it is filed while he is on the line."""
    seat.press("Alt+c")
    seat.arrives("/cases/desk/new")
    seat.sees("陈云澜", within="#desk-form")
    seat.sees("137****5678", within="#desk-form")
    seat.tab_to("#id_description")
    seat.write("滨河路路灯不亮，已经三天了")
    seat.picture("day-report")
    seat.press("Control+Enter")
    until(CaseCall.objects.filter(call=call).exists)


def rests(seat: Seat, reason: str) -> None:
    """Not ready, and why."""
    seat.press("Alt+s")
    seat.press("ArrowDown")
    item = seat.page.locator("#phone .menu-item", has_text=reason)
    for _ in range(5):
        if item.evaluate("element => element === document.activeElement"):
            break
        seat.press("ArrowDown")
    seat.picture("day-reasons")
    seat.press("Enter")
    state(seat, "示忙")
    seat.sees(reason, within="#phone .phone-now")


@pytest.mark.clause("A3.2")
@pytest.mark.clause("C5")
def test_an_operators_day_on_the_telephone_by_keyboard_only(sit, floor):
    made, exchange = floor
    seat = sit(made.first)
    seat.arrives("/cases/desk")
    without_mouse(seat.page)
    seat.page.locator("#phone-open").wait_for()
    seat.picture("day-signed-out")
    seat.press("Alt+t")
    state(seat, "示忙")
    seat.press("Alt+r")
    state(seat, "示闲")
    seat.picture("day-ready")

    exchange.call("13700005678")
    takes_the_call(seat)
    call = Call.objects.get(centre=made.centre, number="+8613700005678", ended_at__isnull=True)
    reports(seat, call)
    seat.press("Alt+x")
    state(seat, "话后整理")
    seat.picture("day-wrap-up")
    seat.press("Alt+w")
    until(lambda: PhoneState.objects.filter(person=made.first, cause="extended").exists())
    rests(seat, "小休")
    seat.press("Alt+r")
    state(seat, "示闲")

    exchange.call("13900001234", waits=60)
    state(seat, "振铃中")
    state(seat, "示忙")
    seat.sees("未接听", within="#phone .phone-now")
    seat.picture("day-missed")
    missed = Offer.objects.get(person=made.first, how="no_answer")
    assert (missed.rings, missed.call.ended_at) == (3, None), "the caller stands at the head of the line again"
    seat.press("Alt+r")
    state(seat, "振铃中")
    seat.press("Alt+x")
    state(seat, "示忙")

    seat.tab_to("#phone-off")
    seat.press("Enter")
    seat.page.locator("#phone-open").wait_for()
    seat.tab_to(".topbar .me")
    seat.press("Enter")
    seat.tab_to(seat.page.locator(".topbar").get_by_role("button", name="退出登录"))
    seat.press("Enter")
    seat.arrives("/account/login/")
