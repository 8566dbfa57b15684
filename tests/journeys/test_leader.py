"""The shift leader: the gate that every case passes by reason, and the board that moves without disturbing."""

import pytest

from hotline.cases.models import Attachment
from hotline.cases.services import filing
from hotline.cases.tests.builders import fresh, ready
from tests.journeys import town as towns
from tests.journeys.seat import Seat, expect, promptly, until

pytestmark = pytest.mark.journey


class Gate:
    """立案审核 and 结案审核, by their keys."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat

    def pass_it(self) -> None:
        self.seat.press("p")

    def give_back(self, reason: str) -> None:
        self.seat.press("r")
        self.seat.has_focus("#gate-return-reason")
        self.seat.write(reason)
        self.seat.press("Control+Enter")


@pytest.mark.clause("B2.4")
def test_the_filing_gate_returns_with_a_reason_then_passes(sit, town):
    leader, operator = sit(town.leader), sit(town.operator)
    gate = Gate(leader)
    leader.open("/cases/gate")
    leader.sees("没有待审核的案件")
    leader.is_listening()
    operator.open("/cases/desk")
    operator.is_listening()
    ready(town.operator, towns.now())

    case = towns.at_filing_gate(town)
    leader.sees(case.number, timeout=promptly())
    leader.open("/cases/gate")
    leader.sees("井盖缺失", within="#main")
    gate.give_back("请补充缺失井盖的权属标识")
    leader.is_told(f"{case.number} 已退回接线员。")

    operator.sees(case.number, within="#hand")  # ready and on duty, he is given what comes back
    operator.open(f"/cases/desk?case={case.number}")
    operator.sees("请补充缺失井盖的权属标识")
    case = fresh(case)
    filing.submit_for_filing(case_id=case.pk, version=case.version, by=town.operator, at=towns.now())
    leader.open("/cases/gate")
    gate.pass_it()
    leader.is_told(f"{case.number} 已立案。")
    leader.sees("没有待审核的案件")
    case = fresh(case)
    assert (case.status, case.holding.queue) == ("filed", "dispatch")


@pytest.mark.clause("B2.4")
def test_the_closing_gate_shows_the_answer_and_the_photo(sit, town):
    case = towns.before_closing_gate(town)
    operator, leader = sit(town.operator), sit(town.leader)
    operator.open(f"/cases/desk?case={case.number}")
    operator.has_focus("#act_answer")
    operator.sees(town.photos.closing_condition, within=".desk-step")
    operator.press("Control+Enter")
    operator.sees("这个字段是必填项", within=".desk-step")
    operator.has_focus("#act_answer")
    operator.write("垃圾已全部清理，地面已冲洗")
    operator.press("Control+Enter")
    operator.sees("手上没有案件", within="#hand")

    leader.open("/cases/gate?gate=closing")
    leader.sees("垃圾已全部清理，地面已冲洗")
    leader.sees(town.photos.closing_condition)
    leader.sees("已达结案条件")
    photo = leader.page.locator(".file-chip img").first
    expect(photo).to_be_visible()
    until(lambda: photo.evaluate("image => image.complete && image.naturalWidth > 0"))
    Gate(leader).pass_it()
    leader.is_told(f"{case.number} 已结案。")
    case.refresh_from_db()
    assert case.status == "closed"
    assert Attachment.objects.filter(case=case, kind="after").exists()


def test_the_board_shows_what_comes_without_moving_what_is_read(sit, town):
    first = towns.report(town, minutes_ago=3)
    leader = sit(town.leader)
    leader.arrives("/cases/board")
    leader.sees(first.number)
    leader.is_listening()
    second = towns.report(town, by=town.second)
    leader.sees(second.number, timeout=promptly())

    leader.page.locator("tr", has_text=first.number).locator("[data-select]").focus()
    leader.press("Space")
    leader.sees("已选 1 项", within="[data-bulk]")
    place = leader.page.locator("tr", has_text=first.number).bounding_box()
    third = towns.report(town, by=town.second)
    held = leader.page.locator("#board")
    expect(held).to_have_attribute("data-live-held", "有新数据，您处理完这里后自动显示。", timeout=promptly())
    assert leader.page.locator("tr", has_text=first.number).bounding_box() == place
    leader.misses(third.number)

    leader.tab_to(".bulk .picker-input")
    leader.write("zyh")
    expect(leader.page.locator("[role=option]", has_text=town.second.name)).to_have_attribute("aria-selected", "true")
    leader.press("Enter")
    leader.tab_to(".bulk [name=reason]")
    leader.write("林晓月处理下一通来电")
    leader.press("Control+Enter")
    leader.is_told(f"1 件案件已改派给 {town.second.name}。")
    leader.sees(third.number)
    assert fresh(first).holding.person == town.second
