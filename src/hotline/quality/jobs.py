"""What the clock starts: reading the events of cases for hints."""

from datetime import datetime

from hotline.core.jobs import job
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.quality.services import hints

MOST_ROUNDS = 50


@job(queue="quality", cron="*/5 * * * *", lock="quality.read_events")
def read_events(*, at: datetime) -> None:
    """Suggest cases for a second look, a batch a transaction."""
    centre = Centre.objects.order_by("pk").first()
    if centre is None:
        return
    for _round in range(MOST_ROUNDS):
        if not hints.read_events(by=system_person(centre), at=at):
            break
