"""The calendar: public holidays, rest days and make-up days, loaded from a library and corrected by announcement."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.rosters.logic import hours
from hotline.rosters.models import CalendarDay, DayKind
from hotline.rosters.queries import duty

LIBRARY = "holidays"


@transaction.atomic
def load_calendar(*, years: Iterable[int], by: Person, at: datetime) -> int:
    """Load whole years from the holiday library; days set by hand stay. The number of days that changed.

    Years without an official arrangement come as estimates (`is_announced` is false) and are put right when they are
    loaded again with a newer library, or by hand.
    """
    authorize(by, "rosters.set_calendar")
    changed = sum(_load(year) for year in sorted(set(years)))
    duty.forget_calendar()
    return changed


def _load(year: int) -> int:
    known = {row.day: row for row in CalendarDay.objects.select_for_update().filter(day__year=year)}
    wanted = {special.day: special for special in hours.special_days(year)}
    changed = 0
    for day, special in wanted.items():
        row = known.get(day)
        values = {"kind": special.kind.value, "name": special.name, "is_announced": special.is_announced}
        if row is None:
            CalendarDay.objects.create(day=day, source=LIBRARY, **values)
        elif row.source == LIBRARY and any(getattr(row, key) != value for key, value in values.items()):
            CalendarDay.objects.filter(day=day).update(**values)
        else:
            continue
        changed += 1
    gone = [day for day, row in known.items() if row.source == LIBRARY and day not in wanted]
    CalendarDay.objects.filter(day__in=gone).delete()
    return changed + len(gone)


@transaction.atomic
def set_day(*, day: date, kind: str, name: str, source: str, by: Person, at: datetime) -> CalendarDay:
    """Set a day by an official announcement; it overrules the library from now on."""
    authorize(by, "rosters.set_calendar")
    faults = []
    if kind not in DayKind.values:
        faults.append(Refusal("D4.5", gettext_noop("No such kind of day."), {"field": "kind"}))
    if not source.strip() or source.strip() == LIBRARY:
        note = gettext_noop("Name the announcement this day comes from.")
        faults.append(Refusal("D4.5", note, {"field": "source"}))
    refuse_if(faults)
    row, _created = CalendarDay.objects.update_or_create(
        day=day, defaults={"kind": kind, "name": name.strip(), "source": source.strip(), "is_announced": True}
    )
    duty.forget_calendar()
    return row
