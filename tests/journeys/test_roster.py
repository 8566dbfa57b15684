"""The shift leader makes a month with the solver, moves a shift by hand and is warned, publishes; people confirm."""

from datetime import date, time, timedelta

import pytest

from hotline.core import clock
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people
from hotline.rosters.logic.hours import month_days
from hotline.rosters.logic.plans import Status
from hotline.rosters.models import DraftEntry, PlanSeen, RosterEntry, RosterPlan, ShiftType, WishPrice
from hotline.rosters.queries import planning
from hotline.rosters.services import shifts, wishes
from hotline.rosters.services.demand import set_demand
from tests.journeys import town as towns
from tests.journeys.seat import expect, until

pytestmark = pytest.mark.journey
SOLVED = 120_000  # milliseconds until the solver is done, on a machine that is busy with other things
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def month_to_come() -> date:
    """The first month that can still be announced four weeks ahead."""
    today = clock.local_day(towns.now())
    first = month_days(today)[-1] + timedelta(days=1)
    while (first - today).days < 28:
        first = month_days(first)[-1] + timedelta(days=1)
    return first


def colleagues(town: towns.Town) -> list[Person]:
    """Enough people for a window of thirteen and a half hours every day."""
    unit = town.operator.posts.get().unit
    names = ("钱一鸣", "郑雅文", "冯建国", "陈思远", "褚红梅", "卫东升")
    return [towns.worker(name, Position.OPERATOR, unit) for name in names]


def printed_hours(town: towns.Town, first: date) -> None:
    """The early shifts as the handbook prints them: the town's own are moved to where somebody is at work now."""
    by = people.system(town.centre)
    for code in ("early", "weekend_early", "leader_early"):
        row = ShiftType.objects.filter(centre=town.centre, code=code).order_by("since").last()
        assert row is not None
        shifts.change_shift_type(
            shift_type_id=row.pk, since=first, starts=time(8, 30), ends=time(17, 30), breaks=[210, 270], by=by,
            at=towns.now(),
        )  # fmt: skip


def demand(town: towns.Town, first: date) -> None:
    """Two heads in every half hour of the window."""
    heads = {(day, slot): 2 for day in month_days(first) for slot in planning.window_slots(day)}
    set_demand(centre=town.centre, heads=heads, source="hand", by=people.system(town.centre), at=towns.now())


def late_and_other(plan: RosterPlan, staff: list[Person]) -> tuple[DraftEntry, Person]:
    """A late shift before a free weekday of the same person, and a colleague who is free on both days."""
    taken = set(DraftEntry.objects.filter(plan=plan).values_list("person", "day"))
    for row in DraftEntry.objects.filter(plan=plan, shift_type__code__endswith="late").order_by("day", "pk"):
        after = row.day + timedelta(days=1)
        if after.month != row.day.month or after.weekday() > 4 or (row.person_id, after) in taken:
            continue
        for one in staff:
            if one.pk != row.person_id and not taken & {(one.pk, row.day), (one.pk, after)}:
                return row, one
    raise AssertionError("nobody is free after a late shift beside a colleague who is free on both days")


def is_moved(leader, moved) -> None:
    """A shift that was dragged lands; by the month that the solver made, a rule of that week may ask for a reason."""
    reason = leader.page.locator("#dialog input[name=reason]")
    until(lambda: moved.exists() or reason.is_visible(), 20)
    if not moved.exists():
        reason.fill("顶替病假，本人已同意")
        leader.press("Control+Enter")
    until(moved.exists)
    row = moved.get()
    cell = leader.page.locator(f"[data-person='{row.person_id}'] [data-day='{row.day}']")
    expect(cell.locator("xpath=..")).to_contain_class("is-fixed")  # the grid is drawn again


def drag_while_drawn_anew(leader, cell, target) -> None:
    """Drag; just as the shift is picked up the grid comes anew, and must not be swapped under the hand.

    The events are those that a browser sends for a drag, said one by one: when exactly a browser that is driven from
    outside begins one is left to its own clock, and so to how busy the machine is.
    """
    page = leader.page
    carried = {"dataTransfer": page.evaluate_handle("new DataTransfer()")}
    cell.dispatch_event("pointerdown")
    with page.expect_response(lambda answer: "/rosters/plans/" in answer.url):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('plan-changed'))")
    page.wait_for_timeout(300)  # what has come is drawn, if at all
    cell.dispatch_event("dragstart", carried)
    expect(cell).to_contain_class("is-dragged")
    target.dispatch_event("dragover", carried)
    expect(target).to_contain_class("is-target")
    target.dispatch_event("drop", carried)
    cell.dispatch_event("dragend", carried)


def a_wish_is_priced(leader, town: towns.Town, plan: RosterPlan, staff: list[Person]) -> None:
    """Somebody wishes late for a free day on which he is to work: the planner asks what it would cost."""
    works = DraftEntry.objects.filter(plan=plan, person__in=staff, shift_type__isnull=False).order_by("day", "pk")[0]
    person = works.person
    wishes.wish(person=person, day=works.day, code="", is_against=False, weight=2, by=person, at=towns.now())
    leader.page.get_by_role("button", name="测算代价").click()  # the list has drawn itself again
    expect(leader.page.locator("#dialog #price")).to_contain_text("满足该意愿", timeout=SOLVED)
    leader.sees("班次的变化", within="#price")
    leader.press("Escape")
    expect(leader.page.locator("#dialog")).to_be_hidden()
    assert WishPrice.objects.get(plan=plan).asked_by == town.leader


@pytest.mark.clause("B2.2", "A7.7", "D2.1", "A2.1")
def test_a_month_is_solved_mended_by_hand_published_and_confirmed(sit, town):
    first = month_to_come()
    staff = colleagues(town)
    printed_hours(town, first)
    demand(town, first)
    leader = sit(town.leader)

    leader.open("/rosters/plans/")
    leader.field("month").fill(f"{first:%Y-%m}")
    leader.field("origin").select_option("empty")
    leader.page.get_by_role("button", name="开始编制").click()
    plan = until(lambda: RosterPlan.objects.filter(centre=town.centre).first())
    leader.arrives(f"/rosters/plans/{plan.pk}/")
    leader.sees("硬性警告")

    leader.field("seconds").select_option("20")
    leader.page.get_by_role("button", name="自动排班", exact=True).click()
    leader.sees("方案代价", timeout=SOLVED)
    expect(leader.page.locator("#plan .notice", has_text="理论下限")).to_be_visible(timeout=SOLVED)
    assert RosterPlan.objects.get().status == Status.PROPOSED
    leader.sees("没有违反硬性规则。")

    a_wish_is_priced(leader, town, plan, staff)

    # by the keyboard: an early shift after a late one breaks the rest between shifts
    late, other = late_and_other(plan, staff)
    morning = late.day + timedelta(days=1)
    cell = leader.page.locator(f"[data-person='{late.person_id}'] [data-day='{morning}']")
    cell.focus()
    leader.press("e")
    dialog = leader.page.locator("#dialog")
    leader.sees("至少需要 11 小时", within=dialog)
    dialog.locator("input[name=reason]").fill("顶替病假，本人已同意")
    leader.press("Control+Enter")
    leader.is_told("已更改。")
    assert until(
        lambda: DraftEntry.objects.filter(plan=plan, person=late.person_id, day=morning, is_fixed=True).first()
    )
    expect(cell.locator("xpath=..")).to_contain_class("is-fixed")  # the grid is drawn again
    leader.has_focus(cell)

    # by the mouse: the same shift is dragged to a colleague who is free then
    drag_while_drawn_anew(leader, cell, leader.page.locator(f"[data-person='{other.pk}'] [data-day='{morning}']"))
    is_moved(leader, DraftEntry.objects.filter(plan=plan, person=other, day=morning, shift_type__isnull=False))

    leader.press("p")
    leader.sees("将生效", within=dialog)
    dialog.locator("input[name=reason]").fill("按月发布")
    dialog.get_by_role("button", name="发布").click()
    leader.is_told("本月班表已发布")
    assert until(lambda: RosterPlan.objects.filter(pk=plan.pk, status=Status.PUBLISHED).first()).days_late == 0
    assert (
        RosterEntry.objects.filter(day__gte=first).count()
        == DraftEntry.objects.filter(plan=plan, shift_type__isnull=False).count()
    )

    mine = sit(other, **PHONE)
    mine.open("/rosters/mine/")
    mine.sees("下一班")
    mine.page.get_by_role("button", name="我已知悉").click()
    mine.is_told("值班长会看到您已知悉")
    assert PlanSeen.objects.get(plan=plan).person == other
    mine.page.get_by_role("button", name="生成地址").click()
    mine.sees("地址只显示这一次")
