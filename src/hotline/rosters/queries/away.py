"""Who is away from which days of a month, and from which part of a day."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.core import clock
from hotline.kernel.spans import Span, intersect, subtract
from hotline.people.models import Centre
from hotline.rosters.logic import hours
from hotline.rosters.models import Absence
from hotline.rosters.queries.duty import Missing, span_of

Key = tuple[int, date]
Offered = Callable[[int, date], Mapping[str, Span]]  # the shifts that somebody could have on a day, by key


@dataclass(frozen=True)
class Away:
    """Whole days and parts of days (reading 55): of half a day the shift stays, and only its half is missed.

    `minutes` are the parts of each such day, from its midnight; `taken` single shifts that such a part takes whole.
    """

    whole: Mapping[Key, Absence]
    partly: Mapping[Key, Absence]
    minutes: Mapping[Key, tuple[tuple[int, int], ...]]
    taken: frozenset[tuple[int, date, str]]


def by_day(table: type[Missing], centre: Centre | int, days: Sequence[date]) -> dict[Key, list[Missing]]:
    """The rows that touch each day, by person; in one query."""
    first, last = days[0], days[-1]
    window = DateTimeTZRange(clock.wall(first), clock.wall(last + hours.ONE_DAY))
    found: dict[Key, list[Missing]] = defaultdict(list)
    for row in table.objects.filter(person__centre=centre, span__overlap=window):
        for day in hours.days_between(
            max(first, clock.local_day(row.span.lower)), min(last, clock.local_day(row.span.upper - hours.MINUTE))
        ):
            found[row.person_id, day].append(row)
    return found


def read(centre: Centre | int, days: Sequence[date], offered: Offered) -> Away:
    """Tell whole days from parts. A day is whole too where no shift of it could be kept even in part."""
    whole: dict[Key, Absence] = {}
    partly: dict[Key, Absence] = {}
    minutes: dict[Key, tuple[tuple[int, int], ...]] = {}
    taken: set[tuple[int, date, str]] = set()
    for place, rows in by_day(Absence, centre, days).items():
        away = [span_of(row.span) for row in rows]
        shifts = offered(*place)
        lost = {key for key, shift in shifts.items() if not subtract([shift], away)}
        midnight = clock.wall(place[1])
        day = Span(midnight, clock.wall(place[1] + hours.ONE_DAY))
        if not subtract([day], away) or (shifts and len(lost) == len(shifts)):
            whole[place] = rows[-1]
        elif intersect(shifts.values(), away):
            partly[place] = rows[-1]
            parts = intersect([day], away)
            minutes[place] = tuple(
                ((one.start - midnight) // hours.MINUTE, (one.end - midnight) // hours.MINUTE) for one in parts
            )
            taken.update((*place, key) for key in lost)
    return Away(whole, partly, minutes, frozenset(taken))
