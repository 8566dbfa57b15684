"""Who comes back from sickness: the first shift after a sick absence (A7.13)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from hotline.core.clock import local_day
from hotline.leave.queries import months
from hotline.leave.queries.months import Booked
from hotline.people.models import Person
from hotline.rosters.models import Absence, RosterEntry
from hotline.rulebook.leave import Code

# A shift so long after the last sick day is no return any more: he was away for another reason.
LOOK_BACK = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Returning:
    """Somebody's first shift after being ill."""

    person: Person
    ref: str
    shift: RosterEntry


def returning(at: datetime) -> list[Returning]:
    """Everybody whose first shift after a sick absence begins today, in three queries."""
    today = local_day(at)
    rows = Absence.objects.filter(
        span__endswith__lte=at + timedelta(days=1), span__endswith__gte=at - LOOK_BACK
    ).select_related("person__centre")
    ended = list(rows.order_by("span"))
    behind = months.behind(row.ref for row in ended)  # the roster does not say that it was sickness
    ill = {row.person_id: row for row in ended if _is_sick(row, behind.get(row.ref))}  # the last one of each
    away = Absence.objects.filter(person=OuterRef("person"), span__contains=OuterRef("span"))
    shifts = RosterEntry.objects.filter(person__in=ill, day__range=(today - LOOK_BACK, today)).order_by("span")
    shifts = shifts.exclude(Exists(away))  # away for another reason: he is not back yet
    first: dict[int, RosterEntry] = {}
    for entry in shifts.select_related("shift_type"):
        absence = ill[entry.person_id]
        if entry.person_id not in first and entry.span.upper > absence.span.upper:
            first[entry.person_id] = entry
    return [
        Returning(ill[key].person, f"absence {ill[key].pk}", entry)
        for key, entry in sorted(first.items())
        if entry.day == today
    ]


def _is_sick(absence: Absence, booked: Booked | None) -> bool:
    kind = booked.kind if booked is not None and booked.person_id == absence.person_id else absence.kind
    return kind == Code.SICK.value
