"""What the clock starts: a forecast each night, proposals for the afternoon at 14:00 (A7.5)."""

from datetime import datetime

from structlog import get_logger

from hotline.core.jobs import job
from hotline.kernel.rules import Refused
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.planning.models import Series
from hotline.planning.queries import forecasts
from hotline.planning.services import forecasts as services
from hotline.planning.services import replan

log = get_logger()


@job(queue="nightly", cron="20 0 * * *", lock="planning.forecast")
def forecast_all(*, at: datetime) -> None:
    """A new forecast for every series that has none of today."""
    forecast_each(at)


def forecast_each(at: datetime) -> None:
    """One series that has too little history keeps no other waiting."""
    for series in forecasts.stale(at):
        try:
            services.make_forecast(series_id=series.pk, by=system_person(series.centre), at=at)
        except Refused:
            log.info("planning.too_little_history", series=series.pk)


@job(queue="timers", cron="0 14 * * *", lock="planning.replan")
def replan_all(*, at: datetime) -> None:
    """Look at the afternoon of every centre that plans."""
    replan_each(at)


def replan_each(at: datetime) -> None:
    """Proposals lie before the shift leader when he looks."""
    planning = Series.objects.filter(is_active=True).values("centre")
    for centre in Centre.objects.filter(pk__in=planning):
        replan.propose(centre=centre, by=system_person(centre), at=at)
