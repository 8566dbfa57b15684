"""What attendance announces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AttendanceChanged:
    """Another finding about a person's shift is current; `day` in ISO form."""

    person_id: int
    day: str
    state: str
