"""What follows for the assessment from what others find."""

from datetime import date, datetime

from hotline.appraisal.services import objecting
from hotline.attendance.events import AttendanceChanged
from hotline.core.events import handles
from hotline.people.models import Person
from hotline.people.queries import system_person


@handles(AttendanceChanged)
def tell_of_late_finding(event: AttendanceChanged, *, at: datetime) -> None:
    """A closed month does not change by itself: whoever it is about hears how to have it corrected (D3.2, D3.15)."""
    person = Person.objects.select_related("centre").get(pk=event.person_id)
    day = date.fromisoformat(event.day)
    objecting.tell_of_late_finding(person=person, day=day, by=system_person(person.centre), at=at)
