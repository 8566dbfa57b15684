"""Values that are tables: their heads, and their cells in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from hotline.handbook.forms import said
from hotline.people.models import Position
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.grids import Grid, Ladders
from hotline.rulebook.parameters.telling import rows_of

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
    if key not in HEADS:
        return None
    heads, kind = [gettext(head) for head in HEADS[key]], PARAMETERS[key].kind
    if isinstance(kind, Grid) and isinstance(shown, Mapping):
        return Table(heads, list(_cells(kind, shown)))
    if isinstance(shown, list | tuple):
        return Table(heads, [[cell(one) for one in row] for row in shown])
    return None


def _cells(kind: Grid, shown: Mapping[str, object]) -> Iterable[list[str]]:
    language = said()
    for row in rows_of(kind, shown):
        for number, (when, what) in enumerate(row.lines):
            name = "" if number else row.name.told(language)
            days = [when.told(language).rstrip(":：") or "—"] if isinstance(kind, Ladders) else []
            yield [name, *days, what.told(language)]


def cell(value: object) -> str:
    """One cell: a position by its name, words in the reader's language, several joined."""
    if isinstance(value, str):
        return str(POSITIONS[value]) if value in POSITIONS else gettext(value) if value else ""
    if isinstance(value, Iterable):
        return gettext(", ").join(cell(one) for one in value)
    return str(value)
