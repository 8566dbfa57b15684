"""How many calls of each agent were listened to in a week, against the number of the centre (A7.9)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from hotline.core import clock
from hotline.handbook.tests.builders import decide
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.people.tests.seats import signed_in
from hotline.quality.queries import listening
from hotline.quality.services import scoring
from hotline.telephony.models import Call
from hotline.telephony.tests import builders as telephone

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A7.9")]
MONDAY = date(2026, 3, 9)
NINE = clock.wall(MONDAY, 9)
AT = clock.wall(MONDAY, 17)
AFTER = timedelta(days=7)


@pytest.fixture
def of():
    return telephone.house()


def answered(of, person, count, at=NINE):
    """So many calls that somebody has answered."""
    minute = timedelta(minutes=1)
    return [
        Call.objects.create(
            centre=of.centre, ref=f"{person.pk}-{at:%d%H}-{number}", person=person, came_at=at + number * minute,
            answered_at=at + number * minute, ended_at=at + (number + 1) * minute, ended_how="talked",
        )
        for number in range(count)
    ]  # fmt: skip


def heard(calls, by, at=AT):
    for call in calls:
        scoring.score_call(call_id=call.pk, soft=40, technical=40, is_zero=False, words="规范", by=by, at=at)


def lines(reader, first=MONDAY, at=AT):
    found = listening.week(reader, first, at)
    return {line.person: (line.heard, line.answered, line.missing) for line in found.lines}


def test_each_agent_stands_with_what_was_heard_and_what_is_left(of):
    heard(answered(of, of.first, 8)[:2], of.quality)
    answered(of, of.second, 3)
    found = lines(of.supervisor)
    assert (found[of.first], found[of.second]) == ((2, 5, 3), (0, 3, 3))  # of three calls no more than three
    week = listening.week(of.supervisor, MONDAY, AT)
    assert (week.weekly, week.short, week.is_over) == (5, 2, False)
    assert week.lines[0].missing >= week.lines[-1].missing


def test_only_this_week_counts(of):
    calls = answered(of, of.first, 6)
    heard(calls[:1], of.quality)
    heard(calls[1:3], of.quality, at=AT + AFTER)
    assert lines(of.quality)[of.first] == (1, 5, 4)
    assert lines(of.quality, MONDAY + AFTER, AT + AFTER)[of.first] == (2, 0, 0)
    assert listening.week(of.quality, MONDAY, AT + AFTER).is_over


@pytest.mark.clause("D0.2", "D3.1")
def test_the_number_is_that_in_force_on_the_monday(of):
    answered(of, of.first, 6)
    april = date(2026, 4, 1)
    decide(of.centre, {"monitor.weekly": 2}, at=AT, since=april)
    assert lines(of.quality)[of.first] == (0, 5, 5)
    monday = date(2026, 4, 6)
    later = clock.wall(monday, 9)
    answered(of, of.first, 6, later)
    assert lines(of.quality, monday, later)[of.first] == (0, 2, 2)
    assert lines(of.quality, MONDAY, later)[of.first] == (0, 5, 5)  # a past week keeps its number


def test_a_team_leader_has_his_team_and_nobody_sees_another_centre(of):
    team = people.unit(of.centre)
    leader, member = people.person(unit=team, position=Position.TEAM_LEADER), people.person(unit=team)
    assert set(lines(leader)) == {member}
    assert of.first in lines(of.supervisor)
    stranger = people.person(people.centre(), position=Position.QUALITY)
    assert not lines(stranger)


def test_the_page_leads_to_the_calls_of_the_person(of, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(clock, "now", lambda: AT)
    calls = answered(of, of.first, 6)
    other = answered(of, of.second, 1)
    heard(calls[:1], of.quality)
    browser = signed_in(of.supervisor)
    page = browser.get(reverse("quality:listening"))
    assert "还差 4 个" in page.content.decode()
    assert f"{reverse('quality:calls')}?person={of.first.pk}" in page.content.decode()
    listed = browser.get(reverse("quality:calls"), {"person": of.first.pk}).context["waiting"]
    assert {call.pk for call in listed} == {call.pk for call in calls[1:]}
    assert other[0].pk in {call.pk for call in browser.get(reverse("quality:calls")).context["waiting"]}
    for week, words in (("2026-03-02", "2026-03-08"), ("nonsense", "2026-03-15"), ("2030-01-01", "2026-03-15")):
        assert words in browser.get(reverse("quality:listening"), {"week": week}).content.decode()
    for _number in range(20):
        people.person(of.centre)
    with django_assert_max_num_queries(22):
        browser.get(reverse("quality:listening"))
    assert signed_in(of.first).get(reverse("quality:listening")).status_code == 403
