"""What the clock starts: spells that run out, swaps that are over or overdue, what the law gives, what is forgotten."""

from datetime import date, datetime

from hotline.core import clock
from hotline.core.jobs import job
from hotline.leave.models import WorkHistory
from hotline.leave.queries import requests as queries
from hotline.leave.queries import swaps as swap_queries
from hotline.leave.services import ledger, papers, requests, swaps
from hotline.people.models import Centre, Person
from hotline.people.queries import system_person


def _programs() -> dict[int, Person]:
    return {centre.pk: system_person(centre) for centre in Centre.objects.all()}


def end_spells(*, at: datetime) -> None:
    """Spells whose last day is over: their people are expected back today."""
    programs = _programs()
    for row in queries.to_end(clock.local_day(at)):
        requests.run_out(leave_id=row.pk, by=programs[row.person.centre_id], at=at)


def watch_swaps(*, at: datetime) -> None:
    """Swaps whose shift has begun are over; shifts not paid back in time are told of."""
    programs = _programs()
    for row in swap_queries.begun(at):
        swaps.withdraw_swap(swap_id=row.pk, note="", by=programs[row.asker.centre_id], at=at)
    for row in swap_queries.overdue(clock.local_day(at)):
        swaps.tell_overdue(swap_id=row.pk, by=programs[row.asker.centre_id], at=at)


def post_year(*, at: datetime) -> None:
    """On the first of January: what the law gives of annual leave in the new year."""
    year = clock.local_day(at).year
    programs = _programs()
    for row in WorkHistory.objects.filter(person__is_active=True).select_related("person"):
        if row.works_since <= date(year, 12, 31):
            ledger.post_grants(person=row.person, year=year, by=programs[row.person.centre_id], at=at)


def forget_papers(*, at: datetime) -> None:
    """Delete what is past its time."""
    for program in _programs().values():
        papers.forget(by=program, at=at)


ends = job(queue="timers", cron="10 0 * * *", lock="leave.ends", name="leave.ends")(end_spells)
watch = job(queue="timers", cron="*/10 * * * *", lock="leave.watch", name="leave.watch")(watch_swaps)
year = job(queue="nightly", cron="30 0 1 1 *", lock="leave.year", name="leave.year")(post_year)
forget = job(queue="nightly", cron="40 3 * * *", lock="leave.forget", name="leave.forget")(forget_papers)
