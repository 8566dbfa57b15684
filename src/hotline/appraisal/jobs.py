"""What the clock starts: the running month is computed several times a day, the last one until it is confirmed."""

from datetime import datetime, timedelta

from hotline.appraisal.models import Period, PeriodStatus
from hotline.appraisal.queries.facts import first_day, running
from hotline.appraisal.services import assessing, measuring
from hotline.core.jobs import job
from hotline.people.models import Centre
from hotline.people.queries import system_person


def compute_months(*, at: datetime) -> None:
    """My month is live for everybody; a month that is confirmed or closed is left alone."""
    this = running(at)
    last = first_day(this - timedelta(days=1))
    for centre in Centre.objects.all():
        by = system_person(centre)
        for month in (last, this):
            period = Period.objects.filter(centre=centre, month=month).first()
            if period is None or period.status in (PeriodStatus.COMPUTED, PeriodStatus.SHOWN):
                assessing.compute(centre=centre, month=month, by=by, at=at)
                measuring.measure(centre=centre, month=month, by=by, at=at)


compute = job(queue="timers", cron="35 1,7,12,18,22 * * *", lock="appraisal.compute", name="appraisal.compute")(
    compute_months
)
