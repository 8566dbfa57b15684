"""The operator: from the telephone to the department without a mouse, and nothing typed is ever lost."""

import re

import pytest
from playwright.sync_api import Page

from hotline.cases.models import Case
from tests.journeys import town as towns
from tests.journeys.seat import Seat, expect, promptly

pytestmark = pytest.mark.journey


class Desk:
    """The operator's desk under ten fingers."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat

    def make_ready(self) -> None:
        """示闲, by the switch in the top bar."""
        seat = self.seat
        switch = seat.page.locator("#presence summary")
        seat.tab_to(switch)
        seat.press("Enter", "Tab")
        expect(seat.page.locator("#presence .menu-item", has_text="示闲")).to_be_focused()
        seat.press("Enter")
        expect(seat.page.locator("#presence summary")).to_contain_text("示闲")

    def take_call(self, number: str, name: str, description: str) -> None:
        """新上报: who calls, and what he says."""
        seat = self.seat
        seat.press("c")
        seat.has_focus("#id_caller_number")
        seat.write(number)
        seat.press("Tab")
        seat.write(name)
        seat.tab_to("#id_description")
        seat.write(description)

    def place_and_class(self, place: str, initials: str, small_class: str) -> None:
        """Where it is, and what it is by the first letters of its pinyin."""
        seat = self.seat
        seat.tab_to("#id_place")
        seat.write(place)
        seat.tab_to("#id_category_search")
        seat.write(initials)
        expect(seat.page.locator("[role=option]", has_text=small_class)).to_have_attribute("aria-selected", "true")
        seat.press("Enter")
        expect(seat.page.locator("#id_category_search")).to_have_value(small_class)

    def go_on(self, status: str) -> None:
        """Ctrl+Enter is the next step, whatever has the focus."""
        self.seat.press("Control+Enter")
        badge = self.seat.page.locator("#desk-form .card-header .badge-state").first
        expect(badge).to_have_text(status)


def without_mouse(page: Page) -> None:
    """From here on a click that no key made fails the journey."""
    page.evaluate("""document.addEventListener('pointerdown', () => { throw new Error('a pointer was used') }, true)""")


@pytest.mark.clause("B3.1")
def test_from_the_call_to_the_department_by_keyboard_only(sit, town):
    seat = sit(town.operator)
    desk = Desk(seat)
    seat.arrives("/cases/desk")
    without_mouse(seat.page)
    seat.sees("按 N 领取下一件等待中的案件，按 C 登记新诉求。")
    desk.make_ready()

    desk.take_call("13800138000", "王先生", "学府路口井盖松动")
    seat.sees("草稿已保存")
    seat.page.reload()
    seat.sees("已恢复您的草稿。")
    expect(seat.page.locator("#id_description")).to_have_value("学府路口井盖松动")
    expect(seat.page.locator("#id_caller_number")).to_have_value("13800138000")

    desk.place_and_class("学府路与文昌街交叉口", "ssjg", "上水井盖")
    seat.press("Control+Enter")
    seat.sees("受理", within="#desk-form .card-header")
    expect(seat.page.locator("#desk-form .countdown-large")).to_contain_text(re.compile(r"剩余\s*[45]分"))

    seat.has_focus(seat.page.locator("#conditions input[type=radio]").first)
    seat.press("Space")
    desk.go_on("预立案")
    desk.go_on("立案")
    expect(seat.page.locator("#desk-form .countdown-large")).to_contain_text("剩余")
    seat.press("Control+Enter")
    seat.sees("手上没有案件", within="#hand")

    case = Case.objects.get(centre=town.centre)
    seat.press("/")
    seat.write(case.number)
    hit = seat.page.locator("#search-results a", has_text=case.number)
    expect(hit).to_be_visible()
    seat.tab_to(hit)
    seat.press("Enter")
    seat.arrives(f"/cases/{case.number}")
    seat.sees("已批转", within=".case-head")
    seat.sees("市政设施养护所", within=".case-head")
    assert (case.status, case.department, case.customer.name) == ("dispatched", town.department, "王先生")


def test_anothers_step_is_told_while_he_types_and_his_words_are_kept(sit, town):
    case = towns.report(town)
    operator, leader = sit(town.operator), sit(town.leader)
    operator.open(f"/cases/desk?case={case.number}")
    operator.is_listening()
    operator.page.locator("#id_description").focus()
    operator.press("Control+End")
    operator.write("；市民说已有人绊倒")

    leader.open(f"/cases/{case.number}")
    leader.press("t")
    leader.has_focus("#act_text")
    leader.write("请尽快派人看一下")
    leader.press("Control+Enter")
    leader.sees("添加备注", within=".timeline-list")

    operator.sees(f"{town.leader.name} 刚刚处理了本案", timeout=promptly())
    operator.sees("请尽快派人看一下", within="#watch")
    expect(operator.page.locator("#id_description")).to_have_value(f"{case.description}；市民说已有人绊倒")

    operator.press("Escape", "s")  # acting on what he has not seen is refused, and nothing is overwritten
    operator.sees("刚刚处理了本案", within="#desk-form .refusal")
    expect(operator.page.locator("#id_description")).to_have_value(f"{case.description}；市民说已有人绊倒")
    case.refresh_from_db()
    assert case.description == town.words.report
