"""Who should have which case, by the cases in hand and the closings as they stand (B1.3). Pure.

A pace is the closings of today over the hours on duty, drawn towards the pace of all by one hour of theirs: whoever
has just begun is neither fast nor slow. What somebody has in hand counts by how long it will take him.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from hotline.kernel.words import gettext_noop

MOST_MOVES = 12
FULL = 3  # nobody is given a waiting case beyond so many in hand
UNEVEN = 2  # cases are moved between two hands that are at least so many apart
HOUR = timedelta(hours=1)


class Why(StrEnum):
    """Why a case is to go to somebody."""

    WAITS = "waits"
    ABSENT = "absent"
    UNEVEN = "uneven"


WHY_LABELS = {
    Why.WAITS: gettext_noop("Waits in a queue"),
    Why.ABSENT: gettext_noop("Whoever has it is not there"),
    Why.UNEVEN: gettext_noop("Work is uneven"),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A person on duty: whether he is at his seat, or has not come at all, what he has in hand and has closed today."""

    person: int
    is_there: bool
    in_hand: int
    closed: int
    worked: timedelta
    is_absent: bool = False
    helps: bool = False  # does other work: is given a waiting case only while he has none in hand


@dataclass(frozen=True, slots=True)
class Piece:
    """A case at the desk: in somebody's hands, or waiting."""

    case: int
    since: datetime
    holder: int | None = None
    is_urgent: bool = False
    knows: int | None = None  # who worked it before


@dataclass(frozen=True, slots=True)
class Move:
    """A case that is to go to somebody."""

    case: int
    holder: int | None
    to: int
    why: Why


@dataclass(slots=True)
class Desk:
    """Everybody on duty with what each has in hand, as it would be after the moves that were chosen."""

    seats: Sequence[Seat]
    in_hand: dict[int, int] = field(default_factory=dict)
    _pace: dict[int, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Reckon everybody's pace."""
        self.in_hand = {seat.person: seat.in_hand for seat in self.seats}
        usual = _hourly(sum(seat.closed for seat in self.seats), sum((seat.worked for seat in self.seats), timedelta()))
        for seat in self.seats:
            hours = Fraction(seat.worked // timedelta(seconds=1), 3600)
            self._pace[seat.person] = (seat.closed + usual) / (hours + 1)

    def pace(self, person: int) -> Fraction:
        """Cases an hour; one where nobody has closed anything yet."""
        return self._pace[person] or Fraction(1)

    def hours(self, person: int, more: int = 0) -> Fraction:
        """How long he needs for what he has in hand, and `more` cases besides."""
        return (self.in_hand[person] + more) / self.pace(person)

    def move(self, piece: Piece, to: int) -> None:
        """Reckon with a move."""
        self.in_hand[to] += 1
        if piece.holder in self.in_hand:
            self.in_hand[piece.holder] -= 1

    def soonest(self, knows: int | None = None) -> int | None:
        """Who would be done with one more case first; who knows the case, if he has no more in hand than that one."""
        open_to = [
            seat.person
            for seat in self.seats
            if seat.is_there and self.in_hand[seat.person] < (1 if seat.helps else FULL)
        ]
        if not open_to:
            return None
        helping = {seat.person for seat in self.seats if seat.helps}
        best = min(open_to, key=lambda one: (self.hours(one, 1), one in helping, self.in_hand[one], one))
        is_as_free = knows in open_to and knows is not None and self.in_hand[knows] <= self.in_hand[best]
        return knows if is_as_free else best


def _hourly(closed: int, worked: timedelta) -> Fraction:
    seconds = worked // timedelta(seconds=1)
    return Fraction(closed * 3600, seconds) if seconds else Fraction(0)


def propose(seats: Sequence[Seat], pieces: Iterable[Piece], most: int = MOST_MOVES) -> list[Move]:
    """What should go to whom: what waits, urgent and oldest first; then what the absent have; then what is uneven."""
    desk, found, all_of_them = Desk(seats), list[Move](), list(pieces)
    absent = {seat.person for seat in seats if seat.is_absent and not seat.helps}  # leaders have gates in hand
    waiting = [piece for piece in all_of_them if piece.holder is None]
    left = [piece for piece in all_of_them if piece.holder in absent]
    for why, group in ((Why.WAITS, waiting), (Why.ABSENT, left)):
        for piece in sorted(group, key=lambda one: (not one.is_urgent, one.since, one.case)):
            to = desk.soonest(piece.knows)
            if to is None or len(found) == most:
                return found
            desk.move(piece, to)
            found.append(Move(piece.case, piece.holder, to, why))
    _even_out(desk, all_of_them, found, most)
    return found


def _even_out(desk: Desk, pieces: Sequence[Piece], found: list[Move], most: int) -> None:
    """Move the newest cases, and no urgent ones, from whoever needs longest to whoever is done first."""
    moved = {move.case for move in found}
    while len(found) < most:
        pair = _most_uneven(desk)
        if pair is None:
            return
        giver, taker = pair
        may_go = [one for one in pieces if one.holder == giver and one.case not in moved and not one.is_urgent]
        if not may_go:
            return
        piece = max(may_go, key=lambda one: (one.since, one.case))
        desk.move(piece, taker)
        moved.add(piece.case)
        found.append(Move(piece.case, giver, taker, Why.UNEVEN))


def _most_uneven(desk: Desk) -> tuple[int, int] | None:
    """Whoever needs longest, and somebody with fewer cases who would still be done sooner with one more."""
    working = [seat for seat in desk.seats if not seat.helps and not seat.is_absent]
    there = [seat.person for seat in working if seat.is_there]
    if not there:
        return None
    giver = max((seat.person for seat in working), key=lambda one: (desk.hours(one), desk.in_hand[one], -one))
    taker = min(there, key=lambda one: (desk.hours(one, 1), desk.in_hand[one], one))
    is_uneven = desk.in_hand[giver] - desk.in_hand[taker] >= UNEVEN and desk.hours(taker, 1) < desk.hours(giver)
    return (giver, taker) if is_uneven else None
