"""The shift leader looks at tomorrow, re-plans the afternoon and accepts a proposal (A2.20, A7.5)."""

from datetime import datetime, timedelta

import pytest

from hotline.cases.models import Holding
from hotline.cases.services import desk as case_desk
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.people.models import Notice, Person, Position
from hotline.people.tests import builders as people
from hotline.planning.logic.day import HALF_HOURS, slot_at
from hotline.planning.logic.forecast import Model
from hotline.planning.models import Remedy, Series, Source
from hotline.planning.services import forecasts, history, series
from hotline.planning.services.series import Numbers
from hotline.planning.tests import builders
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries import duty as rosters
from hotline.rosters.services import entries, shifts
from hotline.rosters.services.demand import set_demand
from tests.journeys import town as towns
from tests.journeys.seat import expect

pytestmark = pytest.mark.journey
HALF_HOUR = timedelta(minutes=30)


def soon_home(town: towns.Town) -> tuple[Person, datetime]:
    """A colleague whose shift ends at the half hour after next."""
    person = towns.worker("钱一鸣", Position.OPERATOR, town.operator.posts.get().unit)
    now = towns.now()
    day = clock.local_day(now)
    ends = clock.wall(day) + (slot_at(clock.wall(day), now) + 2) * HALF_HOUR
    by = people.system(town.centre)
    usual = rosters.Choice(town.centre).of("late", day)
    assert usual is not None
    late = shifts.change_shift_type(
        shift_type_id=usual.pk,
        since=day,
        starts=clock.local(now - timedelta(hours=1)).time().replace(second=0, microsecond=0),
        ends=clock.local(ends).time(),
        breaks=[],
        by=by,
        at=now,
    )
    entries.plan(person=person, shift_type=late, day=day, by=by, at=now)
    return person, ends


def busy(town: towns.Town) -> Series:
    """Four weeks of many calls, a forecast, and heads needed until midnight."""
    now, by = towns.now(), people.system(town.centre)
    day = clock.local_day(now)
    row = series.open_series(
        centre=town.centre, code="calls", numbers=Numbers(name="热线来电", patience_seconds=150), source=Source.FILE,
        by=by, at=now,
    )  # fmt: skip
    content = builders.calls(day - timedelta(days=28), 28, times=3)
    history.import_history(series_id=row.pk, name="话务.csv", content=content, by=by, at=now)
    forecasts.make_forecast(series_id=row.pk, by=by, at=now, model=Model.MEAN_4)
    heads = {(day, slot): 9 for slot in range(HALF_HOURS)}
    set_demand(centre=town.centre, heads=heads, source="hand", by=by, at=now)
    return row


@pytest.mark.clause("A2.20", "A7.5", "A1.5")
def test_tomorrow_is_looked_at_and_the_afternoon_is_planned_anew(sit, town):
    if not 1 <= clock.local(towns.now()).hour <= 21:
        pytest.skip("at night there is no afternoon left to plan anew")
    person, ends = soon_home(town)
    busy(town)
    leader = sit(town.leader)

    leader.open("/planning/tomorrow")
    leader.sees("知今日，排明日")
    leader.sees("缺人时段")
    expect(leader.page.locator("svg.chart")).to_be_visible()

    leader.open("/planning/day")
    leader.sees("当日运营")
    leader.press("r")
    leader.is_told("条建议")
    leader.sees("延时在岗", within="#proposals")
    line = leader.page.locator("#proposals li", has_text=person.name)
    line.get_by_role("button", name="采纳", exact=True).click()
    leader.is_told(f"已通知{person.name}，班表已更新。")

    row = Remedy.objects.get(person=person, status="accepted")
    shift = RosterEntry.objects.get(person=person).span
    assert shift.upper == row.span.upper > ends
    assert Notice.objects.filter(recipient=person, text__contains="Please stay").exists()


@pytest.mark.clause("B1.3")
def test_the_newest_of_three_cases_goes_to_a_free_colleague_by_one_press(sit, town):
    now = towns.now()
    for person in (town.operator, town.second):
        cases.ready(person, now - timedelta(hours=1))
    reports = [cases.report(town, now - timedelta(minutes=9 - number)) for number in range(3)]
    for case in reports:
        if Holding.objects.open().get(case=case).person is None:
            case_desk.take(case_id=case.pk, version=cases.fresh(case).version, by=town.operator, at=now)
    leader = sit(town.leader)

    leader.open("/planning/day")
    leader.sees("忙闲不均", within="#assignment")
    leader.page.locator("#assignment li").get_by_role("button", name="指派", exact=False).click()
    leader.is_told("已指派 1 件案件。")
    leader.sees("无需调整", within="#assignment")

    held = [Holding.objects.open().get(case=case).person for case in reports]
    assert (held.count(town.operator), held.count(town.second)) == (2, 1)
    assert Notice.objects.filter(recipient=town.second, text__contains="was assigned to you").exists()
