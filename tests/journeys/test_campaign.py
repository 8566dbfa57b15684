"""A campaign from its first word to the export: its leader builds it, an agent works it by keys alone."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser

from hotline.core import clock
from hotline.outbound.models import Attempt, Campaign, DoNotCall, Record
from hotline.outbound.tests.test_dialling import begins, dials, fails
from hotline.people.models import Position
from hotline.promises.models import Promise
from hotline.telephony.logic.words import State
from hotline.telephony.models import Leader
from hotline.telephony.tests import builders as telephony
from tests.journeys import conftest as journeys
from tests.journeys import house as installation
from tests.journeys import town as towns
from tests.journeys.house import House
from tests.journeys.seat import PHONE, expect, until

pytestmark = pytest.mark.journey
NAME = "冬季满意度回访"
BAD = "姓名,电话,小区\n王小云,13900000001,锦绣园\n李文,66778899,学府苑\n"
GOOD = (
    "姓名,电话,小区\n王小云,13900000001,锦绣园\n李文,13900000002,学府苑\n=张三,13900000003,学府苑\n"
    "王,139 0000 0001,\n赵六,13900000004,锦绣园\n"
)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(scope="module")
def house(tmp_path_factory, django_db_blocker) -> Iterator[House]:
    """An installation whose clock shows ten in the morning: at night nobody may be called."""
    before = dict(os.environ)
    shown = clock.wall(clock.today(), 10)
    os.environ["HOTLINE_CLOCK"] = f"{shown.isoformat()}/{int(time.time())}/1"
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    clock.pace.cache_clear()
    var = tmp_path_factory.mktemp("campaign") / "var"
    var.mkdir(mode=0o700)
    try:
        with django_db_blocker.unblock():
            empty = installation.address(f"{installation.test_name()}_empty")
            installation.make_ready(empty)
            (var / "static").symlink_to(installation.prepared() / "static")
            mine = installation.copy_of(empty, f"{installation.test_name()}_campaign")
            with installation.served(mine, var) as found, installation.writing_to(mine, var):
                yield found
    finally:
        os.environ.clear()
        os.environ.update(before)
        clock.pace.cache_clear()


@pytest.fixture(scope="module")
def browser(house) -> Iterator[Browser]:
    """A Chromium for this installation."""
    with journeys.chromium() as found:
        yield found


@pytest.fixture
def leader(town):
    """Who leads the team."""
    return towns.worker("戚云汀", Position.TEAM_LEADER, town.operator.posts.get().unit)


def list_file(name: str, text: str) -> dict[str, object]:
    """A file as the browser's window hands it over."""
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


def picture(seat, name: str) -> None:
    """Kept where HOTLINE_PICTURES says, wide and on a telephone; nowhere otherwise."""
    folder = os.environ.get("HOTLINE_PICTURES")
    if not folder:
        return
    size = seat.page.viewport_size
    for width in (1440, 390):
        seat.page.set_viewport_size({"width": width, "height": 900 if width == 1440 else PHONE["height"]})
        seat.page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    seat.page.set_viewport_size(size)


@pytest.mark.clause("A2.8")
@pytest.mark.clause("A3.14")
def test_a_campaign_is_built_worked_by_keys_and_exported(sit, town, leader, tmp_path):
    owner = sit(leader)
    campaign = built(owner, town)

    agent = sit(town.operator)
    agent.open("/outbound/")
    agent.sees(NAME)
    picture(agent, "mine")
    agent.press("n")
    agent.sees("王小云", within="h1")
    agent.sees("139****0001")
    agent.misses("13900000001")
    agent.sees("您好，这里是市民热线")
    agent.press("d")
    agent.sees("13900000001")
    agent.press("Alt+1")
    agent.sees("此题必答")
    picture(agent, "record-fault")
    agent.page.locator("input[name=f1]").first.check()
    agent.field("note").fill("说路灯很亮")
    agent.press("Alt+1")
    agent.arrives("/outbound/")
    agent.is_told("已保存")

    is_barred(agent, owner, campaign, town)
    makes_an_appointment(agent, town)

    owner.open(f"/outbound/campaigns/{campaign.pk}")
    owner.sees(town.operator.name)
    picture(owner, "campaign")
    owner.open(f"/outbound/campaigns/{campaign.pk}/people")
    owner.sees("139****0003")
    picture(owner, "people")
    owner.open(f"/outbound/campaigns/{campaign.pk}")
    sheet = exported(owner, campaign, tmp_path)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:3] for row in rows] == [
        ["139****0001", "王小云", "锦绣园"],
        ["139****0002", "李文", "学府苑"],
        ["139****0003", "=张三", "学府苑"],
        ["139****0004", "赵六", "锦绣园"],
    ]
    assert {"满意", "说路灯很亮"} <= set(rows[0])
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


@pytest.mark.clause("A3.14")
def test_on_the_line_the_exchange_dials_one_after_another(sit, town, leader):
    """What the ACD does is told into its log here; its own part is tested with it."""
    floor = telephony.house(town.centre)
    owner = sit(leader)
    campaign = built(owner, town, mode="progressive", pause="4")
    floor.state(town.operator, State.NOT_READY, clock.now())
    beat(town)
    agent = sit(town.operator)
    agent.open("/outbound/")
    picture(agent, "mine-progressive")
    agent.press("n")
    agent.arrives("/outbound/line")
    agent.sees("您的电话处于示忙")
    picture(agent, "line-not-ready")
    agent.is_listening()
    beat(town)
    floor.state(town.operator, State.READY, clock.now())
    first = until(lambda: Record.objects.filter(taken_by=town.operator).first())
    agent.arrives(f"/outbound/people/{first.pk}")
    attempt = Attempt.objects.get(record=first)
    agent.sees("139****0001")
    agent.is_listening()
    begins(floor, attempt, clock.now())
    agent.sees("正在接通您的电话")
    dials(floor, attempt, clock.now())
    agent.sees("正在呼叫对方")
    picture(agent, "record-dialling")
    fails(floor, attempt, "busy", clock.now())
    agent.sees("对方占线")
    agent.sees("登记为“占线”")
    picture(agent, "record-busy")
    owner.open(f"/outbound/campaigns/{campaign.pk}")
    owner.sees("正在自动外呼")
    beat(town)
    agent.press("Alt+0")
    agent.arrives("/outbound/line")
    agent.sees("该项目两次通话之间间歇 4 秒")
    picture(agent, "line-pause")
    beat(town)
    second = until(lambda: Record.objects.filter(taken_by=town.operator).first())
    assert second.pk != first.pk
    agent.arrives(f"/outbound/people/{second.pk}")
    picture(owner, "campaign-line")
    agent.open("/outbound/")
    owner.press("p")
    owner.arrives(f"/outbound/campaigns/{campaign.pk}/do/pause")
    owner.field("note").fill("午休")
    owner.press("Control+Enter")
    owner.is_told("项目已暂停")
    owner.sees("午休")
    owner.sees("暂无。坐席开始自动外呼后")


def is_barred(agent, owner, campaign, town) -> None:
    """The next one wants no more calls: no list takes him in any more."""
    agent.press("n")
    agent.sees("李文", within="h1")
    agent.press("d")
    agent.sees("13900000002")
    agent.field("note").fill("请不要再打了")
    agent.press("Alt+7")
    agent.arrives("/outbound/")
    barred = DoNotCall.objects.get(centre=town.centre)
    assert (barred.e164, barred.reason) == ("+8613900000002", "请不要再打了")
    agent.open("/outbound/barred")
    agent.sees("139****0002")
    picture(agent, "barred")
    owner.open(f"/outbound/campaigns/{campaign.pk}/list")
    owner.field("file").set_input_files(list_file("第二批.csv", "姓名,电话\n李文,13900000002\n"))
    owner.press("Control+Enter")
    owner.is_told("没有变化")


def makes_an_appointment(agent, town) -> None:
    """The one after that is to be called tomorrow."""
    agent.open("/outbound/")
    agent.press("n")
    agent.sees("=张三", within="h1")
    agent.press("d")
    agent.sees("13900000003")
    agent.press("Alt+3")
    agent.sees("请填写预约时间", within="#settle")
    tomorrow = clock.today() + DAY
    agent.field("appointment").fill(f"{tomorrow:%Y-%m-%d}T10:00")
    agent.press("Alt+3")
    agent.arrives("/outbound/")
    agent.sees("=张三")
    picture(agent, "mine-later")
    promise = Promise.objects.get(owner=town.operator)
    assert clock.local(promise.due_at).strftime("%H:%M") == "10:30"


def beat(town) -> None:
    """The ACD lives."""
    Leader.objects.filter(centre=town.centre).update(beat_at=clock.now() + 10 * SECOND)


def built(owner, town, mode="preview", pause="15"):
    """The owner makes the campaign, takes a list in, writes its script, says who works in it, and starts it."""
    owner.open("/outbound/campaigns")
    owner.sees("尚无外呼项目")
    owner.press("n")
    owner.arrives("/outbound/campaigns/new")
    owner.field("name").fill(NAME)
    owner.page.locator(f"input[name=mode][value={mode}]").check()
    owner.field("opens").fill("08:00")
    owner.field("closes").fill("21:00")
    owner.field("on_rest_days").check()
    owner.field("pause_seconds").fill(pause)
    picture(owner, f"new-{mode}")
    owner.press("Control+Enter")
    owner.is_told("项目已建立")
    campaign = Campaign.objects.get(centre=town.centre)
    owner.arrives(f"/outbound/campaigns/{campaign.pk}/list")
    owner.field("file").set_input_files(list_file("名单.csv", BAD))
    owner.press("Control+Enter")
    owner.sees("66778899")
    picture(owner, "list-fault")
    assert not Record.objects.filter(campaign=campaign).exists()
    owner.field("file").set_input_files(list_file("名单.csv", GOOD))
    owner.press("Control+Enter")
    owner.is_told("已新增 4 人")
    picture(owner, "list")

    owner.open(f"/outbound/campaigns/{campaign.pk}/script")
    owner.field("text").fill("您好，这里是市民热线，想了解您的满意度。\n（对方不便时请约定时间。）")
    owner.field("q-0-label").fill("是否满意")
    owner.field("q-0-kind").select_option("choice")
    owner.field("q-0-options").fill("满意\n不满意")
    owner.field("q-0-required").check()
    owner.field("q-1-label").fill("意见和建议")
    owner.field("q-1-kind").select_option("long")
    picture(owner, "script")
    owner.press("Control+Enter")
    owner.is_told("第 1 版已保存")
    owner.open(f"/outbound/campaigns/{campaign.pk}/endings")
    picture(owner, "endings")
    owner.open(f"/outbound/campaigns/{campaign.pk}/crew")
    owner.field(f"in_{town.operator.pk}").check()
    owner.field(f"goal_{town.operator.pk}").fill("5")
    picture(owner, "crew")
    owner.press("Control+Enter")
    owner.is_told("参加人员已保存")
    owner.open(f"/outbound/campaigns/{campaign.pk}")
    owner.press("s")
    owner.is_told("项目已启动")
    expect(owner.page.get_by_text("进行中").first).to_be_visible()
    return campaign


def exported(owner, campaign, folder: Path):
    """The workbook that the owner takes along, numbers masked."""
    owner.press("x")
    owner.arrives(f"/outbound/campaigns/{campaign.pk}/export")
    picture(owner, "export")
    with owner.page.expect_download() as download:
        owner.press("Control+Enter")
    there = folder / "export.xlsx"
    download.value.save_as(there)
    return openpyxl.load_workbook(there).active
