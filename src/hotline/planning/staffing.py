"""`./run staffing`: how many agents an interval needs, as JSON for other systems; no database, no network.

What it prints and how it ends is a contract that others rely on. Only the answer goes to standard output.
"""

import argparse
import json
import math
import sys
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from hotline.planning.logic import erlang

ANSWERED = ("service_level", "average_wait", "occupancy", "abandonment", "wait_probability")


def main(words: Sequence[str] | None = None) -> int:
    """Answer one question; 2 with the reason on standard error when the question makes no sense."""
    parser = _parser()
    asked = parser.parse_args(words)
    if asked.agents is None and asked.target is None:
        parser.error("--target: expected a share such as 0.8, unless --agents says how many there are")
    try:
        found = _answer(asked)
    except erlang.OutOfReach as fault:
        parser.error(f"--target: {fault}")
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _answer(asked: argparse.Namespace) -> dict[str, object]:
    load = erlang.offered(asked.calls, asked.interval, asked.aht)
    agents = asked.agents
    if agents is None:
        goal = erlang.Goal(asked.target, asked.within)
        agents = int(erlang.fewest(load, asked.aht, goal, asked.patience)[0])
    queue = erlang.queue_of(load, agents, asked.aht, asked.within, asked.patience)
    if math.isinf(queue.average_wait[0]):
        sys.stderr.write("staffing: the load reaches the agents, so waiting has no end: average_wait is null\n")
    return {
        "model": "erlang-c" if asked.patience is None else "erlang-a",
        "agents": agents,
        "scheduled": int(erlang.scheduled(agents, asked.shrinkage)),
        **{name: _plain(float(getattr(queue, name)[0])) for name in ANSWERED},
    }


def _plain(value: float) -> str | None:
    """All the digits there are, without an exponent; nothing for what has no end."""
    if math.isinf(value):
        return None
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


# ---------------------------------------------------------------- the question


def _number(text: str) -> float:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if not value.is_finite() or abs(value) > 10**12:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number to reckon with")
    return float(value)


def _not_negative(text: str) -> float:
    if (value := _number(text)) < 0:
        raise argparse.ArgumentTypeError(f"expected a number from 0 on, not {text}")
    return value


def _positive(text: str) -> float:
    if (value := _number(text)) <= 0:
        raise argparse.ArgumentTypeError(f"expected a number above 0, not {text}")
    return value


def _target(text: str) -> float:
    if not 0 < (value := _number(text)) < 1:
        raise argparse.ArgumentTypeError(f"expected a share above 0 and below 1, such as 0.8, not {text}")
    return value


def _shrinkage(text: str) -> float:
    if not 0 <= (value := _number(text)) < 1:
        raise argparse.ArgumentTypeError(f"expected a share from 0 to below 1, such as 0.3, not {text}")
    return value


def _agents(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= erlang.MOST_AGENTS):
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 to {erlang.MOST_AGENTS}, not {text}")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run staffing",
        description="Agents needed, by Erlang C, or by Erlang A when callers have a patience.",
        allow_abbrev=False,
    )
    add = parser.add_argument
    add("--calls", type=_not_negative, required=True, help="calls that arrive in the interval")
    add("--interval", type=_positive, required=True, help="seconds")
    add("--aht", type=_positive, required=True, help="seconds of work a call takes on average")
    add("--target", type=_target, help="share of the calls to be answered in time, such as 0.8")
    add("--within", type=_not_negative, required=True, help="seconds: what in time means")
    add("--patience", type=_positive, help="seconds a caller waits on average before he hangs up")
    add("--agents", type=_agents, help="tell what so many agents give, instead of the fewest that reach the target")
    add("--shrinkage", type=_shrinkage, default=0.0, help="share of paid time not spent at the telephone, such as 0.3")
    return parser


if __name__ == "__main__":
    sys.exit(main())
