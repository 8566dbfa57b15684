"""What leave announces. Days are ISO texts, because an event is plain values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeaveGranted:
    """The last one in the chain said yes; the roster knows it already."""

    leave_id: int
    person_id: int
    kind: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class SickSpellEnded:
    """Somebody who was ill is back, or his sick leave has run out: `back_on` is the first day that is not leave.

    May be told again for the same spell, with a later day, when the leave was extended after all.
    """

    spell_id: int
    person_id: int
    back_on: str


@dataclass(frozen=True, slots=True)
class SwapMade:
    """Both rosters have changed."""

    swap_id: int
    asker_id: int
    partner_id: int
