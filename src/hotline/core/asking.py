"""A line of its own to the database, for a process with a loop: single statements that wait for no thread."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import psycopg

from hotline.core.stream import connection_parameters


class Away(Exception):
    """The database does not answer."""


@dataclass(slots=True)
class Line:
    """Opened by the first statement, and again by the first after it broke; each statement stands at once.

    `lasting` is False for what is worth nothing after a crash of the server: nobody waits for its disk then.
    """

    lasting: bool = True
    _line: "psycopg.AsyncConnection[Any] | None" = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, sql: str, words: Mapping[str, object], *, patience: float) -> tuple[Any, ...] | None:
        """The first row of the answer; `Away` when there is none within `patience` seconds."""
        try:
            async with asyncio.timeout(patience), self._turn:
                return await self._ask(sql, words)
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise Away(type(error).__name__) from None

    async def _ask(self, sql: str, words: Mapping[str, object]) -> tuple[Any, ...] | None:
        """In one's turn; whoever is broken off in it leaves no half of an answer to the next."""
        try:
            if self._line is None or self._line.closed:
                self._line = await psycopg.AsyncConnection.connect(**connection_parameters(), autocommit=True)
                if not self.lasting:
                    await self._line.execute("SET synchronous_commit TO off")
            found = await self._line.execute(sql.encode(), words, prepare=True)
            row: tuple[Any, ...] | None = await found.fetchone()
        except BaseException:
            await self.close()
            raise
        return row

    async def close(self) -> None:
        """Leave the database."""
        line, self._line = self._line, None
        if line is not None:
            await line.close()
