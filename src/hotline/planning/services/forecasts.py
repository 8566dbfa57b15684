"""Forecasts: made as a snapshot that is never changed, and put right by people who know better."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction

from hotline.core import clock, events, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.planning.events import ForecastAsked
from hotline.planning.logic import forecast
from hotline.planning.logic.day import HALF_HOURS
from hotline.planning.logic.forecast import Forecast, Model, TooShort
from hotline.planning.models import ForecastRun, ForecastValue, Override, Series
from hotline.planning.queries import amounts, shrinkage

AHEAD = 42  # the next month can be planned from it at any time
BATCH = 2000
TOO_SHORT = gettext_noop("Two weeks of history are the least.")
CENT, RATIO = Decimal("0.01"), Decimal("0.0001")


@transaction.atomic
def ask_forecast(*, series_id: int, by: Person, at: datetime, model: Model | None = None) -> None:
    """Have a forecast made a moment later; a history that is too short is told at once."""
    series = Series.objects.get(pk=series_id)
    authorize(by, "planning.forecast", series)
    history = amounts.history(series, at, AHEAD)
    if history is None or history.days < forecast.LEAST_DAYS:
        raise Refused(Refusal("A1.4", TOO_SHORT))
    events.emit(ForecastAsked(series_id=series.pk, by_id=by.pk, model=model.value if model else ""), at=at)


@transaction.atomic
def make_forecast(*, series_id: int, by: Person, at: datetime, model: Model | None = None) -> ForecastRun:
    """Forecast from today on, by the model that did best on the past, or by the one that is asked for."""
    series = Series.objects.select_for_update(of=("self",)).get(pk=series_id)
    authorize(by, "planning.forecast", series)
    today = clock.local_day(at)
    history = amounts.history(series, at, AHEAD)
    if history is None:
        raise Refused(Refusal("A1.4", TOO_SHORT))
    gap = (today - history.end).days  # a file may end long before today
    try:
        found = forecast.forecast(history, gap + AHEAD, model)
    except TooShort as short:
        raise Refused(Refusal("A1.4", TOO_SHORT)) from short
    run = ForecastRun.objects.create(
        series=series,
        made_at=at,
        made_by=by,
        first=today,
        days=AHEAD,
        model=found.model.value,
        is_asked=model is not None,
        history_first=history.first,
        history_days=history.days,
        shrinkage=_decimal(float(shrinkage.learned(series.centre_id, at).beyond_roster), RATIO),
        floor=min(_decimal(found.floor, RATIO), Decimal(99)),
        scores=[_score(score) for score in found.scores],
    )
    handling = amounts.handling_seconds(series, at)
    ForecastValue.objects.bulk_create(_values(run, found, gap, handling), batch_size=BATCH)
    live.touch(f"planning:{series.centre_id}")
    return run


def _values(run: ForecastRun, found: Forecast, gap: int, handling: int) -> list[ForecastValue]:
    rows = []
    for index in range(run.days):
        for slot in range(HALF_HOURS):
            mean, low, high = (
                _decimal(float(grid[gap + index, slot]), CENT) for grid in (found.mean, found.low, found.high)
            )
            if high == 0:
                continue
            rows.append(
                ForecastValue(
                    run=run,
                    day=run.first + timedelta(days=index),
                    slot=slot,
                    mean=mean,
                    low=min(low, mean),
                    high=max(high, mean),
                    handling_seconds=handling,
                )
            )
    return rows


def _score(score: forecast.Score) -> dict[str, str]:
    return {
        "model": score.model.value,
        "error": str(_decimal(score.error, RATIO)),
        "bias": str(_decimal(score.bias, RATIO)),
    }


def _decimal(value: float, unit: Decimal) -> Decimal:
    return Decimal(repr(value)).quantize(unit, rounding=ROUND_HALF_UP)


# ---------------------------------------------------------------- corrections


@transaction.atomic
def override(
    *, series_id: int, day: date, slots: tuple[int, int], percent: int, reason: str, by: Person, at: datetime
) -> Override:
    """Put the forecast of some half hours of a day right, by a share of it, for a reason; later ones multiply."""
    series = Series.objects.select_for_update(of=("self",)).get(pk=series_id)
    authorize(by, "planning.forecast", series)
    faults = []
    if not reason.strip():
        faults.append(Refusal("A1.4", gettext_noop("Say why."), {"field": "reason"}))
    if not 0 <= slots[0] < slots[1] <= HALF_HOURS:
        faults.append(Refusal("A1.4", gettext_noop("The end must be after the beginning."), {"field": "last_slot"}))
    if not 0 <= percent <= 1000:
        faults.append(Refusal("A1.4", gettext_noop("From 0 to 1000 percent."), {"field": "percent"}))
    if day < clock.local_day(at):
        faults.append(Refusal("A1.4", gettext_noop("This day is over."), {"field": "day"}))
    refuse_if(faults)
    row = Override.objects.create(
        series=series, day=day, first_slot=slots[0], last_slot=slots[1], percent=percent, reason=reason.strip(),
        made_at=at, made_by=by,
    )  # fmt: skip
    live.touch(f"planning:{series.centre_id}")
    return row


@transaction.atomic
def end_override(*, override_id: int, by: Person, at: datetime) -> Override:
    """The forecast holds again as it was made; a second time changes nothing."""
    row = Override.objects.select_for_update(of=("self",)).select_related("series").get(pk=override_id)
    authorize(by, "planning.forecast", row.series)
    if row.ended_at is None:
        row.ended_at, row.ended_by = at, by
        row.save(update_fields=["ended_at", "ended_by"])
        live.touch(f"planning:{row.series.centre_id}")
    return row
