"""The end of a shift: two open cases go to whoever comes next, who accepts them; the result comes back (D2.5, C6)."""

from datetime import timedelta

import pytest

from hotline.cases.tests.builders import fresh
from hotline.handover.models import Handover
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.rosters.queries import duty as rosters
from hotline.rosters.services import entries, shifts
from tests.journeys import town as towns
from tests.journeys.seat import expect

pytestmark = pytest.mark.journey


def comes_next(town: towns.Town) -> Person:
    """A colleague on the late shift, which began an hour ago and goes on for nine."""
    unit = town.operator.posts.get().unit
    person = towns.worker("钱一鸣", Position.OPERATOR, unit)
    now = towns.now()
    began, ends = ((now + timedelta(hours=hours)).astimezone(towns.ZONE) for hours in (-1, 9))
    by = people.system(town.centre)
    usual = rosters.Choice(town.centre).of("late", began.date())
    assert usual is not None
    late = shifts.change_shift_type(
        shift_type_id=usual.pk,
        since=began.date(),
        starts=began.time().replace(second=0, microsecond=0),
        ends=ends.time().replace(second=0, microsecond=0),
        breaks=[],
        by=by,
        at=now,
    )
    entries.plan(person=person, shift_type=late, day=began.date(), by=by, at=now)
    return person


@pytest.mark.clause("D2.5", "C6", "D2.6")
def test_two_open_cases_are_handed_over_accepted_and_their_result_told_back(sit, town):
    late = comes_next(town)
    first, second = towns.report(town, minutes_ago=4), towns.report(town, minutes_ago=3)
    giver, taker = sit(town.operator), sit(late)

    giver.open("/handover/")
    giver.sees(first.number)
    giver.sees(second.number)
    giver.sees(late.name)
    giver.press("s")  # not yet: both are still in his hands
    giver.sees(f"{first.number}还在您手上：请交接，或写明留办原因。")

    giver.page.locator("[data-select-all]").check()
    giver.page.locator("[name=words]").fill("请十点前回电市民")
    giver.page.locator("button[name=act][value=offer]").click()
    giver.is_told("已向下一班提交 2 项。")

    taker.open("/handover/inbox")
    for left in (1, 0):
        taker.sees("请十点前回电市民")
        taker.press("y")
        taker.is_told("已接收。")
        expect(taker.page.locator("form[action$='/accept']")).to_have_count(left)
    assert {fresh(case).holding.person for case in (first, second)} == {late}
    assert {fresh(case).first_owner for case in (first, second)} == {town.operator}

    giver.open("/handover/")
    giver.sees("已由他人接收")
    giver.press("s")
    giver.is_told("本班已签退。")
    record = Handover.objects.get(person=town.operator)
    giver.arrives(f"/handover/{record.pk}")
    taker.open("/handover/inbox?show=taken")
    taker.page.get_by_role("link", name="办理情况和结果").first.click()
    taker.page.locator("[name=text]").fill("已联系物业，井盖今晚更换，市民认可")
    taker.press("Control+Enter")
    taker.is_told("结果已反馈。")
    giver.open(f"/handover/{record.pk}")
    giver.sees("已联系物业，井盖今晚更换，市民认可")
    giver.open("/notices/")
    giver.sees("已联系物业，井盖今晚更换，市民认可")
