"""Forecasts: what they learn from a history, what the calendar changes, how the best model is found."""

from datetime import date, timedelta

import numpy as np
import pytest

from hotline.planning.logic import forecast
from hotline.planning.logic.forecast import History, Kind, Model, TooShort

pytestmark = pytest.mark.clause("A1.4")
MONDAY = date(2026, 1, 5)
DAY = timedelta(days=1)
WEEKDAYS = np.array([100.0, 90, 90, 90, 110, 60, 40])
SHAPE = np.array([0.1, 0.3, 0.4, 0.2])


def history(weeks: int, *, seed: int | None = 1, special: dict[date, Kind] | None = None) -> History:
    """A centre with a steady week, with or without chance."""
    mean = np.outer(np.tile(WEEKDAYS, weeks), SHAPE)
    counts = mean if seed is None else np.random.default_rng(seed).poisson(mean * 10).astype(float)
    return History(MONDAY, counts, special or {})


@pytest.mark.parametrize("model", list(Model))
def test_every_model_finds_a_steady_week(model):
    found = forecast.predict(history(12), 14, model)
    expected = np.outer(np.tile(WEEKDAYS, 2), SHAPE) * 10
    assert found.shape == (14, 4)
    assert np.abs(found - expected).sum() / expected.sum() < 0.08


def test_the_best_model_is_chosen_by_going_back_and_told_with_its_error():
    found = forecast.forecast(history(20), 7)
    assert [score.error for score in found.scores] == sorted(score.error for score in found.scores)
    assert len(found.scores) == len(Model)
    naive = next(score for score in found.scores if score.model is Model.LAST_WEEK)
    chosen = next(score for score in found.scores if score.model is found.model)
    assert chosen.error < naive.error
    assert chosen.error < 1.6 * found.floor  # nothing but chance is left to be wrong about


def test_the_range_holds_eight_in_ten():
    whole = history(24, seed=3)
    found = forecast.forecast(whole.until(22 * 7), 14)
    came = whole.counts[22 * 7 :]
    assert 0.7 <= ((came >= found.low) & (came <= found.high)).mean() <= 0.93
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()


def test_a_level_that_rises_is_followed_and_not_continued():
    rising = np.concatenate([np.full(70, 100.0), np.full(28, 150.0)])
    grid = History(MONDAY, rising[:, None], {})
    assert forecast.predict(grid, 14, Model.BLEND).mean() == pytest.approx(150, rel=0.02)


def test_holidays_are_not_learned_as_ordinary_days():
    holiday = MONDAY + 11 * 7 * DAY  # the last Monday
    whole = history(12, seed=None)
    whole.counts[77] = whole.counts[77] / 10
    known = History(MONDAY, whole.counts, {holiday: Kind.FREE})
    next_monday = forecast.predict(known, 7, Model.MEAN_4)[0].sum()
    assert next_monday == pytest.approx(100)
    assert forecast.predict(whole, 7, Model.MEAN_4)[0].sum() == pytest.approx(77.5)


def test_a_holiday_to_come_is_like_a_sunday_until_some_were_seen():
    ahead = MONDAY + 12 * 7 * DAY
    new = History(MONDAY, history(12, seed=None).counts, {ahead: Kind.FREE})
    assert forecast.predict(new, 7, Model.MEAN_4)[0].sum() == pytest.approx(40)
    seen = {MONDAY + day * DAY: Kind.FREE for day in (21, 49)}
    counts = new.counts.copy()
    counts[[21, 49]] = 20 * SHAPE
    experienced = History(MONDAY, counts, {**seen, ahead: Kind.FREE})
    assert forecast.predict(experienced, 7, Model.MEAN_4)[0].sum() == pytest.approx(20)


def test_a_make_up_day_is_worked_like_a_weekday():
    saturday = MONDAY + (12 * 7 + 5) * DAY
    known = History(MONDAY, history(12, seed=None).counts, {saturday: Kind.MAKE_UP})
    assert forecast.predict(known, 7, Model.MEAN_4)[5].sum() == pytest.approx(WEEKDAYS[:5].mean())
    assert forecast.predict(history(12, seed=None), 7, Model.MEAN_4)[5].sum() == pytest.approx(60)


def test_days_of_which_nothing_is_known_leave_no_gap():
    whole = history(10, seed=None)
    whole.counts[[30, 31, 66]] = np.nan
    found = forecast.predict(whole, 7, Model.BLEND)
    assert not np.isnan(found).any()
    assert found.sum() == pytest.approx(WEEKDAYS.sum(), rel=0.01)


def test_a_day_of_the_week_that_is_never_worked_stays_empty():
    whole = history(10, seed=None)
    whole.counts[5::7] = np.nan
    found = forecast.predict(whole, 7, Model.MEAN_4)
    assert found[5].sum() == 0
    assert found[4].sum() == pytest.approx(110)


def test_two_weeks_are_the_least():
    with pytest.raises(TooShort):
        forecast.forecast(history(1), 7)
    assert forecast.forecast(history(3), 7).mean.sum() > 0


def test_the_rest_of_a_day_follows_what_has_come():
    mean = np.full(20, 50.0)
    busy = forecast.so_far(mean, np.full(10, 75.0))
    assert list(busy[:10]) == [75.0] * 10
    assert 65 < busy[10] < 75
    early = forecast.so_far(mean, np.array([100.0]))
    assert 50 < early[1] < 90  # one half hour is not believed by itself
    assert list(forecast.so_far(mean, np.array([]))) == list(mean)
