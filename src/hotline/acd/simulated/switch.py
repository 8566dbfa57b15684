"""The simulated exchange as a switch: it speaks to the ACD exactly as Asterisk's does, and keeps its lines in a file.

Its lines outlive the process: an ACD that was killed finds its callers where they were.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

from structlog import get_logger

from hotline.acd.engine import messages as m
from hotline.acd.simulated.exchange import Caller, Exchange
from hotline.acd.switch import Alive, Heard, Probes, Telephone, Told
from hotline.core import clock

log = get_logger()
# Whoever would have called while nothing ran, and still had patience, does; before that, nobody does.
MISSED = timedelta(minutes=10)
IDLE = 5.0  # seconds of the machine at most between two looks at who comes next

Callers = Callable[[datetime, datetime], Iterable[Caller]]


class Simulated:
    """A switch without lines: callers come as `callers` says, telephones behave by chance or are answered on screen.

    `callers(since, until)` are those who call in that stretch; `by_hand(person)` says whether somebody real is at a
    person's desk.
    """

    name = "simulated"
    simulated = True
    probes: Probes | None = None  # there is no line that could be dead

    def __init__(self, file: Path, seed: str, callers: Callers, by_hand: Callable[[int], bool]) -> None:
        self.exchange = Exchange(seed)
        self._file = file
        self._callers = callers
        self._by_hand = by_hand
        self._until: datetime | None = None  # callers up to here have called, or stand in the list
        self._next: list[Caller] = []
        self._called: datetime | None = None
        self._heard: asyncio.Queue[Heard] = asyncio.Queue()
        self._wake = asyncio.Event()
        self._pacing: asyncio.Task[None] | None = None

    # ------------------------------------------------------------ listening

    async def open(self) -> None:
        """Take up what was kept, and let time go on."""
        if self._file.exists():
            kept = json.loads(await asyncio.to_thread(self._file.read_text, encoding="utf-8"))
            self.exchange.take_up(kept)
            self._called = datetime.fromisoformat(kept["called"])
        self._pacing = asyncio.create_task(self._pace())

    async def heard(self) -> AsyncIterator[Told]:
        """What happens, in its order."""
        while True:
            getting = asyncio.ensure_future(self._heard.get())
            assert self._pacing is not None
            await asyncio.wait({getting, self._pacing}, return_when=asyncio.FIRST_COMPLETED)
            if not getting.done():
                getting.cancel()
                self._pacing.result()
                return
            yield Told(getting.result())

    async def _pace(self) -> None:
        """Whatever is due happens; then wait for the next thing."""
        while True:
            now = clock.now()
            await self._look_ahead(now)
            self._let_happen(now)
            self._wake.clear()
            assert self._until is not None
            due = min(one for one in (self.exchange.due(), self._comes(), self._until) if one is not None)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _real(due - clock.now()))

    def _let_happen(self, now: datetime) -> None:
        changed = False
        while True:
            due, comes = self.exchange.due(), self._comes()
            if comes is not None and comes <= now and (due is None or comes <= due):
                self._tell(self.exchange.call_in(self._next.pop(0)))
            elif due is not None and due <= now:
                self._tell(self.exchange.step())
            else:
                break
            changed = True
        self._called = now
        if changed:
            self._keep()

    def _comes(self) -> datetime | None:
        return self._next[0].at if self._next else None

    async def _look_ahead(self, now: datetime) -> None:
        """Who is going to call in the next seconds."""
        if self._until is not None and now < self._until:
            return
        since = self._until or max(self._called or now, now - MISSED)
        until = now + _shown(IDLE)
        found = await asyncio.to_thread(lambda: sorted(self._callers(since, until), key=lambda one: one.at))
        self._next += [one for one in found if one.at + one.patience > now]  # nobody has called who has given up since
        self._until = until

    def _tell(self, heard: Iterable[Heard]) -> None:
        for one in heard:
            self._heard.put_nowait(one)

    def _keep(self) -> None:
        """Write down every line; a half-written file is never read."""
        assert self._called is not None
        keep(self._file, self.exchange, self._called)

    # ------------------------------------------------------------ orders

    async def do(self, order: m.Order) -> None:
        """Carry out an order."""
        by_hand = False
        if isinstance(order, m.Ring):
            by_hand = await asyncio.to_thread(self._by_hand, order.person)
        self._tell(self.exchange.do(order, clock.now(), by_hand=by_hand))
        self._called = self._called or clock.now()
        self._keep()
        self._wake.set()

    # ------------------------------------------------------------ what lives there

    async def look(self) -> Alive:
        """Every line there is."""
        return self.exchange.look()

    async def sweep(self, calls: set[str], offers: set[str]) -> None:
        """End what belongs to nothing."""
        self.exchange.sweep(calls, offers)

    async def know(self, telephones: Sequence[Telephone]) -> dict[int, bool]:
        """Everybody can be reached."""
        return {one.person: True for one in telephones}

    async def speak(self, texts: Mapping[str, str]) -> None:
        """Nothing is heard: there is no sound."""

    def files_of(self, recording: str) -> tuple[Path | None, Path | None]:  # noqa: ARG002 as the protocol has it
        """Nothing is recorded: there is no sound."""
        return None, None

    async def close(self) -> None:
        """Stop; lines stand in the file."""
        if self._pacing is not None:
            self._pacing.cancel()
            await asyncio.gather(self._pacing, return_exceptions=True)


def keep(file: Path, exchange: Exchange, called: datetime) -> None:
    """Write an exchange's lines where a switch finds them; everybody who called until `called` is among them."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(exchange.kept() | {"called": called.isoformat()}), encoding="utf-8")
    fresh.replace(file)


def _shown(seconds: float) -> timedelta:
    """How far the shown clock goes in so many seconds of the machine."""
    return timedelta(microseconds=int(Fraction(seconds) * clock.speed() * 1_000_000))


def _real(shown: timedelta) -> float:
    """Seconds of the machine that a stretch of the shown clock takes."""
    seconds = Fraction(shown // timedelta(microseconds=1), 1_000_000) / clock.speed()
    return min(max(float(seconds), 0.001), IDLE)
