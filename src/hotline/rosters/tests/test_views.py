"""Pages of rosters for every position, and what they cost."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters.models import CalendarDay, RosterEntry, ShiftType
from hotline.rosters.services import calendar, entries
from hotline.rosters.tests import builders

pytestmark = pytest.mark.django_db
OUTSIDE = {Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK}
PLANS = {Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER}
SETS = {Position.DIRECTOR, Position.CENTRE_SUPERVISOR, Position.SYSADMIN}


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def now(monkeypatch):
    """It is Monday, 10:00 in the centre."""
    moment = clock.wall(builders.DAY, 10)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def signed_in(person, client=None):
    browser = client or Client()
    browser.force_login(person)
    return browser


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_every_position(centre, now, language):
    staff = people.everybody(centre)
    builders.on_shift(staff[Position.OPERATOR])
    shift = ShiftType.objects.filter(centre=centre).first()
    calendar.load_calendar(years=[2026], by=people.system(centre), at=people.AT)
    cell = reverse("rosters:cell", args=[staff[Position.OPERATOR].pk, "2026-03-10"])
    pages = {
        reverse("rosters:today"): set(staff) - OUTSIDE,
        reverse("rosters:month"): set(staff),
        reverse("rosters:shifts"): set(staff) - OUTSIDE,
        reverse("rosters:calendar"): set(staff) - OUTSIDE,
        cell: PLANS,
        reverse("rosters:edition", args=[shift.pk]): SETS,
    }
    for position, person in staff.items():
        person.language = language
        person.save(update_fields=["language"])
        browser = signed_in(person)
        for page, admitted in pages.items():
            assert browser.get(page).status_code == (200 if position in admitted else 403), (page, position)


@pytest.mark.clause("A2.1")
def test_today_tells_who_is_there_who_comes_and_where_nobody_is(centre, now):
    operator = people.person(centre, unit=people.unit(centre), name="方小满")
    other = people.person(centre, unit=people.unit(centre), name="江一帆")
    builders.on_shift(operator)
    builders.on_shift(other, code="late")
    page = signed_in(operator).get(reverse("rosters:today")).content.decode()
    assert "方小满" in page
    assert "08:30–17:30" in page
    assert "从 12:00 到 13:00" in page  # both are in their breaks as printed
    RosterEntry.objects.get(person=other)
    entries.cancel(
        entry_id=RosterEntry.objects.get(person=other).pk, reason="停电", by=people.system(centre), at=people.AT
    )
    page = signed_in(operator).get(reverse("rosters:today")).content.decode()
    assert "江一帆" not in page
    assert "17:30" in page
    assert "22:00" in page


def test_the_month_shows_everybody_to_those_inside_and_oneself_to_those_outside(centre, now):
    staff = people.everybody(centre)
    builders.on_shift(staff[Position.OPERATOR])
    builders.on_shift(staff[Position.FIELD_SUPERVISOR])
    inside = signed_in(staff[Position.AGENT]).get(reverse("rosters:month")).content.decode()
    assert staff[Position.OPERATOR].name in inside
    outside = signed_in(staff[Position.FIELD_SUPERVISOR]).get(reverse("rosters:month")).content.decode()
    assert staff[Position.FIELD_SUPERVISOR].name in outside
    assert staff[Position.OPERATOR].name not in outside
    assert not re.search(r"rosters/month/\d", outside)  # no cell can be opened


def test_a_team_and_a_month_can_be_chosen(centre, now):
    one, two = people.unit(centre, "一组"), people.unit(centre, "二组")
    first, second = people.person(unit=one, name="方小满"), people.person(unit=two, name="江一帆")
    builders.on_shift(first, date(2026, 4, 7))
    builders.on_shift(second, date(2026, 4, 7))
    browser = signed_in(people.person(centre, position=Position.SHIFT_LEADER))
    page = browser.get(reverse("rosters:month"), {"month": "2026-04", "team": one.pk}).content.decode()
    assert "方小满" in page
    assert "江一帆" not in page
    for nonsense in ({"month": "x"}, {"team": "0"}, {"month": "2026-13", "team": "abc"}):
        assert browser.get(reverse("rosters:month"), nonsense).status_code == 200


def test_seventy_five_people_cost_no_more_queries_than_two(centre, now, django_assert_max_num_queries):
    builders.shift_types(centre)
    team = people.unit(centre)
    staff = [people.person(unit=team) for _ in range(12)]
    entries.plan_month(
        centre=centre,
        first_day=date(2026, 3, 1),
        pattern={person.pk: ["early", "late", "", ""] for person in staff},
        by=people.system(centre),
        at=people.AT,
    )
    boss = people.person(centre, position=Position.SHIFT_LEADER)
    browser = signed_in(boss)
    for page in (reverse("rosters:month"), reverse("rosters:today")):
        browser.get(page)
        with django_assert_max_num_queries(30):
            assert staff[0].name in browser.get(page).content.decode()


@pytest.mark.clause("C3")
def test_a_planner_plans_changes_and_takes_away_in_the_grid(centre, now):
    boss = people.person(centre, position=Position.SHIFT_LEADER)
    operator = people.person(centre, unit=people.unit(centre))
    choice = builders.shift_types(centre)
    day = builders.DAY + timedelta(days=1)
    late, early = choice.of("late", day), choice.of("early", day)
    cell = reverse("rosters:cell", args=[operator.pk, day.isoformat()])
    browser = signed_in(boss)
    planned = browser.post(cell, {"shift_type": late.pk})
    assert (planned.status_code, "close-dialog" in planned.headers["HX-Trigger"]) == (204, True)
    assert RosterEntry.objects.get(person=operator).shift_type == late
    refused = browser.post(cell, {"shift_type": early.pk, "reason": ""})
    assert "C3" in refused.content.decode()
    assert browser.post(cell, {"shift_type": early.pk, "reason": "换班"}).status_code == 204
    assert RosterEntry.objects.get(person=operator).shift_type == early
    assert browser.post(cell, {"shift_type": "", "reason": "停电"}).status_code == 204
    assert not RosterEntry.objects.filter(person=operator).exists()
    assert browser.get(reverse("rosters:cell", args=[operator.pk, "tomorrow"])).status_code == 404
    assert browser.get(reverse("rosters:cell", args=[people.person().pk, day.isoformat()])).status_code == 404


def test_a_day_is_set_and_a_year_is_loaded_by_those_who_may(centre, now):
    admin = people.person(centre, position=Position.SYSADMIN)
    browser = signed_in(admin)
    page = reverse("rosters:calendar")
    assert browser.post(reverse("rosters:load"), {"year": 2026}).status_code == 302
    assert CalendarDay.objects.filter(day__year=2026).count() == 28
    day = {"day": "2027-02-12", "kind": "rest", "name": "春节", "source": "国办发明电〔2026〕7号"}
    assert browser.post(page, day).status_code == 302
    assert "国办发明电" in browser.get(page, {"year": 2027}).content.decode()
    assert browser.post(page, day | {"source": "holidays"}).status_code == 200
    assert browser.post(reverse("rosters:load"), {"year": "x"}).status_code == 404
    operator = signed_in(people.person(centre, unit=people.unit(centre)))
    assert operator.post(page, day).status_code == 403
    assert operator.post(reverse("rosters:load"), {"year": 2026}).status_code == 403
    assert operator.get(page, {"year": "nonsense"}).status_code == 200


def test_a_shift_gets_other_hours_from_a_day_on(centre, now):
    browser = signed_in(people.person(centre, position=Position.DIRECTOR))
    assert browser.post(reverse("rosters:install")).status_code == 302
    late = ShiftType.objects.get(centre=centre, code="late")
    page = reverse("rosters:edition", args=[late.pk])
    fresh = {"since": "2026-04-01", "starts": "10:00", "ends": "22:00", "breaks": "12:30-14:00，18:00-18:30"}
    assert "12:00-14:00" in browser.get(page).content.decode()
    assert browser.post(page, fresh | {"breaks": "noon"}).status_code == 200
    assert browser.post(page, fresh | {"breaks": "09:00-09:30"}).status_code == 200
    assert browser.post(page, fresh).status_code == 302
    assert ShiftType.objects.get(centre=centre, code="late", since="2026-04-01").breaks == [150, 240, 480, 510]
    assert "12:30–14:00" in browser.get(reverse("rosters:shifts")).content.decode()
