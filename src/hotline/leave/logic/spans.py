"""From when to when a leave takes somebody away from his roster."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from hotline.kernel.spans import Span
from hotline.rulebook.leave import DAY, ZONE, Piece

ONE_DAY = timedelta(days=1)
NOON = time(12)


def away(piece: Piece, shifts: Mapping[date, Span]) -> Span:
    """The whole span of an absence: from midnight to midnight, or from and to the middle of a shift.

    A shift of the evening before that runs into the first day is still worked; one of the last day is missed to its
    end, though that lie after midnight.
    """
    start = datetime.combine(piece.first, time(), ZONE)
    before = shifts.get(piece.first - ONE_DAY)
    if before is not None:
        start = max(start, before.end)
    if piece.from_middle:
        start = _middle(piece.first, shifts)
    end = datetime.combine(piece.last + ONE_DAY, time(), ZONE)
    last = shifts.get(piece.last)
    if last is not None:
        end = max(end, last.end)
    if piece.to_middle:
        end = _middle(piece.last, shifts)
    return Span(start, end)


def _middle(day: date, shifts: Mapping[date, Span]) -> datetime:
    shift = shifts.get(day)
    return shift.start + shift.length / 2 if shift is not None else datetime.combine(day, NOON, ZONE)


def halves(piece: Piece) -> tuple[int, int]:
    """The halves of days that a piece covers, numbered from the first day of all; the end is not included."""
    start = piece.first.toordinal() * DAY + piece.from_middle
    return start, (piece.last.toordinal() + 1) * DAY - piece.to_middle
