"""Something real for every argument of the addresses of planning."""

from datetime import timedelta

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.cases.tests.builders import Town
from hotline.people.tests import builders as people
from hotline.planning.logic.forecast import Model
from hotline.planning.models import Source
from hotline.planning.services import forecasts, history, replan, series
from hotline.planning.tests import builders
from hotline.rosters.services.demand import set_demand


def arguments(town: Town, case: Case) -> dict[str, dict[str, object]]:
    """A series with a forecast and a correction, and a proposal for the afternoon."""
    system, day = people.system(town.centre), cases.DAY
    row = series.open_series(
        centre=town.centre, code="calls", numbers=series.Numbers(name="热线来电"), source=Source.FILE, by=system,
        at=cases.NINE,
    )  # fmt: skip
    content = builders.calls(day - timedelta(days=28), 28)
    history.import_history(series_id=row.pk, name="calls.csv", content=content, by=system, at=cases.NINE)
    forecasts.make_forecast(series_id=row.pk, by=system, at=cases.NINE, model=Model.MEAN_4)
    change = forecasts.override(
        series_id=row.pk, day=day, slots=(18, 20), percent=120, reason="停水公告", by=system, at=cases.NINE
    )
    set_demand(centre=town.centre, heads={(day, 35): 3}, source="hand", by=system, at=cases.NINE)
    proposal = replan.propose(centre=town.centre, by=system, at=cases.NINE)[0]
    return {
        "planning": {"pk": row.pk},
        "planning:end_override": {"pk": change.pk},
        "planning:accept": {"pk": proposal.pk},
        "planning:decline": {"pk": proposal.pk},
    }
