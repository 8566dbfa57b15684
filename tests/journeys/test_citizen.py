"""The citizen: a report with a photo on a telephone, followed to its end, and brought back when it is not settled."""

from datetime import timedelta

import pytest

from hotline.cases.models import Case
from hotline.cases.tests.builders import fresh
from hotline.citizens.models import CallBack
from hotline.citizens.services import intake
from hotline.people.models import Position
from hotline.people.tests import builders as people
from tests.journeys import town as towns
from tests.journeys.seat import PHONE, expect, until

pytestmark = pytest.mark.journey
HERE = {"latitude": 37.9003, "longitude": 112.5504}
SLOWER_THAN_A_PROGRAM = timedelta(seconds=3)


@pytest.fixture
def code(town):
    """The centre's public page is open."""
    keeper = people.person(town.centre, position=Position.CENTRE_SUPERVISOR)
    intake.set_intake(centre=town.centre, values={"is_open": True}, by=keeper, at=towns.now())
    return town.centre.code


def reported(citizen, code):
    """Fill in the form with a mistake, mend it, and keep number and code."""
    page = citizen.page
    opened = towns.now()
    citizen.open(f"/r/{code}/")
    citizen.sees("我要反映", within="body")
    citizen.field("description").fill("学府路口井盖松动，夜里响")
    citizen.field("place").fill("学府路与文昌街交叉口")
    page.get_by_role("button", name="我就在现场").tap()
    citizen.sees("已附上位置")
    citizen.field("number").fill("123")
    photo = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": towns.photo()}
    page.locator("input[name=photos]").set_input_files(photo)
    expect(page.locator(".upload-item img")).to_have_count(1)
    page.locator("input[name=consent]").check()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    until(lambda: towns.now() - opened > SLOWER_THAN_A_PROGRAM)
    page.get_by_role("button", name="提交").tap()

    citizen.sees("已保留之前上传的 1 张照片")  # the number is wrong: nothing typed is lost
    expect(citizen.field("description")).to_have_value("学府路口井盖松动，夜里响")
    citizen.field("number").fill("13800001234")
    page.locator("input[name=consent]").check()
    page.get_by_role("button", name="提交").tap()

    number = page.locator("[data-number]").inner_text()
    return number, page.locator("[data-code]").inner_text()


@pytest.mark.clause("B3.6")
def test_a_report_by_telephone_is_followed_to_its_end_and_comes_back(sit, town, code):
    here = {"geolocation": HERE, "permissions": ["geolocation"]}
    citizen = sit(town.operator, sign_in=False, viewport=PHONE, has_touch=True, is_mobile=True, **here)
    page = citizen.page
    number, secret = reported(citizen, code)
    case = Case.objects.get(centre=town.centre, number=number)
    assert (case.source, case.files.count()) == ("web", 1)

    page.get_by_role("link", name="查询办理进度").tap()
    citizen.field("number").fill(number)
    citizen.field("code").fill(secret.lower())
    page.get_by_role("button", name="查看").tap()
    citizen.arrives(f"/t/{code}/here/")
    expect(page.locator("[aria-current=step]")).to_contain_text("受理")
    citizen.misses("13800001234")
    citizen.field("text").fill("就在公交站牌旁边")
    page.get_by_role("button", name="添加", exact=True).tap()
    citizen.sees("就在公交站牌旁边")

    towns.walk(town, fresh(case)).take().closed()
    page.reload()
    expect(page.locator("[aria-current=step]")).to_contain_text("办结")
    citizen.sees("井盖已修复")

    call = until(lambda: CallBack.objects.filter(case=case).first(), seconds=45)
    operator = sit(town.second)
    operator.open(f"/citizens/calls/{call.pk}/")
    operator.sees("就在公交站牌旁边")
    operator.press("t")
    operator.page.get_by_label("不满意", exact=True).check()
    operator.page.locator("select[name=reason]").select_option("result_not_solved")
    operator.field("words").fill("晚上还在响")
    operator.field("reopen").check()
    operator.press("Control+Enter")
    operator.arrives("/citizens/calls/")

    case = fresh(case)
    assert (case.status, case.reopen_count, case.status_note) == ("reopened", 1, "晚上还在响")
    page.reload()
    expect(page.locator("[aria-current=step]")).to_contain_text("处理中")
