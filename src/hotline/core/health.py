"""Signs of life: each part says when it was last at work, and what it found."""

from datetime import datetime
from typing import Any

from hotline.core.models import Heartbeat


def beat(part: str, *, at: datetime, note: dict[str, Any] | None = None) -> None:
    """Leave a sign of life."""
    Heartbeat.objects.update_or_create(part=part, defaults={"at": at, "note": note or {}})


def last(part: str) -> Heartbeat | None:
    """The last sign of life of a part."""
    return Heartbeat.objects.filter(part=part).first()
