"""The hours of service are covered in every interval, and a gap is an alert (A2.1)."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.kernel.spans import Span
from hotline.people.models import Notice, Position
from hotline.people.tests import builders as people
from hotline.rosters.jobs import watch_cover
from hotline.rosters.queries import gaps as queries
from hotline.rosters.services import absences, entries, gaps, shifts

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A2.1")]
DAY = date(2026, 3, 9)  # a Monday
NOW = clock.wall(DAY, 10)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def place():
    """One early and one late operator every day of March from Monday on, a shift leader who serves nobody's hours."""
    centre = people.centre()
    shifts.install_shift_types(centre=centre, by=people.system(centre), at=people.AT)
    team = people.unit(centre)
    early, late = (people.person(unit=team, name=name) for name in ("方小满", "江一帆"))
    entries.plan_month(
        centre=centre, first_day=DAY, pattern={early.pk: ["early"], late.pk: ["late"]}, by=people.system(centre),
        at=people.AT,
    )  # fmt: skip
    return centre, early, late, people.person(centre, position=Position.SHIFT_LEADER)


def away(person, day, ref=1):
    span = Span(clock.wall(day), clock.wall(day + timedelta(days=1)))
    absences.book(person=person, span=span, kind="annual", ref=ref, by=people.system(person.centre), at=NOW)


def found(centre, first=DAY, last=DAY + WEEK):
    return [(gap.day, gap.times) for gap in queries.nobody(centre, first, last)]


def test_a_covered_week_has_none_and_leave_makes_one(place):
    centre, early, late, _leader = place
    assert found(centre) == []
    away(late, DAY + timedelta(days=1))
    assert found(centre) == [(DAY + timedelta(days=1), "17:30–22:00")]
    away(early, DAY + timedelta(days=1), ref=2)
    assert found(centre) == [(DAY + timedelta(days=1), "08:30–22:00")]


def test_days_before_the_first_shift_of_a_planned_month_are_gaps_and_a_month_without_any_is_none(place):
    centre = place[0]
    assert found(centre, date(2026, 3, 6), date(2026, 3, 8)) == [
        (date(2026, 3, day), "08:30–22:00") for day in (6, 7, 8)
    ]
    assert found(centre, date(2026, 4, 6), date(2026, 4, 12)) == []


def test_each_gap_is_told_once_to_those_who_can_close_it(place):
    centre, early, late, leader = place
    supervisor = people.person(centre, position=Position.CENTRE_SUPERVISOR)
    away(late, DAY + timedelta(days=1))
    watch_cover(at=NOW)
    watch_cover(at=NOW)
    told = Notice.objects.filter(text=gaps.TOLD)
    assert {one.recipient for one in told} == {leader, supervisor}
    assert told.count() == 2
    assert told[0].params == {"day": "2026-03-10", "since": "17:30", "until": "22:00"}
    away(early, DAY + timedelta(days=1), ref=2)
    watch_cover(at=NOW)
    assert told.all().count() == 4  # another gap


def test_what_is_over_or_far_away_is_not_told(place):
    centre, _early, late, _leader = place
    away(late, DAY + timedelta(days=9))
    assert gaps.tell_gaps(centre=centre, by=people.system(centre), at=NOW) == 0
    away(late, DAY, ref=2)
    assert gaps.tell_gaps(centre=centre, by=people.system(centre), at=clock.wall(DAY, 23)) == 0
    with pytest.raises(NotAllowed):
        gaps.tell_gaps(centre=centre, by=late, at=NOW)


def test_the_month_shows_its_gaps_to_those_inside(place):
    centre, _early, late, leader = place
    away(late, DAY + timedelta(days=1))
    for person, sees in ((leader, True), (people.person(centre, position=Position.FIELD_SUPERVISOR), False)):
        browser = Client()
        browser.force_login(person)
        page = browser.get(reverse("rosters:month")).content.decode()
        assert ("17:30–22:00" in page) is sees
