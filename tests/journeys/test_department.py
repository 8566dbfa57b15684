"""The department: a case sent back with its reason, dispatched again, reported with a photo; one that comes again."""

import pytest

from tests.journeys import town as towns
from tests.journeys.seat import expect, promptly

pytestmark = pytest.mark.journey


def test_a_return_a_new_dispatch_and_a_result_with_a_photo(sit, town):
    case = towns.dispatched(town)
    clerk, dispatcher = sit(town.clerk), sit(town.dispatcher)
    dispatcher.arrives("/cases/dispatching")
    dispatcher.sees("没有待批转的案件")
    dispatcher.is_listening()

    clerk.arrives("/cases/inbox")
    clerk.sees(case.number).click()
    clerk.arrives(f"/cases/inbox/{case.number}")
    clerk.press("q")
    clerk.has_focus("#return_reason")
    clerk.write("该井盖属通信井，不归本所管理")
    clerk.press("Control+Enter")
    clerk.is_told(f"{case.number} 已回退。")

    dispatcher.sees("该井盖属通信井，不归本所管理", timeout=promptly())
    dispatcher.sees("回退")
    dispatcher.field("note").fill("经核对产权清单，属贵所，请处置")
    dispatcher.press("Escape", "d")
    dispatcher.is_told(f"{case.number} 已批转。")

    clerk.open(f"/cases/inbox/{case.number}")
    clerk.sees("经核对产权清单，属贵所，请处置")
    clerk.press("e")
    clerk.is_told(f"{case.number} 已开始处置。")
    clerk.field("result").fill("已更换井盖并加固")
    after = {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": towns.photo()}
    clerk.page.locator("input[name=photos_after]").set_input_files(after)
    expect(clerk.page.locator(".upload-item img")).to_have_count(1)
    clerk.field("result").focus()
    clerk.press("Control+Enter")
    clerk.is_told(f"{case.number} 已反馈结果。")

    case.refresh_from_db()
    assert case.send_back_count == 1
    assert case.files.filter(kind="after").count() == 1
    assert [event.action for event in case.events.order_by("-seq")[:2]] == ["feedback", "attach"]


def test_a_closed_case_is_reopened_and_both_custodies_are_told(sit, town):
    case = towns.closed(town)
    seat = sit(town.operator)
    seat.open(f"/cases/{case.number}")
    seat.sees("结案", within=".case-head")
    before = seat.page.locator(".holdings .holding").count()
    seat.press("r")
    seat.has_focus("#act_reason")
    seat.write("市民再次来电：垃圾又堆起来了")
    seat.press("Control+Enter")
    seat.sees("重新立案", within=".case-head")
    seat.sees("重新立案", within=".timeline-list")
    seat.sees("市民再次来电：垃圾又堆起来了", within=".timeline-list")
    holders = seat.page.locator(".holdings .holding")
    expect(holders).to_have_count(before + 1)
    expect(holders.first).to_contain_text(town.operator.name)
    case.refresh_from_db()
    assert (case.status, case.reopen_count) == ("reopened", 1)
