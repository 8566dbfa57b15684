"""Indicators: from the centre's page down to the shift behind a figure; a reward proposed, confirmed, praised."""

from datetime import date

import pytest

from hotline.appraisal.models import Award, Measure
from hotline.appraisal.services import measuring
from hotline.core.clock import local_day
from hotline.people.models import Position
from hotline.people.queries import system_person
from tests.journeys import town as towns
from tests.journeys.seat import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.clause("A6.1"), pytest.mark.clause("A7.11")]


def month() -> date:
    """The running month."""
    return local_day(towns.now()).replace(day=1)


def test_a_figure_is_opened_and_a_reward_is_praised(sit, town):
    program = system_person(town.centre)
    measuring.measure(centre=town.centre, month=month(), by=program, at=towns.now())
    row = Measure.objects.get(person=town.operator)
    Measure.objects.filter(pk=row.pk).update(
        numbers={**row.numbers, "working_days": 20, "rostered": 20, "attended": 19, "on_time": 18}
    )
    boss = towns.worker("高主管", Position.CENTRE_SUPERVISOR, town.operator.posts.get().unit)

    leader = sit(boss)
    leader.open("/appraisal/centre")
    leader.sees("案件审批质量")
    leader.open(f"/appraisal/indicators/{town.operator.pk}")
    leader.sees("95.0%")
    leader.sees("按原文")
    leader.page.locator("#main a[href*='/attendance?']").first.click()
    leader.arrives(f"/appraisal/indicators/{town.operator.pk}/attendance")

    proposer = sit(town.leader)
    proposer.open("/appraisal/awards/new")
    proposer.field("person").select_option(str(town.operator.pk))
    proposer.field("grade_number").select_option("1")
    proposer.field("words").fill("整月零差错，主动带新人")
    proposer.press("Control+Enter")
    proposer.is_told("已提出，由另一人确认。")

    leader.open("/appraisal/awards")
    leader.field("note").fill("名副其实")
    leader.page.get_by_role("button", name="确认").click()
    leader.is_told("处理结果已记录。")
    assert Award.objects.get().status == "confirmed"

    phone = sit(town.second, viewport=PHONE, has_touch=True, is_mobile=True)
    phone.open("/appraisal/awards")
    phone.sees("整月零差错，主动带新人")
    assert phone.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
