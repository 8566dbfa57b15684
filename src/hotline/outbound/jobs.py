"""What the clock starts: people left in somebody's hands are taken back; who is on no line any more leaves it."""

from datetime import datetime

from hotline.core.jobs import job
from hotline.outbound.queries import line, work
from hotline.outbound.services import dialling
from hotline.outbound.services import work as services
from hotline.people.queries import system_person


@job(queue="outbound", cron="* * * * *", lock="outbound.look")
def look(*, at: datetime) -> None:
    """Take back whoever was left; end stints whose campaign is over for today."""
    look_at_all(at)


def look_at_all(at: datetime) -> None:
    """Everything with which the clock has something to do at this moment."""
    for record in work.left_in_hands(at)[:500]:
        services.take_back(record_id=record.pk, by=system_person(record.campaign.centre), at=at)
    for stint in line.stale(at):
        dialling.end_stale(stint_id=stint.pk, by=system_person(stint.campaign.centre), at=at)
