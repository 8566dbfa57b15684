"""The supervisor's live board and the big screen, while callers come and people talk (A2.3, A2.4, A3.2)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator

from hotline.telephony.models import PhoneState, Supervision
from hotline.telephony.tests import builders
from tests.journeys import telephones
from tests.journeys import town as towns
from tests.journeys.exchange import Exchange
from tests.journeys.seat import DESKTOP, PHONE, Seat, expect, until

pytestmark = pytest.mark.journey
COMES = 25_000  # ms within which a caller whom the journey sends has come and is shown


@pytest.fixture
def floor(town, tmp_path: Path) -> Iterator[tuple[builders.House, Exchange]]:
    """The telephones of the town, a morning behind them."""
    made = telephones.house(town)
    telephones.morning(made, towns.now())
    exchange = Exchange(town.centre.code, tmp_path)
    yield made, exchange
    exchange.end()


def bar(seat: Seat, words: str) -> None:
    """The bar above the work says so."""
    expect(seat.page.locator("#phone .phone-now .badge-state").first).to_have_text(words, timeout=COMES)


def ready(seat: Seat) -> Seat:
    """Signed in at the telephone, and taking calls."""
    seat.page.locator("#phone-open").wait_for()
    seat.press("Alt+t")
    bar(seat, "示忙")
    seat.press("Alt+r")
    bar(seat, "示闲")
    return seat


def row(leader: Seat, made: builders.House, person: str) -> Locator:
    """The line of a person on the board."""
    return leader.page.locator(f"tr:has(#floor-{getattr(made, person).pk})")


def opens(leader: Seat, made: builders.House) -> None:
    """The dialog of the first operator, by keys."""
    leader.tab_to(f"#floor-{made.first.pk}")
    leader.press("Enter")
    leader.page.locator("#dialog[open] input[name=text]").wait_for()


def in_both_widths(seat: Seat, name: str) -> None:
    """A picture at a desk and on a phone."""
    for size in (PHONE, DESKTOP):
        seat.page.set_viewport_size(size)
        seat.picture(f"{name}-{size['width']}")


def listens(made: builders.House, leader: Seat, operator: Seat) -> None:
    """Listen, whisper, join, no longer: each by its key; the operator sees who speaks to him, not who listens."""
    opens(leader, made)
    leader.page.locator("#dialog #watch-listen").wait_for()
    in_both_widths(leader, "floor-person")
    leader.press("Alt+l")
    expect(leader.page.locator("#dialog")).to_be_hidden()
    leader.sees("对方听不到您", within="#phone")
    in_both_widths(leader, "floor-listening")
    operator.misses("监听", within="#phone")
    leader.press("Alt+p")
    leader.sees("仅该员可听到您", within="#phone")
    operator.sees("耳语", within="#phone")
    leader.press("Alt+j")
    leader.sees("您已加入通话", within="#phone")
    leader.picture("floor-joined")
    operator.picture("floor-operator-joined")
    leader.press("Alt+x")
    bar(leader, "示忙")
    acts = Supervision.objects.filter(person=made.first, by=made.head).order_by("at")
    assert list(acts.values_list("act", flat=True)) == ["message", "listen", "whisper", "join"]


def sets_the_state(made: builders.House, leader: Seat, operator: Seat) -> None:
    """The operator's state is set with a reason, which he reads."""
    opens(leader, made)
    leader.tab_to("#dialog details summary")
    leader.press("Enter")
    leader.page.locator("#dialog select[name=to]").select_option("not_ready")
    leader.tab_to("#dialog [name=why]")
    leader.write("请到前台领取耳机")
    in_both_widths(leader, "floor-force")
    leader.press("Control+Enter")
    expect(leader.page.locator("#dialog")).to_be_hidden()
    bar(operator, "示忙")
    operator.sees("请到前台领取耳机", within="#phone")
    expect(row(leader, made, "first")).to_contain_text("上级设置")


@pytest.mark.clause("A2.4")
@pytest.mark.clause("A2.3")
def test_a_leader_watches_the_floor_and_speaks_to_an_operator(sit, floor):
    made, exchange = floor
    leader = sit(made.head)
    leader.open("/calls/board").sees("实时看板", within="h1")
    leader.page.locator("#phone-open").wait_for()
    leader.press("Alt+t")
    bar(leader, "示忙")
    operator = ready(sit(made.first))
    expect(row(leader, made, "first")).to_contain_text("示闲")

    exchange.call("13700005678")
    bar(operator, "振铃中")
    expect(row(leader, made, "first")).to_contain_text("振铃中")
    exchange.call("13900001234")
    operator.press("Alt+a")
    bar(operator, "通话中")
    expect(row(leader, made, "first")).to_contain_text("通话中")
    expect(row(leader, made, "first")).to_contain_text("137****5678")
    expect(leader.page.locator("[data-flash=waiting]")).to_have_text("1", timeout=COMES)
    expect(leader.page.locator(".kpi", has_text="最长等候").locator("[data-since]")).to_be_visible()
    in_both_widths(leader, "floor-board")

    operator.press("Alt+e")
    expect(row(leader, made, "first")).to_contain_text("请求支援")
    in_both_widths(leader, "floor-help")
    opens(leader, made)
    leader.page.locator("#dialog input[name=text]").focus()
    leader.write("我来听一下，请先安抚")
    leader.press("Control+Enter")
    operator.sees("我来听一下，请先安抚", within="#phone")
    expect(row(leader, made, "first")).not_to_contain_text("请求支援")
    operator.press("Alt+z")
    operator.sees("转接来电人", within="#dialog")
    in_both_widths(operator, "floor-transfer")
    operator.press("Escape")

    listens(made, leader, operator)
    operator.press("Alt+x")
    bar(operator, "话后整理")
    sets_the_state(made, leader, operator)
    until(PhoneState.objects.filter(person=made.first, span__upper_inf=True, reason="forced").exists)
    leader.open("/calls/watched").sees("请到前台领取耳机")
    in_both_widths(leader, "floor-watched")


@pytest.mark.clause("A2.4")
def test_the_big_screen_follows_the_floor_without_names(sit, floor):
    made, exchange = floor
    wall = sit(made.leader).open("/calls/wallboard")
    wall.sees("排队来电")
    operator = ready(sit(made.first))
    expect(wall.page.locator("[data-flash=ready]")).to_have_text("1")
    exchange.call("13700005678")
    exchange.call("13900001234")
    bar(operator, "振铃中")
    operator.press("Alt+a")
    expect(wall.page.locator("[data-flash=waiting]")).to_have_text("1", timeout=COMES)
    expect(wall.page.locator("[data-flash=talking]")).to_have_text("1")
    wall.misses(made.first.name)
    in_both_widths(wall, "wall")
