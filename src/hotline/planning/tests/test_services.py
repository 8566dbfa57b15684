"""Forecasts kept as made, corrected with a reason, handed to the roster; files taken in whole or not at all."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.core.models import Outbox
from hotline.handbook.tests.builders import decide
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.planning import handlers, jobs
from hotline.planning.events import ForecastAsked
from hotline.planning.logic.forecast import Model
from hotline.planning.models import Count, ForecastRun, ForecastValue
from hotline.planning.queries import amounts, forecasts, shrinkage, staffing
from hotline.planning.services import forecasts as making
from hotline.planning.services import history, series
from hotline.planning.services import staffing as handing
from hotline.planning.tests import builders
from hotline.planning.tests.builders import DAY, EARLY, HOUR, ONE
from hotline.rosters.models import Demand
from hotline.rosters.services import absences, calendar

pytestmark = pytest.mark.django_db


# ---------------------------------------------------------------- history


@pytest.mark.clause("A1.4")
def test_a_file_is_taken_in_once_and_a_newer_one_overrules_it():
    floor = builders.floor()
    content = b"date,time,amount,aht\n2026-03-02,08:30,10,120\n2026-03-02,09:00,20,240\n"
    values = {"series_id": floor.series.pk, "name": "a.csv", "by": floor.leader, "at": EARLY}
    first = history.import_history(content=content, **values)
    assert history.import_history(content=content, **values).pk == first.pk
    assert amounts.between(floor.series, DAY - 7 * ONE, DAY) == {(DAY - 7 * ONE, 17): 10, (DAY - 7 * ONE, 18): 20}
    assert amounts.handling_seconds(floor.series, EARLY) == 200
    history.import_history(content=b"date,time,amount\n2026-03-02,08:30,11\n", **values)
    assert amounts.between(floor.series, DAY - 7 * ONE, DAY)[DAY - 7 * ONE, 17] == 11


@pytest.mark.clause("A1.4")
def test_one_bad_row_and_nothing_is_taken_in():
    floor = builders.floor()
    content = b"date,time,amount\n2026-03-02,08:30,10\n2026-03-02,99:00,20\n"
    with pytest.raises(Refused):
        history.import_history(series_id=floor.series.pk, name="a.csv", content=content, by=floor.leader, at=EARLY)
    assert not Count.objects.exists()


def test_who_leads_no_shift_brings_no_history():
    floor = builders.floor()
    with pytest.raises(NotAllowed):
        history.import_history(series_id=floor.series.pk, name="a.csv", content=b"", by=floor.operators[0], at=EARLY)


# ---------------------------------------------------------------- forecasts


@pytest.mark.clause("A1.4")
def test_a_forecast_is_a_snapshot_that_nobody_changes():
    floor = builders.floor()
    builders.with_history(floor)
    run = builders.forecast(floor)
    assert (run.first, run.days, run.model, run.is_asked) == (DAY, 42, "mean_4", True)
    values = list(ForecastValue.objects.filter(run=run, day=DAY))
    assert len(values) == 27
    assert 300 < sum(value.mean for value in values) < 500
    assert all(value.low <= value.mean <= value.high for value in values)
    assert [score["model"] for score in run.scores] == ["mean_4"]
    for change in (lambda: ForecastRun.objects.update(model="x"), lambda: ForecastValue.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.clause("A1.4")
def test_the_best_model_is_taken_where_none_is_asked_for():
    floor = builders.floor()
    builders.with_history(floor, weeks=10)
    run = making.make_forecast(series_id=floor.series.pk, by=floor.leader, at=EARLY)
    assert not run.is_asked
    assert run.model in set(Model)
    assert Decimal(run.scores[0]["error"]) < Decimal("0.35")


def test_two_weeks_of_history_are_the_least():
    floor = builders.floor()
    builders.with_history(floor, weeks=1)
    with pytest.raises(Refused, match=r"Two weeks"):
        builders.forecast(floor)
    with pytest.raises(Refused, match=r"Two weeks"):
        making.ask_forecast(series_id=floor.series.pk, by=floor.leader, at=EARLY)


@pytest.mark.clause("A1.4")
def test_holidays_come_from_the_calendar():
    floor = builders.floor()
    builders.with_history(floor)
    calendar.set_day(day=DAY + ONE, kind="statutory", name="节日", source="通知", by=floor.system, at=EARLY)
    builders.forecast(floor)
    cells = forecasts.cells(floor.series, DAY, DAY + ONE)
    monday, holiday = (sum(cell.mean for cell in cells if cell.day == day) for day in (DAY, DAY + ONE))
    assert holiday < monday * Decimal("0.7")


@pytest.mark.clause("A1.4")
def test_a_correction_has_a_reason_multiplies_and_ends():
    floor = builders.floor()
    builders.with_history(floor)
    builders.forecast(floor)
    values = {"series_id": floor.series.pk, "day": DAY, "slots": (18, 20), "by": floor.leader, "at": EARLY}
    with pytest.raises(Refused):
        making.override(percent=150, reason=" ", **values)
    before = {cell.slot: cell.mean for cell in forecasts.cells(floor.series, DAY, DAY)}
    row = making.override(percent=150, reason="停水公告，来电会多", **values)
    making.override(percent=200, reason="第二则公告", **{**values, "slots": (19, 21)})
    after = {cell.slot: cell for cell in forecasts.cells(floor.series, DAY, DAY)}
    assert [after[slot].percent for slot in (17, 18, 19, 20)] == [100, 150, 300, 200]
    assert after[18].mean == before[18] * Decimal("1.5")
    making.end_override(override_id=row.pk, by=floor.leader, at=EARLY + HOUR)
    assert {cell.slot: cell.percent for cell in forecasts.cells(floor.series, DAY, DAY)}[19] == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [({"slots": (20, 20)}, "last_slot"), ({"percent": 1001}, "percent"), ({"day": DAY - ONE}, "day")],
)
def test_a_correction_that_makes_no_sense_is_refused_at_its_field(change, field):
    floor = builders.floor()
    values = {"day": DAY, "slots": (18, 20), "percent": 120, "reason": "公告", **change}
    with pytest.raises(Refused) as told:
        making.override(series_id=floor.series.pk, by=floor.leader, at=EARLY, **values)
    assert told.value.refusals[0].params["field"] == field


@pytest.mark.clause("A1.4")
def test_accuracy_holds_what_came_against_what_had_been_said_before_the_day():
    floor = builders.floor()
    builders.with_history(floor)
    builders.forecast(floor, EARLY - 2 * HOUR)  # before the day's first minute there was none
    later = EARLY + 7 * ONE
    content = builders.calls(DAY, 7, times=1.2)
    history.import_history(series_id=floor.series.pk, name="b.csv", content=content, by=floor.leader, at=later)
    found = forecasts.accuracy(floor.series, later, 7)
    assert [day.said is None for day in found.days] == [True, *[False] * 6]  # made on the first day itself
    assert len(found.judged) == 6
    assert found.bias is not None
    assert Decimal("-0.3") < found.bias < Decimal("-0.05")  # a fifth more came than ever before
    assert found.error >= abs(found.bias)


@pytest.mark.clause("A1.4")
def test_the_night_makes_a_forecast_of_each_series_once():
    floor = builders.floor()
    builders.with_history(floor, weeks=3)
    other = builders.floor()  # without a history: nothing is made and nothing breaks
    assert {found.pk for found in forecasts.stale(EARLY)} == {floor.series.pk, other.series.pk}
    jobs.forecast_each(EARLY)
    assert [found.pk for found in forecasts.stale(EARLY)] == [other.series.pk]
    jobs.forecast_each(EARLY + HOUR)
    assert ForecastRun.objects.filter(series=floor.series).count() == 1


# ---------------------------------------------------------------- staffing


@pytest.mark.clause("A1.4", "A2.1")
def test_the_need_of_each_half_hour_reaches_the_goal_in_force_and_has_its_cost():
    floor = builders.floor()
    builders.with_history(floor)
    builders.forecast(floor)
    plan = staffing.plan(floor.series, DAY, DAY)
    assert (plan.terms.share, plan.terms.within, plan.terms.patience) == (Decimal("0.8"), 20, 300)
    assert [row.time for row in plan.rows][:2] == ["08:30", "09:00"]
    assert all(row.need.heads >= 1 for row in plan.rows)
    assert all(row.need.level >= Decimal("0.8") for row in plan.rows)
    assert plan.cost_fen == sum(row.need.heads for row in plan.rows) * 1500
    dearer = staffing.plan(floor.series, DAY, DAY, staffing.terms_of(floor.series, DAY, None, within=5))
    assert dearer.cost_fen > plan.cost_fen
    decide(floor.centre, {"service.other_percent": "95"}, at=clock.wall(DAY - 20 * ONE, 9), since=DAY.replace(day=1))
    assert staffing.plan(floor.series, DAY, DAY).cost_fen > plan.cost_fen  # the centre's own goal


@pytest.mark.clause("A1.4", "A2.1")
def test_the_need_becomes_the_demand_that_the_roster_is_planned_against():
    floor = builders.floor()
    builders.with_history(floor)
    builders.forecast(floor)
    written = handing.hand_to_roster(series_id=floor.series.pk, first=DAY, last=DAY + ONE, by=floor.leader, at=EARLY)
    assert written == 54
    rows = {row.slot: row for row in Demand.objects.filter(centre=floor.centre, day=DAY)}
    plan = staffing.plan(floor.series, DAY, DAY)
    assert {slot: row.heads for slot, row in rows.items()} == {row.cell.slot: row.need.heads for row in plan.rows}
    assert rows[17].source.startswith("calls #")
    with pytest.raises(Refused):
        handing.hand_to_roster(series_id=floor.series.pk, first=DAY, last=DAY - ONE, by=floor.leader, at=EARLY)
    far = DAY + 60 * ONE
    with pytest.raises(Refused):
        handing.hand_to_roster(series_id=floor.series.pk, first=far, last=far, by=floor.leader, at=EARLY)


@pytest.mark.clause("A1.4")
def test_shrinkage_is_learned_from_what_the_centre_recorded():
    floor = builders.floor(operators=2)
    yesterday = DAY - 3 * ONE  # a Friday
    builders.roster(floor, yesterday, ("early", "early"))
    builders.at_seat(floor.operators[0], clock.wall(yesterday, 8, 30), clock.wall(yesterday, 16, 30))
    absences.book(
        person=floor.operators[1], span=Span(clock.wall(yesterday, 13), clock.wall(yesterday, 17, 30)), kind="sick",
        ref=1, by=floor.system, at=EARLY, is_planned=False,
    )  # fmt: skip
    found = shrinkage.learned(floor.centre, EARLY)
    assert (found.rostered, found.breaks, found.sudden_away, found.empty) == (18 * HOUR, 2 * HOUR, 4.5 * HOUR, HOUR)
    assert found.days == 1
    assert found.beyond_roster == Decimal("5.5") / 16
    builders.with_history(floor)
    run = builders.forecast(floor)
    assert run.shrinkage == Decimal("0.3438")  # every run keeps what was known when it was made
    assert staffing.plan(floor.series, DAY, DAY).terms.shrinkage == Decimal("0.3438")


# ---------------------------------------------------------------- series


def test_a_series_is_opened_once_and_settled_by_those_who_answer_for_the_centre():
    floor = builders.floor()
    numbers = series.Numbers(name="网上来件", handling_seconds=300)
    values = {"centre": floor.centre, "code": "web", "numbers": numbers, "by": floor.supervisor, "at": EARLY}
    row = series.open_series(**values)
    assert series.open_series(**values).pk == row.pk
    settled = series.settle_series(
        series_id=row.pk, numbers=series.Numbers(name="网上", hour_fen=4200), by=floor.supervisor, at=EARLY
    )
    assert (settled.name, settled.hour_fen) == ("网上", 4200)
    with pytest.raises(NotAllowed):
        series.settle_series(series_id=row.pk, numbers=numbers, by=floor.leader, at=EARLY)
    stranger = people.person(position=Position.DIRECTOR)
    with pytest.raises(NotAllowed):
        series.open_series(**{**values, "by": stranger})


def test_our_own_reports_are_a_history_of_their_own():
    from hotline.cases.tests import builders as cases  # noqa: PLC0415 only this test needs a town

    town = cases.town()
    row = series.open_series(
        centre=town.centre,
        code="reports",
        numbers=series.Numbers(name="受理量"),
        by=people.system(town.centre),
        at=EARLY,
    )
    for minutes in (0, 10, 40):
        cases.report(town, at=cases.NINE + timedelta(minutes=minutes))
    assert amounts.between(row, DAY, DAY) == {(DAY, 18): 2, (DAY, 19): 1}
    walk = cases.Walk(town, cases.report(town, at=cases.NINE + HOUR), at=cases.NINE + HOUR).dispatched()
    assert walk.case.dispatched_at
    assert amounts.FEEDS["cases"].handling(row, DAY, DAY) > 0
    assert amounts.history(row, EARLY + ONE, 7).counts[0, 18] == 2


@pytest.mark.clause("A1.4")
def test_a_forecast_that_was_asked_for_is_made_a_moment_later():
    floor = builders.floor()
    builders.with_history(floor, weeks=3)
    making.ask_forecast(series_id=floor.series.pk, by=floor.leader, at=EARLY, model=Model.MEAN_4)
    row = Outbox.objects.get(kind__endswith="ForecastAsked")
    assert not ForecastRun.objects.exists()
    handlers.forecast_asked(ForecastAsked(**row.payload), at=EARLY)
    run = ForecastRun.objects.get()
    assert (run.made_by, run.model, run.is_asked) == (floor.leader, "mean_4", True)
    with pytest.raises(NotAllowed):
        making.ask_forecast(series_id=floor.series.pk, by=floor.operators[0], at=EARLY)
