"""Planning of the demonstration: half a year of calls, forecasts as they were made, tomorrow, an afternoon anew."""

import random
from datetime import date, datetime, timedelta

from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.people.models import Centre, Person, Position
from hotline.people.queries import system_person
from hotline.planning.logic.day import HALF_HOURS, clock_of, minutes_by_slot, slot_at
from hotline.planning.logic.forecast import Model
from hotline.planning.logic.need import Load, Terms, needs
from hotline.planning.models import Series, Source
from hotline.planning.queries import day as days
from hotline.planning.queries import staffing
from hotline.planning.services import forecasts, history, replan, series
from hotline.planning.services import staffing as handing
from hotline.planning.services.series import Numbers
from hotline.rosters.queries.duty import special_days
from hotline.rulebook.staffing import Line

DAY = timedelta(days=1)
WEEKS = 26
FIRST_SLOT = 17
# Calls of the half hours from 8:30 to 22:00 on a working day, beside the busiest one.
SHAPE = (45, 72, 95, 100, 98, 90, 80, 60, 48, 52, 66, 80, 88, 90, 84, 76, 64, 55, 50, 48, 44, 40, 34, 30, 26, 22, 16)
WEEKDAYS = (1.08, 1.0, 0.97, 0.96, 1.0, 0.66, 0.58)
HOLIDAY = 0.5
HANDLING = 215
AHEAD = 14
MADE_BEFORE = (15, 8, 3, 1)  # days ago


def fill(centre: Centre, now: datetime) -> None:
    """Bring the past in and plan what is to come; safe to call once."""
    if Series.objects.filter(centre=centre).exists():
        return
    planner = _planner(centre, now)
    if planner is None:
        return
    calls = series.open_series(
        centre=centre, code="calls", source=Source.FILE, by=planner, at=now,
        numbers=Numbers(name="热线来电", line=Line.GOVERNMENT, handling_seconds=HANDLING, patience_seconds=150,
                        hour_fen=3600),
    )  # fmt: skip
    series.open_series(
        centre=centre, code="reports", by=planner, at=now,
        numbers=Numbers(name="案件受理量", handling_seconds=300, hour_fen=3600),
    )  # fmt: skip
    content = _past(calls, now, _busiest(calls, now))
    history.import_history(series_id=calls.pk, name="话务历史.csv", content=content, by=planner, at=now)
    _forecast(calls, planner, now)


def _planner(centre: Centre, now: datetime) -> Person | None:
    rows = Person.objects.filter(centre=centre).holding(Position.CENTRE_SUPERVISOR, on=clock.local_day(now))
    return rows.order_by("pk").first()


def _busiest(calls: Series, now: datetime) -> float:
    """As many calls in the busiest half hour as the people of the roster can just answer."""
    today = clock.local_day(now)
    crew = days.crew(calls.centre, today, now)
    planned = [0] * HALF_HOURS
    for worker in crew.workers:
        for slot, minutes in enumerate(minutes_by_slot(worker.planned, crew.midnight)):
            planned[slot] += minutes // 30
    heads = max(*planned, 2)
    terms: Terms = staffing.terms_of(calls, today, None)
    amount = 1.0
    while needs([Load(amount + 1, HANDLING)], terms)[0].heads <= heads:
        amount += 1
    return amount


def _past(calls: Series, now: datetime, busiest: float) -> bytes:
    """Every half hour of half a year, with weekdays, holidays, a slow rise and chance; today as far as it has come."""
    chance = random.Random(f"planning:{calls.centre.code}")
    today = clock.local_day(now)
    first = today - WEEKS * 7 * DAY
    special = special_days(first, today)
    lines = ["日期,时间,话务量,处理时长"]
    for number in range(WEEKS * 7 + 1):
        day = first + number * DAY
        kind = special[day].kind if day in special else ""
        share = _share(day, kind) * (0.94 + 0.06 * number / (WEEKS * 7)) * chance.gauss(1.0, 0.05)
        over = slot_at(clock.wall(day), now) if day == today else HALF_HOURS
        for index, height in enumerate(SHAPE):
            slot = FIRST_SLOT + index
            mean = busiest * share * height / 100
            amount = max(round(chance.gauss(mean, mean**0.5)), 0)
            if slot < over:
                lines.append(f"{day},{clock_of(slot)},{amount},{round(chance.gauss(HANDLING, 12))}")
    return "\n".join(lines).encode()


def _share(day: date, kind: str) -> float:
    if kind in {"statutory", "rest"}:
        return HOLIDAY
    return 1.0 if kind == "make_up" else WEEKDAYS[day.weekday()]


def _forecast(calls: Series, planner: Person, now: datetime) -> None:
    """As they were made day by day, then today's by the best model, corrected for tomorrow and handed to the roster."""
    system = system_person(calls.centre)
    today = clock.local_day(now)
    for ago in MADE_BEFORE:
        at = clock.wall(today - ago * DAY, 0, 20)
        forecasts.make_forecast(series_id=calls.pk, by=system, at=at, model=Model.FADED)
    forecasts.make_forecast(series_id=calls.pk, by=system, at=now)
    forecasts.override(
        series_id=calls.pk, day=today + DAY, slots=(18, 23), percent=125,
        reason="自来水公司公告：城东片区上午停水检修，来电会多", by=planner, at=now,
    )  # fmt: skip
    handing.hand_to_roster(series_id=calls.pk, first=today, last=today + AHEAD * DAY, by=planner, at=now)


def plan_anew(centre: Centre, now: datetime) -> None:
    """What the clock proposed at two, if it is past two: one was left aside, the others wait."""
    planner = _planner(centre, now)
    if planner is None or clock.local(now).hour < 14:
        return
    made = replan.propose(centre=centre, by=system_person(centre), at=now)
    for row in made[-1:]:
        try:
            replan.decline(proposal_id=row.pk, reason="家里有事，已问过本人", by=planner, at=now)
        except Refused:
            continue
