"""What people announce: who became ready or not, who came and went, whose account may be shared."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PresenceChanged:
    """Somebody at a seat is doing something else; `state` is empty when he has left the seat."""

    person_id: int
    centre_id: int
    state: str
    was: str


@dataclass(frozen=True, slots=True)
class SeatTakenOver:
    """A newer sign-in ended a live session at another address (C4: evidence of a shared account)."""

    person_id: int
    centre_id: int
    old_session_id: int
    new_session_id: int


@dataclass(frozen=True, slots=True)
class PersonLeft:
    """An account was closed."""

    person_id: int
    centre_id: int
