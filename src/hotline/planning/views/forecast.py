"""What will come: days and half hours with their range, corrections, how good the last forecasts were."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view, xlsx
from hotline.kernel.rules import Refused
from hotline.planning import forms
from hotline.planning.logic import charts
from hotline.planning.logic.day import clock_of
from hotline.planning.logic.forecast import MODEL_LABELS, Model
from hotline.planning.models import ForecastRun, Override, Series
from hotline.planning.queries import amounts
from hotline.planning.queries import forecasts as queries
from hotline.planning.services import forecasts as services
from hotline.planning.views import shown

DAY = timedelta(days=1)
BACK, AHEAD = 14, 28


@view("planning.view", methods=["GET"])
def forecast(request: Request) -> HttpResponse:
    """The weeks to come of a series."""
    return draw(request, "planning/forecast.html", _context(request), fragment="planning/_forecast.html")


def _context(request: Request, asked: Series | None = None, **more: Any) -> dict[str, Any]:
    listed, series = shown.listed_and_chosen(request)
    series = asked or series
    today = clock.local_day(request.at)
    context: dict[str, Any] = {
        "tabs": shown.tabs_of("forecast"),
        "listed": listed,
        "series": series,
        "form": forms.SeriesForm({"series": series.pk}, series=listed) if series and len(listed) > 1 else None,
        "topics": shown.topic(request),
        "today": today,
        "may_forecast": series is not None and may(request.user, "planning.forecast", series),
        "may_settle": may(request.user, "planning.settle_series", request.user.centre),
    }
    if series is None:
        return {**context, "run": None}
    run = queries.newest(series)
    day = forms.day_of(request.GET.get("day"), today)
    cells = queries.cells(series, today, today + (AHEAD - 1) * DAY, run)
    found = queries.accuracy(series, request.at, BACK)
    return {
        **context,
        "run": run,
        "model": gettext(MODEL_LABELS[Model(run.model)]) if run else "",
        "scores": _scores(run),
        "days": _days(cells, today),
        "day": day,
        "chart": _weeks(cells, found),
        "day_chart": _one_day(cells, day, series),
        "lines": [_line(cell) for cell in cells if cell.day == day],
        "accuracy": found,
        "past": [_past(one) for one in found.days],
        "error": shown.percent(found.error),
        "bias": shown.percent(found.bias),
        "floor": shown.percent(run.floor) if run else "—",
        "overrides": [(row, clock_of(row.first_slot), clock_of(row.last_slot)) for row in _corrections(series, today)],
        "override_form": forms.OverrideForm(initial={"day": max(day, today)}),
        "ask_form": forms.AskForm(),
        **more,
    }


def _corrections(series: Series, today: date) -> list[Override]:
    return queries.overrides(series, today, today + services.AHEAD * DAY)


def _scores(run: ForecastRun | None) -> list[dict[str, Any]]:
    if run is None:
        return []
    return [
        {
            "label": gettext(MODEL_LABELS[Model(score["model"])]),
            "error": shown.percent(Decimal(score["error"])),
            "bias": shown.percent(Decimal(score["bias"])),
            "is_chosen": score["model"] == run.model,
        }
        for score in run.scores
    ]


def _days(cells: list[queries.Cell], today: date) -> list[dict[str, Any]]:
    special = amounts.special(today, today + AHEAD * DAY)
    found: dict[date, dict[str, Any]] = {}
    for cell in cells:
        row = found.setdefault(
            cell.day,
            {
                "day": cell.day, "mean": Decimal(0), "percent": False,
                "special": special.get(cell.day), "busiest": cell,
            },
        )  # fmt: skip
        row["mean"] += cell.mean
        row["percent"] = row["percent"] or cell.percent != 100
        if cell.mean > row["busiest"].mean:
            row["busiest"] = cell
    return [
        {
            **row,
            "mean": round(row["mean"]),
            "busy_time": clock_of(row["busiest"].slot),
            "busy": round(row["busiest"].mean),
        }
        for row in found.values()
    ]


def _line(cell: queries.Cell) -> dict[str, Any]:
    return {
        "time": clock_of(cell.slot),
        "mean": f"{cell.mean:.1f}",
        "low": f"{cell.low:.1f}",
        "high": f"{cell.high:.1f}",
        "percent": cell.percent,
        "handling": cell.handling_seconds,
    }


def _past(one: queries.Day) -> dict[str, Any]:
    return {
        "day": one.day,
        "said": round(one.said) if one.said is not None else "—",
        "came": one.came,
        "error": shown.percent(one.error),
    }


def _weeks(cells: list[queries.Cell], found: queries.Accuracy) -> charts.Chart | None:
    """Days that were, with what had been said, and days to come."""
    totals: dict[date, Decimal] = {}
    for cell in cells:
        totals[cell.day] = totals.get(cell.day, Decimal(0)) + cell.mean
    if not totals and not any(one.came for one in found.days):
        return None
    past = [(one.day, one.came, one.said) for one in found.days]
    days = [day for day, _came, _said in past] + sorted(totals)
    came = [float(amount) for _day, amount, _said in past] + [None] * len(totals)
    said = [float(value) if value is not None else None for _day, _came, value in past]
    said += [float(totals[day]) for day in sorted(totals)]
    return charts.draw(
        [f"{day:%m-%d}" for day in days],
        bars=[charts.Bars("there", came)],
        lines=[charts.Line("need", said, steps=False)],
        now=len(past),
    )


def _one_day(cells: list[queries.Cell], day: date, series: Series) -> charts.Chart | None:
    """A day with the range that eight in ten half hours keep to, and what has come of it."""
    mine = [cell for cell in cells if cell.day == day]
    if not mine:
        return None
    came = {slot: amount for (_day, slot), amount in amounts.between(series, day, day).items()}
    return charts.draw(
        [clock_of(cell.slot) for cell in mine],
        bars=[charts.Bars("there", [float(came[cell.slot]) if cell.slot in came else None for cell in mine])],
        lines=[charts.Line("need", [float(cell.mean) for cell in mine], steps=False)],
        bands=[charts.Band("range", [float(cell.low) for cell in mine], [float(cell.high) for cell in mine])],
    )


def _series(request: Request, pk: int) -> Series:
    return get_object_or_404(Series.objects.visible_to(request.user), pk=pk)


def _there(series: Series, day: date | None = None) -> str:
    return f"{reverse('planning:forecast')}?series={series.pk}" + (f"&day={day}" if day else "")


@view("planning.forecast", methods=["POST"])
def ask(request: Request, pk: int) -> HttpResponse:
    """Make a new one; it takes some seconds, and the page shows it by itself."""
    series = _series(request, pk)
    form = forms.AskForm(request.POST)
    wish = form.cleaned_data["model"] if form.is_valid() else ""
    services.ask_forecast(series_id=series.pk, by=request.user, at=request.at, model=Model(wish) if wish else None)
    messages.success(request, gettext("The forecast is being made; this page shows it by itself."))
    return redirect(_there(series))


@view("planning.forecast", methods=["POST"])
def override(request: Request, pk: int) -> HttpResponse:
    """Put some half hours of a day right."""
    series = _series(request, pk)
    form = forms.OverrideForm(request.POST)
    if form.is_valid():
        found = form.cleaned_data
        try:
            services.override(
                series_id=series.pk, day=found["day"], slots=(found["first_slot"], found["last_slot"]),
                percent=found["percent"], reason=found["reason"], by=request.user, at=request.at,
            )  # fmt: skip
        except Refused as error:
            put_on(form, error)
        else:
            return redirect(_there(series, found["day"]))
    return render(
        request, "planning/forecast.html", _context(request, series, override_form=form, is_open=True), status=422
    )


@view("planning.forecast", methods=["POST"])
def end_override(request: Request, pk: int) -> HttpResponse:
    """The forecast holds again."""
    row = get_object_or_404(Override.objects.filter(series__in=Series.objects.visible_to(request.user)), pk=pk)
    services.end_override(override_id=row.pk, by=request.user, at=request.at)
    return redirect(_there(row.series, row.day))


@view("planning.view", methods=["GET"])
def export(request: Request, pk: int) -> HttpResponse:
    """All half hours of the newest forecast as a workbook."""
    series = _series(request, pk)
    today = clock.local_day(request.at)
    heads = [
        gettext("Day"), gettext("Half hour"), gettext("Forecast"), gettext("At least"), gettext("At most"),
        gettext("Percent of the forecast"), gettext("Handling time (seconds)"),
    ]  # fmt: skip
    cells = queries.cells(series, today, today + services.AHEAD * DAY)
    rows = (
        (cell.day, clock_of(cell.slot), f"{cell.mean:.2f}", f"{cell.low:.2f}", f"{cell.high:.2f}", cell.percent,
         cell.handling_seconds)
        for cell in cells
    )  # fmt: skip
    return xlsx(f"forecast-{series.code}-{today}", heads, rows)
