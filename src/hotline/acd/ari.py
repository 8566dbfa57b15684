"""Asterisk's own language: one websocket for what happens and for what is asked, every question with a time limit."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode

from structlog import get_logger
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidHandshake, WebSocketException

log = get_logger()
LIMIT = 5.0  # seconds for an answer
RETRY = 0.3
PING = 5.0
BIGGEST = 4_000_000  # bytes of one message: a list of many channels


class AriError(Exception):
    """Asterisk said no, or nothing."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}")
        self.code = status


class Ari:
    """A connection that comes back by itself; `closed` tells when it was lost."""

    def __init__(self, address: str, app: str, user: str, password: str) -> None:
        self.app = app
        self._address = f"{address}?{urlencode({'app': app, 'subscribeAll': 'false'})}"
        self._pass = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self._line: ClientConnection | None = None
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._numbers = count(1)
        self._inbox: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        self._pumping: asyncio.Task[None] | None = None

    async def open(self, patience: float | None = None) -> None:
        """Connect; tries again until it works, or raises AriError after `patience` seconds."""
        begun = asyncio.get_running_loop().time()
        while True:
            try:
                self._line = await connect(
                    self._address,
                    additional_headers={"Authorization": self._pass},
                    open_timeout=LIMIT,
                    ping_interval=PING,
                    ping_timeout=PING,
                    max_size=BIGGEST,
                    compression=None,
                )
            except (OSError, TimeoutError, InvalidHandshake, WebSocketException) as error:
                if patience is not None and asyncio.get_running_loop().time() - begun > patience:
                    raise AriError(0, f"not reached: {type(error).__name__}") from None
                await asyncio.sleep(RETRY)
            else:
                self._inbox = asyncio.Queue()
                self._pumping = asyncio.create_task(self._pump(self._line, self._inbox))
                return

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        """Events until the line is lost."""
        while (event := await self._inbox.get()) is not None:
            yield event

    async def _pump(self, line: ClientConnection, inbox: "asyncio.Queue[dict[str, Any] | None]") -> None:
        """Sort what comes in: answers to whoever asked, everything else into the inbox."""
        try:
            async for text in line:
                message = json.loads(text)
                if message.get("type") == "RESTResponse":
                    waiting = self._answers.pop(message.get("request_id", ""), None)
                    if waiting is not None and not waiting.done():
                        waiting.set_result(message)
                else:
                    inbox.put_nowait(message)
        except WebSocketException as error:
            log.warning("ari.lost", error=type(error).__name__)
        finally:
            for waiting in self._answers.values():
                if not waiting.done():
                    waiting.set_exception(AriError(0, "the line was lost"))
            self._answers.clear()
            inbox.put_nowait(None)

    async def ask(self, method: str, path: str, query: Mapping[str, object] | None = None, body: object = None) -> Any:
        """Ask something and read the answer; AriError for a no, or for silence."""
        line = self._line
        if line is None:
            raise AriError(0, "not connected")
        number = f"r{next(self._numbers)}"
        words: dict[str, object] = {"type": "RESTRequest", "request_id": number, "method": method, "uri": path}
        if query:
            words["query_strings"] = [{"name": name, "value": str(value)} for name, value in query.items()]
        if body is not None:
            words |= {"content_type": "application/json", "message_body": json.dumps(body)}
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = waiting
        try:
            await line.send(json.dumps(words))
            answer = await asyncio.wait_for(waiting, LIMIT)
        except TimeoutError:
            raise AriError(0, f"no answer to {method} {path}") from None
        except WebSocketException:
            raise AriError(0, "the line was lost") from None
        finally:
            self._answers.pop(number, None)
        status = int(answer["status_code"])
        if status >= 400:
            raise AriError(
                status, f"{method} {path}: {answer.get('reason_phrase', '')} {answer.get('message_body', '')}"
            )
        text = answer.get("message_body")
        return json.loads(text) if text else None

    async def attempt(self, method: str, path: str, query: Mapping[str, object] | None = None) -> bool:
        """Ask for something that may be needless by now; whether it was done."""
        with suppress(AriError):
            await self.ask(method, path, query)
            return True
        return False

    async def close(self) -> None:
        """Hang up."""
        if self._line is not None:
            with suppress(WebSocketException, OSError):
                await self._line.close()


def part(text: str) -> str:
    """A name as a part of a path."""
    return quote(text, safe="")
