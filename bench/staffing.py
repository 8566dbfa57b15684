"""Staffing many intervals: ours beside pyworkforce for the same answers, in intervals a second."""

import json
import subprocess
import sys
import venv
from pathlib import Path

import numpy as np

from bench import house
from hotline.config import env
from hotline.planning.logic import erlang
from hotline.planning.logic.erlang import Goal

PEER = "pyworkforce==0.5.1"
SEED = 5
WITHIN, SHARE, AHT, INTERVAL, PATIENCE = 20.0, 0.8, 240.0, 1800.0, 300.0
ROUNDS = 5
# Runs in the peer's own environment: intervals of a file in, agents and seconds out. This version knows no Erlang A.
ASK = """
import json, sys, time
from pyworkforce.queuing import ErlangC

asked = json.load(open(sys.argv[1]))

def one(calls):
    queue = ErlangC(
        transactions=calls, aht=asked["aht"] / 60, interval=asked["interval"] / 60, asa=asked["within"] / 60
    )
    return int(queue.required_positions(service_level=asked["share"], max_occupancy=1.0)["raw_positions"])

one(100.0)
began = time.perf_counter()
agents = [one(calls) for calls in asked["calls"]]
json.dump({"agents": agents, "seconds": time.perf_counter() - began}, sys.stdout)
"""


def run(*, quick: bool = False) -> None:
    """The same intervals to both; then ten thousand agents, which the peer is not asked for."""
    count = 100 if quick else 1000
    calls = np.round(np.random.default_rng(SEED).uniform(5, 1500, count), 1)
    house.say(f"   {count} half hours of 5 to 1,500 calls, {AHT:.0f} s each, {SHARE:.0%} within {WITHIN:.0f} s")
    agents, seconds = _ours(calls, None)
    house.say(f"   Erlang C: ours {count / seconds:12,.0f} intervals a second")
    _beside(_peer(calls), agents, seconds)
    _, seconds = _ours(calls, PATIENCE)
    house.say(f"   Erlang A, patience {PATIENCE:.0f} s: ours {count / seconds:12,.0f} intervals a second")
    house.say(f"      {PEER} has no Erlang A")
    _large()


def _ours(calls: "np.ndarray[tuple[int], np.dtype[np.float64]]", patience: float | None) -> tuple[list[int], float]:
    load = erlang.offered(calls, INTERVAL, AHT)
    found: list[erlang.Whole] = []
    rounds = [
        house.spent(lambda: found.append(erlang.fewest(load, AHT, Goal(SHARE, WITHIN), patience)))
        for _ in range(ROUNDS)
    ]
    return [int(agents) for agents in found[-1]], house.median(rounds)


def _beside(told: dict[str, object], ours: list[int], seconds: float) -> None:
    if not told:
        return
    theirs, took = list(told["agents"]), float(str(told["seconds"]))  # type: ignore[call-overload]
    apart = [(one, other) for one, other in zip(ours, theirs, strict=True) if one != other]
    house.say(f"      {PEER}: {len(ours) / took:12,.0f} intervals a second; ours is {took / seconds:,.0f} times faster")
    house.say(f"      the same number of agents in {len(ours) - len(apart)} of {len(ours)} intervals")
    if apart:
        house.say(f"      where not (ours, theirs): {apart[:5]}")


def _large() -> None:
    load = np.linspace(9_000, 9_900, 48)
    for name, patience in (("C", None), ("A", PATIENCE)):
        seconds = house.spent(erlang.fewest, load, AHT, Goal(SHARE, WITHIN), patience)
        house.say(f"   a day of 48 half hours with about 10,000 agents, Erlang {name}: {seconds * 1000:.0f} ms")


# ---------------------------------------------------------------- the peer in an environment of its own


def _peer(calls: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> dict[str, object]:
    """Its answers, or why there are none. It needs older libraries than ours, so it never enters our environment."""
    home = env.var() / "bench" / "pyworkforce"
    python = home / "bin" / "python"
    if not _installed(home, python):
        return {}
    asked = home / "asked.json"
    question = {"calls": list(calls), "aht": AHT, "interval": INTERVAL, "within": WITHIN, "share": SHARE}
    asked.write_text(json.dumps(question), encoding="utf-8")
    ended = subprocess.run([python, "-c", ASK, asked], capture_output=True, text=True, check=False, timeout=600)
    if ended.returncode:
        house.say(f"   {PEER} broke off: {ended.stderr.strip().splitlines()[-1:]}")
        return {}
    found: dict[str, object] = json.loads(ended.stdout)
    return found


def _installed(home: Path, python: Path) -> bool:
    mark = home / "installed"
    if mark.exists() and mark.read_text(encoding="utf-8") == PEER:
        return True
    house.say(f"   installing {PEER} into an environment of its own")
    venv.create(home, with_pip=True, clear=True)
    words = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PEER]
    ended = subprocess.run(words, capture_output=True, text=True, check=False)
    if ended.returncode:
        house.say(f"   {PEER} cannot be installed here with Python {sys.version.split()[0]}: only ours is measured")
        house.say(f"      {(ended.stderr.strip().splitlines() or ['no word'])[-1][:200]}")
        return False
    mark.write_text(PEER, encoding="utf-8")
    return True
