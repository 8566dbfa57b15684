"""A day at the telephones, call by call, under a given roster: what no formula tells. Pure.

Arrivals are Poisson within each slot; work takes an exponential or a log-normal time; callers hang up after an
exponential patience; seats come, rest and go as the roster says, and whoever is talking finishes first. Calls of a kind
go to seats that know it, to those with the fewest kinds first; a free seat takes the caller who has waited longest.

The day is lived many times over; every figure comes with the half-width of its 95 % interval.
"""

import heapq
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
CONFIDENCE = 0.975  # both tails: 95 %


@dataclass(frozen=True, slots=True)
class Work:
    """One kind of call: how many arrive in each slot, the seconds each takes, how long callers wait."""

    calls: Sequence[float]
    aht: float
    spread: float | None = None  # standard deviation over mean of the work's time, log-normal; None is exponential
    patience: float | None = None  # seconds on average; None waits for ever


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at a telephone: from-to in seconds of the day, rests already taken out, and the kinds he knows."""

    spans: Sequence[tuple[float, float]]
    kinds: frozenset[int] = frozenset({0})


@dataclass(frozen=True, slots=True)
class Day:
    """What is to be lived through. The first slot begins at second 0."""

    works: Sequence[Work]
    seats: Sequence[Seat]
    slot: float = 1800.0
    within: float = 20.0

    @property
    def slots(self) -> int:
        """How many there are."""
        return len(self.works[0].calls)


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over all lives of the day, and how far off it may be."""

    mean: float
    half_width: float


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of it: an array a figure, a row a life, a column a slot (the slot in which the call arrived)."""

    offered: Floats
    in_time: Floats
    lost: Floats
    waited: Floats
    delayed: Floats
    busy: Floats
    staffed: Floats

    def since(self, slot: int) -> "Lived":
        """The same without its first slots, in which an empty floor fills."""
        return _lived({name: getattr(self, name)[:, slot:] for name in _COUNTED})

    @property
    def service_level(self) -> Figure:
        """Answered within the goal over offered."""
        return _share(self.in_time, self.offered, 1.0)

    @property
    def abandonment(self) -> Figure:
        """Hung up over offered."""
        return _share(self.lost, self.offered, 0.0)

    @property
    def wait_probability(self) -> Figure:
        """Had to wait over offered."""
        return _share(self.delayed, self.offered, 0.0)

    @property
    def average_wait(self) -> Figure:
        """Seconds over all calls, those lost included."""
        return _share(self.waited, self.offered, 0.0)

    @property
    def occupancy(self) -> Figure:
        """Time at work over time at the telephone."""
        return _share(self.busy, self.staffed, 0.0)

    def levels(self) -> Floats:
        """The service level of each slot over all lives; 1 where nobody called."""
        offered = self.offered.sum(axis=0)
        found: Floats = np.where(offered > 0, self.in_time.sum(axis=0) / np.maximum(offered, 1), 1.0)
        return found


_COUNTED = ("offered", "in_time", "lost", "waited", "delayed", "busy", "staffed")


def _share(part: Floats, whole: Floats, nothing: float) -> Figure:
    """A ratio of sums with its interval, each life being one observation of both (ratio estimator)."""
    parts, wholes = part.sum(axis=1), whole.sum(axis=1)
    if not wholes.sum():
        return Figure(nothing, 0.0)
    mean = float(parts.sum() / wholes.sum())
    lives = len(parts)
    if lives < 2:
        return Figure(mean, float("inf"))
    errors = (parts - mean * wholes) / wholes.mean()
    deviation = float(np.sqrt(np.sum(errors**2) / (lives - 1) / lives))
    return Figure(mean, float(special.stdtrit(lives - 1, CONFIDENCE)) * deviation)


def live(day: Day, *, lives: int, seed: int) -> Lived:
    """Live the day so many times; the same seed gives the same days."""
    chance = np.random.default_rng(seed)
    floors = [_Floor(day, chance) for _life in range(lives)]
    for floor in floors:
        floor.run()
    return _lived({name: np.array([getattr(floor, name) for floor in floors]) for name in _COUNTED})


def _lived(of: Mapping[str, Floats]) -> Lived:
    return Lived(
        offered=of["offered"],
        in_time=of["in_time"],
        lost=of["lost"],
        waited=of["waited"],
        delayed=of["delayed"],
        busy=of["busy"],
        staffed=of["staffed"],
    )


# ---------------------------------------------------------------- one life of the day


class _Step(IntEnum):
    """What happens, in the order in which things of one moment happen."""

    DONE = 0
    COME = 1
    CALL = 2
    GO = 3


@dataclass(slots=True)
class _Call:
    at: float
    kind: int
    takes: float
    hangs_up: float


@dataclass(slots=True)
class _Place:
    """A seat in this life."""

    pool: "_Pool"
    is_here: bool = False
    is_busy: bool = False
    turn: int = 0  # its newest place in the row of the idle


@dataclass(slots=True)
class _Pool:
    """Seats that know the same kinds, the longest idle first. Turns that are over stay in the row until met."""

    kinds: frozenset[int]
    idle: deque[tuple[_Place, int]] = field(default_factory=deque)

    def take(self) -> _Place | None:
        while self.idle:
            place, turn = self.idle.popleft()
            if place.is_here and not place.is_busy and place.turn == turn:
                return place
        return None


class _Floor:
    """The floor on one such day."""

    offered: Floats
    in_time: Floats
    lost: Floats
    waited: Floats
    delayed: Floats
    busy: Floats
    staffed: Floats

    def __init__(self, day: Day, chance: np.random.Generator) -> None:
        self.day, self.length = day, day.slot * day.slots
        for name in _COUNTED:
            setattr(self, name, np.zeros(day.slots))
        self.pools = {seat.kinds: _Pool(seat.kinds) for seat in day.seats}
        by_size = sorted(self.pools.values(), key=lambda pool: (len(pool.kinds), sorted(pool.kinds)))
        self.knowing = [[pool for pool in by_size if kind in pool.kinds] for kind in range(len(day.works))]
        self.waiting: list[deque[_Call]] = [deque() for _work in day.works]
        self.events: list[tuple[float, int, int, object]] = []
        self.turns = 0
        self._enter_seats()
        for kind, work in enumerate(day.works):
            self._enter_calls(kind, work, chance)
        heapq.heapify(self.events)

    def _enter_seats(self) -> None:
        for seat in self.day.seats:
            place = _Place(self.pools[seat.kinds])
            for start, end in seat.spans:
                self._spread(self.staffed, start, end)
                self.events.append((start, _Step.COME, len(self.events), place))
                self.events.append((end, _Step.GO, len(self.events), place))

    def _enter_calls(self, kind: int, work: Work, chance: np.random.Generator) -> None:
        counts = chance.poisson(np.asarray(work.calls, float))
        starts = np.repeat(np.arange(len(counts)) * self.day.slot, counts)
        moments = starts + chance.uniform(0, self.day.slot, len(starts))
        if work.spread is None:
            takes = chance.exponential(work.aht, len(starts))
        else:
            variance = float(np.log1p(work.spread**2))
            takes = chance.lognormal(np.log(work.aht) - variance / 2, variance**0.5, len(starts))
        patience = np.full(len(starts), np.inf)
        if work.patience is not None:
            patience = chance.exponential(work.patience, len(starts))
        for at, seconds, stays in zip(moments, takes, patience, strict=True):
            call = _Call(float(at), kind, float(seconds), float(at + stays))
            self.events.append((call.at, _Step.CALL, len(self.events), call))

    def run(self) -> None:
        """Event after event until everybody has gone and nobody is served any more."""
        while self.events:
            at, step, _order, what = heapq.heappop(self.events)
            if isinstance(what, _Call):
                self._arrive(what)
            elif isinstance(what, _Place):
                self._turn(at, step, what)
        for row in self.waiting:
            for call in row:
                self._lose(call, min(call.hangs_up, max(self.length, call.at)))

    def _turn(self, at: float, step: int, place: _Place) -> None:
        match step:
            case _Step.GO:
                place.is_here = False
                return
            case _Step.COME:
                place.is_here = True
            case _:
                place.is_busy = False
        if place.is_here and not place.is_busy:
            call = self._longest_waiting(place.pool.kinds, at)
            if call is not None:
                self._answer(call, place, at)
            else:
                self.turns += 1
                place.turn = self.turns
                place.pool.idle.append((place, place.turn))

    def _arrive(self, call: _Call) -> None:
        self.offered[self._slot(call.at)] += 1
        for pool in self.knowing[call.kind]:
            place = pool.take()
            if place is not None:
                self._answer(call, place, call.at)
                return
        self.delayed[self._slot(call.at)] += 1
        self.waiting[call.kind].append(call)

    def _longest_waiting(self, kinds: frozenset[int], at: float) -> _Call | None:
        heads = []
        for kind in kinds:
            row = self.waiting[kind]
            while row and row[0].hangs_up <= at:
                gone = row.popleft()
                self._lose(gone, gone.hangs_up)
            if row:
                heads.append((row[0].at, kind))
        return self.waiting[min(heads)[1]].popleft() if heads else None

    def _answer(self, call: _Call, place: _Place, at: float) -> None:
        slot, waited = self._slot(call.at), at - call.at
        self.waited[slot] += waited
        self.in_time[slot] += waited <= self.day.within
        place.is_busy = True
        self._spread(self.busy, at, at + call.takes)
        self._done_at(at + call.takes, place)

    def _done_at(self, at: float, place: _Place) -> None:
        self.turns += 1
        heapq.heappush(self.events, (at, _Step.DONE, -self.turns, place))

    def _lose(self, call: _Call, at: float) -> None:
        slot = self._slot(call.at)
        self.lost[slot] += 1
        self.waited[slot] += at - call.at

    def _slot(self, at: float) -> int:
        return min(int(at // self.day.slot), self.day.slots - 1)

    def _spread(self, into: Floats, start: float, end: float) -> None:
        """Seconds from-to, each slot its own."""
        end = min(end, self.length)
        while start < end:
            slot = self._slot(start)
            until = min(end, (slot + 1) * self.day.slot)
            into[slot] += until - start
            start = until
