"""Nobody is rung before he is reserved in the database: one statement on a line of its own, no transaction to wait for.

What the offer is, and why, is written with the rest of the log a moment later.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
from structlog import get_logger

from hotline.core.stream import connection_parameters
from hotline.telephony.services.leading import RESERVE

log = get_logger()
PATIENCE = 1.0  # seconds that a ring waits for its reservation


@dataclass(slots=True)
class Reservations:
    """Those that the ACD of one epoch makes."""

    centre_id: int
    epoch: int
    _line: "psycopg.AsyncConnection[Any] | None" = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def make(self, person: int, offer: str, until: datetime) -> bool:
        """Reserve a person for an offer; False when another ACD leads.

        While the database is away callers are served all the same, as whoever leads does not change meanwhile.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._make(person, offer, until)
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("acd.not_reserved", offer=offer, error=type(error).__name__)
            await self.close()
            return True

    async def _make(self, person: int, offer: str, until: datetime) -> bool:
        async with self._turn:
            if self._line is None or self._line.closed:
                self._line = await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True)
                # a reservation is worth nothing after a crash: whoever leads then reads what rings from the exchange
                await self._line.execute("SET synchronous_commit TO off")
            words = {"centre": self.centre_id, "epoch": self.epoch, "person": person, "offer": offer, "until": until}
            found = await self._line.execute(RESERVE, words, prepare=True)
            return await found.fetchone() is not None

    async def close(self) -> None:
        """Leave the database."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()
