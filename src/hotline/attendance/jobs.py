"""What the clock starts: shifts that ended are judged, yesterday's again at night, talks of return are opened."""

from datetime import datetime, timedelta

from hotline.attendance.queries import returns
from hotline.attendance.services import deriving, following
from hotline.core.clock import local_day
from hotline.core.jobs import job
from hotline.people.models import Centre
from hotline.people.queries import system_person

ONE_DAY = timedelta(days=1)


def judge(*, at: datetime, days: int = 1) -> None:
    """Judge what ended today and on so many days before."""
    today = local_day(at)
    for centre in Centre.objects.all():
        by = system_person(centre)
        for back in range(days, -1, -1):
            day = today - back * ONE_DAY
            deriving.derive(centre=centre, first=day, last=day, by=by, at=at)


def judge_again(*, at: datetime) -> None:
    """The last five weeks once more: a late excuse, a waiver, a repaired record. What did not change stays."""
    judge(at=at, days=35)


def open_talks(*, at: datetime) -> None:
    """Talks of those who come back from sickness today (A7.13)."""
    for one in returns.returning(at):
        by = system_person(one.person.centre)
        following.open_return_talk(person=one.person, ref=one.ref, shift=one.shift, by=by, at=at)


soon = job(queue="timers", cron="7,22,37,52 * * * *", lock="attendance.judge", name="attendance.judge")(judge)
nightly = job(queue="timers", cron="20 3 * * *", lock="attendance.judge", name="attendance.judge_again")(judge_again)
talks = job(queue="timers", cron="*/15 5-23 * * *", lock="attendance.talks", name="attendance.open_talks")(open_talks)
