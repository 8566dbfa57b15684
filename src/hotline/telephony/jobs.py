"""What a clock starts: each night recordings past their time are erased, and files and rows are compared."""

from dataclasses import replace
from datetime import datetime

from structlog import get_logger

from hotline.core.jobs import job
from hotline.kernel.rules import Refused
from hotline.people.models import Centre, Person
from hotline.people.queries import system_person
from hotline.telephony.models import CheckCause, CheckKind, RecordingFate
from hotline.telephony.queries import checks as check_queries
from hotline.telephony.queries import files, supervision, upkeep
from hotline.telephony.services import checks, menus, recordings, supervising
from hotline.telephony.services.recordings import NightCounts

log = get_logger()


@job(queue="night", cron="40 3 * * *", lock="telephony.recordings")
def look_after_recordings(*, at: datetime) -> None:
    """Run for every centre."""
    look_at_all(at)


def look_at_all(at: datetime) -> None:
    """Erase what is due, then compare rows and files both ways; what is amiss is kept and told."""
    centres = list(Centre.objects.order_by("pk"))
    erased = {centre.pk: _erase(centre, at) for centre in centres}
    strays = upkeep.strangers(files.folder())
    for path in upkeep.erased_left(files.folder(), strays):
        path.unlink(missing_ok=True)
        strays.remove(str(path.relative_to(files.folder())))
    for centre in centres:
        program = system_person(centre)
        counts = replace(_compare(centre, program, at), erased=erased[centre.pk])
        recordings.write_night(centre=centre, counts=counts, strays=strays, by=program, at=at)
        log.info("telephony.recordings", centre=centre.code, missing=counts.missing, strays=len(strays))


def _erase(centre: Centre, at: datetime) -> int:
    """Piece by piece, so that no transaction holds thousands of rows."""
    whole = 0
    while erased := recordings.erase_old(centre=centre, by=system_person(centre), at=at):
        whole += erased
    return whole


def _compare(centre: Centre, program: Person, at: datetime) -> NightCounts:
    looked = hashed = missing = back = 0
    for row in upkeep.to_compare(centre):
        good, read = upkeep.is_whole(row, at)
        looked, hashed = looked + 1, hashed + read
        fate = RecordingFate.KEPT if good else RecordingFate.MISSING
        if row.fate != fate and recordings.mark(recording_id=row.pk, fate=fate, by=program, at=at):
            missing, back = missing + (not good), back + good
    for row in upkeep.abandoned(centre, at):
        missing += recordings.mark(recording_id=row.pk, fate=RecordingFate.MISSING, by=program, at=at)
    return NightCounts(looked_at=looked, hashed=hashed, missing=missing, back=back)


@job(queue="timers", cron="* * * * *", lock="telephony.seats")
def look_for_empty_seats(*, at: datetime) -> None:
    """C5: no calls to a telephone that is ready while nobody is at the seat."""
    for centre in Centre.objects.order_by("pk"):
        program = system_person(centre)
        for person in supervision.unattended(centre, at):
            supervising.set_unattended(person=person, by=program, at=at)


@job(queue="timers", cron="0 8 * * *", lock="telephony.line_check")
def check_lines(*, at: datetime) -> None:
    """A7.1: every morning at eight each number is called by the system itself."""
    for centre in Centre.objects.order_by("pk"):
        program = system_person(centre)
        for dialled in check_queries.numbers_of(centre):
            _check(centre, program, CheckKind.LINE, CheckCause.DAILY, dialled, at)


@job(queue="timers", cron="30 6 1 * *", lock="telephony.menu_walk")
def walk_menus(*, at: datetime) -> None:
    """A7.2: on the first of each month, early, every branch of every menu is walked by test calls."""
    for centre in Centre.objects.order_by("pk"):
        program = system_person(centre)
        for dialled in check_queries.numbers_with_menu(centre):
            _check(centre, program, CheckKind.MENU, CheckCause.MONTHLY, dialled, at)


def _check(centre: Centre, by: Person, kind: CheckKind, cause: CheckCause, dialled: str, at: datetime) -> None:
    if not check_queries.was_checked(centre, kind, dialled, at):
        try:
            checks.ask(centre=centre, kind=kind, cause=cause, dialled=dialled, by=by, at=at)
        except Refused as error:
            log.info("telephony.not_checked", centre=centre.code, dialled=dialled, why=str(error))


@job(queue="timers", cron="* * * * *", lock="telephony.late_checks")
def look_for_late_checks(*, at: datetime) -> None:
    """A check that no ACD took, or that hangs, is a fault of its own and is told at once."""
    look_at_late_checks(at)


def look_at_late_checks(at: datetime) -> None:
    """Run for every centre."""
    for centre in Centre.objects.order_by("pk"):
        for check in check_queries.overdue(centre, at - checks.NOT_TAKEN, at - checks.TOO_LONG):
            checks.give_up(check_id=check, by=system_person(centre), at=at)


@job(queue="night", cron="5 0 * * *", lock="telephony.days")
def tell_the_day(*, at: datetime) -> None:
    """An ACD that runs for weeks learns of holidays that were announced meanwhile."""
    for centre in Centre.objects.order_by("pk"):
        menus.refresh_days(centre=centre, by=system_person(centre), at=at)
