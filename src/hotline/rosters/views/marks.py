"""How shifts, days and absences stand in the grid of a month: a letter, a colour, and the whole in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext, pgettext

from hotline.core import clock
from hotline.rosters.models import Absence, AskedAbsence, CalendarDay, DayKind, RosterEntry, ShiftType
from hotline.rosters.queries import duty
from hotline.rosters.views.tabs import week_letters
from hotline.rulebook import leave


@dataclass(frozen=True, slots=True)
class Mark:
    """How a shift stands in a cell: a letter, a colour, and the whole in words."""

    letter: str
    tone: str
    title: str

    @classmethod
    def of(cls, shift: ShiftType) -> "Mark":
        """By the kind that the shift's code tells; other shifts show their first letter."""
        kinds = {
            "early": (pgettext("shift", "E"), "blue"),
            "mid": (pgettext("shift", "M"), "green"),
            "late": (pgettext("shift", "L"), "purple"),
        }
        kind = next((found for part, found in kinds.items() if part in shift.code), (shift.name[:1], "neutral"))
        return cls(*kind, f"{gettext(shift.name)} {shift.starts:%H:%M}–{shift.ends:%H:%M}")


@dataclass(frozen=True, slots=True)
class Head:
    """A day at the top of the grid."""

    day: date
    letter: str
    css: str
    title: str


def day_heads(days: Iterable[date], marked: Mapping[date, CalendarDay], today: date) -> list[Head]:
    """The days of a month at the top of a grid, with what the calendar says of them."""
    letters = week_letters()
    heads = []
    for day in days:
        special = marked.get(day)
        off = special.kind in {DayKind.REST, DayKind.STATUTORY} if special else day.weekday() >= 5
        css = ("is-off " if off else "") + ("is-today" if day == today else "")
        title = f"{special.get_kind_display()} {special.name}".strip() if special else ""
        heads.append(Head(day, letters[day.weekday()], css.strip(), title))
    return heads


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of one person in the grid."""

    day: str
    letter: str
    tone: str
    css: str
    title: str


def away_words(kind: str, day: date) -> str:
    """Why somebody is away: the kind of leave, or of a restricted kind only that he is (PIPL 28)."""
    known = leave.kinds(day).get(kind)
    return gettext(known.name) if known is not None else pgettext("roster", "Away")


class MonthCells:
    """Makes the cells of a month, putting every shift type into words once."""

    def __init__(self) -> None:
        self._marks: dict[int, Mark] = {}

    def mark(self, entry: RosterEntry) -> Mark:
        """How a shift stands there."""
        if entry.shift_type_id not in self._marks:
            self._marks[entry.shift_type_id] = Mark.of(entry.shift_type)
        return self._marks[entry.shift_type_id]

    def of(
        self, head: Head, entry: RosterEntry | None, away: Absence | None, asked: AskedAbsence | None = None
    ) -> Cell:
        """Leave that is granted takes the shift's place; of half a day the shift stays and the cell is half hatched.

        Leave that is only asked for leaves the shift as it is, inside a dashed line.
        """
        mark = self.mark(entry) if entry is not None else None
        letter, tone = (mark.letter, mark.tone) if mark else ("", "")
        css, words = [head.css], [mark.title] if mark else []
        if away is not None:
            why = away_words(away.kind, head.day)
            if entry is not None and not duty.is_missed(entry, away):
                css.append("is-partly-away")
                words.insert(0, f"{why} {times_away(entry, away)}")
            else:
                css.append("is-away")
                words.insert(0, why)
                letter, tone = why[:1], "neutral"
        elif asked is not None:
            why = away_words(asked.kind, head.day)
            css.append("is-asked")
            words.append(gettext("asks for: %(leave)s") % {"leave": why})
            letter = letter or why[:1]
        return Cell(head.day.isoformat(), letter, tone, " ".join(filter(None, css)), " · ".join(words))


def legend_of(month: duty.Month) -> list[Mark]:
    """The shifts that stand in a month, each once, by their start."""
    types = {entry.shift_type_id: entry.shift_type for row in month.rows for entry in row.cells if entry is not None}
    return [Mark.of(shift) for shift in sorted(types.values(), key=lambda one: (one.starts, one.ends, one.code))]


def times_on(day: date, away: Absence) -> str:
    """Which part of a day is missed, whichever shift it may have."""
    since = max(clock.wall(day), away.span.lower)
    is_to_the_end = away.span.upper >= clock.wall(day + timedelta(days=1))
    return f"{clock.local(since):%H:%M}–{'24:00' if is_to_the_end else f'{clock.local(away.span.upper):%H:%M}'}"


def times_away(entry: RosterEntry, away: Absence) -> str:
    """Which part of a shift is missed."""
    since, until = max(entry.span.lower, away.span.lower), min(entry.span.upper, away.span.upper)
    return f"{clock.local(since):%H:%M}–{clock.local(until):%H:%M}"
