"""What is booked inside shifts (A2.18), where the roster keeps such bookings."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.kernel.spans import Span
from hotline.rosters.queries.duty import span_of

# What may wait for another day: a meeting of many cannot be moved for one.
CAN_WAIT = frozenset({"coaching", "training", "monitoring", "feedback", "review"})


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's part in a booking."""

    person_id: int
    booking_id: int
    span: Span
    kind: str
    title: str

    @property
    def can_wait(self) -> bool:
        """Whether it may be put off for one afternoon."""
        return self.kind in CAN_WAIT


TABLE = ("rosters", "BookingSeat")


def _table() -> Any | None:
    """The roster's table of who takes part in what; None in an installation whose roster has none."""
    try:
        return apps.get_model(*TABLE)
    except LookupError:
        return None


def seats(centre_id: int, window: Span) -> list[Seat]:
    """Everybody's booked time that touches the window, in one query."""
    table = _table()
    if table is None:
        return []
    rows = table._default_manager.filter(
        person__centre=centre_id, span__overlap=DateTimeTZRange(window.start, window.end)
    ).select_related("booking")
    return [
        Seat(row.person_id, row.booking_id, span_of(row.span), row.booking.kind, row.booking.title)
        for row in rows.order_by("pk")
    ]
