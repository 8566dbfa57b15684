"""The supervisor's live board, the big screen, and the bar of whoever is on the telephone (A2.3, A2.4, A3.2)."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hotline.people.models import Position
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Wish
from hotline.telephony.services import leading, setup
from hotline.telephony.tests import builders
from tests.journeys import town as towns
from tests.journeys.seat import PHONE, Seat, expect, until

pytestmark = pytest.mark.journey
SECOND = timedelta(seconds=1)
PICTURES = os.environ.get("HOTLINE_PICTURES", "")


def house(town: towns.Town) -> builders.House:
    """The town's people at their telephones: a queue with a day behind it, one who talks, one who is ready."""
    now = towns.now()
    centre = town.centre
    team = town.operator.posts.get().unit
    by = builders.people.system(centre)
    second = towns.worker("钱一鸣", Position.OPERATOR, team)
    head = towns.worker("孙立", Position.TEAM_LEADER, team)
    queue = setup.make_queue(centre=centre, code="city", name="城市管理热线", by=by, at=now)
    setup.set_members(queue_id=queue.pk, persons=[town.operator.pk, second.pk, head.pk], by=by, at=now)
    for code, name, limit in (("rest", "小休", 600), ("meal", "用餐", 2400)):
        setup.set_reason(centre=centre, code=code, name=name, limit=limit, by=by, at=now)
    return builders.House(
        centre=centre, team=team, first=town.operator, second=second, head=head, leader=town.leader,
        supervisor=head, quality=head, queue=queue,
        epoch=leading.take_lead(centre=centre, switch="test", by=by, at=now),
    )  # fmt: skip


def behind_them(made: builders.House, now: datetime) -> None:
    """Two talks, one caller who hung up, one who waits."""
    for person in (made.first, made.second):
        made.state(person, State.NOT_READY, now - 900 * SECOND, reason="sign_in")
        made.state(person, State.READY, now - 890 * SECOND)
    for number, person in enumerate((made.first, made.second)):
        at = now - (800 - 100 * number) * SECOND
        builders.arrive(made, f"a{number}", at)
        builders.talk(made, f"a{number}", person, at + 6 * SECOND, seconds=40)
    builders.arrive(made, "b", now - 500 * SECOND)
    made.tell(
        (Fact.QUEUE_LEFT, now - 470 * SECOND, "b", None, {"queue": made.queue.pk, "how": "abandoned"}),
        (Fact.CALL_ENDED, now - 470 * SECOND, "b", None, {"how": "abandoned"}),
    )
    builders.arrive(made, "c", now - 30 * SECOND, number="+8613700005678")


def picture(seat: Seat, name: str) -> None:
    """A picture to look at, when a folder for it is named."""
    if PICTURES:
        seat.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.mark.clause("A2.4")
@pytest.mark.clause("A2.3")
def test_a_leader_watches_the_floor_and_speaks_to_an_operator(town, sit):
    now = towns.now()
    made = house(town)
    behind_them(made, now)
    leader, operator = sit(town.leader), sit(made.first)
    leader.open("/calls/board").sees("实时看板", within="h1")
    leader.sees(made.first.name)
    picture(leader, "board-1440")
    leader.is_listening()
    operator.open("/").page.locator("#phone-rest").wait_for()
    at = towns.now()
    builders.offer(made, "c", made.first, at)
    expect(leader.page.locator("#floor").get_by_text("振铃").first).to_be_visible()
    expect(operator.page.locator("#phone-answer")).to_be_visible()
    operator.sees("137****5678")
    picture(operator, "bar-ringing-1440")
    at = towns.now()
    made.tell(
        (Fact.OFFER_ENDED, at, "c", made.first, {"offer": "c-1", "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, at, "c", None, {"queue": made.queue.pk, "how": "answered"}),
        (Fact.AGENT_STATE, at, "c", made.first, {"state": "talking"}),
        (Fact.TALK_BEGAN, at, "c", made.first, {"offer": "c-1", "queue": made.queue.pk}),
    )
    operator.page.locator("#phone-help").wait_for()
    picture(operator, "bar-talking-1440")
    operator.press("Alt+e")
    leader.sees("请求支援")
    leader.page.locator(f"#floor-{made.first.pk}").click()
    leader.page.locator("#dialog input[name=text]").fill("我来接手，请先安抚")
    picture(leader, "person-1440")
    leader.press("Control+Enter")
    operator.sees("我来接手，请先安抚", within="#phone")
    operator.press("Alt+h")
    until(lambda: Wish.objects.filter(person=made.first, kind="hold").exists())
    operator.page.locator("#phone-over").click()
    operator.sees("转接来电人", within="#dialog")
    picture(operator, "transfer-1440")
    operator.press("Escape")
    operator.press("Alt+c")
    operator.arrives("/cases/desk/new")
    assert operator.field("caller_number").input_value().endswith("13700005678")


def test_the_big_screen_and_the_board_on_a_phone(town, sit):
    made = house(town)
    behind_them(made, towns.now())
    wall = sit(town.leader).open("/calls/wallboard")
    wall.sees("等待来电")
    picture(wall, "wall-1440")
    phone = sit(made.head, viewport=PHONE).open("/calls/board")
    phone.sees(made.first.name)
    picture(phone, "board-390")
