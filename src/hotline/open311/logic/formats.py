"""The two written forms of an answer: the same values as XML and as JSON. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

XML, JSON = "xml", "json"
CONTENT_TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}
# The name of one of many, by the name of the many.
ONE_OF = {
    "attributes": "attribute",
    "endpoints": "endpoint",
    "errors": "error",
    "formats": "format",
    "notes": "note",
    "service_request_updates": "request_update",
    "service_requests": "request",
    "services": "service",
    "values": "value",
}


def written(form: str, root: str, value: Mapping[str, Any] | Sequence[Any]) -> bytes:
    """An answer in the form asked for; `root` is the name of its outermost element."""
    if form == JSON:
        return json.dumps(value, ensure_ascii=False, default=_number, separators=(",", ":")).encode()
    return bytes(ET.tostring(element(root, value), encoding="utf-8", xml_declaration=True))


def element(name: str, value: object) -> ET.Element:
    """A value as an element: a mapping by its keys, a list by the word for one of its kind, nothing as empty."""
    made = ET.Element(name)
    if isinstance(value, Mapping):
        made.extend([element(key, inner) for key, inner in value.items()])
    elif isinstance(value, list | tuple):
        made.extend([element(ONE_OF[name], inner) for inner in value])
    elif isinstance(value, bool):
        made.text = "true" if value else "false"
    elif value is not None:
        made.text = str(value)
    return made


def _number(value: object) -> float:
    """Degrees are the only fractions that leave; six places of them survive the way through a double."""
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


def moment(at: datetime | None, zone: tzinfo) -> str | None:
    """ISO 8601 with its zone, to the second."""
    return at.astimezone(zone).replace(microsecond=0).isoformat() if at else None
