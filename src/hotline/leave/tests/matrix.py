"""Something real for every argument of an address of leave."""

from datetime import timedelta
from typing import Any

from hotline.core import clock
from hotline.leave.models import Certificate
from hotline.leave.services import papers, requests, swaps
from hotline.leave.services.requests import Wish
from hotline.leave.services.swaps import Exchange
from hotline.leave.tests.builders import PDF
from hotline.people.tests import builders as people
from hotline.rosters.models import RosterEntry
from hotline.rosters.tests import builders as rosters
from hotline.rulebook.leave import Code, Piece


def arguments(town: Any, case: Any) -> dict[str, dict[str, object]]:
    """A sick leave with its certificate, and a swap that a colleague is asked for."""
    person = town.second
    people.person(town.centre, position="centre_supervisor")
    at, today = clock.now(), clock.local_day(clock.now())
    row = requests.ask_leave(
        person=person, wish=Wish(Code.SICK.value, Piece(today, today + timedelta(days=9)), "发烧"), by=person, at=at
    )
    certificate = papers.hand_in(leave_id=row.pk, content=PDF, by=person, at=at)
    day = today + timedelta(days=20)
    while day.weekday() > 4:
        day += timedelta(days=1)
    RosterEntry.objects.filter(person=person, day=day).delete()
    entry = rosters.on_shift(person, day)
    swap = swaps.ask_swap(
        partner=town.operator,
        exchange=Exchange([entry.pk]),
        reason="家长会",
        by=person,
        at=at,
    )
    assert Certificate.objects.filter(pk=certificate.pk).exists()
    return {
        "leave": {"pk": row.pk, "verdict": "yes", "action": "take-back"},
        "leave:paper": {"pk": certificate.pk},
        "leave:ledger": {"pk": person.pk},
        "leave:swap": {"pk": swap.pk},
        "leave:swap_act": {"pk": swap.pk, "action": "withdraw"},
    }
