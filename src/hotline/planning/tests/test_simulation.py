"""The simulated day: it agrees with Erlang where a formula holds, and obeys the roster where none does."""

import numpy as np
import pytest

from hotline.planning.logic import erlang
from hotline.planning.logic.simulation import Day, Figure, Seat, Work, live

pytestmark = pytest.mark.clause("A1.4")
WARM_UP = 2
HOUR = 3600.0


def steady(agents: int, calls: float, aht: float, patience: float | None, slots: int = 14) -> Day:
    """The same half hour over and over, with everybody there all the time."""
    whole = (0.0, slots * 1800.0)
    return Day([Work([calls] * slots, aht, patience=patience)], [Seat([whole])] * agents)


def assert_agrees(found: Figure, formula: float) -> None:
    """Within twice the half-width of its own interval; the seed is fixed, so this holds or fails for good."""
    assert found.half_width > 0
    assert abs(found.mean - formula) <= 2 * found.half_width, (found, formula)


@pytest.mark.parametrize(
    ("agents", "calls", "aht", "patience"),
    [(14, 100, 180, 300), (10, 100, 180, 120), (30, 250, 210, 60), (3, 12, 240, 600)],
)
def test_it_agrees_with_erlang_a(agents, calls, aht, patience):
    lived = live(steady(agents, calls, aht, patience), lives=30, seed=7).since(WARM_UP)
    load = erlang.offered(calls, 1800, aht)
    queue = erlang.erlang_a(load, agents, aht, 20, patience)
    assert_agrees(lived.service_level, queue.service_level[0])
    assert_agrees(lived.abandonment, queue.abandonment[0])
    assert_agrees(lived.wait_probability, queue.wait_probability[0])
    assert_agrees(lived.average_wait, queue.average_wait[0])
    assert_agrees(lived.occupancy, queue.occupancy[0])


def test_it_agrees_with_erlang_c_where_nobody_hangs_up():
    lived = live(steady(14, 100, 180, None), lives=30, seed=11).since(WARM_UP)
    queue = erlang.erlang_c(10, 14, 180, 20)
    assert_agrees(lived.service_level, queue.service_level[0])
    assert_agrees(lived.average_wait, queue.average_wait[0])
    assert lived.lost[:, :-1].sum() == 0  # in the last half hour some still wait when everybody goes


def test_more_lives_make_the_interval_narrower():
    day = steady(12, 100, 180, 300, slots=4)
    assert live(day, lives=64, seed=1).service_level.half_width < live(day, lives=8, seed=1).service_level.half_width


def test_the_same_seed_lives_the_same_day():
    day = steady(12, 100, 180, 300, slots=4)
    assert np.array_equal(live(day, lives=3, seed=5).waited, live(day, lives=3, seed=5).waited)


def test_a_break_is_felt_where_it_falls():
    work = Work([60.0] * 6, 180, patience=300)
    rested = [Seat([(0, HOUR), (HOUR + 1800, 3 * HOUR)])] * 4 + [Seat([(0, 3 * HOUR)])] * 4
    together = live(Day([work], rested), lives=20, seed=3)
    levels = together.levels()
    assert levels[2] < levels[1] - 0.3
    assert list(together.staffed[0] / 1800) == [8, 8, 4, 8, 8, 8]


def test_nobody_there_loses_everybody():
    lived = live(Day([Work([50.0, 50.0], 180, patience=60)], []), lives=5, seed=2)
    assert lived.abandonment.mean == 1
    assert lived.service_level.mean == 0
    waits_for_ever = live(Day([Work([50.0], 180)], []), lives=5, seed=2)
    assert waits_for_ever.abandonment.mean == 1


def test_whoever_talks_at_the_end_of_his_shift_finishes_first():
    lived = live(Day([Work([30.0, 0.0], 600, spread=0.1)], [Seat([(0, 1800)])]), lives=10, seed=4)
    assert lived.busy[:, 1].sum() > 0
    assert lived.staffed[:, 1].sum() == 0


def test_calls_go_only_to_those_who_know_them():
    calls = [80.0] * 4
    works = [Work(calls, 180, patience=300), Work(calls, 180, patience=300)]
    whole = [(0.0, 4 * 1800.0)]
    apart = live(Day(works, [Seat(whole, frozenset({0}))] * 20), lives=10, seed=6)
    assert apart.lost.sum() / apart.offered.sum() == pytest.approx(0.5, abs=0.02)  # nobody knows the second kind
    one_each = [Seat(whole, frozenset({kind})) for kind in (0, 1) for _ in range(9)]
    both = [Seat(whole, frozenset({0, 1}))] * 18
    split, shared = (live(Day(works, seats), lives=20, seed=8) for seats in (one_each, both))
    assert shared.service_level.mean > split.service_level.mean + split.service_level.half_width


def test_nothing_is_lost_or_counted_twice():
    lived = live(steady(9, 100, 180, 90, slots=4), lives=5, seed=9)
    answered = lived.offered - lived.lost
    assert (answered >= lived.in_time).all()
    assert (lived.lost >= 0).all()
    assert lived.delayed.sum() <= lived.offered.sum()
