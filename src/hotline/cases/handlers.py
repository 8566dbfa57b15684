"""What cases do when somebody becomes free or a case begins to wait: waiting cases are handed out."""

from datetime import datetime

from hotline.cases.events import CaseQueued, ReportsUploaded
from hotline.cases.models import ImportRun
from hotline.cases.services import desk, import_reports
from hotline.core.events import handles
from hotline.people.events import PresenceChanged
from hotline.people.models import Centre, PresenceState
from hotline.people.queries import system_person


@handles(CaseQueued)
def hand_out(event: CaseQueued, *, at: datetime) -> None:
    """A case waits: give it to whoever is free. Running it twice hands out nothing twice."""
    _give(event.centre_id, at)


@handles(PresenceChanged)
def hand_out_to_ready(event: PresenceChanged, *, at: datetime) -> None:
    """Somebody became ready: there may be a case for him."""
    if event.state == PresenceState.READY:
        _give(event.centre_id, at)


@handles(ReportsUploaded)
def register_uploaded(event: ReportsUploaded, *, at: datetime) -> None:
    """Register the reports of an uploaded file; a run that was broken off goes on where it stopped."""
    run = ImportRun.objects.select_related("by").get(pk=event.run_id)
    import_reports.go_on(run_id=run.pk, map_name=event.map_name, by=run.by, at=at)


def _give(centre_id: int, at: datetime) -> None:
    centre = Centre.objects.get(pk=centre_id)
    desk.give_waiting(centre=centre, by=system_person(centre), at=at)
