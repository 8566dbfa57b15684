"""Values that are tables: their heads, and their cells in the reader's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from hotline.people.models import Position

HEADS: dict[str, tuple[str, ...]] = {
    "shift.types": (gettext_noop("Shift"), gettext_noop("Hours")),
    "shift.break": (gettext_noop("Shift"), gettext_noop("Rest")),
    "role.map": (
        gettext_noop("Title as printed"),
        gettext_noop("Who is meant"),
        gettext_noop("Position in this centre"),
    ),
    "leave.chain": (gettext_noop("Kind of leave"), gettext_noop("Days in all"), gettext_noop("Approved by")),
    "leave.count": (gettext_noop("Kind of leave"), gettext_noop("Counted by")),
}
POSITIONS = {position.value: position.label for position in Position}


@dataclass(frozen=True, slots=True)
class Table:
    """Heads and rows as a page shows them."""

    heads: list[str]
    rows: list[list[str]]


def table(key: str, shown: object) -> Table | None:
    """The value of a key as a table; None for one that is none."""
    if key not in HEADS or not isinstance(shown, list | tuple):
        return None
    return Table([gettext(head) for head in HEADS[key]], [[cell(one) for one in row] for row in shown])


def cell(value: object) -> str:
    """One cell: a position by its name, words in the reader's language, several joined."""
    if isinstance(value, str):
        return str(POSITIONS[value]) if value in POSITIONS else gettext(value) if value else ""
    if isinstance(value, Iterable):
        return gettext(", ").join(cell(one) for one in value)
    return str(value)
