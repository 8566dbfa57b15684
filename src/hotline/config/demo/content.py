"""What the demonstration is made of: the files under tools/content, read once."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from hotline.config import env

FOLDER = env.PROJECT / "tools" / "content"
RETURN = "return"


@dataclass(frozen=True, slots=True)
class Pattern:
    """A report as a citizen tells it, and which condition of the standard it meets."""

    category: str  # C0101, or `return` when it does not qualify
    seq: int
    is_urgent: bool
    text: str  # with {place}
    reason: str  # why it goes back

    @property
    def qualifies(self) -> bool:
        """Whether the standard lets us file it."""
        return self.category != RETURN

    def at(self, place: str) -> str:
        """The text as told about a place."""
        return self.text.replace("{place}", place)


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the city."""

    name: str
    longitude: Decimal
    latitude: Decimal
    grid: str


def rows(name: str) -> list[dict[str, str]]:
    """The lines of one of the files."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def path(name: str) -> Path:
    """Where one of the files lies."""
    return FOLDER / name


@cache
def patterns() -> tuple[Pattern, ...]:
    """Every report that the city's people make."""
    return tuple(
        Pattern(row["category"], int(row["seq"] or 0), row["urgency"] == "urgent", row["text"], row["return_reason"])
        for row in rows("reports.csv")
    )


@cache
def places() -> tuple[Place, ...]:
    """Every place of the city."""
    return tuple(
        Place(row["name"], Decimal(row["lon"]), Decimal(row["lat"]), row["grid"]) for row in rows("places.csv")
    )


@cache
def told() -> dict[str, Pattern]:
    """Texts with their place left out -> what they tell of."""
    return {pattern.text: pattern for pattern in patterns()}


def pattern_of(description: str, place: str) -> Pattern | None:
    """Which pattern a description was made from, or None when a person wrote it."""
    return told().get(description.replace(place, "{place}")) if place else None
