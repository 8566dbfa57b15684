"""What telephones do when somebody leaves his seat (C5)."""

from datetime import datetime

from hotline.core.events import handles
from hotline.people.events import PresenceChanged
from hotline.people.models import Person, PresenceState
from hotline.people.queries import presence_of, system_person
from hotline.telephony.services import supervising


@handles(PresenceChanged)
def leave_phone_with_seat(event: PresenceChanged, *, at: datetime) -> None:
    """A locked seat takes no calls; a seat that was left is signed out. Whoever is back by now keeps his telephone."""
    if event.state not in {PresenceState.AWAY, ""}:
        return
    person = Person.objects.select_related("centre").get(pk=event.person_id)
    now = presence_of(person)
    if (now.state if now else "") != event.state:
        return
    supervising.leave_phone(person=person, gone=not event.state, by=system_person(person.centre), at=at)
