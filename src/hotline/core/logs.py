"""Structured logs, one JSON object a line, without personal data."""

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

from hotline.core import audit

# Keys that may carry what a person said or is called; a log line never needs them.
PERSONAL = frozenset({"phone", "number", "name", "address", "email", "description", "text", "customer", "note"})
# Their digits are ours: moments, request ids, case numbers.
PLAIN = frozenset({"timestamp", "request", "case"})
DIGITS = re.compile(r"(?<![\w.-])\+?\d[\d -]{6,}\d(?![\w.])")


def without_people(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop personal keys and blot out whatever looks like a phone number."""
    for key in PERSONAL & event.keys():
        del event[key]
    for key, value in event.items():
        if isinstance(value, str) and key not in PLAIN:
            event[key] = DIGITS.sub("***", value)
    return event


def with_request(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say which request or job a line belongs to."""
    request = audit.request_id()
    if request:
        event.setdefault("request", request)
    return event


def configure(options: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: JSON lines on standard error for our own and for other packages' logs."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        with_request,
        without_people,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(options.get("level", "INFO"))
    for quiet in ("procrastinate", "axes", "django.server", "PIL"):
        logging.getLogger(quiet).setLevel("WARNING")
