"""An objection to a dispatch: the clerk objects, somebody else upholds it, the case is dispatched elsewhere (A2.21)."""

import pytest

from hotline.departments.models import CatalogueHint, Objection
from hotline.people.models import Position
from tests.journeys import town as towns

pytestmark = [pytest.mark.journey, pytest.mark.clause("A2.21")]


def test_an_objection_is_upheld_and_the_case_goes_to_whom_it_belongs(sit, town):
    case = towns.dispatched(town)  # by the operator, so a dispatcher may review it
    other = towns.worker("罗文静", Position.DEPARTMENT_CLERK, town.waste)
    due = case.due_at
    reviewer, clerk = sit(town.dispatcher), sit(town.clerk)
    reviewer.open("/departments/objections")
    reviewer.sees("没有待审核的异议")

    clerk.open("/cases/inbox")
    clerk.sees(case.number).click()
    clerk.arrives(f"/cases/inbox/{case.number}")
    clerk.sees("部门与协议").wait_for()
    clerk.sees("提出派单异议")
    clerk.press("y")
    clerk.arrives(f"/departments/objections/to/{case.number}")
    clerk.field("reason_code").select_option("not_owner")
    clerk.field("words").fill("该处属环卫管养范围，权属清单见附件")
    clerk.press("Control+Enter")
    clerk.is_told(f"{case.number}：异议已提交，计时不停。")
    clerk.sees("审核中")

    reviewer.open("/departments/objections")
    reviewer.sees(case.number)
    reviewer.press("e")
    reviewer.sees("该处属环卫管养范围，权属清单见附件")
    reviewer.field("note").fill("经核对权属清单，属环卫管养")
    reviewer.page.locator("select[name=right]").select_option(str(town.waste.pk), force=True)
    reviewer.field("exempt").check()
    reviewer.field("note").focus()
    reviewer.press("Control+Enter")
    reviewer.is_told("异议成立，案件退回重新派单。")

    reviewer.open("/cases/dispatching")
    reviewer.sees("经核对权属清单，属环卫管养")
    reviewer.page.locator("select[name=department]").select_option(str(town.waste.pk), force=True)
    reviewer.field("note").fill("请贵处清理")
    reviewer.press("Escape", "d")
    reviewer.is_told(f"{case.number} 已批转。")

    taker = sit(other)
    taker.open(f"/cases/inbox/{case.number}")
    taker.sees("请贵处清理")

    case.refresh_from_db()
    assert (case.department, case.send_back_count) == (town.waste, 1)
    assert case.due_at == due  # the phase's clock ran on over both departments
    row = Objection.objects.get(case=case)
    assert (row.status, row.hop.exemption.by) == ("upheld", town.dispatcher)
    assert CatalogueHint.objects.get(objection=row).right == town.waste
