"""How many heads the half hours to come need, and what a given roster would give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.core import clock
from hotline.handbook.queries import values_on
from hotline.people.models import PersonSkill
from hotline.planning.logic import day as logic
from hotline.planning.logic import forecast, simulation
from hotline.planning.logic.need import Load, Need, Terms, needs, what_if
from hotline.planning.models import ForecastRun, Series
from hotline.planning.queries import amounts, forecasts
from hotline.planning.queries.forecasts import Cell
from hotline.rulebook.parameters.terms import goals
from hotline.rulebook.staffing import Line, service_goal

DAY = timedelta(days=1)
LIVES, SEED = 30, 1
BELIEVED = 3  # half hours of a day that must be over before its rest is expected otherwise


@dataclass(frozen=True, slots=True)
class Row:
    """A half hour with what it brings and what it needs."""

    cell: Cell
    need: Need

    @property
    def time(self) -> str:
        """When it begins."""
        return logic.clock_of(self.cell.slot)


@dataclass(frozen=True, slots=True)
class Plan:
    """Days of half hours under one set of terms."""

    rows: tuple[Row, ...]
    terms: Terms
    run_id: int

    @property
    def cost_fen(self) -> int:
        """All of it."""
        return sum(row.need.cost_fen for row in self.rows)

    @property
    def most(self) -> int:
        """Heads at the busiest half hour."""
        return max((row.need.heads for row in self.rows), default=0)

    @property
    def amount(self) -> Decimal:
        """What is to come."""
        return sum((row.cell.mean for row in self.rows), Decimal(0))

    @property
    def hours(self) -> Fraction:
        """Hours at the desk."""
        return Fraction(sum(row.need.heads for row in self.rows), 2)

    @property
    def level(self) -> Fraction | None:
        """The service level over all that comes."""
        whole = sum((Fraction(row.cell.mean) for row in self.rows), Fraction(0))
        met = sum((Fraction(row.cell.mean) * row.need.level for row in self.rows), Fraction(0))
        return met / whole if whole else None


def terms_of(series: Series, day: date, run: ForecastRun | None, **other: object) -> Terms:
    """What holds for a series: the goal in force that day, the shrinkage its run has learned; `other` for a what-if."""
    set_goals = goals(values_on(series.centre_id, day).reading())
    goal = service_goal.on(day)(Line(series.line), set_goals)
    values: dict[str, object] = {
        "share": goal.share,
        "within": goal.within // timedelta(seconds=1),
        "patience": series.patience_seconds,
        "shrinkage": Fraction(run.shrinkage) if run else Fraction(0),
        "hour_fen": series.hour_fen,
    }
    values.update({name: value for name, value in other.items() if value is not None})
    return Terms(**values)  # type: ignore[arg-type]


def plan(series: Series, first: date, last: date, terms: Terms | None = None) -> Plan:
    """The fewest heads for each half hour of the service window that reach the goal."""
    run = forecasts.newest(series)
    terms = terms or terms_of(series, first, run)
    if run is None:
        return Plan((), terms, 0)
    cells = [cell for cell in forecasts.cells(series, first, last, run) if _inside(series, cell.slot)]
    loads = [Load(float(cell.mean), cell.handling_seconds) for cell in cells]
    rows = tuple(Row(cell, need) for cell, need in zip(cells, needs(loads, terms), strict=True))
    return Plan(rows, terms, run.pk)


def with_heads(of: Plan, heads: Mapping[int, int]) -> list[Row]:
    """What a roster of so many heads would give in each half hour of a plan of one day."""
    loads = [Load(float(row.cell.mean), row.cell.handling_seconds) for row in of.rows]
    found = what_if(loads, [heads.get(row.cell.slot, 0) for row in of.rows], of.terms)
    return [Row(row.cell, need) for row, need in zip(of.rows, found, strict=True)]


def _inside(series: Series, slot: int) -> bool:
    return series.first_slot <= slot < series.last_slot


# ---------------------------------------------------------------- the day that runs


def rest_of_day(cells: Mapping[int, Cell], came: Mapping[int, int], over: int) -> dict[int, int]:
    """What is expected of every half hour, by the ratio of what came so far to what was said."""
    if not cells or sum(slot < over for slot in cells) < BELIEVED:
        return {slot: round(cell.mean) for slot, cell in cells.items()}
    mean = np.array([float(cells[slot].mean) if slot in cells else 0.0 for slot in range(logic.HALF_HOURS)])
    so_far = forecast.so_far(mean, np.array([float(came.get(slot, 0)) for slot in range(over)]))
    return {slot: round(so_far[slot]) for slot in cells}


def need_now(series: Series, need: Mapping[int, int], day: date, at: datetime) -> dict[int, int]:
    """Heads for the rest of the day by what is expected now; where the forecast says nothing the plan stays."""
    run = forecasts.newest(series)
    cells = {cell.slot: cell for cell in forecasts.cells(series, day, day, run)}
    came = {slot: amount for (_day, slot), amount in amounts.between(series, day, day).items()}
    expected = rest_of_day(cells, came, amounts.known_until(series, day, at))
    now = logic.slot_at(clock.wall(day), at)
    slots = [slot for slot in expected if slot >= now and _inside(series, slot)]
    loads = [Load(float(expected[slot]), cells[slot].handling_seconds) for slot in slots]
    found = needs(loads, terms_of(series, day, run))
    return {**need, **{slot: one.heads for slot, one in zip(slots, found, strict=True)}}


# ---------------------------------------------------------------- the day lived through


@dataclass(frozen=True, slots=True)
class Simulated:
    """What the simulated day under the roster would give, with how far off each figure may be."""

    level: simulation.Figure
    wait: simulation.Figure
    lost: simulation.Figure
    busy: simulation.Figure
    levels: tuple[tuple[str, Fraction], ...]


def seated(series: Series, day: date, workers: Sequence[logic.Worker]) -> list[logic.Worker]:
    """Who of a roster can take this work: where the series needs a skill, those who have it that day."""
    if series.skill_id is None:
        return list(workers)
    today = DateRange(day, day, "[]")
    rows = PersonSkill.objects.filter(
        person__in=[one.person for one in workers], skill=series.skill_id, days__contains=today
    )
    know = set(rows.values_list("person", flat=True))
    return [one for one in workers if one.person in know]


def simulate(series: Series, day: date, workers: Sequence[logic.Worker]) -> Simulated | None:
    """Live the day under the roster as it stands, thirty times: what no formula tells when the roster is uneven."""
    run = forecasts.newest(series)
    cells = {cell.slot: cell for cell in forecasts.cells(series, day, day, run)}
    if not cells:
        return None
    midnight = clock.wall(day)
    terms = terms_of(series, day, run)
    amount = [float(cells[slot].mean) if slot in cells else 0.0 for slot in range(logic.HALF_HOURS)]
    handling = next(iter(cells.values())).handling_seconds
    work = simulation.Work(amount, handling, patience=terms.patience)
    seats = [
        simulation.Seat(
            [((span.start - midnight).total_seconds(), (span.end - midnight).total_seconds()) for span in one.planned]
        )
        for one in workers
    ]
    lived = simulation.live(simulation.Day([work], seats, within=float(terms.within)), lives=LIVES, seed=SEED)
    levels = lived.levels()
    shown = tuple(
        (logic.clock_of(slot), Fraction(round(float(levels[slot]) * 10_000), 10_000))
        for slot in sorted(cells)
        if _inside(series, slot)
    )
    return Simulated(lived.service_level, lived.average_wait, lived.abandonment, lived.occupancy, shown)
