"""What the clock starts: what happened becomes public updates, what is due is delivered, old limits are forgotten."""

from datetime import datetime

from hotline.core.jobs import job
from hotline.open311 import wire
from hotline.open311.queries import published
from hotline.open311.queries import webhooks as queries
from hotline.open311.services import keys, webhooks
from hotline.people.models import Centre
from hotline.people.queries import system_person

NIGHTLY_OVERLAP = 100_000


@job(queue="open311", cron="* * * * *", lock="open311.deliver")
def tell_the_world(*, at: datetime) -> None:
    """Gather what happened, then deliver what is due."""
    for centre in published.centres():
        by = system_person(centre)
        webhooks.gather(centre=centre, by=by, at=at)
        deliver(centre, at)


def deliver(centre: Centre, at: datetime) -> int:
    """Send everything that is due; how many calls were made. No transaction is open while somebody else answers."""
    by, made = system_person(centre), 0
    for key in queries.due(centre, at):
        out = webhooks.take(delivery_id=key, by=by, at=at)
        if out is not None:
            webhooks.note_attempt(sent=out, answer=wire.send(out), by=by, at=at)
            made += 1
    return made


@job(queue="nightly", cron="50 3 * * *", lock="open311.tidy")
def tidy(*, at: datetime) -> None:
    """Look once more for events that were committed late; forget limits whose time is over."""
    for centre in published.centres():
        by = system_person(centre)
        webhooks.gather(centre=centre, overlap=NIGHTLY_OVERLAP, by=by, at=at)
        keys.sweep(centre=centre, by=by, at=at)
