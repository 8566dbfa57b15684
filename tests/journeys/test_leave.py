"""Leave asked for on a phone and decided by two in order; a swap of shifts from the wish to its pay-back."""

from datetime import date, timedelta

import pytest

from hotline.core import clock
from hotline.leave.models import Leave, Swap
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.rosters.models import Absence, RosterEntry
from hotline.rosters.queries import duty as rosters
from hotline.rosters.services import entries
from tests.journeys import town as towns
from tests.journeys.seat import PHONE, expect

pytestmark = pytest.mark.journey
DAY = timedelta(days=1)


def weekday(after: int) -> date:
    """The first Monday to Thursday at least so many days ahead: the day after it is a working day too."""
    day = clock.local_day(towns.now()) + after * DAY
    while day.weekday() > 3:
        day += DAY
    return day


def shift(town: towns.Town, person: Person, day: date) -> RosterEntry:
    """An early shift of that day."""
    choice = rosters.Choice(town.centre).of("early", day)
    assert choice is not None
    return entries.plan(person=person, shift_type=choice, day=day, by=people.system(town.centre), at=towns.now())


def head(town: towns.Town, name: str, position: Position) -> Person:
    """Somebody who decides."""
    return towns.worker(name, position, people.root(town.centre))


def cell(seat, person: Person, day: date):
    """Somebody's day in the month's grid, on whoever's screen."""
    line = seat.page.locator("table.roster tbody tr", has_text=person.name)
    return line.locator("td").nth(day.day - 1)


def agree(seat):
    """The page's own answer, once it is there with its keys."""
    seat.main.locator("button[data-primary]").first.wait_for()
    seat.page.wait_for_load_state()
    seat.press("Control+Enter")


@pytest.mark.clause("D2.9", "D2.8", "D4.5")
def test_leave_is_asked_on_a_phone_decided_by_two_and_shown_in_the_roster(sit, town):
    first = weekday(4)
    for day in (first, first + DAY):
        shift(town, town.operator, day)
    leads = head(town, "钟敏", Position.CENTRE_SUPERVISOR)
    directs = head(town, "方国栋", Position.DIRECTOR)

    phone = sit(town.operator, viewport=PHONE, has_touch=True, is_mobile=True)
    phone.open("/leave/")
    phone.main.get_by_role("link", name="请假", exact=True).first.click()
    phone.arrives("/leave/ask/")
    phone.page.locator("select[name=kind]").select_option("personal")
    phone.field("first").fill(first.isoformat())
    phone.field("last").fill((first + DAY).isoformat())
    phone.sees("计 2 天，缺 2 个班次", within="#preview")
    phone.sees("主任", within="#preview")
    phone.sees("D2.9", within="#preview")
    phone.field("reason").fill("父亲住院，需陪护")
    phone.page.locator("#ask button[data-primary]").click()
    phone.sees("待审批")
    row = Leave.objects.get(person=town.operator)
    phone.arrives(f"/leave/{row.pk}/")
    phone.is_listening()

    colleague = sit(town.second)
    colleague.open(f"/rosters/month/?month={first:%Y-%m}")
    colleague.is_listening()
    missed = cell(colleague, town.operator, first)
    expect(missed).to_contain_class("is-asked")  # lightly, and the shift still stands
    expect(missed).to_have_text("早")

    supervisor = sit(leads)
    supervisor.open("/leave/deciding/")
    supervisor.main.get_by_role("link", name=town.operator.name).click()
    supervisor.sees("批准后的班表情况")
    supervisor.field("note").first.fill("已安排替班")
    agree(supervisor)
    supervisor.is_told("转下一位审批")

    chief = sit(directs)
    chief.open("/leave/deciding/")
    chief.main.get_by_role("link", name=town.operator.name).click()
    chief.sees("已安排替班")
    agree(chief)
    chief.is_told("已批准，班表已更新")

    phone.sees("已批准", within="#state")  # by itself, as the roster that a colleague has open
    expect(missed).to_contain_class("is-away")
    expect(missed).to_have_text("事")
    expect(cell(colleague, town.operator, first + DAY)).to_have_text("事")
    phone.open(f"/rosters/month/?month={first:%Y-%m}")
    phone.sees("事假", within=".roster-mine")
    assert Absence.objects.get(person=town.operator).kind == "personal"
    supervisor.open(f"/leave/overview/?month={first:%Y-%m}")
    supervisor.sees(town.operator.name, within="table.roster")
    supervisor.sees("事", within="table.roster")


@pytest.mark.clause("D2.11")
def test_a_swap_from_wish_to_pay_back(sit, town):
    given, owed = weekday(5), weekday(12)
    mine, theirs = shift(town, town.operator, given), shift(town, town.second, owed)
    decides = head(town, "钟敏", Position.CENTRE_SUPERVISOR)

    one = sit(town.operator, viewport=PHONE, has_touch=True, is_mobile=True)
    one.open(f"/leave/swaps/new/?partner={town.second.pk}")
    one.page.locator(f"input[name=given][value='{mine.pk}']").check()
    one.field("reason").fill("孩子家长会")
    one.page.locator("form[data-guard] button[data-primary]").click()
    one.sees("待对方同意")

    two = sit(town.second)
    two.open("/leave/swaps/")
    two.main.get_by_role("link", name="去答复").click()
    agree(two)
    two.is_told("转主管审批")

    boss = sit(decides)
    boss.open("/leave/deciding/")
    boss.main.get_by_role("link", name=town.operator.name).first.click()
    agree(boss)
    boss.is_told("双方班表均已更改")
    mine.refresh_from_db()
    assert mine.person == town.second

    one.open("/leave/")
    one.sees(f"您欠 {town.second.name} 一个班次")
    one.main.get_by_role("link", name="选择还班的班次").click()
    one.page.locator(f"input[name=taken][value='{theirs.pk}']").check()
    one.page.locator("form[data-guard] button[data-primary]").click()
    one.sees("待对方同意")
    two.open("/leave/swaps/")
    two.main.get_by_role("link", name="去答复").click()
    agree(two)
    two.is_told("转主管审批")
    boss.open("/leave/deciding/")
    boss.main.get_by_role("link", name=town.operator.name).first.click()
    agree(boss)
    boss.is_told("双方班表均已更改")
    theirs.refresh_from_db()
    assert theirs.person == town.operator
    assert Swap.objects.get(asker=town.operator, repays=None).paid_back_at is not None
    one.open("/leave/")
    one.misses("一个班次，须在")
