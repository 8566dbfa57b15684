"""The clock's part at the seats: lock what was left, end what has lasted a shift."""

from datetime import datetime

from django.conf import settings

from hotline.core import jobs
from hotline.people import queries, signin
from hotline.people.models import WorkLogKind
from hotline.people.services import seats


def look_after_seats(*, at: datetime) -> None:
    """Lock seats from which nothing was heard (the browser is gone), end sessions past their longest time."""
    for session in queries.sessions_begun_before(at - signin.pace(settings.SESSION_COOKIE_AGE)):
        program = queries.system_person(session.person.centre)
        seats.end_session(person=session.person, how=WorkLogKind.EXPIRED, by=program, at=at)
    if settings.IDLE_LOCK_SECONDS:
        for session in queries.sessions_silent_since(at - signin.pace(settings.IDLE_LOCK_SECONDS)):
            seats.lock(person=session.person, by=queries.system_person(session.person.centre), at=at)


watch_seats = jobs.job(queue="timers", cron="* * * * *", lock="people.seats", name="people.watch_seats")(
    look_after_seats
)
