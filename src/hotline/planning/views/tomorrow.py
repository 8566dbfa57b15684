"""Today known, tomorrow planned (A2.20): the day's end, tomorrow's forecast, staffing, who is away, what is owed."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse

from hotline.core import clock
from hotline.core.pages import Request, draw, view
from hotline.planning.forms import DayForm, day_of
from hotline.planning.logic import charts
from hotline.planning.logic.day import minutes_by_slot
from hotline.planning.queries import day as queries
from hotline.planning.queries import forecasts, staffing
from hotline.planning.views import shown
from hotline.rosters.queries.duty import special_days

DAY = timedelta(days=1)


@view("planning.view", methods=["GET"])
def tomorrow(request: Request) -> HttpResponse:
    """Everything that tomorrow's shift leader should know this evening."""
    today = clock.local_day(request.at)
    chosen = max(day_of(request.GET.get("day"), today + DAY), today)
    return draw(request, "planning/tomorrow.html", _context(request, chosen), fragment="planning/_tomorrow.html")


def _context(request: Request, chosen: Any) -> dict[str, Any]:
    person, at = request.user, request.at
    today = clock.local_day(at)
    series = forecasts.main_series(person.centre)
    crew = queries.crew(person.centre, chosen, at)
    planned = [0] * 48
    for worker in crew.workers:
        for slot, minutes in enumerate(minutes_by_slot(worker.planned, crew.midnight)):
            planned[slot] += minutes // 30
    plan = staffing.plan(series, chosen, chosen) if series else None
    rows = plan.rows if plan else ()
    heads = {slot: count for slot, count in enumerate(planned) if count}
    given = {row.cell.slot: row for row in staffing.with_heads(plan, heads)} if plan else {}
    lines = [_line(row, planned[row.cell.slot], given.get(row.cell.slot)) for row in rows]
    level = _level(given)
    away = [crew.people[one.person] for one in crew.workers if one.away]
    return {
        "tabs": shown.tabs_of("tomorrow"),
        "day": chosen,
        "day_form": DayForm({"day": chosen}),
        "series": series,
        "special": special_days(chosen, chosen).get(chosen),
        "plan": plan,
        "lines": lines,
        "short": [line for line in lines if line["balance"] < 0],
        "amount": round(plan.amount) if plan else 0,
        "planned": len(crew.workers),
        "away": away,
        "level": shown.percent(level),
        "level_tone": shown.tone(level, plan.terms.share) if plan else "neutral",
        "chart": _chart(rows, planned),
        "counts": queries.closings(person.centre, today),
        "now": queries.today(person.centre, today, at),
        "topics": shown.topic(request),
        "at": at,
    }


def _line(row: staffing.Row, planned: int, given: staffing.Row | None) -> dict[str, Any]:
    balance = planned - row.need.heads
    return {
        "time": row.time,
        "amount": round(row.cell.mean),
        "low": round(row.cell.low),
        "high": round(row.cell.high),
        "need": row.need.heads,
        "planned": planned,
        "balance": balance,
        "sign": f"+{balance}" if balance > 0 else f"−{-balance}" if balance else "0",
        "tone": "red" if balance < 0 else "neutral",
        "level": shown.percent(given.need.level, 0) if given else "—",
        "percent": row.cell.percent,
    }


def _level(given: dict[int, staffing.Row]) -> Any:
    whole = sum((row.cell.mean for row in given.values()), start=0)
    if not whole:
        return None
    met = sum((row.need.level * int(row.cell.mean * 100) for row in given.values()), start=0)
    return met / int(whole * 100)


def _chart(rows: "tuple[staffing.Row, ...]", planned: list[int]) -> charts.Chart | None:
    if not rows:
        return None
    return charts.draw(
        [row.time for row in rows],
        bars=[charts.Bars("there", [float(planned[row.cell.slot]) for row in rows])],
        lines=[charts.Line("need", [float(row.need.heads) for row in rows])],
    )
