"""The desk as it stands: who is on duty with what in hand and closed, what waits, and what should go to whom (B1.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from hotline.cases.logic.flow import Queue
from hotline.cases.models import Holding
from hotline.cases.queries import board
from hotline.people.models import Centre, Person
from hotline.planning.logic import assignment as logic
from hotline.planning.logic.assignment import Move, Piece, Seat, Why
from hotline.planning.queries import day
from hotline.planning.queries.day import Hand
from hotline.rosters.models import RosterEntry

AT_DESK_QUEUES = (Queue.INTAKE, Queue.FEEDBACK)
MOST_PIECES = 1_000
AT_SEAT = frozenset(day.WORKING)


@dataclass(frozen=True, slots=True)
class Proposed:
    """A move as the page shows it."""

    case: int
    version: int
    number: str
    why: Why
    giver: Person | None
    queue: str
    taker: Person
    in_hand: int  # of the taker, now
    closed: int

    @property
    def value(self) -> str:
        """What a form sends back: case, version, taker."""
        return f"{self.case}:{self.version}:{self.taker.pk}"


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the page of assignment shows."""

    hands: Sequence[Hand]
    queues: Sequence[board.Waiting]
    moves: Sequence[Proposed]

    @property
    def waiting(self) -> int:
        """Cases that nobody has in hand."""
        return sum(queue.count for queue in self.queues)


def desk(centre: Centre, at: datetime) -> Desk:
    """The desk with its proposals, as it stands at a moment."""
    hands = day.hands(centre, at, also=day.HELPERS)
    seats = _seats(hands, at)
    ids = [seat.person for seat in seats]
    held = Holding.objects.open().filter(case__centre=centre).filter(Q(person__in=ids) | Q(queue__in=AT_DESK_QUEUES))
    rows = {
        row.case_id: row
        for row in held.select_related("case").only(
            "span", "person", "queue", "case__number", "case__version", "case__is_urgent", "case__operator"
        ).order_by("pk")[:MOST_PIECES]
    }  # fmt: skip
    moves = logic.propose(seats, (_piece(row) for row in rows.values()))
    return Desk([hand for hand in hands if not hand.helps], board.queues(centre), _shown(moves, rows, hands))


def _seats(hands: Sequence[Hand], at: datetime) -> list[Seat]:
    ids = [hand.person.pk for hand in hands]
    began = dict(RosterEntry.objects.filter(person__in=ids, span__contains=at).values_list("person", "span"))
    return [
        Seat(
            person=hand.person.pk,
            is_there=hand.state in AT_SEAT,
            in_hand=hand.in_hand,
            closed=hand.closed,
            worked=at - began[hand.person.pk].lower,
            is_absent=hand.state == "absent",
            helps=hand.helps,
        )
        for hand in hands
        if hand.person.pk in began
    ]


def _piece(row: Holding) -> Piece:
    return Piece(
        case=row.case_id,
        since=row.span.lower,
        holder=row.person_id,
        is_urgent=row.case.is_urgent,
        knows=row.case.operator_id,
    )


def _shown(moves: Sequence[Move], rows: Mapping[int, Holding], hands: Sequence[Hand]) -> list[Proposed]:
    by_person = {hand.person.pk: hand for hand in hands}
    found = []
    for move in moves:
        row, taker = rows[move.case], by_person[move.to]
        found.append(
            Proposed(
                case=move.case,
                version=row.case.version,
                number=row.case.number,
                why=move.why,
                giver=by_person[move.holder].person if move.holder is not None else None,
                queue=row.queue,
                taker=taker.person,
                in_hand=taker.in_hand,
                closed=taker.closed,
            )
        )
    return found
