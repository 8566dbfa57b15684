"""Plain values that views hand to the shared pieces of a page: looks of states, timelines, bars, tabs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TONES = frozenset({"neutral", "blue", "green", "amber", "red", "purple"})


@dataclass(frozen=True, slots=True)
class Look:
    """How one state is shown: its word, its colour and its icon, always the three together."""

    label: object  # str or a lazy translation
    tone: str
    icon: str

    def __post_init__(self) -> None:
        if self.tone not in TONES:
            raise ValueError(f"no such tone: {self.tone}")


LOOKS: dict[str, dict[str, Look]] = {}


def enter_looks(kind: str, looks: Mapping[str, Look]) -> None:
    """Register how the states of one kind of thing look; an area calls this when it is ready."""
    LOOKS[kind] = {str(value): look for value, look in looks.items()}


def look_of(kind: str, value: StrEnum | str) -> Look:
    """The look of a state; an unknown kind or state is a KeyError, never a grey guess."""
    return LOOKS[kind][str(value)]


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One thing that happened, as a line of a timeline."""

    at: datetime
    title: object
    actor: str = ""
    text: str = ""
    icon: str = "circle-dot"
    tone: str = "neutral"
    clause: str = ""
    clause_url: str = ""
    url: str = ""
    took: timedelta | None = None
    files: tuple["FileLink", ...] = ()


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file that can be opened; pictures show a small preview."""

    name: str
    url: str
    preview_url: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """One span in one pair of hands, for the custody bars."""

    who: str
    stage: object
    start: datetime
    end: datetime | None  # None while still held
    tone: str = "blue"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A `Held` placed on a scale of 0 to 1000."""

    held: Held
    x: int
    width: int
    took: timedelta


def to_scale(spans: list[Held], at: datetime) -> list[Bar]:
    """Place spans on a common scale from the first start to the last end (or `at` while one is open)."""
    if not spans:
        return []
    first = min(held.start for held in spans)
    last = max(held.end or max(at, held.start) for held in spans)
    whole = max(last - first, timedelta(seconds=1))
    bars = []
    for held in spans:
        end = held.end or max(at, held.start)
        x = (held.start - first) * 1000 // whole
        bars.append(Bar(held, x, max((end - first) * 1000 // whole - x, 4), end - held.start))
    return bars


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the views of a page."""

    label: object
    url: str
    active: bool = False
    count: int | None = None
