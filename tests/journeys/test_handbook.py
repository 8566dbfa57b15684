"""The standards are raised: proposed, staff asked, agreed by the office meeting, published, acknowledged (D0.2)."""

from datetime import date, timedelta

import pytest

from hotline.core import clock
from hotline.handbook import queries
from hotline.handbook.models import Edition, Stance
from hotline.handbook.services import editions as services
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rulebook.assessment.contract import facts_of
from hotline.rulebook.assessment.month import assess_with
from hotline.rulebook.leave import months_after
from hotline.rulebook.tests.assessing import month
from tests.journeys import town as towns

pytestmark = [pytest.mark.journey, pytest.mark.clause("D0.1", "D0.2", "D3.1", "A3.9")]


def targets(town, day: date, known: date | None = None) -> tuple[int, int]:
    """Per cent of accuracy and of the exam that applied on a day, as known on a day."""
    reading = queries.values_on(town.centre.pk, day, known).reading()
    return int(reading.number("accuracy.target")), int(reading.number("exam.target"))


def assessed(town, day: date, known: date | None = None) -> tuple[int, int]:
    """Points and fen of a month at 97 % with 80 in the exam, reckoned by the values of that month."""
    raw = month(month=f"{day:%Y-%m}", accuracy={"total": 100, "wrong": 3}, exam={"score": "80"})
    found = assess_with(facts_of(raw), queries.values_on(town.centre.pk, day, known))
    return found.points, found.fen


def test_97_becomes_99_from_a_first_of_a_month_and_never_before(sit, town):
    office = people.root(town.centre)
    supervisor = sit(towns.worker("高明远", Position.CENTRE_SUPERVISOR, office))
    manager = sit(towns.worker("郑国栋", Position.MANAGER, office))
    director = sit(towns.worker("许文博", Position.DIRECTOR, office))
    operator = sit(town.operator)
    today = clock.today()
    first = months_after(today.replace(day=1), 1)
    row = propose(supervisor, town, first)
    consult(supervisor, operator, row)
    for seat in (manager, director):
        agree(seat, row)
    assert targets(town, first) == (97, 80)  # agreed is not yet published
    director.press("e")
    director.is_told("已发布，受约束的人员须逐一确认。")
    read_and_acknowledge(operator, first, today)
    row.refresh_from_db()
    assert (row.status, row.number, row.decided_on) == ("published", 1, today)
    this, yesterday, later = today.replace(day=1), today - timedelta(days=1), months_after(first, 1)
    assert (targets(town, this), targets(town, first), targets(town, later)) == ((97, 80), (99, 90), (99, 90))
    assert targets(town, first, yesterday) == (97, 80)
    # the month before the change, reckoned again a month after it, is what it was
    assert assessed(town, this, later) == (100, 40_000)
    assert assessed(town, first) == (84, 36_000)
    assert assessed(town, first, yesterday) == (100, 40_000)


def propose(supervisor, town, first):
    """A version that sets two values."""
    supervisor.open("/handbook/versions")
    supervisor.press("n")
    supervisor.arrives("/handbook/versions/new")
    supervisor.field("title").fill("提高准确率和考试标准")
    supervisor.field("reason").fill("循序渐进，逐步提高")
    supervisor.page.locator("select[name=effective_from]").select_option(first.isoformat(), force=True)
    supervisor.field("title").focus()
    supervisor.press("Control+Enter")
    supervisor.sees("添加修改")
    row = Edition.objects.get(centre=town.centre)
    for key, raw in (("accuracy.target", "99"), ("exam.target", "90")):
        supervisor.open(f"/handbook/versions/{row.pk}/value?key={key}")
        supervisor.field("raw").fill(raw)
        supervisor.press("Control+Enter")
        supervisor.arrives(f"/handbook/versions/{row.pk}")
    supervisor.sees("99 %")
    supervisor.sees("90 %")
    return row


def consult(supervisor, operator, row):
    """The staff are asked, a concern is answered, and it is put before the office meeting."""
    supervisor.press("e")
    supervisor.is_told("已开始征求意见。")
    operator.open(f"/handbook/versions/{row.pk}")
    operator.page.locator("select[name=stance]").select_option("concern", force=True)
    operator.field("words").fill("请先公布题库")
    operator.main.get_by_role("button", name="提交意见").click()
    operator.is_told("您的意见已记录。")
    supervisor.open(f"/handbook/versions/{row.pk}")
    supervisor.sees("请先公布题库")
    supervisor.field("answer").fill("考前两周公布")
    supervisor.main.get_by_role("button", name="答复").click()
    supervisor.is_told("已答复。")
    supervisor.sees("位受约束人员尚未发表意见")
    everybody_speaks(row)
    supervisor.open(f"/handbook/versions/{row.pk}")
    supervisor.field("record").fill("全员征求意见，已答复")
    supervisor.main.get_by_role("button", name="记录在案").click()
    supervisor.is_told("征求意见情况已记录。")
    supervisor.press("e")
    supervisor.is_told("已提交办公会议。")


def everybody_speaks(row):
    """The others bound say that they agree, so that it may be ended before its last day."""
    for person in queries.silent(row, clock.today()):
        services.give_opinion(edition_id=row.pk, stance=Stance.AGREE, by=person, at=clock.now())


def agree(seat, row):
    """One of the office meeting finds it among what waits for him, and agrees."""
    seat.open("/approvals/")
    seat.sees("提高准确率和考试标准").click()
    seat.arrives(f"/handbook/versions/{row.pk}")
    seat.press("e")
    seat.is_told("已同意。")


def read_and_acknowledge(operator, first, today):
    """Whoever is bound reads and acknowledges it; a value's page tells both days."""
    operator.open("/handbook/")
    operator.sees("有 1 个版本等待您确认。")
    operator.open("/handbook/mine")
    operator.press("e")
    operator.is_told("已确认。")
    operator.misses("我已阅读")
    operator.open(f"/handbook/values/accuracy.target?on={first}&known={today}")
    operator.sees("99 %", within=".kpi-value")
    operator.open(f"/handbook/values/accuracy.target?on={today}")
    operator.sees("97 %", within=".kpi-value")
    operator.open(f"/handbook/values/accuracy.target?on={first}&known={today - timedelta(days=1)}")
    operator.sees("97 %", within=".kpi-value")
