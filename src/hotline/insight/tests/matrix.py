"""Something real for every address of insight."""

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.insight.services import reports
from hotline.insight.tests import builders
from hotline.people.models import Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people


def arguments(town: cases.Town, case: Case) -> dict[str, dict[str, object]]:
    """A frozen report and somebody who gets it."""
    assert case.centre == town.centre
    by = system_person(town.centre)
    made = reports.make(centre=town.centre, month=builders.MARCH, by=by, at=builders.NOW)
    manager = people.person(town.centre, position=Position.MANAGER)
    receiver = reports.add_recipient(name="城管局", mail="office@example.org", by=manager, at=builders.NOW)
    return {"insight": {"pk": made.pk}, "insight:recipient_end": {"pk": receiver.pk}}
