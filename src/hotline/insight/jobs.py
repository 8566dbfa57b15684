"""What the clock starts: counting, the night's own check, the report on the first of a month."""

from datetime import datetime

from hotline.core import clock
from hotline.core.jobs import job
from hotline.insight.logic.months import before, month_of
from hotline.insight.models import MonthState
from hotline.insight.services import counting, reports
from hotline.people.models import Centre
from hotline.people.queries import system_person

MOST_ROUNDS = 200
CHECKED = 13


def count_behind(at: datetime) -> None:
    """Count the months that are behind, the newest first."""
    for state in MonthState.objects.filter(is_behind=True).select_related("centre").order_by("-month"):
        counting.count_month(centre=state.centre, month=state.month, by=system_person(state.centre), at=at)


@job(queue="insight", cron="*/5 * * * *", lock="insight.count")
def count(*, at: datetime) -> None:
    """Read what happened since the last time, and count the months it concerns."""
    centre = Centre.objects.order_by("pk").first()
    if centre is None:
        return
    for _round in range(MOST_ROUNDS):
        if not counting.read_events(by=system_person(centre), at=at):
            break
    count_behind(at)


@job(queue="nightly", cron="10 4 * * *", lock="insight.recount")
def recount(*, at: datetime) -> None:
    """Count the last thirteen months anew, whatever the events said."""
    for centre in Centre.objects.all():
        counting.mark_recent(centre=centre, months=CHECKED, by=system_person(centre), at=at)
    count_behind(at)


@job(queue="nightly", cron="0 8 1 * *", lock="insight.report")
def report(*, at: datetime) -> None:
    """Freeze last month's report of each centre and mail it."""
    report_of(at)


def report_of(at: datetime) -> None:
    """The report of the month before this moment, for each centre; once, however often it is asked."""
    month = before(month_of(clock.local_day(at)))
    for centre in Centre.objects.all():
        by = system_person(centre)
        counting.count_month(centre=centre, month=month, by=by, at=at)
        made = reports.make(centre=centre, month=month, by=by, at=at)
        reports.mail(report_id=made.pk, by=by, at=at)
