"""What is known of a person's month. What is not known is absent, and never costs anything."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from hotline.rulebook.leave_effects import Year

_DIGITS = re.compile(r"([0-9]+)")


class Kind(StrEnum):
    """What happened at a shift."""

    LATE = "late"
    EARLY_LEAVE = "early_leave"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave of one kind within the month, belonging to a spell."""

    kind: str
    half_days: int
    spell: str
    is_exempt: bool = False  # serious illness or a special reason, by the director (reading 73)


@dataclass(frozen=True, slots=True)
class Attendance:
    """One lateness, early leave or absence; `evidence` names the shift."""

    kind: Kind
    seconds: Fraction
    evidence: str


@dataclass(frozen=True, slots=True)
class Holdings:
    """Holdings of the month (or cases, where the average is taken over those) and their charged seconds."""

    count: int
    seconds: Fraction


@dataclass(frozen=True, slots=True)
class OverLimit:
    """A single holding that may be over the limit."""

    case: str
    seconds: Fraction
    is_excused: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """Cases handled and judged wrong; `is_sample` where only a part was looked at."""

    total: int
    wrong: int
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Exam:
    """The score in percent, or None with whether the absence was excused."""

    score: Fraction | None
    is_excused: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Points of a confirmed incident or a reward."""

    points: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Breach:
    """A confirmed breach of D6.1 (20 yuan) or D6.2 (50 yuan)."""

    clause: str
    kind: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it, frozen. `month` is its first day; `share` below 1 is the rostered part of whoever joined or left."""

    person: str
    role: str
    month: date
    known_on: date | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)
    leave: tuple[Leave, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    holdings: Holdings | None = None
    over_limit: tuple[OverLimit, ...] = ()
    accuracy: Judged | None = None
    exam: Exam | None = None
    conduct: tuple[Mark, ...] = ()
    rewards: tuple[Mark, ...] = ()
    breaches: tuple[Breach, ...] = ()
    share: Fraction = Fraction(1)
    year: Year | None = None


def natural(text: str) -> tuple[object, ...]:
    """A key that sorts C2 before C10."""
    parts = _DIGITS.split(text)
    return tuple((0, int(part), part) if part.isdigit() else (1, 0, part) for part in parts)
