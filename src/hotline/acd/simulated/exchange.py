"""What happens at an exchange that is not there: who hangs up when, which telephone is answered, refused, left ringing.

Pure: a heap of moments, no clock and no socket. Chance is the same for the same seed and the same call or offer, so a
day can be told again, and an exchange that was killed goes on from what it had kept.
"""

import heapq
import random
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from hotline.acd.engine import messages as m
from hotline.acd.switch import Alive, Arrived, Heard, call_of
from hotline.telephony.logic.words import OfferEnd

SECOND = timedelta(seconds=1)
PROMPT = 3 * SECOND  # what one announcement takes
RINGS_AFTER = timedelta(milliseconds=300)
DIALLED = 8 * SECOND  # until somebody who is called back picks up
NOT_REACHED = 25 * SECOND
HELD_FOR = 150 * SECOND  # so long a caller bears the music of a hold
# Of a thousand.
SILENT, REFUSES, REACHED = 25, 8, 800


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who calls: when, from where, to which number, how long he waits and how long he talks."""

    call: str
    at: datetime
    number: str
    dialled: str
    patience: timedelta
    talk: timedelta


@dataclass(slots=True)
class Line:
    """A caller's line."""

    call: str
    number: str
    dialled: str
    came: datetime
    patience: timedelta
    talk: timedelta
    waiting: bool = True
    offer: str = ""
    turn: int = 0  # what was to happen to an earlier turn of it does not happen any more


@dataclass(slots=True)
class Leg:
    """A person's line."""

    offer: str
    person: int
    up: bool = False
    by_hand: bool = False  # somebody at a real screen answers it, or does not


@dataclass(order=True, slots=True)
class Happening:
    """Something that is going to happen, unless the line has another turn by then."""

    at: datetime
    number: int
    what: str = field(compare=False)
    key: str = field(compare=False)
    turn: int = field(compare=False, default=0)


class Exchange:
    """Lines, and what is going to happen to them."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.lines: dict[str, Line] = {}
        self.legs: dict[str, Leg] = {}
        self._heap: list[Happening] = []
        self._numbers = 0

    def _dice(self, *parts: object) -> random.Random:
        return random.Random(":".join([self.seed, *(str(part) for part in parts)]))

    def _later(self, at: datetime, what: str, key: str, turn: int = 0) -> None:
        self._numbers += 1
        heapq.heappush(self._heap, Happening(at, self._numbers, what, key, turn))

    # ------------------------------------------------------------ what happens

    def due(self) -> datetime | None:
        """The moment of the next thing."""
        return self._heap[0].at if self._heap else None

    def step(self) -> list[Heard]:
        """Let the next thing happen; what is heard of it."""
        now = heapq.heappop(self._heap)
        return _HAPPENS[now.what](self, now)

    def call_in(self, caller: Caller) -> list[Heard]:
        """Somebody calls."""
        if caller.call in self.lines:
            return []
        self.lines[caller.call] = Line(
            caller.call, caller.number, caller.dialled, caller.at, caller.patience, caller.talk
        )
        self._later(caller.at + caller.patience, "gives_up", caller.call)
        return [Arrived(caller.call, caller.number, caller.dialled, caller.at)]

    def _ends(self, now: Happening) -> list[Heard]:
        """The caller hangs up: out of patience, told to, or done talking."""
        line = self.lines.get(now.key)
        if line is None or line.turn != now.turn:
            return []
        del self.lines[line.call]
        return [m.CallerLeft(line.call)]

    def _hangs_up(self, now: Happening) -> list[Heard]:
        """The person hangs up at the end of the talk."""
        line = self.lines.get(call_of(now.key))
        if line is None or line.turn != now.turn:
            return []
        self.legs.pop(now.key, None)
        return [m.OfferOver(now.key)]

    def _rings(self, now: Happening) -> list[Heard]:
        return [m.OfferRings(now.key)] if now.key in self.legs else []

    def _takes(self, now: Happening) -> list[Heard]:
        leg = self.legs.get(now.key)
        if leg is None or leg.up:
            return []
        leg.up = True
        return [m.OfferTaken(leg.offer)]

    def _refuses(self, now: Happening) -> list[Heard]:
        leg = self.legs.get(now.key)
        if leg is None or leg.up:
            return []
        del self.legs[leg.offer]
        return [m.OfferOver(leg.offer, OfferEnd.REFUSED)]

    def _reached(self, now: Happening) -> list[Heard]:
        line = self.lines.get(call_of(now.key))
        return [m.CalledAnswered(line.call)] if line is not None and line.offer == now.key else []

    def _not_reached(self, now: Happening) -> list[Heard]:
        line = self.lines.get(call_of(now.key))
        if line is None or line.offer != now.key:
            return []
        del self.lines[line.call]
        return [m.CalledFailed(line.call), m.CallerLeft(line.call)]

    # ------------------------------------------------------------ orders

    def do(self, order: m.Order, at: datetime, *, by_hand: bool = False) -> list[Heard]:
        """Carry out an order; `by_hand` when the telephone that is to ring stands before somebody real.

        What is of no consequence here (music, recording) is passed over.
        """
        work = _ORDERS.get(type(order))
        if isinstance(order, m.Ring):
            return self._ring(order, at, by_hand=by_hand)
        return work(self, order, at) if work is not None else []

    def _say(self, order: m.Say, at: datetime) -> list[Heard]:
        line = self.lines.get(order.call)
        if line is not None and order.then_end:
            line.turn += 1
            self._later(at + len(order.prompts) * PROMPT, "said", line.call, line.turn)
        return []

    def _ring(self, order: m.Ring, at: datetime, *, by_hand: bool) -> list[Heard]:
        self.legs[order.offer] = Leg(order.offer, order.person, by_hand=by_hand)
        self._later(at + RINGS_AFTER, "rings", order.offer)
        if order.wanted:
            self._later(at + 2 * RINGS_AFTER, "takes", order.offer)
            return []
        if by_hand:
            return []
        pick = self._dice("rings", order.offer)
        chance = pick.randrange(1000)
        answers = at + RINGS_AFTER + pick.uniform(0.8, 2.2) * SECOND + pick.expovariate(0.5) * SECOND
        if chance < REFUSES:
            self._later(answers, "refuses", order.offer)
        elif chance >= REFUSES + SILENT:
            self._later(answers, "takes", order.offer)
        return []

    def _ring_out(self, order: m.RingOut, at: datetime) -> list[Heard]:
        """A number outside rings as a further line; mostly somebody answers."""
        self.legs[order.offer] = Leg(order.offer, 0)
        self._later(at + RINGS_AFTER, "rings", order.offer)
        reached = self._dice("dials", order.offer).randrange(1000) < REACHED
        self._later(at + (DIALLED if reached else NOT_REACHED), "takes" if reached else "refuses", order.offer)
        return []

    def _end_leg(self, order: m.StopRinging | m.EndLeg, _at: datetime) -> list[Heard]:
        leg = self.legs.pop(order.offer, None)
        return [m.OfferOver(order.offer)] if leg is not None else []

    def _pick_up(self, order: m.PickUp, at: datetime) -> list[Heard]:
        self._later(at, "takes", order.offer)
        return []

    def _connect(self, order: m.Connect, at: datetime) -> list[Heard]:
        line = self.lines.get(order.call)
        if line is None:
            return [m.CallerLeft(order.call)]
        line.waiting, line.offer = False, order.offer
        self._talk(line, at, line.talk)
        return []

    def _talk(self, line: Line, at: datetime, length: timedelta) -> None:
        """The two talk for so long; mostly the caller hangs up first, and always where the other is real."""
        line.turn += 1
        leg = self.legs.get(line.offer)
        real = leg is not None and leg.by_hand
        if not real and self._dice("ends", line.offer).randrange(100) < 35:
            self._later(at + length, "hangs_up", line.offer, line.turn)
        else:
            self._later(at + length, "talked", line.call, line.turn)

    def _hold(self, order: m.PutOnHold, at: datetime) -> list[Heard]:
        line = self.lines.get(order.call)
        if line is not None and order.on:
            line.turn += 1
            self._later(at + HELD_FOR, "gives_up", line.call, line.turn)
        elif line is not None:
            self._talk(line, at, line.talk / 2)
        return []

    def _back_in_line(self, order: m.BackInLine, at: datetime) -> list[Heard]:
        line = self.lines.get(order.call)
        if line is not None:
            line.waiting, line.offer = True, ""
            line.turn += 1
            self._later(at + line.patience, "gives_up", line.call, line.turn)
        return []

    def _end_call(self, order: m.EndCall, _at: datetime) -> list[Heard]:
        line = self.lines.pop(order.call, None)
        return [m.CallerLeft(order.call)] if line is not None else []

    def _dial_out(self, order: m.DialOut, at: datetime) -> list[Heard]:
        pick = self._dice("dials", order.offer)
        talk = pick.uniform(60, 200) * SECOND
        self.lines[order.call] = Line(
            order.call, order.number, "", at, timedelta(minutes=5), talk, waiting=False, offer=order.offer
        )
        reached = pick.randrange(1000) < REACHED
        self._later(at + (DIALLED if reached else NOT_REACHED), "reached" if reached else "not_reached", order.offer)
        return []

    # ------------------------------------------------------------ what lives there

    def look(self) -> Alive:
        """Every line there is."""
        alive = Alive(legs={leg.offer: leg.up for leg in self.legs.values()})
        for line in self.lines.values():
            if line.dialled:
                alive.callers[line.call] = Arrived(line.call, line.number, line.dialled, line.came)
            else:
                alive.called.add(line.call)
        return alive

    def sweep(self, calls: set[str], offers: set[str]) -> None:
        """End every person's line, and every line that was dialled, that belongs to none of these."""
        self.legs = {offer: leg for offer, leg in self.legs.items() if offer in offers}
        self.lines = {call: line for call, line in self.lines.items() if line.dialled or call in calls}

    # ------------------------------------------------------------ kept over a restart

    def kept(self) -> dict[str, Any]:
        """Everything, in plain values."""
        return {
            "numbers": self._numbers,
            "lines": [_plain(asdict(line)) for line in self.lines.values()],
            "legs": [asdict(leg) for leg in self.legs.values()],
            "heap": [_plain(asdict(one)) for one in self._heap],
        }

    def take_up(self, kept: dict[str, Any]) -> None:
        """Go on from what was kept."""
        self._numbers = kept["numbers"]
        self.lines = {row["call"]: Line(**_alive(row)) for row in kept["lines"]}
        self.legs = {row["offer"]: Leg(**row) for row in kept["legs"]}
        self._heap = [Happening(**_alive(row)) for row in kept["heap"]]
        heapq.heapify(self._heap)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Moments as text, spans as microseconds."""
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else value // timedelta(microseconds=1)
        if isinstance(value, timedelta)
        else value
        for name, value in row.items()
    }


def _alive(row: dict[str, Any]) -> dict[str, Any]:
    found = dict(row)
    for name in {"at", "came"} & set(found):
        found[name] = datetime.fromisoformat(found[name])
    for name in {"patience", "talk"} & set(found):
        found[name] = timedelta(microseconds=found[name])
    return found


_HAPPENS: dict[str, Callable[[Exchange, Happening], list[Heard]]] = {
    "gives_up": Exchange._ends,
    "said": Exchange._ends,
    "talked": Exchange._ends,
    "hangs_up": Exchange._hangs_up,
    "rings": Exchange._rings,
    "takes": Exchange._takes,
    "refuses": Exchange._refuses,
    "reached": Exchange._reached,
    "not_reached": Exchange._not_reached,
}
_ORDERS: dict[type, Callable[[Exchange, Any, datetime], list[Heard]]] = {
    m.Say: Exchange._say,
    m.RingOut: Exchange._ring_out,
    m.StopRinging: Exchange._end_leg,
    m.EndLeg: Exchange._end_leg,
    m.PickUp: Exchange._pick_up,
    m.Connect: Exchange._connect,
    m.PutOnHold: Exchange._hold,
    m.BackInLine: Exchange._back_in_line,
    m.EndCall: Exchange._end_call,
    m.DialOut: Exchange._dial_out,
}
