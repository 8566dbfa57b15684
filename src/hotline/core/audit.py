"""Who stands behind the rows that are being written: handed to the audit triggers, once a transaction.

The triggers copy `pghistory.context_metadata` into every history row. It is set by `core.access.authorize`, the first
line of every service, so no write of a service can go without it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection

_request: ContextVar[str] = ContextVar("request", default="")
_reason: ContextVar[str] = ContextVar("reason", default="")


def set_request(request_id: str) -> None:
    """Remember the id of the web request or job that this thread of work serves."""
    _request.set(request_id)


def request_id() -> str:
    """The id of the web request or job being served, or an empty text."""
    return _request.get()


@contextmanager
def because(reason: str) -> Iterator[None]:
    """Give the reason that history rows written inside shall carry."""
    token = _reason.set(reason)
    try:
        yield
    finally:
        _reason.reset(token)


def sign(person_id: int | None, action: str) -> None:
    """Let the rest of this transaction be signed with person, action, request and reason."""
    signed: dict[str, object] = {"by": person_id, "action": action}
    if _request.get():
        signed["request"] = _request.get()
    if _reason.get():
        signed["reason"] = _reason.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_metadata', %s, true)", [json.dumps(signed, ensure_ascii=False)]
        )
