"""Waiting for a live topic to move, for a process that is no web page (`stream` serves those)."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
from structlog import get_logger

from hotline.core.live import CHANNEL
from hotline.core.stream import connection_parameters

log = get_logger()
QUIET = 2.0  # seconds: a wake-up that was lost is made up for
RETRY = 0.5


async def moves(topic: str) -> AsyncIterator[None]:
    """Yield at once, and again whenever the topic has moved; while the database is away, as soon as it is back."""
    seen = -1
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(
                **connection_parameters(), autocommit=True, keepalives_idle=5, keepalives_interval=3, keepalives_count=3
            ) as line:
                await line.execute(f"LISTEN {CHANNEL}")
                while True:
                    found = await line.execute("SELECT version FROM core_livetopic WHERE topic = %s", [topic])
                    row = await found.fetchone()
                    version = row[0] if row else 0
                    if version != seen:
                        seen = version
                        yield None
                    async for _notify in line.notifies(timeout=QUIET, stop_after=1):
                        pass
        except (psycopg.Error, OSError) as error:
            log.warning("watching.lost", topic=topic, error=type(error).__name__)
            await asyncio.sleep(RETRY)
