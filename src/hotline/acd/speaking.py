"""What callers are told is spoken beforehand, into the folder of a running exchange."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from structlog import get_logger

from hotline.acd.exchange import sounds
from hotline.acd.exchange.problem import NoExchange

log = get_logger()


class Speaking:
    """An exchange that reads its announcements from a folder."""

    def __init__(self, home: Path) -> None:
        self._sounds = home / sounds.SPOKEN

    async def speak(self, texts: Mapping[str, str]) -> None:
        """Have announcements spoken; without the program that speaks, callers wait in silence, and the log says so."""
        try:
            await asyncio.to_thread(sounds.add, self._sounds, dict(texts))
        except NoExchange as problem:
            log.error("asterisk.speak", error=str(problem))
