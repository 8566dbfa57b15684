"""The field supervisor: a telephone in one hand, a task that comes by itself, a reply with photos and a place."""

import pytest

from hotline.cases.models import Task
from hotline.cases.services import filing
from hotline.cases.tests.builders import POINT, fresh, ready
from tests.journeys import town as towns
from tests.journeys.seat import PHONE, expect, promptly, until

pytestmark = pytest.mark.journey
HERE = {"latitude": 37.9003, "longitude": 112.5504}


@pytest.mark.clause("B3.2")
def test_a_task_comes_by_itself_and_is_answered_with_photos_on_a_phone(sit, town):
    seat = sit(
        town.field, viewport=PHONE, has_touch=True, is_mobile=True, geolocation=HERE, permissions=["geolocation"]
    )
    seat.arrives("/cases/tasks")
    seat.sees("没有待办任务")
    seat.is_listening()

    ready(town.operator, towns.now())
    case = towns.report(town, latitude=POINT[0], longitude=POINT[1])
    filing.ask_verify(
        case_id=case.pk, version=case.version, question="井盖是否松动？周边有无积水？", by=town.operator, at=towns.now()
    )
    card = seat.page.locator(".task-card")
    expect(card).to_contain_text(town.words.place, timeout=promptly())
    expect(card).to_contain_text("核实")
    expect(card.locator(".countdown")).to_contain_text("剩余")
    card.tap()
    seat.sees("井盖是否松动？周边有无积水？")

    seat.page.locator("#reply").get_by_text("属实", exact=True).tap()
    for name in ("photos_near", "photos_far"):
        upload = seat.page.locator(f"input[name={name}]")
        upload.set_input_files({"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": towns.photo()})
    expect(seat.page.locator(".upload-item img")).to_have_count(2)
    seat.page.get_by_role("button", name="附上我的位置").tap()
    seat.sees("已附上位置", within="#reply")
    seat.field("text").fill("井盖松动，暂无积水，已设警示牌")
    assert seat.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    seat.page.get_by_role("button", name="提交回复").tap()
    seat.is_told("回复已提交，谢谢。")

    until(lambda: fresh(case).holding.person == town.operator)  # it is back with whoever asked
    case = fresh(case)
    task = Task.objects.get(case=case)
    assert (task.status, task.is_confirmed, task.reply) == ("done", True, "井盖松动，暂无积水，已设警示牌")
    assert float(task.latitude) == HERE["latitude"]
    assert sorted(case.files.values_list("kind", flat=True)) == ["far", "near"]
    assert case.status == "registered"
