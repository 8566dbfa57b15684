"""What will come: calls or cases by day and half hour, forecast from what came. Pure.

A history is a grid of days and slots. The day's total and the shape of the day are forecast apart: several models for
the total, the best of them chosen for each series by going back in time (rolling origin), and the shape from the same
weekdays of the last months, the newer the heavier. Days that the calendar names (public holidays, make-up working days)
are kept out of both and forecast from the weekday they resemble, times what such days have shown before.

Trends are not continued: over weeks that does more harm than good. Floats are statistics here; what is stored of them
is rounded.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from hotline.kernel.words import gettext_noop

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
WEEK = 7
MOST_WEEKS = 260  # older days tell nothing any more
SHAPE_WEEKS, SHAPE_FADES = 16, 0.9
FADES = 0.85
LEAST_DAYS = 14
LIBRARY_NEEDS = 6 * WEEK
WINDOWS = 8
TRIED_AHEAD = 14  # the past is forecast two weeks at a time, however far the forecast itself reaches
UNKNOWN_SPREAD = 0.3
Z80 = 1.2816  # of a normal distribution: eight in ten lie within
SMALLEST_GAIN = 0.03  # so much better than the usual blend another model must be: less may be chance
NOISE = 0.8  # mean absolute deviation of a Poisson count over the root of its mean


class Kind(StrEnum):
    """What the calendar says about a day."""

    ORDINARY = "ordinary"
    FREE = "free"  # a public holiday, or rest around one
    MAKE_UP = "make_up"  # a weekend day worked in exchange


# The weekdays which such a day resembles before it has been seen.
RESEMBLES: Mapping[Kind, tuple[int, ...]] = {Kind.FREE: (6,), Kind.MAKE_UP: (0, 1, 2, 3, 4)}


class Model(StrEnum):
    """How the total of a day is forecast."""

    BLEND = "blend"
    LAST_WEEK = "last_week"
    MEAN_4 = "mean_4"
    MEDIAN_6 = "median_6"
    FADED = "faded"
    DECOMPOSED = "decomposed"
    ETS = "ets"
    CES = "ces"


MODEL_LABELS: Mapping[Model, str] = {
    Model.BLEND: gettext_noop("Blend of mean, median and decomposition"),
    Model.LAST_WEEK: gettext_noop("The same day of last week"),
    Model.MEAN_4: gettext_noop("Mean of four weeks"),
    Model.MEDIAN_6: gettext_noop("Median of six weeks"),
    Model.FADED: gettext_noop("Mean that fades with age"),
    Model.DECOMPOSED: gettext_noop("Season taken apart (MSTL), level held"),
    Model.ETS: gettext_noop("Exponential smoothing (ETS)"),
    Model.CES: gettext_noop("Complex smoothing (CES)"),
}


class TooShort(ValueError):
    """There is too little history to say anything."""


class GaveUp(ValueError):
    """A model of the library finds nothing to fit."""


@dataclass(frozen=True, slots=True)
class History:
    """What came: `counts[day, slot]` from `first` on; not a number where nothing is known.

    `special` knows the calendar, that of the days to come as well.
    """

    first: date
    counts: Floats
    special: Mapping[date, Kind]

    @property
    def days(self) -> int:
        """How many days it spans."""
        return len(self.counts)

    @property
    def end(self) -> date:
        """The first day after it."""
        return self.first + timedelta(days=self.days)

    def until(self, days: int) -> "History":
        """Only its first days."""
        return History(self.first, self.counts[:days], self.special)

    def kind(self, day: date) -> Kind:
        """What the calendar says."""
        return self.special.get(day, Kind.ORDINARY)


@dataclass(frozen=True, slots=True)
class Score:
    """How a model did in the past, on average over the windows: errors over what came; whether it tends high or low."""

    model: Model
    error: float
    bias: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will come, with the range that eight in ten days keep to, and why this model."""

    first: date
    mean: Floats
    low: Floats
    high: Floats
    model: Model
    scores: tuple[Score, ...]
    floor: float  # the error that chance alone leaves


# ---------------------------------------------------------------- the total of a day

Level = Callable[[Floats, int], Floats]  # totals without gaps, days ahead -> totals


def _weekdays(totals: Floats, ahead: int, weeks: int) -> list[Floats]:
    """For each day ahead, the totals of its last same weekdays, the newest first."""
    last = len(totals)
    found = []
    for day in range(ahead):
        newest = last - WEEK + day % WEEK
        found.append(totals[newest::-WEEK][:weeks] if newest >= 0 else totals[-1:])
    return found


def _last_week(totals: Floats, ahead: int) -> Floats:
    return np.array([same[0] for same in _weekdays(totals, ahead, 1)])


def _mean_4(totals: Floats, ahead: int) -> Floats:
    return np.array([same.mean() for same in _weekdays(totals, ahead, 4)])


def _median_6(totals: Floats, ahead: int) -> Floats:
    return np.array([np.median(same) for same in _weekdays(totals, ahead, 6)])


def _faded(totals: Floats, ahead: int) -> Floats:
    return np.array([np.average(same, weights=FADES ** np.arange(len(same))) for same in _weekdays(totals, ahead, 10)])


def _decomposed(totals: Floats, ahead: int) -> Floats:
    from statsforecast.mstl import mstl  # noqa: PLC0415 (takes seconds to load, and only a forecast needs it)

    parts = mstl(x=totals[-10 * WEEK :], period=[WEEK])
    season = parts[next(name for name in parts.columns if name.startswith("seasonal"))].to_numpy()
    level = parts["trend"].to_numpy()[-2 * WEEK :].mean()
    return np.array([level + season[len(season) - WEEK + day % WEEK] for day in range(ahead)])


def _blend(totals: Floats, ahead: int) -> Floats:
    parts = [_mean_4(totals, ahead), _median_6(totals, ahead)]
    if len(totals) >= LIBRARY_NEEDS:
        parts.append(_decomposed(totals, ahead))
    found: Floats = np.mean(parts, axis=0)
    return found


def _ets(totals: Floats, ahead: int) -> Floats:
    from statsforecast.models import AutoETS  # noqa: PLC0415 (takes seconds to load, and only a forecast needs it)

    return np.asarray(AutoETS(season_length=WEEK).forecast(y=totals, h=ahead)["mean"], float)


def _ces(totals: Floats, ahead: int) -> Floats:
    from statsforecast.models import AutoCES  # noqa: PLC0415 (takes seconds to load, and only a forecast needs it)

    return np.asarray(AutoCES(season_length=WEEK).forecast(y=totals, h=ahead)["mean"], float)


LEVELS: Mapping[Model, Level] = {
    Model.BLEND: _blend,
    Model.LAST_WEEK: _last_week,
    Model.MEAN_4: _mean_4,
    Model.MEDIAN_6: _median_6,
    Model.FADED: _faded,
    Model.DECOMPOSED: _decomposed,
    Model.ETS: _ets,
    Model.CES: _ces,
}
FROM_LIBRARY = frozenset({Model.DECOMPOSED, Model.ETS, Model.CES})


def _level(model: Model, totals: Floats, ahead: int) -> Floats:
    """The library gives up on some series, such as one without any chance in it, by bare exceptions: no say then."""
    try:
        return LEVELS[model](totals, ahead)
    except Exception as fault:
        if model not in FROM_LIBRARY:
            raise
        raise GaveUp(str(fault)) from fault


# ---------------------------------------------------------------- the grid without gaps


def _ordinary(history: History) -> Floats:
    """The counts without the days the calendar names, no older than matters."""
    counts = history.counts.copy()
    for index in range(history.days):
        if history.kind(history.first + timedelta(days=index)) is not Kind.ORDINARY:
            counts[index] = np.nan
    return counts[-MOST_WEEKS * WEEK :]


def _gap_free(counts: Floats) -> Floats:
    """Totals of days; a day of which nothing is known gets the median of its neighbours of the same weekday."""
    known: Truths = np.asarray(~np.isnan(counts).all(axis=1))
    totals = np.where(known, np.nansum(counts, axis=1), np.nan)
    filled = totals.copy()
    for day in np.flatnonzero(~known):
        near = [totals[other] for other in range(day % WEEK, len(totals), WEEK) if known[other]]
        far = sorted(range(len(near)), key=lambda index: abs(index - day // WEEK))[:6]
        filled[day] = np.median([near[index] for index in far]) if near else 0.0
    return filled


def _shapes(counts: Floats) -> Floats:
    """How a day of each of the last seven weekdays is spread over its slots, in their order; each adds up to 1."""
    days, slots = counts.shape
    found = np.zeros((WEEK, slots))
    for index in range(WEEK):
        rows = counts[days - WEEK + index :: -WEEK] if days >= WEEK else counts[index : index + 1]
        rows = rows[~np.isnan(rows).all(axis=1)][:SHAPE_WEEKS]
        weights = SHAPE_FADES ** np.arange(len(rows))
        found[index] = np.nansum(rows * weights[:, None], axis=0)
    whole = found.sum(axis=0)
    for index in range(WEEK):
        row = found[index] if found[index].sum() else whole
        found[index] = row / row.sum() if row.sum() else 1 / slots
    return found


# ---------------------------------------------------------------- one model's forecast


def predict(history: History, ahead: int, model: Model) -> Floats:
    """Days ahead by slots, by one model."""
    counts = _ordinary(history)
    if np.count_nonzero(~np.isnan(counts).all(axis=1)) < LEAST_DAYS:
        raise TooShort(f"{LEAST_DAYS} ordinary days are the least")
    totals = _gap_free(counts)
    span = max(ahead, WEEK)
    level = np.maximum(_level(model, totals, span), 0.0)
    shapes = np.array([_shapes(counts)[day % WEEK] for day in range(span)])
    grid = level[:, None] * shapes
    found: Floats = grid[:ahead].copy()
    for index in range(ahead):
        day = history.end + timedelta(days=index)
        kind = history.kind(day)
        if kind is not Kind.ORDINARY:
            like = [row for row in range(span) if (history.end + timedelta(days=row)).weekday() in RESEMBLES[kind]]
            found[index] = grid[like].mean(axis=0) * _seen(history, kind)
    return found


def _seen(history: History, kind: Kind) -> float:
    """What days of that kind have brought, beside the weekdays they resemble in the weeks around; 1 before two are
    known."""
    ordinary = _ordinary(history)
    shift = history.days - len(ordinary)
    totals = np.where(np.isnan(ordinary).all(axis=1), np.nan, np.nansum(ordinary, axis=1))
    ratios = []
    for index in range(len(ordinary)):
        day = history.first + timedelta(days=index + shift)
        row = history.counts[index + shift]
        if history.kind(day) is not kind or np.isnan(row).all():
            continue
        around = range(max(index - 2 * WEEK, 0), min(index + 2 * WEEK + 1, len(totals)))
        like = [
            totals[other]
            for other in around
            if (history.first + timedelta(days=other + shift)).weekday() in RESEMBLES[kind]
            and not np.isnan(totals[other])
        ]
        if like and np.mean(like) > 0:
            ratios.append(float(np.nansum(row) / np.mean(like)))
    return float(np.median(ratios)) if len(ratios) >= 2 else 1.0


# ---------------------------------------------------------------- going back in time


@dataclass(frozen=True, slots=True)
class _Past:
    """What a model said about windows of the past, and what came: a grid a window."""

    said: list[Floats]
    came: list[Floats]

    def score(self, model: Model) -> Score:
        """Every window counts the same, however busy it was."""
        errors, biases = [], []
        for said, came in zip(self.said, self.came, strict=True):
            off = (said - came)[~np.isnan(came)]
            total = max(float(np.nansum(came)), 1.0)
            errors.append(float(np.abs(off).sum()) / total)
            biases.append(float(off.sum()) / total)
        return Score(model, float(np.mean(errors)), float(np.mean(biases)))

    def spread(self) -> float:
        """The relative error beside chance that widens the range until it held eight in ten half hours of the past."""
        came, said = np.concatenate(self.came), np.concatenate(self.said)
        known = ~np.isnan(came) & (said > 0)
        came, said = came[known], said[known]
        if not len(said):
            return UNKNOWN_SPREAD
        needed = ((np.abs(came - said) / Z80) ** 2 - said) / said**2
        wide = max(float(np.quantile(needed, 0.8)), 0.0)
        return math.sqrt(wide)


def _windows(history: History, ahead: int) -> list[int]:
    """The days at which the forecast is made anew, the newest first; each has enough of a history before it."""
    origins = [history.days - ahead * (index + 1) for index in range(WINDOWS)]
    return [origin for origin in origins if origin >= max(LEAST_DAYS + WEEK, 4 * WEEK)]


def _go_back(history: History, ahead: int, model: Model) -> _Past | None:
    origins = _windows(history, ahead)
    if model in FROM_LIBRARY:
        origins = [origin for origin in origins if origin >= LIBRARY_NEEDS]
    said, came = [], []
    for origin in origins:
        try:
            said.append(predict(history.until(origin), ahead, model))
        except TooShort:
            continue
        except GaveUp:
            return None
        came.append(history.counts[origin : origin + ahead])
    return _Past(said, came) if said else None


def forecast(
    history: History, ahead: int, model: Model | None = None, models: Sequence[Model] = tuple(Model)
) -> Forecast:
    """So many days ahead, by the model that has done best, or by the one that is asked for.

    The usual blend stays unless another was clearly better over all windows, so that chance does not choose.
    """
    tried = models if model is None else (model,)
    back = min(ahead, TRIED_AHEAD)
    past = {one: found for one in tried if (found := _go_back(history, back, one)) is not None}
    # Only what was tried over as many windows may be compared.
    longest = max((len(one.came) for one in past.values()), default=0)
    scores = sorted(
        (one.score(name) for name, one in past.items() if len(one.came) == longest), key=lambda score: score.error
    )
    chosen = model or _best(scores)
    try:
        mean = predict(history, ahead, chosen)
    except GaveUp:
        chosen = Model.MEAN_4
        mean = predict(history, ahead, chosen)
    spread = past[chosen].spread() if chosen in past else UNKNOWN_SPREAD
    width = Z80 * np.sqrt(mean + (spread * mean) ** 2)
    total = max(float(mean.sum()), 1e-9)
    return Forecast(
        first=history.end,
        mean=mean,
        low=np.maximum(mean - width, 0.0),
        high=mean + width,
        model=chosen,
        scores=tuple(scores),
        floor=NOISE * float(np.sqrt(mean).sum()) / total,
    )


def _best(scores: Sequence[Score]) -> Model:
    if not scores:
        return Model.BLEND
    usual = next((score.error for score in scores if score.model is Model.BLEND), None)
    best = scores[0]
    if usual is not None and best.error > usual * (1 - SMALLEST_GAIN):
        return Model.BLEND
    return best.model


def so_far(mean: Floats, came: Floats) -> Floats:
    """The rest of a day by what has come of it: the forecast times actual over forecast so far, half believed while
    little has come. `came` holds the slots that are over."""
    done = len(came)
    expected, actual = float(mean[:done].sum()), float(np.nansum(came))
    if expected <= 0:
        return mean.copy()
    belief = expected / (expected + 4 * expected**0.5 + 1)
    factor = 1 + belief * (actual / expected - 1)
    found: Floats = mean * factor
    found[:done] = came
    return found
