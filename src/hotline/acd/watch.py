"""The door of the exchange: its log of refusals is read as it grows, and whoever guesses is locked out by a list of
Asterisk's own, which is read again over ARI. Nothing of the machine's firewall is needed.
"""

import asyncio
import os
from collections.abc import Collection
from pathlib import Path

from structlog import get_logger

from hotline.acd.ari import Ari, AriError
from hotline.acd.exchange.guard import Guard, nets

log = get_logger()
LOOK = 1.0  # seconds between two looks
TAIL = 2_000_000  # bytes of the log that a new watch reads: who was locked out stays so
MOST_AT_ONCE = 1_000_000
BIGGEST = 20_000_000  # bytes; then the log begins anew
KEPT_LOGS = 5
NOBODY = "0.0.0.0/32"  # a list must name somebody


class Watch:
    """Reads `security.log` and keeps `acl.conf` of the instance in this folder; `never` are the carriers' addresses."""

    def __init__(self, ari: Ari, home: Path, never: Collection[str]) -> None:
        self._ari = ari
        self._file = home / "log" / "security.log"
        self._list = home / "etc" / "acl.conf"
        self._guard = Guard(nets(never))
        self._place: int | None = None
        self._number: int | None = None  # of the file as the disk knows it
        self._rest = b""
        self._set: frozenset[str] | None = None

    async def run(self) -> None:
        """Until cancelled. An exchange that does not answer is asked again."""
        while True:
            lines, size = await asyncio.to_thread(self._read)
            if not lines:
                self._guard.pass_time(LOOK)
            await self._keep(frozenset(self._guard.hear(lines)))
            for file in (self._file, self._file.with_name("full.log")):
                await self._begin_log_anew(file)
            if size - (self._place or 0) <= 0:
                await asyncio.sleep(LOOK)

    def forget(self) -> None:
        """The exchange was started anew: its list is empty."""
        self._set = None

    def _read(self) -> tuple[list[str], int]:
        """What was written since the last look, in whole lines, and how long the log is."""
        try:
            with self._file.open("rb") as file:
                found = os.fstat(file.fileno())
                if self._place is None:
                    self._place = max(0, found.st_size - TAIL)
                elif found.st_ino != self._number or found.st_size < self._place:
                    self._place, self._rest = 0, b""
                self._number = found.st_ino
                file.seek(self._place)
                new = file.read(MOST_AT_ONCE)
                self._place += len(new)
        except OSError:
            return [], 0
        *whole, self._rest = (self._rest + new).split(b"\n")
        return [line.decode(errors="replace") for line in whole], found.st_size

    async def _keep(self, locked: frozenset[str]) -> None:
        if locked == self._set:
            return
        lines = "".join(f"deny = {address}\n" for address in sorted(locked) or [NOBODY])
        try:
            await asyncio.to_thread(self._list.write_text, f"[strangers]\n{lines}")
            await self._ari.ask("PUT", "asterisk/modules/acl")
        except (AriError, OSError) as error:
            log.warning("watch.list", error=str(error), locked=len(locked))
            return
        for address in sorted(locked - (self._set or frozenset())):
            log.warning("watch.locked_out", source=address)
        for address in sorted((self._set or frozenset()) - locked):
            log.info("watch.let_in", source=address)
        self._set = locked

    async def _begin_log_anew(self, file: Path) -> None:
        """A log that has grown too long is put aside; a handful of old ones are kept."""
        if await asyncio.to_thread(_size, file) > BIGGEST:
            await self._ari.attempt("PUT", f"asterisk/logging/{file.name}/rotate")
            await asyncio.to_thread(_throw_away, file)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0


def _throw_away(file: Path) -> None:
    old = sorted(file.parent.glob(f"{file.name}.*"), key=lambda one: one.stat().st_mtime)
    for one in old[:-KEPT_LOGS]:
        one.unlink(missing_ok=True)
