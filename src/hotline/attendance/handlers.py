"""What follows from a finding: enough latenesses of a month open a talk, and too few of them end it (A7.15)."""

from datetime import date, datetime

from hotline.attendance.events import AttendanceChanged
from hotline.attendance.queries.pages import month_of
from hotline.attendance.services import following
from hotline.core.events import handles
from hotline.people.models import Person
from hotline.people.queries import system_person


@handles(AttendanceChanged)
def look_at_lateness(event: AttendanceChanged, *, at: datetime) -> None:
    """Count the month's latenesses again, whatever the shift is now: a talk is opened once, and ends with its cause."""
    person = Person.objects.select_related("centre").get(pk=event.person_id)
    month = month_of(date.fromisoformat(event.day))
    following.look_at_lateness(person=person, month=month, by=system_person(person.centre), at=at)
