"""What the clock starts: codes for callers, call-backs that were left, forgetting."""

from datetime import datetime

from hotline.citizens.queries import contacts
from hotline.citizens.services import calls, intake
from hotline.core.jobs import job
from hotline.people.models import Centre
from hotline.people.queries import system_person


@job(queue="citizens", cron="* * * * *", lock="citizens.tell_callers")
def tell_callers(*, at: datetime) -> None:
    """Callers get number and code of what they reported, a minute later; and call-backs that were left go back."""
    for case in contacts.without_code(at):
        intake.give_code(case_id=case.pk, by=system_person(case.centre), at=at)
    for centre in Centre.objects.all():
        calls.give_back_forgotten(by=system_person(centre), at=at)


@job(queue="nightly", cron="40 4 * * *", lock="citizens.tidy")
def tidy(*, at: datetime) -> None:
    """Forget what is not needed any more."""
    for centre in Centre.objects.all():
        intake.tidy(by=system_person(centre), at=at)
