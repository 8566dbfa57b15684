"""Who is told that something waits: those who may act in it, and nobody else."""

from datetime import timedelta

import pytest

from hotline.attendance.services import asking, following
from hotline.attendance.tests import builders
from hotline.attendance.tests.builders import DAY, EVENING, House, derived, fact_of, house, wall
from hotline.core.access import may
from hotline.kernel.spans import Span
from hotline.people.models import Notice, Person, Position
from hotline.people.queries import nearest, system_person
from hotline.people.services import organisation
from hotline.people.tests import builders as people
from hotline.rosters.models import RosterEntry

pytestmark = pytest.mark.django_db
TALKS, INBOX = "/attendance/talks", "/attendance/inbox"


def told(link: str) -> set[Person]:
    return {notice.recipient for notice in Notice.objects.filter(link=link).select_related("recipient")}


def team_leader(of: House) -> Person:
    unit = of.operator.posts.get().unit
    return people.person(of.town.centre, position=Position.TEAM_LEADER, unit=unit, name="田班长")


@pytest.mark.clause("A7.13")
def test_a_talk_is_told_to_those_who_may_hold_it():
    of = house()
    head = team_leader(of)
    shift = RosterEntry.objects.get(person=of.operator, day=DAY)
    program = system_person(of.town.centre)
    talk = following.open_return_talk(person=of.operator, ref="absence 1", shift=shift, by=program, at=wall(7))
    assert told(TALKS) == {of.town.leader, of.supervisor}
    assert all(may(one, "attendance.hold_talk", talk) for one in told(TALKS))
    assert not may(head, "attendance.hold_talk", talk)


@pytest.mark.clause("D2.3")
def test_whoever_may_decide_learns_of_an_excuse_and_of_a_correction():
    of = house()
    team_leader(of)
    builders.late_day(of)
    derived(of)
    asking.ask_excuse(
        person=of.operator, span=Span(wall(9), wall(10)), kind="outage", words="断网", by=of.operator, at=EVENING
    )
    asking.ask_correction(fact_id=fact_of(of.operator).pk, state="present", words="已到", by=of.operator, at=EVENING)
    assert [row.recipient for row in Notice.objects.filter(link=INBOX)] == [of.supervisor, of.supervisor]


@pytest.mark.clause("D2.3")
def test_who_asked_himself_is_not_told_and_the_next_rank_is():
    of = house()
    manager = people.person(of.town.centre, position=Position.MANAGER, name="管经理")
    asking.ask_excuse(
        person=of.operator, span=Span(wall(9), wall(10)), kind="outage", words="断网", by=of.supervisor, at=EVENING
    )
    assert told(INBOX) == {manager}


def test_positions_count_as_they_are_held_that_day():
    of = house()
    post = of.supervisor.posts.get()
    organisation.end_post(post=post, until=DAY, by=people.system(of.town.centre), at=EVENING)
    ranks = [(Position.CENTRE_SUPERVISOR,), (Position.SHIFT_LEADER,)]
    assert nearest(of.operator, *ranks, on=DAY - timedelta(days=1)) == [of.supervisor]
    assert nearest(of.operator, *ranks, on=DAY) == [of.town.leader]
