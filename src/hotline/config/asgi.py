"""The web process: live streams served natively, pages by Django in a pool of threads.

Django's pages are synchronous. Run under ASGI directly they change threads at every step; here each request changes
once, into a pool whose threads keep their database connections.
"""

import gc
import os
import threading
from typing import Any, cast

import django
from a2wsgi import WSGIMiddleware
from django.core.handlers.wsgi import WSGIHandler

from hotline.config import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotline.config.settings")
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = embedded.ensure()
django.setup(set_prefix=False)

from django.urls import get_resolver  # noqa: E402 (settings stand only now)

from hotline.core.stream import Stream  # noqa: E402
from hotline.kernel import lexicon  # noqa: E402

_ = get_resolver().url_patterns  # imports every page


def _warm() -> None:
    """Otherwise the first person who saves a case waits seconds for the dictionary of the search.

    What is loaded then stays, half a million objects; looking through it for garbage would stop some page or other for
    a quarter of a second, again and again.
    """
    lexicon.warm()
    gc.collect()
    gc.freeze()


threading.Thread(target=_warm, name="dictionary", daemon=True).start()

pages = WSGIHandler()
_pages: Any = WSGIMiddleware(cast("Any", pages), workers=int(os.environ.get("HOTLINE_THREADS", "8")))
_stream = Stream()


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Send /live to the stream, everything else to Django."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live":
        await _stream(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, _as_coroutine(receive), send)


def _as_coroutine(receive: Any) -> Any:
    """The server hands out futures of its own; the pool awaits a body from its threads and needs coroutines."""

    async def received() -> Any:
        return await receive()

    return received


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await _stream.open()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await _stream.close()
            await send({"type": "lifespan.shutdown.complete"})
            return
