"""Something real for every argument of an address of approvals."""

from datetime import timedelta
from typing import Any

from hotline.approvals.services import appoint
from hotline.core import clock


def arguments(town: Any, case: Any) -> dict[str, dict[str, object]]:
    """A delegation between two people of the centre."""
    leader, operator = town.leader, town.second
    today = clock.today()
    row = appoint(giver=leader, to=operator, first=today, last=today + timedelta(days=3), by=leader, at=clock.now())
    return {"approvals": {"pk": row.pk}}
