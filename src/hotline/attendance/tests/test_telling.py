"""Who is told that something waits: those who may act in it, and nobody else."""

from datetime import timedelta

import pytest

from hotline.attendance.models import AttendanceFact, Talk
from hotline.attendance.queries import pages
from hotline.attendance.services import asking, following
from hotline.attendance.tests import builders
from hotline.attendance.tests.builders import DAY, EVENING, MONTH, House, derived, fact_of, house, wall
from hotline.core import jobs as core_jobs
from hotline.core.access import may
from hotline.kernel.rules import Refused
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


def count_again(of: House) -> Talk | None:
    """As the handler of AttendanceChanged does after each finding."""
    program = system_person(of.town.centre)
    return following.look_at_lateness(person=of.operator, month=MONTH, by=program, at=EVENING)


@pytest.mark.clause("A7.15")
def test_a_talk_is_no_longer_due_once_a_lateness_was_put_right_and_due_again_with_another():
    of = house()
    days = [DAY + timedelta(days=number) for number in range(4)]
    for day in days[:3]:
        builders.late_day(of, day)
    derived(of, at=wall(23, day=days[2]), last=days[2])
    core_jobs.settle(at=wall(23, day=days[2]))
    talk = Talk.objects.get()
    assert talk.status == "due"
    row = asking.ask_correction(
        fact_id=fact_of(of.operator, days[1]).pk, state="present", words="已到岗", by=of.operator, at=EVENING
    )
    asking.decide_correction(correction_id=row.pk, approve=True, note="属实", by=of.supervisor, at=EVENING)
    core_jobs.settle(at=EVENING)
    talk.refresh_from_db()
    assert talk.status == "void"
    assert pages.talks_due(of.town.leader) == []
    with pytest.raises(Refused):
        following.hold_talk(talk_id=talk.pk, words="已谈", by=of.town.leader, at=EVENING)
    Notice.objects.all().delete()
    builders.late_day(of, days[3])
    late = wall(23, day=days[3])
    derived(of, at=late, first=days[3], last=days[3])
    core_jobs.settle(at=late)
    talk.refresh_from_db()
    assert (talk.status, len(talk.because)) == ("due", 3)
    assert talk.due_at > late
    assert told(TALKS) == {of.town.leader, of.supervisor}


@pytest.mark.clause("A7.15")
def test_a_talk_that_was_held_stays():
    of = house()
    for number in range(3):
        builders.late_day(of, DAY + timedelta(days=number))
    last = DAY + timedelta(days=2)
    derived(of, at=wall(23, day=last), last=last)
    talk = count_again(of)
    following.hold_talk(talk_id=talk.pk, words="已谈", by=of.town.leader, at=wall(23, day=last))
    AttendanceFact.objects.filter(person=of.operator, day=DAY).update(state="present", late_s=0)
    assert count_again(of) is None
    talk.refresh_from_db()
    assert talk.status == "held"
