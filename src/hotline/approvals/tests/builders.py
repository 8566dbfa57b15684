"""Chains about something that nobody knows, opened through the services."""

from datetime import date, datetime

from hotline.approvals.models import Chain
from hotline.approvals.queries import Wanted
from hotline.approvals.services import open_chain
from hotline.core import clock
from hotline.people.models import Person, Position

DAY = date(2026, 3, 9)  # a Monday
AT = clock.wall(DAY, 10)
SUPERVISOR = Wanted((Position.CENTRE_SUPERVISOR,))
DIRECTOR = Wanted((Position.DIRECTOR,))
BOTH = (SUPERVISOR, DIRECTOR)
SUBJECT = "tests.thing"


def chain(asker: Person, *steps: Wanted, subject_id: int = 1, at: datetime = AT) -> Chain:
    """A chain that somebody asks for himself."""
    return open_chain(
        subject=SUBJECT, subject_id=subject_id, asker=asker, steps=steps or BOTH, text="{name} asks for a thing.",
        params={"name": asker.name}, link="/approvals/", by=asker, at=at,
    )  # fmt: skip
