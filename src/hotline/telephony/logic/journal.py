"""Facts as the ACD hands them over. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from hotline.telephony.logic.words import Fact


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact: a key under which it counts once, what, when, of which call and person, and what else is known."""

    key: str
    fact: Fact
    at: datetime
    call: str = ""
    person: int | None = None
    data: Mapping[str, object] = field(default_factory=dict)
