"""Recordings at Asterisk: each side of a talk apart, by a listener at its line that hears one way."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from structlog import get_logger

from hotline.acd.ari import Ari, AriError, part
from hotline.acd.lines import SNOOP, file_of
from hotline.acd.switch import SidesReady, recording_of

log = get_logger()
CALLER, PERSON = "c", "p"
Sides = Mapping[str, tuple[str, str]]  # side -> channel, and whether what comes "in" from it or goes "out" to it


class Taper:
    """What is being recorded; `tell` hears when both sides of a talk lie in their files."""

    def __init__(
        self,
        ari: Ari,
        app: str,
        started: dict[str, asyncio.Event],
        folder: Path,
        later: Callable[[Coroutine[Any, Any, None]], None],
        tell: Callable[[SidesReady], None],
    ) -> None:
        self._ari, self._app, self._started, self._folder = ari, app, started, folder
        self._later, self._tell = later, tell
        self._sides: dict[str, tuple[str, set[str]]] = {}  # recording -> the line's name, sides that still run

    def record_both(self, offer: str, caller: str, person: str) -> None:
        """Record a talk: of each line what comes from it."""
        self.record_sides(offer, {CALLER: (caller, "in"), PERSON: (person, "in")})

    def record_sides(self, offer: str, sides: Sides) -> None:
        """Record each side apart, unless it is recorded already: whoever was a third keeps his recording."""
        key = str(recording_of(offer))
        if key not in self._sides:
            self._sides[key] = (offer, set(sides))
            for side, (channel, way) in sides.items():
                self._later(self._record(offer, side, channel, way))

    async def _record(self, offer: str, side: str, channel: str, way: str) -> None:
        name = f"{SNOOP}{offer}-{side}"
        began = self._started.setdefault(name, asyncio.Event())
        query = {"spy": way, "app": self._app, "appArgs": "snoop"}
        try:
            await self._ari.ask("POST", f"channels/{part(channel)}/snoop/{part(name)}", query)
            await asyncio.wait_for(began.wait(), 5)
            query = {"name": file_of(offer, side), "format": "wav", "ifExists": "overwrite"}
            await self._ari.ask("POST", f"channels/{part(name)}/record", query)
        except (AriError, TimeoutError) as error:
            log.warning("asterisk.recording", offer=offer, side=side, error=str(error))
            for told in self.ended(file_of(offer, side)):
                self._tell(told)

    def ended(self, name: str) -> list[SidesReady]:
        """A side's file is closed; with the last one the talk's recording is ready."""
        key, _, side = name.rpartition("_")
        offer, open_sides = self._sides.get(key, ("", set()))
        if side not in open_sides:
            return []
        open_sides.discard(side)
        if open_sides:
            return []
        del self._sides[key]
        return [SidesReady(offer, *self.files_of(key))]

    def files_of(self, recording: str) -> tuple[Path | None, Path | None]:
        """Where the two sides of a talk lie, as far as there are any."""
        caller, person = (self._folder / f"{recording}_{side}.wav" for side in (CALLER, PERSON))
        return caller if caller.exists() else None, person if person.exists() else None

    def know(self, channel: str) -> None:
        """A listener that a dead ACD set: what it records is known again."""
        offer, _, side = channel.removeprefix(SNOOP).rpartition("-")
        if side in {CALLER, PERSON}:
            self._sides.setdefault(str(recording_of(offer)), (offer, set()))[1].add(side)

    async def let_go(self, offer: str) -> None:
        """The person's line ends: the caller's side too, though his line may go on."""
        if str(recording_of(offer)) in self._sides:
            await self._ari.attempt("DELETE", f"channels/{part(f'{SNOOP}{offer}-{CALLER}')}", {"reason": "normal"})
