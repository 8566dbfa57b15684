"""What a clock starts: each night recordings past their time are erased, and files and rows are compared."""

import hashlib
from datetime import datetime

from structlog import get_logger

from hotline.core.jobs import job
from hotline.people.models import Centre, Person
from hotline.people.queries import system_person
from hotline.telephony.queries import files, supervision, upkeep
from hotline.telephony.services import recordings, supervising

log = get_logger()


@job(queue="night", cron="40 3 * * *", lock="telephony.recordings")
def look_after_recordings(*, at: datetime) -> None:
    """Run for every centre."""
    look_at_all(at)


def look_at_all(at: datetime) -> None:
    """Erase what is due; say which recordings lack their file and which files belong to no recording."""
    for centre in Centre.objects.order_by("pk"):
        program = system_person(centre)
        erased = recordings.erase_old(centre=centre, by=program, at=at)
        missing = _mark_missing(centre, program, at)
        log.info("telephony.recordings", centre=centre.code, erased=erased, missing=missing)
    stray = upkeep.strangers(files.folder())
    if stray:
        log.warning("telephony.stray_recordings", count=len(stray), first=stray[0].name)


def _mark_missing(centre: Centre, program: Person, at: datetime) -> int:
    count = 0
    for row in upkeep.kept(centre):
        path = files.file_of(row)
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != row.sha256:
            recordings.mark_missing(recording_id=row.pk, by=program, at=at)
            count += 1
    return count


@job(queue="timers", cron="* * * * *", lock="telephony.seats")
def look_for_empty_seats(*, at: datetime) -> None:
    """C5: no calls to a telephone that is ready while nobody is at the seat."""
    for centre in Centre.objects.order_by("pk"):
        program = system_person(centre)
        for person in supervision.unattended(centre, at):
            supervising.set_unattended(person=person, by=program, at=at)
