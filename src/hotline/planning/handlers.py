"""A forecast that was asked for is made: trying every model on the past takes seconds."""

from datetime import datetime

from structlog import get_logger

from hotline.core.events import handles
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.planning.events import ForecastAsked
from hotline.planning.logic.forecast import Model
from hotline.planning.services import forecasts

log = get_logger()


@handles(ForecastAsked)
def forecast_asked(event: ForecastAsked, *, at: datetime) -> None:
    """Made twice it is two snapshots of the same, of which the newer holds."""
    by = Person.objects.get(pk=event.by_id)
    try:
        forecasts.make_forecast(
            series_id=event.series_id, by=by, at=at, model=Model(event.model) if event.model else None
        )
    except Refused:
        log.info("planning.too_little_history", series=event.series_id)
