"""A second call about the same hole: offered before it is typed, merged by one key, and undone again."""

import pytest

from hotline.cases.models import Case
from hotline.cases.queries import merged, rebuild
from hotline.cases.tests.builders import POINT, fresh
from tests.journeys import town as towns
from tests.journeys.seat import expect, until

pytestmark = pytest.mark.journey


@pytest.mark.clause("A3.1")
def test_a_duplicate_is_merged_while_it_is_typed_and_undone(sit, town):
    known = towns.report(town, by=town.second, minutes_ago=30, category=town.condition.category)
    operator = sit(town.operator)
    operator.open("/cases/desk/new")
    operator.page.locator("#id_caller_number").fill("13900139000")
    operator.page.locator("#id_description").fill("学府路口井盖响得厉害")
    operator.page.locator(".desk-point summary").click()
    operator.page.locator("#id_latitude").fill(str(POINT[0]))
    operator.page.locator("#id_longitude").fill(str(POINT[1]))
    operator.page.locator("#id_category_search").focus()
    operator.write("ssjg")
    expect(operator.page.locator("[role=option]", has_text="上水井盖")).to_have_attribute("aria-selected", "true")
    operator.press("Enter")
    operator.sees(known.number, within="#similar")
    operator.press("Alt+1")
    operator.is_told("已受理并并案")

    child = until(lambda: Case.objects.filter(merged_into=known).first())
    assert [one.case for one in merged.reporters_of(known)] == [known, child]
    operator.open(f"/cases/{known.number}")
    operator.sees("待答复的反映人")
    operator.sees(child.number)
    operator.open(f"/cases/{child.number}")
    operator.sees("本件已并入")
    operator.press("j")
    operator.has_focus("#act_reason")
    operator.write("不是同一个井盖")
    operator.press("Control+Enter")
    operator.misses("本件已并入")
    child = fresh(child)
    assert (child.merged_into, child.status, child.holding.person) == (None, "registered", town.operator)
    assert rebuild.differences([child.pk, known.pk]) == []


def test_what_is_handed_out_opens_on_an_idle_desk_and_never_over_a_form(sit, town):
    operator = sit(town.operator)
    operator.open("/cases/desk")
    operator.sees("手上没有案件", within="#hand")
    operator.is_listening()
    first = towns.report(town)
    expect(operator.page.locator("#desk-form .card-title")).to_contain_text(first.number)

    operator.press("c")
    operator.has_focus("#id_caller_number")
    operator.page.locator("#id_description").fill("另一件事")
    second = towns.report(town)
    operator.sees(second.number, within="#hand")
    expect(operator.page.locator("#id_description")).to_have_value("另一件事")
