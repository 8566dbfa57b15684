"""The live stream of a web process: one LISTEN, many open pages, topics and versions only.

`GET /live?topics=a,b` sends `data: {"a": 17}` whenever one of the topics moves, `event: beat` every few seconds so
that a dead line is noticed, and `event: bye` when the person's session has ended.
"""

import asyncio
import json
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import psycopg
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpRequest
from structlog import get_logger

from hotline.core.live import CHANNEL

log = get_logger()
MOST_TOPICS = 100
QUIET = 5.0  # seconds between signs of life
RETRY = 1.0
# Says whether a signed-in session may go on; people decides (one live session, lock-out).
session_lives: Callable[[Any, str], bool] = lambda _person, _key: True  # noqa: E731
SESSION_TOPIC = "session:"


class Watcher:
    """One open page: its topics, and a signal that some of them moved."""

    def __init__(self, topics: frozenset[str]) -> None:
        self.topics = topics
        self.moved: dict[str, int] = {}
        self.wake = asyncio.Event()

    def tell(self, changes: dict[str, int]) -> None:
        """Note the changes that concern this page."""
        mine = {topic: version for topic, version in changes.items() if topic in self.topics}
        if mine:
            self.moved.update(mine)
            self.wake.set()


class Stream:
    """The ASGI application of /live."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()
        self._listener: asyncio.Task[None] | None = None
        self._seen = 0

    async def open(self) -> None:
        """Begin to listen."""
        self._listener = asyncio.create_task(self._listen())

    async def close(self) -> None:
        """Stop listening and let every page go."""
        if self._listener:
            self._listener.cancel()
        for watcher in list(self._watchers):
            watcher.topics = frozenset()
            watcher.wake.set()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Serve one page until it goes away or its session ends."""
        key = _session_key(scope)
        person_id = await sync_to_async(_person_of)(key) if key else None
        if person_id is None:
            await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("topics", [""])[0].split(",")
        topics = frozenset(topic for topic in asked[:MOST_TOPICS] if topic) | {f"{SESSION_TOPIC}{person_id}"}
        watcher = Watcher(topics)
        self._watchers.add(watcher)
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
            await self._serve(watcher, key, person_id, gone, send)
        finally:
            gone.cancel()
            self._watchers.discard(watcher)

    async def _serve(self, watcher: Watcher, key: str, person_id: int, gone: "asyncio.Task[None]", send: Any) -> None:
        await _say(send, f"event: hello\ndata: {self._seen}\n\n")
        while not gone.done():
            waiting = asyncio.create_task(watcher.wake.wait())
            await asyncio.wait({waiting, gone}, timeout=QUIET, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if not watcher.topics:  # the process stops
                break
            watcher.wake.clear()
            moved, watcher.moved = watcher.moved, {}
            if moved.pop(f"{SESSION_TOPIC}{person_id}", None) and await sync_to_async(_person_of)(key) != person_id:
                await _say(send, "event: bye\ndata: -\n\n")
                break
            await _say(send, f"data: {json.dumps(moved)}\n\n" if moved else "event: beat\ndata: -\n\n")
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (psycopg.Error, OSError) as error:
                log.warning("live.listen", error=type(error).__name__)
                await asyncio.sleep(RETRY)

    async def _listen_once(self) -> None:
        """Read what moved on every wake-up, and every few seconds in case a wake-up was lost."""
        async with await psycopg.AsyncConnection.connect(
            **connection_parameters(), autocommit=True, keepalives_idle=5, keepalives_interval=3, keepalives_count=3
        ) as line:
            await line.execute(f"LISTEN {CHANNEL}")
            if not self._seen:
                row = await (await line.execute("SELECT coalesce(max(version), 0) FROM core_livetopic")).fetchone()
                self._seen = row[0] if row else 0
            while True:
                async for _notify in line.notifies(timeout=QUIET, stop_after=1):
                    pass
                rows = await (
                    await line.execute("SELECT topic, version FROM core_livetopic WHERE version > %s", [self._seen])
                ).fetchall()
                if rows:
                    self._seen = max(version for _topic, version in rows)
                    changes = dict(rows)
                    for watcher in self._watchers:
                        watcher.tell(changes)


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


async def _say(send: Any, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def connection_parameters() -> dict[str, Any]:
    """How to reach the database outside Django's own connections."""
    parameters: dict[str, Any] = dict(connection.get_connection_params())
    for ours in ("context", "cursor_factory", "prepare_threshold", "client_encoding"):
        parameters.pop(ours, None)
    return parameters


def _session_key(scope: dict[str, Any]) -> str:
    cookies: SimpleCookie = SimpleCookie()
    for name, value in scope["headers"]:
        if name == b"cookie":
            cookies.load(value.decode("latin-1"))
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def _person_of(key: str) -> int | None:
    """The person of a living session, or None. Streams begin and end seldom: no connection is kept for it."""
    try:
        request = HttpRequest()
        request.session = SessionStore(key)
        person = get_user(request)
        lives = person.is_authenticated and person.is_active and session_lives(person, key)
        return person.pk if lives else None
    finally:
        connection.close()
