"""The engine and the simulated exchange together, in told time: what an hour of the past would have been.

Pure like both of them. Whoever tells a day asks `due`, lets it happen with `advance`, and writes the notes down.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from hotline.acd.engine import messages as m
from hotline.acd.engine.reduce import reduce
from hotline.acd.engine.state import World
from hotline.acd.engine.terms import Terms
from hotline.acd.simulated.exchange import Caller, Exchange
from hotline.acd.switch import Arrived, Heard
from hotline.telephony.logic.numbers import written

Say = Callable[[], m.Event | None]


@dataclass(slots=True)
class Rehearsal:
    """A floor that is told, not lived.

    `lines` says to which queue a dialled number leads, `owner` whose caller somebody is, `noted` hears every fact.
    """

    exchange: Exchange
    terms: Terms
    lines: dict[str, int]
    owner: Callable[[str, datetime], int | None] = lambda _number, _at: None
    noted: Callable[[m.Note], None] = lambda _note: None
    world: World = field(init=False)
    _heap: list[tuple[datetime, int, Caller | Say | None]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self.world = World(terms=self.terms)

    def call(self, caller: Caller) -> None:
        """Somebody is going to call."""
        heapq.heappush(self._heap, (caller.at, next(self._order), caller))

    def say(self, at: datetime, event: Say) -> None:
        """Something is going to be asked of a telephone; `event` is made at its moment, or is None by then."""
        heapq.heappush(self._heap, (at, next(self._order), event))

    def due(self) -> datetime | None:
        """The moment of the next thing."""
        moments = [self._heap[0][0]] if self._heap else []
        kept = self.exchange.due()
        return min([*moments, kept] if kept is not None else moments, default=None)

    def advance(self, until: datetime) -> None:
        """Let everything happen that is due by a moment."""
        while (due := self.due()) is not None and due <= until:
            kept = self.exchange.due()
            if kept is not None and kept <= due:
                self._hear(self.exchange.step(), due)
                continue
            _at, _number, what = heapq.heappop(self._heap)
            if what is None:
                self._take(m.Tick(), due)
            elif isinstance(what, Caller):
                self._hear(self.exchange.call_in(what), due)
            elif (event := what()) is not None:
                self._take(event, due)

    def _hear(self, heard: list[Heard], at: datetime) -> None:
        for one in heard:
            if isinstance(one, Arrived):
                queue = self.lines.get(one.dialled) or next(iter(self.terms.queues), 0)
                number = written(one.number)
                owner = self.owner(number, at)
                self._take(m.CallArrived(one.call, queue, number, one.dialled, owner, one.came), at)
            else:
                self._take(one, at)  # type: ignore[arg-type]

    def _take(self, event: m.Event, at: datetime) -> None:
        self.world, commands = reduce(self.world, event, at)
        for command in commands:
            if isinstance(command, m.Note):
                self.noted(command)
            elif isinstance(command, m.Wake):
                heapq.heappush(self._heap, (max(command.at, at), next(self._order), None))
            else:
                self._hear(self.exchange.do(command, at), at)
