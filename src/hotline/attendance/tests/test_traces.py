"""What shows that somebody was there, each shift by itself (reading 7)."""

from datetime import timedelta

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.attendance.models import AttendanceFact
from hotline.attendance.services import asking
from hotline.attendance.tests import builders
from hotline.attendance.tests.builders import DAY, EVENING, House, derived, fact_of, house, wall
from hotline.cases.tests import builders as cases
from hotline.kernel.spans import Span
from hotline.people.models import PresenceState
from hotline.people.services import presence
from hotline.rosters.tests import builders as rosters
from hotline.telephony.models import PhoneState

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D2.2")]
NEXT = DAY + timedelta(days=1)


def test_two_days_together_are_judged_as_each_day_by_itself():
    """On both days his only trace is an action; the first one of all says nothing about the second day."""
    of = house()
    leader = of.town.leader
    rosters.on_shift(leader, NEXT, code="leader_early")
    rosters.on_shift(of.operator, NEXT)
    for day in (DAY, NEXT):
        builders.given(of, wall(8, 15, day), to=of.town.second)
    late = wall(23, day=NEXT)
    derived(of, at=late)
    derived(of, at=late, first=NEXT, last=NEXT)
    assert [fact_of(leader, day).state for day in (DAY, NEXT)] == ["present", "present"]
    assert derived(of, at=late, first=DAY, last=NEXT) == 0


@pytest.mark.clause("D2.3")
def test_deciding_an_excuse_judges_that_person_alone():
    of = house()
    row = asking.ask_excuse(
        person=of.operator, span=Span(wall(9), wall(10)), kind="outage", words="断网", by=of.operator, at=EVENING
    )
    asking.decide_excuse(excuse_id=row.pk, approve=True, note="", by=of.supervisor, at=EVENING)
    assert {fact.person for fact in AttendanceFact.objects.all()} == {of.operator}


def at_telephone(of: House, state: str, cause: str, *, minute: int = 28) -> None:
    span = DateTimeTZRange(wall(8, minute), None)
    PhoneState.objects.create(centre=of.town.centre, person=of.operator, state=state, cause=cause, span=span)


@pytest.mark.parametrize(
    ("state", "cause", "found"),
    [
        ("ready", "person", "present"),
        ("talking", "answered", "present"),
        ("not_ready", "person", "present"),
        ("ready", "restart", "late"),
        ("offline", "", "late"),
    ],
)
def test_what_he_did_at_the_telephone_shows_that_he_was_there(state, cause, found):
    of = house()
    case = builders.given(of, wall(8, 15))
    at_telephone(of, state, cause)
    cases.Walk(of.town, case, wall(8, 50)).pre_filed()
    derived(of)
    assert fact_of(of.operator).state == found


def test_ready_at_the_seat_shows_that_he_was_there_and_a_locked_one_does_not():
    of = house()
    for person, state in ((of.operator, PresenceState.READY), (of.town.second, PresenceState.AWAY)):
        presence.set_presence(person=person, state=state, by=person, at=wall(8, 29))
    derived(of)
    assert fact_of(of.operator).state == "present"
    assert fact_of(of.operator).facts["traces"] == [{"at": "2026-03-09T00:29:00+00:00", "kind": "ready"}]
    assert fact_of(of.town.second).state == "unknown"
