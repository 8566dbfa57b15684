"""My month: a deduction opened down to the case it rests on, disputed, decided by another; the money follows."""

from datetime import date

import pytest

from hotline.appraisal.models import Appeal, Sheet
from hotline.appraisal.services import assessing
from hotline.core.clock import local_day
from hotline.people.models import Position
from hotline.people.queries import system_person
from tests.journeys import town as towns
from tests.journeys.seat import PHONE

pytestmark = [pytest.mark.journey, pytest.mark.clause("D3.15")]


def month() -> date:
    """The running month."""
    return local_day(towns.now()).replace(day=1)


def test_a_deduction_is_opened_down_to_its_case_disputed_and_given_back(sit, town):
    case = towns.dispatched(town)  # ten minutes in the operator's hands
    for _quick in range(2):  # which keep the month's average within its limit: only the slow case costs anything
        towns.walk(town, towns.report(town, minutes_ago=5)).dispatched()
    program = system_person(town.centre)
    assessing.compute(centre=town.centre, month=month(), by=program, at=towns.now())
    before = Sheet.objects.get(person=town.operator, is_current=True)
    boss = towns.worker("高主管", Position.CENTRE_SUPERVISOR, town.operator.posts.get().unit)

    operator = sit(town.operator)
    operator.open("/appraisal/")
    operator.sees("我的本月")
    operator.sees("及时率")
    row = before.lines.get(part="timeliness", sort="deduction", evidence__icontains=case.number)
    operator.sees(row.zh).click()
    operator.arrives(f"/appraisal/lines/{row.pk}")
    operator.sees("如果这一行被推翻？")
    operator.page.locator(f"#main a[href='/cases/{case.number}']").first.click()
    operator.arrives(f"/cases/{case.number}")
    operator.sees(town.words.report)

    operator.open(f"/appraisal/lines/{row.pk}")
    operator.field("words").fill("来电人两次断线，已在备注中说明")
    operator.press("Control+Enter")
    operator.is_told("您的申诉已提交，由另一人处理。")

    judge = sit(boss)
    judge.open("/appraisal/appeals")
    judge.sees("来电人两次断线，已在备注中说明")
    judge.field("note").fill("录音证实断线")
    judge.page.get_by_role("button", name="成立").click()
    judge.is_told("处理结果已记录。")

    appeal = Appeal.objects.get(line=row)
    assert (appeal.status, appeal.status_by) == ("granted", boss)
    after = Sheet.objects.get(person=town.operator, is_current=True)
    assert (after.points, after.fen) == (before.points + 2, before.fen + 500)
    operator.open("/appraisal/")
    operator.sees(str(after.points))
    operator.misses(row.zh)

    phone = sit(town.operator, viewport=PHONE, has_touch=True, is_mobile=True)
    phone.open("/appraisal/")
    phone.sees("目前得分")
    assert phone.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
