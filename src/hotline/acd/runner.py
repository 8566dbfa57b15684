"""The shell around the engine: sockets, timers, tables. It decides nothing."""

import asyncio
import gc
import heapq
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import close_old_connections, connection
from structlog import get_logger

from hotline.acd import reading, wishes
from hotline.acd.checking import Checker
from hotline.acd.engine import messages as m
from hotline.acd.engine.reduce import reduce
from hotline.acd.engine.restoring import restore
from hotline.acd.engine.state import World
from hotline.acd.moments import moment
from hotline.acd.reserving import Reservations
from hotline.acd.scribe import Scribe
from hotline.acd.switch import (
    Arrived,
    Back,
    Deposed,
    Heard,
    Lost,
    ProbeAnswered,
    ProbeOver,
    SidesReady,
    Switch,
    call_of,
    recording_of,
)
from hotline.acd.writing import Writer, left_over
from hotline.core import clock, watching
from hotline.core.asking import Away, Line
from hotline.people.models import Centre, Person
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.numbers import written
from hotline.telephony.logic.words import Watching
from hotline.telephony.models import Wish, WishKind
from hotline.telephony.queries import for_acd, owners
from hotline.telephony.services import journal, leading, phones, reach, recordings

log = get_logger()
BEAT = 2.0  # seconds between two signs of life
LOOK = 1.0  # seconds for finding out whose caller somebody is


class Runner:
    """One centre's ACD on one exchange."""

    def __init__(
        self, centre: Centre, by: Person, switch: Switch, folder: Path, *, scribe: Scribe | None = None
    ) -> None:
        """`scribe` writes the log; without one the ACD does it by itself."""
        self._scribe = scribe
        self.centre, self.by, self.switch = centre, by, switch
        self.world = World()
        self.epoch = 0
        self._file = folder / f"acd-{centre.pk}.journal"
        self._numbers = 0
        self._asks = Line()
        self._timers: list[datetime] = []
        self._tick = asyncio.Event()
        self._chains: dict[str, asyncio.Task[None]] = {}  # the newest order of each call
        self._firm: dict[str, asyncio.Task[None]] = {}  # the newest that a ring must wait for
        self._lines: dict[str, int] = {}
        self._menus: dict[str, int] = {}
        self._wanted: set[asyncio.Task[Any]] = set()
        self.checker = Checker(self, switch.probes)
        self.deposed = asyncio.Event()
        self.ready = asyncio.Event()
        self.restored_in = timedelta()

    # ------------------------------------------------------------ the whole

    async def run(self) -> None:
        """Lead until told to stop (by cancelling), or until another ACD leads: then Deposed is raised."""
        begun = clock.now()
        loop = asyncio.get_running_loop()
        self.epoch = await _in_thread(self._begin)
        self.writer = Writer(self.centre, self.by, self.epoch, self._file, loop, self.deposed, self._scribe)
        self.reservations = Reservations(self.centre.pk, self.epoch)
        self.writer.start()
        tasks: list[asyncio.Task[None]] = []
        try:
            setup = await self._read()
            await self.switch.open()
            await self._restore(setup)
            self.restored_in = clock.now() - begun
            log.info(
                "acd.leads",
                centre=self.centre.code,
                epoch=self.epoch,
                calls=len(self.world.calls),
                seconds=round(self.restored_in / timedelta(seconds=1), 3),
            )
            gc.freeze()  # what is loaded stays: looking through it for garbage would keep a caller waiting
            self.ready.set()
            works = (self._hear, self._keep_time, self._beat, self._hear_wishes, self._end_when_deposed)
            tasks += [asyncio.create_task(work()) for work in works]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in [*tasks, *self._chains.values(), *self._wanted]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with suppress(Exception):
                await self.switch.close()
            await self.reservations.close()
            await self._asks.close()
            await asyncio.to_thread(self.writer.stop)

    def _begin(self) -> int:
        """Lead, and write what a dead ACD could not."""
        epoch = leading.take_lead(centre=self.centre, switch=self.switch.name, by=self.by, at=clock.now())
        entries = left_over(self._file)
        if entries:
            journal.write(centre=self.centre, epoch=epoch, entries=entries, by=self.by, at=clock.now())
            self._file.unlink()
            log.info("acd.left_over", facts=len(entries))
        return epoch

    async def _read(self) -> for_acd.Setup:
        setup: for_acd.Setup = await _in_thread(reading.read, self.centre, clock.now())
        self._lines, self._menus = setup.lines, setup.menu_lines
        return setup

    async def _restore(self, setup: for_acd.Setup) -> None:
        """Bring together what was written and what lives."""
        terms = reading.terms_of(setup)
        world = await _in_thread(reading.world, self.centre, terms, clock.now())
        alive = await self.switch.look()
        self.world, commands = restore(
            world, callers={*alive.callers, *alive.kept}, legs=alive.legs, called=alive.called, at=clock.now()
        )
        self._carry_out(commands)
        await self._sweep()
        for arrived in sorted(alive.callers.values(), key=lambda one: one.came or clock.now()):
            if arrived.call not in self.world.calls and arrived.call not in self.world.ended:
                await self._arrive(arrived)
        self.take(m.Tick())
        await self._know(setup)
        if not self.switch.simulated:
            for row in await _in_thread(for_acd.running_recordings, self.centre):
                self._keep_if_over(str(row.pk))

    async def _sweep(self) -> None:
        await self.switch.sweep(set(self.world.calls), self.world.lines())

    def _keep_if_over(self, recording: str) -> None:
        """A recording whose talk ended while nobody watched is kept from what lies there."""
        if recording in {str(recording_of(line)) for line in self.world.lines()}:
            return
        caller, person = self.switch.files_of(recording)
        self.writer.also(lambda: self._keep(recording, caller, person))

    async def _know(self, setup: for_acd.Setup) -> None:
        """Tell the exchange the telephones and what menus say; whoever has no telephone there is not rung."""
        await self.switch.speak(reading.prompts(self.world.terms))
        reached = await self.switch.know(reading.telephones(setup))
        for person in self.world.terms.staff:
            self.take(m.Reachable(person, reached.get(person, self.switch.simulated)))
        self._note_reach(reached)

    def _note_reach(self, reached: dict[int, bool]) -> None:
        self.writer.also(lambda: reach.note(centre=self.centre, reached=reached, by=self.by, at=clock.now()))

    async def _end_when_deposed(self) -> None:
        await self.deposed.wait()
        raise Deposed

    # ------------------------------------------------------------ events

    def take(self, event: m.Event, at: datetime | None = None) -> None:
        """One event, and when it happened (now, unless that is known): the engine's answer is carried out."""
        self.world, commands = reduce(self.world, event, moment(at, clock.now()))
        self._carry_out(commands)

    async def _hear(self) -> None:
        async for told in self.switch.heard():
            await self._take(told.what, told.at if clock.pace() is None else None)

    async def _take(self, heard: Heard, at: datetime | None) -> None:
        match heard:
            case Arrived():
                self._soon(self._arrive(heard, at))
            case ProbeAnswered() | ProbeOver():
                self.checker.heard(heard)
            case SidesReady():
                if self.checker.heard(heard):
                    return
                recording = str(recording_of(heard.offer))
                self.writer.also(lambda: self._keep(recording, heard.caller, heard.person))
            case Lost():
                log.warning("acd.exchange_lost")
            case Back():
                await self._come_back()
            case _:
                self.take(heard, at)
                if isinstance(heard, m.Reachable):
                    self._note_reach({heard.person: heard.yes})

    async def _come_back(self) -> None:
        """The exchange is heard again: what ended meanwhile is told, what came is taken in."""
        alive = await self.switch.look()
        self.world, commands = restore(
            self.world, callers={*alive.callers, *alive.kept}, legs=alive.legs, called=alive.called, at=clock.now()
        )
        self._carry_out(commands)
        await self._sweep()
        for arrived in alive.callers.values():
            if arrived.call not in self.world.calls and arrived.call not in self.world.ended:
                await self._arrive(arrived)
        await self._know(await self._read())

    async def _arrive(self, arrived: Arrived, at: datetime | None = None) -> None:
        """A caller: to which queue his dialled number leads, and whom he knows."""
        waiting = self.world.calls.get(arrived.call)
        if waiting is not None:  # kept by the exchange while no ACD was there
            if waiting.walk is not None:
                self.take(m.BackInMenu(arrived.call))
            elif waiting.person is None:
                self._order(m.Say(arrived.call, ("thanks",)))
            return
        number = written(arrived.number)
        owner = await self._owner_of(number)
        queue = self._lines.get(arrived.dialled) or next(iter(self.world.terms.queues), 0)
        came = arrived.came if self.switch.simulated else _came(arrived)
        menu, probe = self._menus.get(arrived.dialled), self.checker.expects(arrived.number)
        if probe is not None:
            probe.call, owner = arrived.call, None
        self.take(
            m.CallArrived(
                arrived.call, queue, number, arrived.dialled, owner, came, menu,
                test=probe is not None, forced=probe.forced if probe is not None else (),
            ),
            at,
        )  # fmt: skip

    async def _owner_of(self, number: str) -> int | None:
        """Who has an open case of this caller (D2.6); while the database is away nobody is known to have one."""
        with suppress(TimeoutError, Away):
            if await owners.is_known(self._asks, self.centre.pk, number, patience=LOOK):
                return await asyncio.wait_for(asyncio.to_thread(self._owner, number), LOOK)
        return None

    def _owner(self, number: str) -> int | None:
        try:
            return owners.first_owner(self.centre.pk, number, clock.now())
        except Exception as error:
            log.warning("acd.owner", error=str(error))
            connection.close()  # the next one finds a fresh one
            return None

    # ------------------------------------------------------------ commands

    def _carry_out(self, commands: Sequence[m.Command]) -> None:
        """Facts go to the writer. A ring waits for its reservation, everything else goes out at once, call by call."""
        notes = [command for command in commands if isinstance(command, m.Note)]
        if notes:
            self.writer.put([self._entry(note) for note in notes])
        for command in commands:
            self.checker.saw(command)
            if isinstance(command, m.Wake):
                heapq.heappush(self._timers, command.at)
                self._tick.set()
            elif not isinstance(command, m.Note):
                self._order(command)

    def _entry(self, note: m.Note) -> Entry:
        self._numbers += 1
        return Entry(f"{self.epoch}:{self._numbers}", note.fact, note.at, note.call, note.person, note.data)

    def _order(self, order: m.Order) -> None:
        call = getattr(order, "call", "") or call_of(getattr(order, "offer", ""))
        if not self.switch.simulated and (recorded := _recorded(order)) is not None:
            name, person = recorded
            begin = {"recording_id": recording_of(name), "call_ref": call, "person_id": person}
            at = clock.now()
            self.writer.also(lambda: recordings.begin(centre=self.centre, by=self.by, at=at, **begin))  # type: ignore[arg-type]
        before = self._chains.get(call)
        if isinstance(order, m.Ring):
            task = asyncio.create_task(self._ring(order, before, self._firm.get(call)))
        else:
            task = asyncio.create_task(self._do(order, before))
        self._chains[call] = task
        if not isinstance(order, m.Answer | m.Say):
            self._firm[call] = task
        task.add_done_callback(lambda done: self._forget(call, done))

    async def _do(self, order: m.Order, before: "asyncio.Task[None] | None") -> None:
        if before is not None:
            await asyncio.wait({before})
        await self.switch.do(order)

    async def _ring(
        self, order: m.Ring, before: "asyncio.Task[None] | None", firm: "asyncio.Task[None] | None"
    ) -> None:
        """A telephone rings while its caller is still being answered and greeted; what follows waits for both."""
        offer = self.world.offers.get(order.offer)
        if offer is not None and not await self.reservations.make(order.person, order.offer, offer.lease):
            self.deposed.set()
        if firm is not None:
            await asyncio.wait({firm})
        if order.offer in self.world.offers and not self.deposed.is_set():
            await self.switch.do(order)
        if before is not None:
            await asyncio.wait({before})

    def _forget(self, call: str, done: "asyncio.Task[None]") -> None:
        for tails in (self._chains, self._firm):
            if tails.get(call) is done:
                del tails[call]
        if not done.cancelled() and (error := done.exception()) is not None:
            log.error("acd.order", call=call, error=repr(error))

    def _keep(self, recording: str, caller: Path | None, person: Path | None) -> None:
        kept = recordings.keep(recording_id=UUID(recording), caller=caller, person=person, by=self.by, at=clock.now())
        if kept.path:
            for path in (caller, person):
                if path is not None:
                    path.unlink(missing_ok=True)

    def _soon(self, work: Any) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._wanted.add(task)
        task.add_done_callback(self._wanted.discard)
        return task

    # ------------------------------------------------------------ time, life, wishes

    async def _keep_time(self) -> None:
        """A Tick at each moment that the engine asked for; a shown clock may run faster than the real one."""
        while True:
            while self._timers and self._timers[0] <= clock.now():
                due = heapq.heappop(self._timers)
                if due not in self._timers[:1]:
                    self.take(m.Tick(), due)
            self._tick.clear()
            shown = self._timers[0] - clock.now() if self._timers else timedelta(seconds=60)
            real = Fraction(shown // timedelta(microseconds=1), 1_000_000) / clock.speed()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._tick.wait(), max(float(real), 0.001))

    async def _beat(self) -> None:
        while True:
            calls = self.world.calls.values()
            note = {
                "waiting": sum(1 for call in calls if not call.is_busy and call.walk is None),
                "talking": sum(1 for call in calls if call.is_busy),
            }
            self.writer.also(
                lambda note=note: leading.beat(  # type: ignore[misc]
                    centre=self.centre, epoch=self.epoch, note=note, by=self.by, at=clock.now()
                )
            )
            await asyncio.sleep(BEAT)

    async def _hear_wishes(self) -> None:
        """What people ask is read whenever the topic moves, and now and then in case a word was lost."""
        async for _ in watching.moves(f"{phones.ACD_TOPIC}{self.centre.pk}"):
            rows = await self.writer.also(self._wishes) or []
            if any(row.kind == WishKind.SETUP for row in rows):
                setup = await self._read()
                self.take(m.Configured(reading.terms_of(setup)))
                await self._know(setup)
            for row in rows:
                self._wish(row)
            self.checker.look(self._soon)

    def _wishes(self) -> list[Wish]:
        return phones.take_wishes(centre=self.centre, by=self.by, at=clock.now())

    def _wish(self, row: Wish) -> None:
        event = None if wishes.is_late(row, clock.now()) else wishes.event_of(row)
        if event is not None:
            self.take(event)


def _recorded(order: m.Order) -> tuple[str, int] | None:
    """Which line an order begins to record, and whose it is."""
    match order:
        case m.Connect(offer=name, person=int() as person):
            return name, person
        case m.AddThird(third=name, person=person):
            return name, person
        case m.Spy(watch=name, person=person, how=Watching.JOIN):
            return name, person
    return None


def _came(arrived: Arrived) -> datetime | None:
    """When a caller came by the exchange's clock, not when he was found; where time is played, now."""
    return None if clock.pace() is not None else arrived.came


async def _in_thread(work: Callable[..., Any], *words: Any) -> Any:
    """Ask the tables in another thread, with a connection that is known to live."""

    def fresh() -> Any:
        close_old_connections()
        try:
            return work(*words)
        finally:
            close_old_connections()

    return await asyncio.to_thread(fresh)
