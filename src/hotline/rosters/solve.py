"""`./run roster-solve`: solves a published shift-scheduling instance, for other systems; no database, no network.

What it prints and how it ends is a contract that others rely on. Only the answer goes to standard output; its objective
is what the independent evaluation of the written file gives.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from hotline.rosters.logic import curtois

WRONG_INPUT = 2


def main(words: Sequence[str] | None = None) -> int:
    """Solve one instance; 2 with the file, the place in it and what is expected there when it cannot be read."""
    asked = _parser().parse_args(words)
    try:
        instance = curtois.read(asked.instance.read_text(encoding="utf-8"))
    except curtois.NotReadable as fault:
        return _wrong(asked.instance, str(fault))
    except UnicodeDecodeError as fault:
        return _wrong(asked.instance, f"byte {fault.start}: expected text in UTF-8")
    except OSError as fault:
        return _wrong(asked.instance, f"the whole file: expected one that can be read: {fault.strerror}")
    try:
        _try_to_write(asked.out)
    except OSError as fault:
        return _wrong(asked.out, f"the whole file: expected one that can be written: {fault.strerror}")
    return _solve(instance, asked.seconds, asked.out, asked.seed)


def _try_to_write(out: Path) -> None:
    """Whether the answer can be kept is known before the work begins; a file that is there stays as it is."""
    was_there = out.exists()
    with out.open("a", encoding="utf-8"):
        pass
    if not was_there:
        out.unlink()


def _solve(instance: curtois.Instance, seconds: Decimal, out: Path, seed: int) -> int:
    from hotline.rosters.logic.search import Budget  # noqa: PLC0415 OR-Tools takes seconds to load
    from hotline.rosters.logic.solver import solve  # noqa: PLC0415

    answer = solve(
        curtois.problem(instance),
        seconds=float(seconds),
        better=lambda _roster, cost: _say(f"objective {cost}"),
        budget=Budget(seed=seed),
    )
    if answer.roster is None:
        _say(f"no roster was found: {answer.status}")
        return 1
    out.write_text(curtois.write(instance, answer.roster), encoding="utf-8")
    judged = curtois.evaluate(instance, out.read_text(encoding="utf-8"))
    for fault in judged.hard:
        _say(fault)
    found = {
        "objective": judged.objective,
        "lower_bound": answer.bound,
        "hard_violations": len(judged.hard),
        "seconds": format(Decimal(answer.seconds).quantize(Decimal("0.001")), "f"),
    }
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _wrong(path: Path, what: str) -> int:
    _say(f"{path}: {what}")
    return WRONG_INPUT


def _say(what: str) -> None:
    sys.stderr.write(f"roster-solve: {what}\n")
    sys.stderr.flush()


def _seconds(text: str) -> Decimal:
    whole, _, part = text.partition(".")
    if not (whole + part).isascii() or not (whole + part).isdigit() or len(text) > 9 or not Decimal(text):
        raise argparse.ArgumentTypeError(f"expected seconds above 0, found {text!r}")
    return Decimal(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run roster-solve", description="Solve a shift-scheduling instance.")
    parser.add_argument("instance", type=Path, metavar="INSTANCE", help="a file of the published text format")
    parser.add_argument("--seconds", type=_seconds, default=Decimal(60), help="how long it may take (60)")
    parser.add_argument("--out", type=Path, required=True, metavar="SOLUTION", help="where the roster is written")
    parser.add_argument("--seed", type=int, default=0, help="which of many runs (0)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
