"""How many heads the half hours of a day need, and what they cost. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from hotline.kernel.money import portion
from hotline.planning.logic import erlang
from hotline.planning.logic.erlang import Goal

HALF_HOUR = 1800.0


@dataclass(frozen=True, slots=True)
class Load:
    """What a half hour brings: how many, and the seconds each takes."""

    amount: float
    handling_seconds: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What the staffing must reach, and what it costs."""

    share: Fraction
    within: int  # seconds
    patience: int | None  # seconds on average; None waits for ever
    shrinkage: Fraction  # of planned time that the roster does not know yet: sickness to come, seats left
    hour_fen: int
    least: int = 1  # somebody is there in every half hour of the service window (A2.1)


@dataclass(frozen=True, slots=True)
class Need:
    """Heads for one half hour: at the telephone, in the roster, and what comes of it."""

    agents: int
    heads: int
    level: Fraction
    wait: Fraction  # seconds on average
    occupancy: Fraction
    lost: Fraction
    cost_fen: int


def needs(loads: Sequence[Load], terms: Terms) -> list[Need]:
    """Every half hour at once: the fewest that reach the goal."""
    if not loads:
        return []
    load = _offered(loads)
    work = np.array([float(one.handling_seconds) for one in loads])
    goal = Goal(float(terms.share), float(terms.within))
    agents = np.maximum(erlang.fewest(load, work, goal, terms.patience), terms.least)
    return _told(load, work, [int(count) for count in agents], terms)


def what_if(loads: Sequence[Load], agents: Sequence[int], terms: Terms) -> list[Need]:
    """What so many heads would give."""
    work = np.array([float(one.handling_seconds) for one in loads])
    return _told(_offered(loads), work, list(agents), terms) if loads else []


def _offered(loads: Sequence[Load]) -> erlang.Floats:
    return erlang.offered([one.amount for one in loads], HALF_HOUR, [one.handling_seconds for one in loads])


def _told(load: erlang.Floats, work: erlang.Floats, agents: list[int], terms: Terms) -> list[Need]:
    queue = erlang.queue_of(load, agents, work, float(terms.within), terms.patience)
    heads = erlang.scheduled(agents, float(terms.shrinkage))
    return [
        Need(
            agents=count,
            heads=int(heads[index]),
            level=_exact(queue.service_level[index]),
            wait=_exact(min(queue.average_wait[index], HALF_HOUR)),
            occupancy=_exact(queue.occupancy[index]),
            lost=_exact(queue.abandonment[index]),
            cost_fen=portion(terms.hour_fen, Fraction(int(heads[index]), 2)),
        )
        for index, count in enumerate(agents)
    ]


def _exact(value: float) -> Fraction:
    """A figure to be shown: four places are more than anybody reads."""
    return Fraction(round(float(value) * 10_000), 10_000)
