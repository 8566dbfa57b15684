"""How many agents a load needs: Erlang B, C and A, exact, for whole arrays of intervals at once. Pure.

Words and units: `calls` arrive in an `interval` of seconds, each takes `aht` seconds of work (talk and wrap-up), a
caller waits `patience` seconds on average before he hangs up. The offered load is calls * aht / interval, in Erlang.

B is summed from its own series, all of whose terms are positive; C follows from B; A (callers lose patience, M/M/n+M)
from the density of the wait that a caller of endless patience would have (Zeltyn and Mandelbaum 2005), an incomplete
gamma function. So 10,000 agents and more neither overflow nor vanish. The floats here are probabilities of a model,
never money, points or times of a person.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Truths = NDArray[np.bool_]
VANISHING = 1e-250  # below this scipy's incomplete gamma function has lost its digits
LARGE = 100.0
TINY = 1e-17  # a term this much smaller than its sum changes nothing
MOST_TERMS = 100_000
MOST_AGENTS = 1_000_000


class OutOfReach(ValueError):
    """No number of agents reaches the goal."""


@dataclass(frozen=True, slots=True)
class Queue:
    """What a staffing gives, an array each. Times in seconds, the rest as shares of the calls offered.

    `service_level` counts calls answered within the goal over calls offered. The other meanings a service level has
    under Erlang A stand here by name; under Erlang C, where nobody is lost, all four agree. `average_wait` is over all
    calls, and infinite where the load reaches the agents and nobody hangs up.
    """

    service_level: Floats
    average_wait: Floats
    occupancy: Floats
    abandonment: Floats
    wait_probability: Floats
    reachable: Floats  # the wait of a caller of endless patience is within the goal
    settled: Floats  # answered or hung up within the goal
    of_answered: Floats  # answered within the goal over answered


@dataclass(frozen=True, slots=True)
class Goal:
    """What the staffing must reach: `share` of the calls answered within so many seconds, and no more than these."""

    share: ArrayLike
    within: ArrayLike
    most_busy: ArrayLike = 1.0
    most_lost: ArrayLike = 1.0


def offered(calls: ArrayLike, interval: ArrayLike, aht: ArrayLike) -> Floats:
    """The offered load in Erlang."""
    load: Floats = np.asarray(calls, float) * np.asarray(aht, float) / np.asarray(interval, float)
    return load


def blocking(load: ArrayLike, agents: ArrayLike) -> Floats:
    """Erlang B: the share of calls that find every line taken; 1 without a line.

    1/B is the sum over k of n (n-1) ... (n-k+1) / load^k: no term is negative, so no digit is lost, and the terms are
    soon too small to count, however many agents there are.
    """
    load, agents = _side_by_side(load, agents)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        term, total = np.ones_like(load), np.ones_like(load)
        for k in range(MOST_TERMS):
            term = term * np.maximum(agents - k, 0.0) / load
            total = total + term
            if not np.any((term > TINY * total) & np.isfinite(total)):
                break
        found = 1 / total
    return np.where(load > 0, np.where(np.isfinite(total), found, 0.0), np.where(agents > 0, 0.0, 1.0))


def carried(agents: ArrayLike, most_blocked: ArrayLike) -> Floats:
    """The load that so many lines carry when no more than this share may be blocked."""
    agents, share = _side_by_side(agents, most_blocked)
    low, high = np.zeros_like(agents), agents / (1 - share) + 1.0
    for _ in range(100):
        middle = (low + high) / 2
        fits = blocking(middle, agents) <= share
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return low


def erlang_c(load: ArrayLike, agents: ArrayLike, aht: ArrayLike, within: ArrayLike) -> Queue:
    """Everybody waits until he is answered."""
    load, agents, aht, within = _side_by_side(load, agents, aht, within)
    free = agents - load
    steady, nothing = (free > 0) & (load > 0), load <= 0
    with np.errstate(divide="ignore", invalid="ignore"):
        b = blocking(load, agents)
        waits = np.where(steady, b / (1 - load / agents * (1 - b)), np.where(nothing, 0.0, 1.0))
        pace = np.where(steady, free / aht, 1.0)  # answers a second beyond what comes in
        level = np.where(steady, 1 - waits * np.exp(-pace * within), np.where(nothing, 1.0, 0.0))
        wait = np.where(steady, waits / pace, np.where(nothing, 0.0, np.inf))
        busy = np.where(nothing, 0.0, np.where(steady, load / agents, 1.0))
    return Queue(level, wait, busy, np.zeros_like(level), waits, level, level, level)


def waited(queue: Queue, load: ArrayLike, agents: ArrayLike, aht: ArrayLike, share: ArrayLike) -> Floats:
    """Erlang C: the seconds within which this share of all callers is answered."""
    load, agents, aht, share = _side_by_side(load, agents, aht, share)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(queue.wait_probability / (1 - share)) * aht / (agents - load)
    return np.maximum(found, 0.0)


def erlang_a(load: ArrayLike, agents: ArrayLike, aht: ArrayLike, within: ArrayLike, patience: ArrayLike) -> Queue:
    """Callers hang up after a patience that is exponential with this mean, in seconds."""
    load, agents, aht, within, patience = _side_by_side(load, agents, aht, within, patience)
    x, y = agents * patience / aht, load * patience / aht
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        mass, served, late, left = _tails(x, y, within / patience)
        # Nobody waits while fewer than all agents are busy: one over the blocking of one agent less.
        idle = -np.log(blocking(load, np.maximum(agents - 1, 0)))
        waits = special.expit(np.log(y) + mass - idle)
        lost = waits * np.maximum(1 - served, 0.0)
        beyond = waits * np.minimum(left, 1.0)
        level = 1 - lost - waits * late
        goal = np.exp(-within / patience)
    nothing, nobody = load <= 0, (agents <= 0) & (load > 0)
    waits, lost, beyond = (np.where(nothing, 0.0, np.where(nobody, 1.0, value)) for value in (waits, lost, beyond))
    level = np.where(nothing, 1.0, np.where(nobody, 0.0, np.clip(level, 0.0, 1.0)))
    busy = np.where(nobody, 1.0, np.minimum(load * (1 - lost) / np.maximum(agents, 1), 1.0))
    of_answered = np.where(lost < 1, np.minimum(level / np.maximum(1 - lost, TINY), 1.0), 0.0)
    return Queue(level, lost * patience, busy, lost, waits, 1 - beyond, 1 - beyond * goal, of_answered)


def _tails(a: Floats, y: Floats, after: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """What Erlang A needs of the wait of a caller of endless patience, where one has to wait.

    With M(z) = e^y y^-a times the lower incomplete gamma function of a at z, and z = y e^-after: the log of M(y); the
    share of those who wait that is served, that is served later than the goal, and whose wait would go beyond it.
    """
    z = y * np.exp(-after)
    whole = special.gammainc(a, y)
    far = (whole <= VANISHING) & (y > 0) & (a > 0)
    safe = np.where(far, 1.0, whole)
    mass = _log_scale(a, y) + np.log(safe)
    served, late = (a / y * special.gammainc(a + 1, until) / safe for until in (y, z))
    left = special.gammainc(a, z) / safe
    if np.any(far):
        # Far below its middle the gamma function vanishes, while M does not: its series ends at once there.
        n, load, step = a[far], y[far], after[far]
        falls = np.exp(-n * step - load * np.expm1(-step))
        whole_sum = _series(n, load)
        mass[far] = np.log(whole_sum)
        served[far] = n / load - 1 / (load * whole_sum)
        late[far] = falls * np.exp(-step) * _series(n + 1, z[far]) / whole_sum
        left[far] = falls * _series(n, z[far]) / whole_sum
    return mass, served, late, left


def _series(a: Floats, z: Floats) -> Floats:
    """The sum over j of z^j / (a (a+1) ... (a+j)), all of whose terms are positive."""
    term, total = 1 / a, 1 / a
    for j in range(1, MOST_TERMS):
        term = term * z / (a + j)
        total = total + term
        if not np.any(term > total * TINY):
            break
    return total


def _log_scale(a: Floats, y: Floats) -> Floats:
    """The log of e^y y^-a times the gamma function of a; for a large a by Stirling, so that nothing large cancels."""
    large = np.where(a >= LARGE, a, LARGE)
    away = (y - large) / large
    tail = 0.5 * np.log(2 * np.pi / large) + 1 / (12 * large) - 1 / (360 * large**3)
    found: Floats = np.where(a >= LARGE, large * (away - np.log1p(away)) + tail, y - a * np.log(y) + special.gammaln(a))
    return found


def queue_of(
    load: ArrayLike, agents: ArrayLike, aht: ArrayLike, within: ArrayLike, patience: ArrayLike | None
) -> Queue:
    """Erlang A with a patience, Erlang C without one."""
    if patience is None:
        return erlang_c(load, agents, aht, within)
    return erlang_a(load, agents, aht, within, patience)


def fewest(load: ArrayLike, aht: ArrayLike, goal: Goal, patience: ArrayLike | None = None) -> Whole:
    """The fewest agents that reach the goal: halving between too few and enough, all intervals side by side."""
    load, aht, within, share, busy, lose = _side_by_side(
        load, aht, goal.within, goal.share, goal.most_busy, goal.most_lost
    )
    patient = None if patience is None else np.broadcast_to(np.asarray(patience, float), load.shape)

    def enough(agents: Floats, among: Truths) -> Truths:
        """Whether so many are enough, of the intervals that are still in question."""
        found = queue_of(
            load[among], agents[among], aht[among], within[among], None if patient is None else patient[among]
        )
        good = np.ones_like(among)
        good[among] = (found.service_level >= share[among]) & (found.occupancy <= busy[among])
        good[among] &= found.abandonment <= lose[among]
        return good

    few = np.zeros_like(load) if patient is not None else np.floor(load)
    many = np.maximum(np.ceil(load / np.maximum(busy, 1e-9)) + np.ceil(2 * np.sqrt(load)) + 2, few + 1)
    short = load > 0
    while np.any(short):
        if np.any(many[short] > MOST_AGENTS):
            raise OutOfReach(f"no number of agents up to {MOST_AGENTS} reaches this goal")
        short &= ~enough(many, short)
        few, many = np.where(short, many, few), np.where(short, many * 2, many)
    while np.any(open_ := (many - few > 1) & (load > 0)):
        middle = np.floor((few + many) / 2)
        good = enough(middle, open_)
        many, few = np.where(open_ & good, middle, many), np.where(open_ & ~good, middle, few)
    return np.where(load > 0, many, 0).astype(np.int64)


def fewest_lines(load: ArrayLike, most_blocked: ArrayLike) -> Whole:
    """Erlang B: the fewest lines that block no more than this share of the calls."""
    load, share = _side_by_side(load, most_blocked)
    few, many = np.full_like(load, -1.0), np.ceil(load) + 2
    while np.any(short := blocking(load, many) > share):
        few, many = np.where(short, many, few), np.where(short, many * 2, many)
    while np.any(many - few > 1):
        middle = np.floor((few + many) / 2)
        good = blocking(load, np.maximum(middle, 0)) <= share
        many, few = np.where(good, middle, many), np.where(good, few, middle)
    return many.astype(np.int64)


def scheduled(agents: ArrayLike, shrinkage: ArrayLike) -> Whole:
    """How many to roster so that this many sit there, when a share of the time goes to breaks, coaching, sickness."""
    share = 1 - np.asarray(shrinkage, float)
    # A hair above a whole number is that number: 14 / 0.7 is 20, not 21.
    heads: Whole = np.ceil(np.asarray(agents, float) / share - 1e-9).astype(np.int64)
    return heads


def effective_share(
    load: ArrayLike, agents: ArrayLike, aht: ArrayLike, patience: ArrayLike, calls: ArrayLike, lost: float
) -> float:
    """The share of the agents seen that explains how many calls were lost over all intervals; 1 when all count.

    Whoever is signed in also stretches, asks a neighbour, fetches water: shrinkage within the shift, learned from
    yesterday. `lost` is the observed number of calls that were hung up.
    """
    agents, calls = np.asarray(agents, float), np.asarray(calls, float)

    def missed(share: float) -> float:
        thinned = np.maximum(np.round(agents * share), 0)
        found = erlang_a(load, thinned, aht, 0.0, patience)
        return float(np.sum(calls * found.abandonment))

    if missed(1.0) >= lost:
        return 1.0
    low, high = 0.3, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if missed(middle) > lost else (low, middle)
    return (low + high) / 2


def _side_by_side(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.array(value, float) for value in np.broadcast_arrays(*(np.atleast_1d(value) for value in values)))
