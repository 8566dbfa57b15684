"""Erlang B, C and A: published values to their digits, what must always hold, and a chain counted out by hand."""

import csv
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hotline.planning.logic import erlang
from hotline.planning.logic.erlang import Goal

PUBLISHED = Path(__file__).resolve().parents[5] / "shared" / "data" / "wfm" / "erlang_published.csv"
pytestmark = pytest.mark.clause("A1.4")


# ---------------------------------------------------------------- what others have printed


@dataclass(frozen=True, slots=True)
class Facts:
    """The inputs of a published row."""

    load: float
    agents: int
    aht: float
    within: float
    patience: float | None
    calls_a_second: float


def rows() -> list[dict[str, str]]:
    if not PUBLISHED.exists():
        return []
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["agrees"] == "yes"]


def found(pattern: str, text: str) -> float | None:
    match = re.search(pattern, text)
    return float(match[1]) if match else None


def seconds_of(text: str) -> float:
    given_ = re.search(r"(?:AHT|service) ([\d.]+) (s|min)", text)
    return float(given_[1]) * (60 if given_[2] == "min" else 1) if given_ else 60.0


def facts(row: dict[str, str]) -> Facts:
    text = row["inputs"] + " " + row["quantity"]
    aht = seconds_of(text)
    arriving = re.search(r"(\d+)(?: calls)?/(\d*) ?(min|s)\b", text)
    rate = 0.0
    if arriving:
        rate = float(arriving[1]) / (float(arriving[2] or 1) * (60 if arriving[3] == "min" else 1))
    within = found(r"T=([\d.]+) s", text) or found(r"(?:SL|in|within) ([\d.]+) s", text) or found(r"80/(\d+)", text)
    if within is None and "AHT 3 min" in text:
        within = 0.33 * 60  # this source's goal, which its other rows do not repeat
    agents = found(r"\b[Nn]=(\d+)", text) or found(r"M/M/(\d+)\+M", text) or 0
    return Facts(
        load=found(r"\bA=([\d.]+)", text) or rate * aht,
        agents=int(agents),
        aht=aht,
        within=within or 0.0,
        patience=found(r"patience ([\d.]+) s", text),
        calls_a_second=rate,
    )


def share(text: str, *patterns: str) -> float:
    for pattern in patterns:
        value = found(pattern, text)
        if value is not None:
            return value / 100
    return 1.0


def answer(row: dict[str, str]) -> float:
    """Our value of what a row prints."""
    given_, quantity, text = facts(row), row["quantity"], row["inputs"]
    if row["model"] == "B":
        return of_lines(given_, quantity, text)
    if quantity.startswith("N "):
        return of_staffing(given_, quantity, text)
    queue = erlang.queue_of(given_.load, given_.agents, given_.aht, given_.within, given_.patience)
    values = {
        "P(wait)": queue.wait_probability,
        "SL": queue.service_level,
        "ASA": queue.average_wait,
        "E[wait]": queue.average_wait / (60 if quantity.endswith("min") else 1),
        "E[queue]": queue.average_wait * given_.calls_a_second,
        "90th": erlang.waited(queue, given_.load, given_.agents, given_.aht, 0.9),
        "answered": 1 - queue.wait_probability,
        "occupancy": queue.occupancy,
        "P(abandon)": queue.abandonment,
    }
    value = float(values[quantity.split()[0]][0])
    return value * 100 if quantity.endswith("%") else value


def of_lines(given_: Facts, quantity: str, text: str) -> float:
    if quantity == "blocking":
        return float(erlang.blocking(given_.load, given_.agents)[0])
    most = (found(r"blocking(?:<=| )([\d.e-]+)", text) or 0.0) / (100 if "%" in text else 1)
    if quantity == "A":
        return float(erlang.carried(given_.agents, most)[0])
    return int(erlang.fewest_lines(given_.load, most)[0])


def of_staffing(given_: Facts, quantity: str, text: str) -> float:
    busy = share(text, r"occ<=(\d+)%", r"max occ (\d+)%")
    answered = found(r"ASA<=(\d+) s", text)
    if answered is not None:
        return next(
            n
            for n in range(math.ceil(given_.load), 1000)
            if erlang.erlang_c(given_.load, n, given_.aht, 0).average_wait[0] <= answered
        )
    wanted = share(text, r"(\d+)% (?:in|within)", r"\b(80)/20", r", (80)%")
    goal = Goal(0.8 if wanted == 1.0 else wanted, given_.within, most_busy=busy)
    agents = erlang.fewest(given_.load, given_.aht, goal)
    return int(erlang.scheduled(agents, share(text, r"shrinkage (\d+)%") if "shrinkage" in text else 0.0)[0])


@pytest.mark.skipif(not PUBLISHED.exists(), reason="the data beside the project (shared/data/wfm) is absent")
def test_there_are_published_rows_to_meet():
    assert len(rows()) >= 90


@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row['model']} {row['inputs']} {row['quantity']}"[:90])
def test_what_others_have_printed_is_met_to_its_digits(row):
    ours, printed = answer(row), row["published"].removesuffix("...")
    bounds = re.search(r"asserts ([\d.]+)<=x<=([\d.]+)", row["source"])
    if bounds:
        assert float(bounds[1]) <= ours <= float(bounds[2])
        return
    # One unit of the last printed digit: sources round or cut, as they like.
    unit = 10.0 ** -len(printed.partition(".")[2])
    assert abs(ours - float(printed)) <= unit + 4 * math.ulp(ours)
    assert ours == pytest.approx(float(row["recomputed"]), rel=5e-10)


def test_a_service_level_has_four_meanings_and_each_has_its_name():
    queue = erlang.erlang_a(10, 14, 180, 20, 300)
    assert queue.service_level[0] == pytest.approx(0.9167921, abs=5e-8)
    assert queue.reachable[0] == pytest.approx(0.9187136, abs=5e-8)
    assert queue.settled[0] == pytest.approx(0.923956, abs=5e-7)
    assert queue.of_answered[0] == pytest.approx(0.9297941, abs=5e-8)


def test_patience_saves_agents():
    load = erlang.offered(250, 1800, 210)
    assert erlang.fewest(load, 210, Goal(0.8, 20))[0] == 34
    assert [int(erlang.fewest(load, 210, Goal(0.8, 20), patience)[0]) for patience in (120, 300, 600)] == [31, 32, 33]


# ---------------------------------------------------------------- counted out


def chain(load: float, agents: int, aht: float, patience: float) -> tuple[float, float]:
    """The share that waits and the share lost, from the birth and death chain itself, state by state."""
    rate, logs = load / aht, [0.0]
    for k in range(1, agents + 4000):
        logs.append(logs[-1] + math.log(rate) - math.log(min(k, agents) / aht + max(0, k - agents) / patience))
    most = max(logs)
    weights = [math.exp(value - most) for value in logs]
    total = math.fsum(weights)
    waits = math.fsum(weights[agents:]) / total
    lost = math.fsum((k - agents) / patience * weights[k] for k in range(agents, len(weights))) / total / rate
    return waits, lost


@pytest.mark.parametrize(
    ("load", "agents", "aht", "patience"),
    [
        (10.0, 14, 180, 300),
        (240.0, 200, 240, 60),
        (240.0, 260, 240, 600),
        (0.5, 1, 60, 5),
        (30.0, 3, 60, 30),
        (1e-3, 1, 60, 5),
        (2000.0, 2010, 240, 90),
    ],
)
def test_impatient_callers_as_the_chain_counts_them(load, agents, aht, patience):
    queue = erlang.erlang_a(load, agents, aht, 0, patience)
    waits, lost = chain(load, agents, aht, patience)
    assert queue.wait_probability[0] == pytest.approx(waits, rel=1e-9)
    assert queue.abandonment[0] == pytest.approx(lost, rel=1e-8)


# ---------------------------------------------------------------- what must always hold

LOADS = st.floats(0.01, 3000)
AHT = st.floats(5, 3600)
WITHIN = st.floats(0, 300)
PATIENCE = st.floats(1, 7200)
SLACK = 1e-9


@settings(deadline=None)
@given(LOADS, st.integers(1, 3000), AHT, WITHIN, PATIENCE)
def test_more_agents_never_serve_worse(load, agents, aht, within, patience):
    for queue in (
        erlang.erlang_c(load, [agents, agents + 1], aht, within),
        erlang.erlang_a(load, [agents, agents + 1], aht, within, patience),
    ):
        assert queue.service_level[1] >= queue.service_level[0] - SLACK
        assert queue.wait_probability[1] <= queue.wait_probability[0] + SLACK
        assert queue.abandonment[1] <= queue.abandonment[0] + SLACK
        assert queue.occupancy[1] <= queue.occupancy[0] + SLACK


@settings(deadline=None)
@given(LOADS, st.floats(1, 2), st.integers(1, 3000), AHT, WITHIN, PATIENCE)
def test_more_load_never_serves_better(load, times, agents, aht, within, patience):
    for queue in (
        erlang.erlang_c([load, load * times], agents, aht, within),
        erlang.erlang_a([load, load * times], agents, aht, within, patience),
    ):
        assert queue.service_level[1] <= queue.service_level[0] + SLACK
        assert queue.wait_probability[1] >= queue.wait_probability[0] - SLACK
        assert queue.occupancy[1] >= queue.occupancy[0] - SLACK


@settings(deadline=None)
@given(LOADS, st.integers(1, 3000), AHT, PATIENCE, st.floats(1, 10))
@example(427.0, 423, 5.0, 5486.0, 2.0)  # where logarithms of large numbers lost ten digits
def test_more_patience_loses_fewer_and_waits_longer(load, agents, aht, patience, times):
    queue = erlang.erlang_a(load, agents, aht, 20, [patience, patience * times])
    assert queue.abandonment[1] <= queue.abandonment[0] + SLACK
    assert queue.average_wait[1] >= queue.average_wait[0] * (1 - SLACK) - SLACK
    assert queue.wait_probability[1] >= queue.wait_probability[0] - SLACK


@settings(deadline=None)
@given(LOADS, st.integers(0, 3000), AHT, WITHIN, PATIENCE)
def test_every_figure_is_a_share(load, agents, aht, within, patience):
    for queue in (
        erlang.erlang_c(load, agents, aht, within),
        erlang.erlang_a(load, agents, aht, within, patience),
    ):
        for name in ("service_level", "occupancy", "abandonment", "wait_probability", "reachable", "settled"):
            assert 0 <= getattr(queue, name)[0] <= 1, name
        assert queue.average_wait[0] >= 0


@settings(deadline=None, max_examples=50)
@given(LOADS, AHT, st.floats(0.05, 0.99), WITHIN, st.none() | PATIENCE)
def test_the_fewest_reach_the_goal_and_one_less_does_not(load, aht, wanted, within, patience):
    agents = int(erlang.fewest(load, aht, Goal(wanted, within), patience)[0])
    levels = erlang.queue_of(load, [agents, max(agents - 1, 0)], aht, within, patience).service_level
    assert levels[0] >= wanted > levels[1]


@pytest.mark.parametrize("patience", [1, 10, 120, 3600, 36_000])
@pytest.mark.parametrize(
    ("agents", "load"), [(10_000, 9_900), (10_000, 10_100), (10_000, 5_000), (10_000, 0.001), (1, 20_000)]
)
def test_ten_thousand_agents_do_not_overflow(agents, load, patience):
    with np.errstate(all="raise", under="ignore"):
        both = (erlang.erlang_a(load, agents, 240, 20, patience), erlang.erlang_c(load, agents, 240, 20))
    for queue in both:
        for name in ("service_level", "occupancy", "abandonment", "wait_probability"):
            assert 0 <= getattr(queue, name)[0] <= 1, name
    lost = both[0].abandonment[0]
    assert lost >= max(0.0, 1 - agents / load) * (1 - 1e-9)  # what nobody can carry is lost
    assert erlang.fewest(load, 240, Goal(0.8, 20))[0] >= load


def test_whole_days_are_reckoned_at_once():
    loads = np.linspace(0, 400, 2000)
    together = erlang.fewest(loads, 240, Goal(0.8, 20), 120)
    alone = [int(erlang.fewest(load, 240, Goal(0.8, 20), 120)[0]) for load in loads[::200]]
    assert list(together[::200]) == alone
    assert together[0] == 0


def test_a_goal_that_nobody_reaches_is_told():
    with pytest.raises(erlang.OutOfReach):
        erlang.fewest(3e8, 180, Goal(0.8, 20))


def test_the_share_of_agents_that_explains_what_was_lost():
    loads, calls = np.full(20, 30.0), np.full(20, 300.0)
    really = np.sum(calls * erlang.erlang_a(loads, 27, 180, 0, 240).abandonment)
    factor = erlang.effective_share(loads, np.full(20, 30), 180, 240, calls, float(really))
    assert round(30 * factor) == 27
    assert erlang.effective_share(loads, np.full(20, 30), 180, 240, calls, 0.0) == 1.0


def test_rostered_people_come_from_seats_by_shrinkage():
    assert list(erlang.scheduled([14, 15, 0], 0.25)) == [19, 20, 0]
    assert list(erlang.scheduled([14], 0.3)) == [20]  # not 21, whatever binary fractions make of it
