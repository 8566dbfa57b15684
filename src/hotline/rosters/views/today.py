"""Who is on duty now."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.pages import Request, draw, view
from hotline.people.models import Position
from hotline.rosters.queries import duty
from hotline.rosters.views.marks import away_words, times_away
from hotline.rosters.views.tabs import tabs_of

# Whom a caller needs first stands first.
ORDER = [*Position.values[3:8], *Position.values[:3], *Position.values[8:]]
CHANGES_SHOWN = 6
WORKING = ("ready", "busy")


@dataclass(frozen=True, slots=True)
class Group:
    """People on duty who hold the same position."""

    label: str
    people: list[duty.Present]

    @property
    def working(self) -> int:
        """How many of them are at their seats."""
        return sum(present.presence in WORKING for present in self.people)


def _groups(today: duty.Today) -> list[Group]:
    names = dict(Position.choices)
    found: dict[str, list[duty.Present]] = {}
    for present in today.present:
        main = min(present.positions, key=ORDER.index, default="")
        found.setdefault(main, []).append(present)
    order = sorted(found, key=lambda position: ORDER.index(position) if position else len(ORDER))
    return [Group(str(names.get(position, gettext("Without a position"))), found[position]) for position in order]


def _away(found: duty.Today, day: date) -> list[dict[str, Any]]:
    """Who misses a shift of today, whole or in part, with the kind of leave as far as the roster knows it."""
    return [
        {
            "person": one.entry.person,
            "shift": one.entry.shift_type,
            "why": away_words(one.absence.kind, day),
            "times": "" if duty.is_missed(one.entry, one.absence) else times_away(one.entry, one.absence),
        }
        for one in found.away
    ]


@view("rosters.view_today", methods=["GET"])
def today(request: Request) -> HttpResponse:
    """Who is on duty now, by position and state; who comes and goes next; where nobody is."""
    centre = request.user.centre
    found = duty.today(centre, request.at)
    at_work = sum(present.presence in WORKING for present in found.present)
    context = {
        "tabs": tabs_of(request.user, "today"),
        "today": found,
        "groups": _groups(found),
        "changes": found.changes[:CHANGES_SHOWN],
        "away": _away(found, clock.local_day(request.at)),
        "at_work": at_work,
        "in_break": sum(present.presence == "break" for present in found.present),
        "absent": sum(present.presence == "absent" for present in found.present),
        "topics": f"roster:{centre.pk} presence:{centre.pk}",
        "at": request.at,
    }
    return draw(request, "rosters/today.html", context, fragment="rosters/_today.html")
