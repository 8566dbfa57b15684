"""Events: facts an area announces to those above it, written in the same transaction, handled a moment later.

Handlers may run twice and in any order: they must be idempotent (use `once`).
"""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from hotline.core.models import Effect, Outbox
from hotline.core.rows import Writes

EventT = TypeVar("EventT")
Handler = Callable[..., None]

# kind -> names of handlers; handler name -> (event class, function)
LISTENERS: dict[str, list[str]] = {}
HANDLERS: dict[str, tuple[type, Handler]] = {}


def kind_of(event_type: type) -> str:
    """`hotline.cases.events.CaseFiled` -> `cases.CaseFiled`."""
    area = event_type.__module__.split(".")[1]
    return f"{area}.{event_type.__name__}"


def emit(event: Any, *, at: datetime, writes: Writes | None = None) -> None:
    """Announce a frozen dataclass of ids and plain values; it commits or vanishes with the caller's transaction.

    With `writes` it travels with what the caller sends.
    """
    told = writes if writes is not None else Writes()
    told.insert(Outbox(kind=kind_of(type(event)), payload=dataclasses.asdict(event), at=at))
    if writes is None:
        told.send()


def handles(event_type: type) -> Callable[[Handler], Handler]:
    """Register `handler(event, at=...)`; it runs as a job of its own with retries."""

    def enter(handler: Handler) -> Handler:
        name = f"{handler.__module__.removeprefix('hotline.')}.{handler.__name__}"
        assert name not in HANDLERS, name
        HANDLERS[name] = (event_type, handler)
        LISTENERS.setdefault(kind_of(event_type), []).append(name)
        return handler

    return enter


def run_handler(name: str, payload: Mapping[str, Any], at: datetime) -> None:
    """Call one handler with the event rebuilt from its payload."""
    event_type, handler = HANDLERS[name]
    handler(event_type(**payload), at=at)


def once(key: str, *, at: datetime) -> bool:
    """True for the first caller of this key, in whose transaction the key commits; False ever after."""
    _, created = Effect.objects.get_or_create(key=key, defaults={"at": at})
    return created
