"""Where nobody is planned within the hours of service (A2.1), on days that have a roster."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from hotline.core import clock
from hotline.kernel.spans import Span, subtract
from hotline.people.models import Centre, Post
from hotline.rosters.logic import hours
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries import duty


@dataclass(frozen=True, slots=True)
class Gap:
    """From when to when nobody is planned on a day."""

    day: date
    span: Span

    @property
    def times(self) -> str:
        """By the wall clock: 18:00–22:00."""
        return f"{clock.local(self.span.start):%H:%M}–{clock.local(self.span.end):%H:%M}"


def nobody(centre: Centre | int, first: date, last: date) -> list[Gap]:
    """The gaps of these days, in three queries: who is away is not there; whoever rests in his shift is.

    A day without any shift is a gap only inside a month that has shifts: whoever plans by other means is left in peace.
    """
    days = hours.days_between(first, last)
    months = {day.replace(day=1) for day in days}
    ends = max(hours.month_days(month)[-1] for month in months)
    rows = RosterEntry.objects.filter(
        person__centre=centre, day__range=(min(months) - hours.ONE_DAY, ends), person__in=_serving(days)
    ).values_list("person", "day", "span")
    entries = list(rows)
    planned = {day.replace(day=1) for _person, day, _span in entries}
    absences = duty.absences_of({person for person, _day, _span in entries}, days[0] - hours.ONE_DAY, days[-1])
    there: dict[date, list[Span]] = defaultdict(list)
    for person_id, day, stored in entries:
        away = [duty.span_of(one.span) for one in absences.get(person_id, ())]
        for part in subtract([duty.span_of(stored)], away):
            there[day].append(part)
            there[day + hours.ONE_DAY].append(part)  # a shift of the night runs into the next window
    return [
        Gap(day, span)
        for day in days
        if day.replace(day=1) in planned
        for span in hours.cover(day, [(part, ()) for part in there[day]]).nobody
    ]


def _serving(days: tuple[date, ...]) -> list[int]:
    held = Post.objects.filter(position__in=duty.SERVES, days__overlap=(days[0], days[-1] + hours.ONE_DAY))
    return list(held.values_list("person", flat=True))
