"""What the clock starts: tries that are due, tries that never ended, forgetting."""

from datetime import datetime

from hotline.core.jobs import job
from hotline.messages import queries, services
from hotline.messages.delivery import deliver
from hotline.people.models import Centre
from hotline.people.queries import system_person


@job(queue="messages", cron="* * * * *", lock="messages.deliver_due")
def deliver_due(*, at: datetime) -> None:
    """Send what waits: after quiet hours, after a failed try, and whatever a lost event left behind."""
    centres = {centre.pk: system_person(centre) for centre in Centre.objects.all()}
    for by in centres.values():
        services.note_unclear(by=by, at=at)
    for message_id, centre_id in queries.due(at):
        deliver(message_id, by=centres[centre_id], at=at)


@job(queue="nightly", cron="20 4 * * *", lock="messages.forget")
def forget(*, at: datetime) -> None:
    """Forget addresses and words whose time is over."""
    for centre in Centre.objects.all():
        services.forget(by=system_person(centre), at=at)
