"""What follows from a finding: the third lateness of a month opens a talk (A7.15)."""

from datetime import date, datetime

from hotline.attendance.events import AttendanceChanged
from hotline.attendance.queries.pages import month_of
from hotline.attendance.services import following
from hotline.core.events import handles
from hotline.people.models import Person
from hotline.people.queries import system_person


@handles(AttendanceChanged)
def look_at_lateness(event: AttendanceChanged, *, at: datetime) -> None:
    """Count the month's latenesses again; a talk is opened once."""
    if event.state != "late":
        return
    person = Person.objects.select_related("centre").get(pk=event.person_id)
    month = month_of(date.fromisoformat(event.day))
    following.look_at_lateness(person=person, month=month, by=system_person(person.centre), at=at)
