"""What follows at once from what cases announce: the public is told of what waits and of what has ended."""

from datetime import datetime

from hotline.cases.events import CaseEnded, CaseQueued
from hotline.cases.models import Case
from hotline.core.events import handles
from hotline.open311.queries import published
from hotline.open311.services import webhooks
from hotline.people.queries import system_person

LATELY = 200  # events looked at again; the job of the minute looks further back


@handles(CaseQueued)
def gather_queued(event: CaseQueued, *, at: datetime) -> None:
    """A case was received or handed on. Running it twice tells nothing twice."""
    _gather(event.centre_id, at)


@handles(CaseEnded)
def gather_ended(event: CaseEnded, *, at: datetime) -> None:
    """A case has ended."""
    _gather(Case.objects.values_list("centre_id", flat=True).get(pk=event.case_id), at)


def _gather(centre_id: int, at: datetime) -> None:
    centre = next((one for one in published.centres() if one.pk == centre_id), None)
    if centre is not None:
        webhooks.gather(centre=centre, overlap=LATELY, by=system_person(centre), at=at)
