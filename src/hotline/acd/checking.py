"""Test calls of our own: number by number and branch by branch, as somebody would make them who checks by hand."""

import asyncio
import wave
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from structlog import get_logger

from hotline.acd.engine import messages as m
from hotline.acd.engine.state import Call, World
from hotline.acd.switch import ProbeAnswered, ProbeOver, Probes, SidesReady, recording_of
from hotline.acd.writing import Writer
from hotline.core import clock
from hotline.people.models import Centre, Person
from hotline.telephony.logic import menus, sound
from hotline.telephony.logic.checks import CHECK_TERMS, Found, faults
from hotline.telephony.logic.menus import DIGITS, Branch, Step, StepKind, Tree
from hotline.telephony.logic.words import Fact
from hotline.telephony.models import Check
from hotline.telephony.queries import checks as queries
from hotline.telephony.services import checks, recordings
from hotline.telephony.services.checks import Outcome

log = get_logger()
ANSWER = 25.0  # seconds until an answer
LISTENS = 6.0  # seconds in the queue, with words both ways
WORDS = 1.5  # seconds that a step's words are listened to before a key is pressed
ARRIVES = 30.0  # seconds for the next step, beyond its words
FILES = 10.0  # seconds for the sound to lie in files
OWN = "-0"  # behind a call's name: the recording of the test itself, for no offer has this number


class Shell(Protocol):
    """What a check needs of the runner."""

    centre: Centre
    by: Person
    world: World
    writer: Writer


@dataclass(slots=True)
class Probe:
    """One test call that is being made."""

    name: str
    number: str
    forced: tuple[tuple[str, str], ...] = ()
    call: str = ""
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)
    told: list[m.Note] = field(default_factory=list)
    files: dict[str, "asyncio.Future[SidesReady]"] = field(default_factory=dict)


class Checker:
    """Makes the test calls that are asked for, one after another."""

    def __init__(self, shell: Shell, probes: Probes | None) -> None:
        self._shell, self._probes = shell, probes
        self._probe: Probe | None = None
        self._moved = asyncio.Event()
        self._working: asyncio.Task[None] | None = None
        self._again = False

    # ------------------------------------------------------------ what the runner tells

    def expects(self, number: str) -> Probe | None:
        """The test call that comes in from this number, or None."""
        probe = self._probe
        return probe if probe is not None and not probe.call and probe.number == number else None

    def heard(self, event: ProbeAnswered | ProbeOver | SidesReady) -> bool:
        """News of a test call; False for what is no test's."""
        probe = self._probe
        if isinstance(event, SidesReady):
            waiting = probe.files.get(event.offer) if probe is not None else None
            if waiting is not None and not waiting.done():
                waiting.set_result(event)
            return waiting is not None
        if probe is not None and event.probe == probe.name:
            (probe.answered if isinstance(event, ProbeAnswered) else probe.over).set()
            self._moved.set()
        return True

    def saw(self, command: m.Command) -> None:
        """What the engine said; facts of the test call are kept."""
        if self._probe is not None and isinstance(command, m.Note) and command.call == self._probe.call:
            self._probe.told.append(command)
            self._moved.set()

    def look(self, start: Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]) -> None:
        """Something may have been asked for: work it off, unless that is going on."""
        self._again = True
        if self._working is None or self._working.done():
            self._working = start(self._work())

    # ------------------------------------------------------------ one check after another

    async def _work(self) -> None:
        shell = self._shell
        for left in await shell.writer.also(lambda: queries.running(shell.centre)) or []:
            await self._write(checks.give_up, check_id=left)  # begun by an ACD that is dead
        while self._again:
            self._again = False
            for check in await shell.writer.also(lambda: queries.asked_for(shell.centre)) or []:
                await self._check(check)

    async def _write(self, service: Callable[..., Any], **words: Any) -> Any:
        return await self._shell.writer.also(lambda: service(by=self._shell.by, at=clock.now(), **words))

    async def _check(self, check: Check) -> None:
        if self._probes is None:  # a simulated exchange has no line that could be dead
            await self._write(checks.give_up, check_id=check.pk)
            return
        if not await self._write(checks.take, check_id=check.pk):
            return
        for number, branch in enumerate(self._branches(check), start=1):
            try:
                outcome = await self._call(check, number, branch, self._probes)
            finally:
                self._probe = None
            await self._write(checks.write_step, check_id=check.pk, outcome=outcome)
        await self._write(checks.finish, check_id=check.pk)

    @staticmethod
    def _branches(check: Check) -> list[Branch | None]:
        if check.version is None:
            return [None]
        return list(menus.branches(menus.read(check.version.tree)))

    async def _call(self, check: Check, number: int, branch: Branch | None, probes: Probes) -> Outcome:
        """One test call from dialling to the files."""
        forced = tuple((step, what) for step, how, what in branch.moves if how == "time") if branch else ()
        probe = self._probe = Probe(f"chk-{check.pk}-{number}", probes.number_for(check.dialled), forced)
        tree = menus.read(check.version.tree) if check.version is not None else None
        began = clock.now()
        dialled = await probes.dial_in(probe.name, check.dialled, probe.number)
        answered = await self._answered(probe, began) if dialled else None
        reached, recorded = False, None
        if answered is not None:
            await self._listen(probe, probes, both=branch is None)
            reached = await (self._queue(probe, probes) if tree is None or branch is None
                             else self._walk(probe, probes, tree, branch))  # fmt: skip
        await probes.end(probe.name)
        heard = await self._sound(probe, probe.name)
        if branch is None and answered is not None:
            recorded = await self._kept(probe)
        found = Found(dialled, answered, heard[0] if heard else 0, reached, branch is None, recorded)
        terms = CHECK_TERMS.on(clock.local_day(began))
        return Outcome(
            number=number, expected=_expected(tree, branch), began_at=began, ended_at=clock.now(),
            moves=branch.moves if branch else (), faults=faults(found, terms), answered_ms=answered,
            heard=found.heard, call_ref=probe.call,
            recording=recording_of(probe.call + OWN) if recorded is not None else None,
        )  # fmt: skip

    async def _answered(self, probe: Probe, began: datetime) -> int | None:
        """Milliseconds until the answer; None when nobody answered."""
        with suppress(TimeoutError):
            await asyncio.wait_for(probe.answered.wait(), ANSWER)
            milliseconds = int((clock.now() - began).total_seconds() * 1000)
            await self._until(lambda: bool(probe.call), 2)
            return milliseconds
        return None

    async def _listen(self, probe: Probe, probes: Probes, *, both: bool) -> None:
        loop = asyncio.get_running_loop()
        probe.files[probe.name] = loop.create_future()
        await probes.hear(probe.name)
        if both and probe.call:
            probe.files[probe.call + OWN] = loop.create_future()
            await probes.record(probe.call, probe.call + OWN)

    # ------------------------------------------------------------ what is done in a call

    async def _queue(self, probe: Probe, probes: Probes) -> bool:
        """Without a menu: say something and wait in the queue, or hear that it is closed."""
        await probes.utter(probe.name)
        with suppress(TimeoutError):
            await asyncio.wait_for(probe.over.wait(), LISTENS)
        return any(note.fact in {Fact.QUEUE_ENTERED, Fact.MENU_ENTERED} for note in probe.told)

    async def _walk(self, probe: Probe, probes: Probes, tree: Tree, branch: Branch) -> bool:
        """Do what the branch does, step by step; whether the call came to where it leads."""
        for key, how, what in branch.moves:
            step = tree.steps[key]
            patience = ARRIVES + step.speaks_for
            if how == "time":
                continue
            if not await self._until(lambda key=key: self._at(probe) == key, patience):  # type: ignore[misc]
                return False
            if how in {"key", "wrong"}:
                await self._press(probe, probes, step, what)
            if how == "silent":
                patience += (step.wait + step.speaks_for) * (step.silent_repeats + 1)
            if not await self._until(lambda key=key: self._at(probe) != key or self._is_over(probe), patience):  # type: ignore[misc]
                return False
        return await self._until(lambda: self._came_to(probe, tree, branch), ARRIVES)

    async def _press(self, probe: Probe, probes: Probes, step: Step, digit: str) -> None:
        """Hear some of the words, then press; a wrong key as often as it takes."""
        wrong = "" if digit else next(one for one in DIGITS if step.chosen(one) is None)
        for _ in range(1 if digit else step.wrong_repeats + 1):
            await asyncio.sleep(WORDS)
            await probes.press(probe.name, digit or wrong)

    def _call_of(self, probe: Probe) -> Call | None:
        return self._shell.world.calls.get(probe.call)

    def _at(self, probe: Probe) -> str:
        call = self._call_of(probe)
        return call.walk.step if call is not None and call.walk is not None else ""

    def _is_over(self, probe: Probe) -> bool:
        return bool(probe.call) and self._call_of(probe) is None

    def _came_to(self, probe: Probe, tree: Tree, branch: Branch) -> bool:
        steps = [str(note.data["step"]) for note in probe.told if note.fact is Fact.MENU_STEP]
        if steps[-1:] != [branch.end]:
            return False
        end = tree.steps[branch.end]
        if branch.returns:
            return True
        if end.kind is StepKind.END:
            return self._is_over(probe)
        queues = [note.data["queue"] for note in probe.told if note.fact is Fact.QUEUE_ENTERED]
        return queues[-1:] == [end.queue]

    async def _until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Wait for something of the test call, as it moves; False when it does not come or the call is cut."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not holds():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0 or (self._probe is not None and self._probe.over.is_set()):
                return holds()
            self._moved.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), min(left, 0.5))
        return True

    # ------------------------------------------------------------ what was heard

    async def _sound(self, probe: Probe, key: str) -> tuple[int, int] | None:
        """How much was heard on each side, in thousandths; the files of a caller's ear are not kept."""
        ready = await self._files(probe, key)
        if ready is None:
            return None
        sides = await asyncio.to_thread(_loudness, ready.caller, ready.person)
        if key == probe.name and ready.caller is not None:
            ready.caller.unlink(missing_ok=True)
        return sides

    async def _kept(self, probe: Probe) -> tuple[int, int] | None:
        """The recording of the test is kept as every talk's is: a row, a hash, both sides."""
        key = probe.call + OWN
        ready = await self._files(probe, key)
        if ready is None or (ready.caller is None and ready.person is None):
            return None
        sides = await asyncio.to_thread(_loudness, ready.caller, ready.person)
        number, shell = recording_of(key), self._shell
        begun = await self._write(
            recordings.begin, recording_id=number, call_ref=probe.call, centre=shell.centre, person_id=shell.by.pk
        )
        if not begun:
            return None
        row = await self._write(recordings.keep, recording_id=number, caller=ready.caller, person=ready.person)
        for path in (ready.caller, ready.person):
            if path is not None:
                path.unlink(missing_ok=True)
        return sides if row is not None and row.path else None

    @staticmethod
    async def _files(probe: Probe, key: str) -> SidesReady | None:
        waiting = probe.files.get(key)
        if waiting is None:
            return None
        with suppress(TimeoutError):
            return await asyncio.wait_for(waiting, FILES)
        return None


def _expected(tree: Tree | None, branch: Branch | None) -> str:
    """Where the call is to come: the name of the step, or nothing for the queue behind the number."""
    return "" if tree is None or branch is None else tree.steps[branch.end].name


def _loudness(caller: Path | None, person: Path | None) -> tuple[int, int]:
    one, other = (_voiced(path) for path in (caller, person))
    return one, other


def _voiced(path: Path | None) -> int:
    if path is None or not path.exists():
        return 0
    with wave.open(str(path), "rb") as source:
        return sound.voiced(np.frombuffer(source.readframes(source.getnframes()), dtype=np.int16))
