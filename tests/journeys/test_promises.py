"""Promises: a difficult issue goes up and comes back in time for the customer's reply; another reply is late."""

from datetime import timedelta

import pytest

from hotline.promises.jobs import look_at_all
from hotline.promises.logic import Channel, Kind
from hotline.promises.models import Promise, Question
from hotline.promises.services import ledger
from tests.journeys import town as towns
from tests.journeys.seat import expect, promptly

pytestmark = pytest.mark.journey
MINUTE = timedelta(minutes=1)


@pytest.mark.clause("A2.5")
@pytest.mark.clause("A3.5")
def test_a_difficult_issue_is_answered_and_the_customer_told_within_the_promise(sit, town):
    case = towns.report(town, minutes_ago=5)
    operator, leader = sit(town.operator), sit(town.leader)
    leader.open("/promises/inbox")
    leader.sees("没有待您处理的上报")
    leader.is_listening()

    operator.open(f"/cases/{case.number}")
    operator.sees("暂无承诺。")
    operator.press("Alt+i")
    operator.arrives("/promises/questions/new")
    operator.sees(f"将提交给 {town.leader.name}。")
    operator.press("Control+Enter")
    operator.sees("这个字段是必填项")
    operator.field("content").fill("市民要求书面说明夜间施工的处理依据")
    operator.field("contact").fill("本人手机 13900001234，晚上七点后")
    operator.press("Control+Enter")
    operator.is_told(f"已提交给 {town.leader.name}。对市民的答复已列入您的承诺。")
    operator.sees("139****1234")
    operator.misses("13900001234")
    operator.is_listening()

    leader.sees("市民要求书面说明夜间施工的处理依据", timeout=promptly()).click()
    question = Question.objects.get(case=case)
    leader.arrives(f"/promises/questions/{question.pk}")
    leader.press("a")
    leader.has_focus("#act_text")
    leader.write("按噪声污染防治规定第五条处理")
    leader.press("Control+Enter")
    leader.sees("按噪声污染防治规定第五条处理")

    operator.sees("按噪声污染防治规定第五条处理", timeout=promptly())
    operator.main.get_by_role("link", name="答复市民").click()
    promise = Promise.objects.get(case=case)
    operator.arrives(f"/promises/{promise.pk}")
    operator.press("k")
    operator.field("words").fill("已按第五条规定向市民说明")
    operator.press("Control+Enter")
    operator.sees("已兑现")
    promise.refresh_from_db()
    assert (promise.status, promise.settled_by, promise.kept_via) == ("kept", town.operator, "phone")


@pytest.mark.clause("A2.16")
def test_a_reply_that_is_late_stands_on_the_board_until_the_customer_is_told(sit, town):
    case = towns.report(town, minutes_ago=5)
    began = towns.now() - 50 * MINUTE
    promise = ledger.open_promise(
        kind=Kind.REPLY, what="答复井盖何时修好", due=began + 15 * MINUTE, via=Channel.PHONE, holder=town.operator,
        case=case, by=town.operator, at=began,
    )  # fmt: skip
    look_at_all(towns.now())
    operator, leader = sit(town.operator), sit(town.leader)
    leader.open("/cases/board")
    leader.sees("逾期承诺")
    leader.sees("答复井盖何时修好")
    leader.is_listening()

    operator.open("/promises/")
    operator.sees("答复井盖何时修好").click()
    operator.arrives(f"/promises/{promise.pk}")
    operator.sees("已失约")
    operator.press("k")
    operator.field("words").fill("已致歉并告知今晚修好")
    operator.press("Control+Enter")
    operator.sees("逾期兑现")
    expect(leader.main.get_by_text("答复井盖何时修好").filter(visible=True)).to_have_count(0, timeout=promptly())

    leader.open("/promises/figures")
    leader.main.get_by_role("row", name=town.operator.name).get_by_role("link", name="1", exact=True).click()
    leader.arrives("/promises/ledger")
    leader.sees("答复井盖何时修好")
    promise.refresh_from_db()
    assert (promise.status, promise.settled_how, promise.missed_by) == ("missed", "contact", town.operator)
