"""What the clock starts: reminders for late looks on the spot (B3.4), the nightly rebuild from events."""

from datetime import datetime, timedelta

from hotline.cases.models import Task, TaskStatus
from hotline.cases.services import field, rebuild
from hotline.core.jobs import job
from hotline.kernel.rules import Refused
from hotline.people.models import Centre
from hotline.people.queries import system_person

EVERY = timedelta(minutes=30)
MOST_REMINDERS = 3


@job(queue="cases", cron="* * * * *", lock="cases.remind")
def remind_late(*, at: datetime) -> None:
    """Remind field supervisors whose reply is late, at most three times, half an hour apart."""
    late = Task.objects.filter(
        status=TaskStatus.ASKED, due_at__lt=at, person__isnull=False, reminded__lt=MOST_REMINDERS
    ).select_related("case__centre")
    for task in late:
        if task.reminded_at is not None and at - task.reminded_at < EVERY:
            continue
        try:
            field.remind(case_id=task.case_id, version=task.case.version, by=system_person(task.case.centre), at=at)
        except Refused:
            continue  # somebody acted meanwhile; the next minute looks again


@job(queue="nightly", cron="30 3 * * *", lock="cases.rebuild")
def rebuild_from_events(*, at: datetime) -> None:
    """Compare every case with its events."""
    for centre in Centre.objects.all():
        rebuild.check_all(by=system_person(centre), at=at)
