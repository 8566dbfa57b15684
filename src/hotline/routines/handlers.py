"""What follows when an instruction was passed down: everybody concerned hears of it."""

from datetime import datetime

from hotline.core.events import handles
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.routines import services
from hotline.routines.events import InstructionIssued


@handles(InstructionIssued)
def tell_audience(event: InstructionIssued, *, at: datetime) -> None:
    """Leave a notice with each of them."""
    by = system_person(Centre.objects.get(pk=event.centre_id))
    services.tell_audience(instruction_id=event.instruction_id, by=by, at=at)
