"""What the clock starts: the hours of service are looked through for gaps."""

from datetime import datetime

from hotline.core.jobs import job
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.rosters.services import gaps


def watch_cover(*, at: datetime) -> None:
    """Gaps of the coming week, told once each (A2.1): leave and swaps make them after a month is published."""
    for centre in Centre.objects.all():
        gaps.tell_gaps(centre=centre, by=system_person(centre), at=at)


cover = job(queue="timers", cron="25 * * * *", lock="rosters.cover", name="rosters.cover")(watch_cover)
