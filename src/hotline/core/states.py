"""The one place that writes a `status`."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop


def move(thing: Any, to: StrEnum, *, by: Any, at: datetime, note: str = "", also: tuple[str, ...] = ()) -> None:
    """Move a locked row along its table `MOVES`, and record the step; `also` names further fields to save."""
    allowed = thing.MOVES[type(to)(thing.status)]
    if to not in allowed:
        raise Refused(
            Refusal(
                f"{thing._meta.label_lower}.status",
                gettext_noop("It cannot go from “{now}” to “{to}”."),
                {"now": thing.get_status_display(), "to": dict(thing._meta.get_field("status").choices)[to.value]},
            )
        )
    begin(thing, to, by=by, at=at, note=note)
    thing.save(update_fields=["status", "status_at", "status_by", "status_note", *also])


def begin(thing: Any, status: StrEnum, *, by: Any, at: datetime, note: str = "") -> None:
    """Set the first status of a row that is about to be created."""
    thing.status, thing.status_at, thing.status_by, thing.status_note = status, at, by, note
