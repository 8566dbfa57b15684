"""What citizens announce."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CitizenRated:
    """A citizen said how content he is, in a call-back or by himself."""

    call_id: int
    case_id: int
    centre_id: int
    grade: str
    by_himself: bool


@dataclass(frozen=True, slots=True)
class CitizenAdded:
    """A citizen added something to his report."""

    case_id: int
    centre_id: int
