"""The published shift-scheduling instances: ours beside the best known and beside a plain CP-SAT model, same seconds.

The plain model is all of our rules given to CP-SAT at once, with the eight workers and the linear relaxation that it
needs. Every roster is judged by the independent evaluation of its text. `--instances 1-8` and `--seconds 60` choose.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bench import house
from hotline.config import env
from hotline.rosters.logic import curtois
from hotline.rosters.logic.problem import Roster
from hotline.rosters.logic.search import Budget, fill
from hotline.rosters.logic.solver import solve

DATA = env.PROJECT.parent / "shared" / "data" / "wfm" / "curtois"
BEST_KNOWN = {
    1: 607, 2: 828, 3: 1001, 4: 1716, 5: 1143, 6: 1950, 7: 1056, 8: 1300, 9: 439, 10: 4631, 11: 3443, 12: 4040,
    13: 1348, 14: 1278, 15: 3829, 16: 3225, 17: 5746, 18: 4459, 19: 3149, 20: 4769, 21: 21133, 22: 30241, 23: 17428,
    24: 42463,
}  # fmt: skip
# At most so far above the best known, in 600 s; the first three proven in 60 s; a roster for all up to 15.
GOALS = {1: 0.0, 2: 0.0, 3: 0.0, 4: 0.01, 5: 0.01, 6: 0.01, 7: 0.01, 8: 0.05}
USUAL, QUICK = (range(1, 16), 600.0), (range(1, 4), 10.0)


@dataclass(frozen=True, slots=True)
class Result:
    """What one solver came to: objective None where it found nothing; processor seconds beside those of the clock."""

    objective: int | None
    bound: int
    hard: int
    seconds: float
    processor: float

    @property
    def line(self) -> str:
        """For the table."""
        cost = "none" if self.objective is None else str(self.objective)
        gap = "" if not self.objective else f"{(self.objective - self.bound) / self.objective:6.2%}"
        return f"{cost:>7} {self.bound:>7} {gap:>7} {self.hard:>4} {self.seconds:>6.1f} {self.processor:>6.1f}"


def run(*, quick: bool = False, instances: str = "", seconds: float | None = None) -> None:
    """Print the table, line by line."""
    if not DATA.exists():
        house.say("   the data beside the project (shared/data/wfm) is absent: nothing to measure")
        return
    usual, time_for_each = QUICK if quick else USUAL
    numbers, limit = chosen(instances) or list(usual), seconds or time_for_each
    house.say(f"   at most {limit:g} s each; objective, lower bound, gap, hard violations, seconds, processor seconds")
    house.say(f"   {'':>8} {'best':>6}   {'ours':^43}   {'plain CP-SAT':^43}")
    for number in numbers:
        _one(number, limit)


def chosen(text: str) -> list[int]:
    """`1-3,8` as numbers of instances."""
    found: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        if not first.isdigit() or not (last or first).isdigit() or not 1 <= int(first) <= int(last or first) <= 24:
            raise SystemExit(f"--instances: expected numbers from 1 to 24 such as 1-8 or 2,5, found {part!r}")
        found += range(int(first), int(last or first) + 1)
    return found


def _one(number: int, limit: float) -> None:
    instance = curtois.read((DATA / f"Instance{number}.txt").read_text(encoding="utf-8"))
    ours, plain = _measured(instance, _ours, limit), _measured(instance, _plain, limit)
    best = BEST_KNOWN[number]
    house.say(f"   {number:>8} {best:>6}   {ours.line}   {plain.line}   {_verdict(number, ours, best)}")


Ask = Callable[[curtois.Instance, float], tuple[Roster | None, int]]


def _measured(instance: curtois.Instance, ask: Ask, limit: float) -> Result:
    began, processor = time.perf_counter(), time.process_time()
    roster, bound = ask(instance, limit)
    took, used = time.perf_counter() - began, time.process_time() - processor
    if roster is None:
        return Result(None, bound, 0, took, used)
    judged = curtois.evaluate(instance, curtois.write(instance, roster))
    return Result(judged.objective, bound, len(judged.hard), took, used)


def _ours(instance: curtois.Instance, limit: float) -> tuple[Roster | None, int]:
    answer = solve(curtois.problem(instance), seconds=limit)
    return answer.roster, answer.bound


def _plain(instance: curtois.Instance, limit: float) -> tuple[Roster | None, int]:
    found = fill(curtois.problem(instance), Budget(seconds=limit))
    return found.roster, max(0, round(found.bound))


def _verdict(number: int, ours: Result, best: int) -> str:
    if ours.objective is None or ours.hard:
        return "MISSED: no lawful roster"
    above = ours.objective / best - 1
    proven = ", proven" if ours.objective <= ours.bound else ""
    goal = GOALS.get(number)
    word = f"{above:+.2%} to the best known{proven}"
    if goal is None:
        return word
    is_met = bool(proven) if goal == 0 else above <= goal
    return f"{word} (goal {'proven' if goal == 0 else f'{goal:.0%}'}: {'reached' if is_met else 'MISSED'})"
