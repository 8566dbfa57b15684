"""How well the last two weeks of other people's centres are forecast: ours beside the library's models, with times."""

import csv
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench import house
from hotline.config import env
from hotline.planning.logic import forecast
from hotline.planning.logic.forecast import History

DATA = env.PROJECT.parent / "shared" / "data" / "wfm"
AHEAD = 14
WINDOWS = 4  # one fortnight may be luck
WITHIN = 1.02
LIBRARY_WEEKS = 12  # of half hours, which the library's models need seconds for
# The daily data names no dates; the first day is called a Monday, and the week keeps its turn whichever it was.
UNDATED = date(2020, 1, 6)
Floats = NDArray[np.float64]
Peer = Callable[[Floats, int], Floats]


@dataclass(frozen=True, slots=True)
class Data:
    """One centre's history."""

    name: str
    first: date
    counts: Floats


def run(*, quick: bool = False) -> None:
    """Forecast each data set's last two weeks from what came before, by everybody."""
    if not DATA.exists():
        house.say("   the data beside the project (shared/data/wfm) is absent: nothing to measure")
        return
    warnings.simplefilter("ignore")
    house.spent(_load_library)
    for data in (_anonymous_bank(), _bank_calls(), _daily()):
        _one(data, quick=quick)


def _load_library() -> None:
    from statsforecast.models import AutoCES  # noqa: PLC0415 (loaded before the watch runs)

    series = np.random.default_rng(1).poisson(100, 70).astype(float)
    AutoCES(season_length=7).forecast(y=series, h=7)


def _one(data: Data, *, quick: bool) -> None:
    slots = data.counts.shape[1]
    windows = 1 if quick else WINDOWS
    house.say(f"   {data.name}: {len(data.counts)} days of {slots} slots, {AHEAD} days ahead")
    house.say(f"      {'':44} last two weeks      mean of {windows} windows")
    told = []
    for name, peer in _peers(slots, quick=quick):
        runs = [_tried(data, window, peer) for window in range(windows)]
        told.append((name, runs[0], _mean(runs)))
    for name, (error, seconds), mean in sorted(told, key=lambda line: line[1]):
        house.say(f"      {name:44} {error:7.2%} {seconds:6.2f} s   {mean:7.2%}")
    found: list[forecast.Forecast] = []

    def ours(before: Floats, ahead: int) -> Floats:
        found.append(forecast.forecast(History(data.first, before, {}), ahead))
        return found[-1].mean

    runs = [_tried(data, window, ours) for window in range(windows)]
    (error, seconds), mean, last = runs[0], _mean(runs), found[0]
    chosen = f"ours ({last.model}, chosen by going back)"
    house.say(f"      {chosen:44} {error:7.2%} {seconds:6.2f} s   {mean:7.2%}")
    for which, mine, best in (
        ("last two weeks", error, min(line[1][0] for line in told)),
        (f"mean of {windows} windows", mean, min(line[2] for line in told)),
    ):
        house.say(f"      ours over the best of the others, {which}: {mine / best:.3f} ({_word(mine / best)})")
    came = data.counts[-AHEAD:]
    held = np.nanmean(((came >= np.floor(last.low)) & (came <= np.ceil(last.high)))[~np.isnan(came)])
    house.say(f"      chance alone leaves {last.floor:.2%}; {held:.0%} of the slots lie within our range for 80 %")
    tried = ", ".join(f"{score.model} {score.error:.2%}" for score in last.scores)
    house.say(f"      what our models did in up to {forecast.WINDOWS} windows before: {tried}")


def _tried(data: Data, window: int, peer: Peer) -> tuple[float, float]:
    """Error and seconds of a forecast of one window, the newest being 0, from what came before it."""
    end = len(data.counts) - window * AHEAD
    before, came = data.counts[: end - AHEAD], data.counts[end - AHEAD : end]
    found: list[Floats] = []
    seconds = house.spent(lambda: found.append(peer(before, AHEAD)))
    return _error(found[0], came), seconds


def _mean(runs: list[tuple[float, float]]) -> float:
    return float(np.mean([error for error, _seconds in runs]))


def _word(ratio: float) -> str:
    if ratio <= 1:
        return "ours is the best"
    return "within 2 %" if ratio <= WITHIN else f"MISSED: the goal is {WITHIN}"


def _error(said: Floats, came: Floats) -> float:
    """Absolute errors over what came."""
    known = ~np.isnan(came)
    return float(np.abs(said - came)[known].sum() / came[known].sum())


# ---------------------------------------------------------------- the library by itself


def _peers(slots: int, *, quick: bool) -> list[tuple[str, Peer]]:
    from statsforecast import models as of  # noqa: PLC0415 (heavy)

    week = 7 * slots
    seasons = [slots, week] if slots > 1 else [7]
    found: list[tuple[str, Peer]] = [
        ("seasonal naive", _by(of.SeasonalNaive(season_length=week))),
        ("seasonal window average of 4 weeks", _by(of.SeasonalWindowAverage(season_length=week, window_size=4))),
        ("seasonal exponential smoothing", _by(of.SeasonalExponentialSmoothingOptimized(season_length=week))),
        ("historic average", _by(of.HistoricAverage())),
    ]
    weeks = LIBRARY_WEEKS if slots > 1 else None
    if not quick:
        found += [
            ("MSTL and ETS", _by(of.MSTL(season_length=seasons), weeks)),
            ("MSTL and naive", _by(of.MSTL(season_length=seasons, trend_forecaster=of.Naive()), weeks)),
        ]
    if slots == 1:
        found += [
            ("AutoETS", _by(of.AutoETS(season_length=7))),
            ("AutoCES", _by(of.AutoCES(season_length=7))),
            ("AutoTheta", _by(of.AutoTheta(season_length=7))),
        ]
        if not quick:
            found.append(("AutoARIMA", _by(of.AutoARIMA(season_length=7), 52)))
    return found


def _by(model: object, weeks: int | None = None) -> Peer:
    """The library's model on the plain series, gaps filled as we fill them."""

    def peer(counts: Floats, ahead: int) -> Floats:
        slots = counts.shape[1]
        known = counts if weeks is None else counts[-7 * weeks :]
        series = _filled(known).ravel()
        said = model.forecast(y=series, h=ahead * slots)["mean"]  # type: ignore[attr-defined]
        found: Floats = np.maximum(np.asarray(said, float).reshape(ahead, slots), 0)
        return found

    return peer


def _filled(counts: Floats) -> Floats:
    filled = counts.copy()
    for day in np.flatnonzero(np.isnan(counts).any(axis=1)):
        same = counts[day % 7 :: 7]
        mean = np.nanmean(same, axis=0) if not np.isnan(same).all() else np.zeros(counts.shape[1])
        filled[day] = np.where(np.isnan(counts[day]), np.nan_to_num(mean), counts[day])
    return filled


# ---------------------------------------------------------------- the data


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _grid(name: str, cells: dict[tuple[date, int], float]) -> Data:
    days = sorted({day for day, _slot in cells})
    slots = sorted({slot for _day, slot in cells})
    counts = np.full(((days[-1] - days[0]).days + 1, len(slots)), np.nan)
    place = {slot: index for index, slot in enumerate(slots)}
    for (day, slot), count in cells.items():
        counts[(day - days[0]).days, place[slot]] = count
    return Data(name, days[0], counts)


def _anonymous_bank() -> Data:
    cells = {}
    for row in _rows(DATA / "anonymous-bank" / "arrivals_1999_30min.csv"):
        hour, minute = row["slot"].split(":")
        cells[date.fromisoformat(row["date"]), int(hour) * 2 + int(minute) // 30] = float(row["calls"])
    return _grid("anonymous bank, half hours of 1999", cells)


def _bank_calls() -> Data:
    cells: dict[tuple[date, int], float] = {}
    for row in _rows(DATA / "bank-calls" / "bank_calls_5min.csv"):
        at = datetime.fromisoformat(row["ts"])
        key = at.date(), at.hour * 2 + at.minute // 30
        cells[key] = cells.get(key, 0.0) + float(row["calls"])
    return _grid("bank calls, half hours of 2003", cells)


def _daily() -> Data:
    rows = _rows(DATA / "call_center_daily.csv")
    cells = {(UNDATED + timedelta(days=index), 0): float(row["Incoming Calls"]) for index, row in enumerate(rows)}
    return _grid("call centre, days", cells)
