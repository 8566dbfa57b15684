"""What campaigns do when somebody leaves for good."""

from datetime import datetime

from hotline.core.events import handles
from hotline.outbound.services import campaigns
from hotline.people.events import PersonLeft
from hotline.people.models import Centre
from hotline.people.queries import system_person


@handles(PersonLeft)
def person_left(event: PersonLeft, *, at: datetime) -> None:
    """Whoever does not work here any more works in no campaign; what he promised goes to those who do."""
    by = system_person(Centre.objects.get(pk=event.centre_id))
    campaigns.leave_all(person_id=event.person_id, by=by, at=at)
