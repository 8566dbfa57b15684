"""Leave in the roster: lightly while it is asked for, in its cell once granted, of a restricted kind not why."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from hotline.core import clock
from hotline.leave.services import requests
from hotline.leave.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters.logic.plans import Origin
from hotline.rosters.models import Absence, AskedAbsence
from hotline.rosters.services import drafts
from hotline.rulebook.leave import Code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)


@pytest.fixture
def of():
    return b.house()


def cell(reader, person, number):
    """The cell of somebody's day, as that reader gets it: its class and its title."""
    browser = Client()
    browser.force_login(reader)
    page = browser.get(reverse("rosters:month"), {"month": f"{b.day(number):%Y-%m}"}).content.decode()
    line = next(row for row in re.findall(r"<tr[ >].*?</tr>", page, re.DOTALL) if f">{person.name}" in row)
    found = re.findall(r'<td class="([^"]*)">(.*?)</td>', line, re.DOTALL)[b.day(number).day - 1]
    title = re.search(r'title="([^"]*)"', found[1])
    return found[0], title.group(1) if title else "", re.sub(r"<[^>]*>", "", found[1])


@pytest.mark.clause("D2.9")
def test_asked_for_it_is_a_dashed_line_and_granted_it_takes_the_shifts_place(of):
    row = b.ask(of.one, first=7)
    css, title, letter = cell(of.two, of.one, 7)
    assert "is-asked" in css
    assert "is-away" not in css
    assert letter == "早"  # until it is granted the shift stands
    assert "申请：事假" in title
    b.yes(row, of.supervisor)
    css, title, letter = cell(of.two, of.one, 7)
    assert ("is-away" in css, "is-asked" in css, letter) == (True, False, "事")
    assert "早班" in title  # and it is told which shift is missed
    assert not AskedAbsence.objects.exists()
    browser = Client()
    browser.force_login(of.one)
    own = browser.get(reverse("rosters:month"), {"month": f"{b.day(7):%Y-%m}"}).content.decode()
    assert "事假" in own.split("roster-mine")[1].split("roster-all")[0]  # on a phone


@pytest.mark.clause("D2.8")
def test_of_sickness_a_colleague_sees_that_somebody_is_away_and_not_why(of):
    b.sick(of.one, 0)
    css, title, letter = cell(of.two, of.one, 0)
    assert ("is-away" in css, letter) == (True, "请")
    assert "病" not in title
    assert "请假" in title


@pytest.mark.clause("D2.8", "D2.9")
def test_the_page_of_today_names_who_is_away_and_of_half_a_day_when(of):
    b.sick(of.one, 0)
    b.yes(b.ask(of.two, first=0, from_middle=True, reason="孩子发烧"), of.supervisor, note="急事")
    browser = Client()
    browser.force_login(of.leader)
    page = browser.get(reverse("rosters:today")).content.decode()
    away = page.split("今日请假")[1]
    assert of.one.name in away
    assert "病" not in away
    assert "13:00–17:30" in away
    assert "事假" in away


@pytest.mark.clause("D2.9")
def test_half_a_day_leaves_the_shift_and_hatches_half_the_cell(of):
    b.yes(b.ask(of.one, first=7, from_middle=True), of.supervisor)
    css, title, letter = cell(of.two, of.one, 7)
    assert ("is-partly-away" in css.split(), letter) == (True, "早")
    assert "事假 13:00–17:30" in title


@pytest.mark.clause("D2.9", "D2.10")
def test_what_is_refused_taken_back_or_shortened_leaves_the_grid(of):
    refused, withdrawn = b.ask(of.one, first=7), b.ask(of.two, first=8)
    assert AskedAbsence.objects.count() == 2
    b.no(refused, of.supervisor)
    requests.take_back(leave_id=withdrawn.pk, by=of.two, at=b.AT)
    assert not AskedAbsence.objects.exists()
    assert not Absence.objects.exists()
    assert cell(of.leader, of.one, 7)[0].strip() == ""
    long = b.ask(of.one, first=1, last=4)
    requests.come_back(leave_id=long.pk, on=b.day(3), by=of.one, at=clock.wall(b.day(3), 8))
    assert clock.local_day(AskedAbsence.objects.get().span.upper) == b.day(3)


@pytest.mark.clause("B2.2", "D4.4")
def test_whoever_plans_the_next_month_sees_what_is_asked_for(of):
    first = date(2026, 5, 1)
    b.worked(of, of.one)
    row = requests.ask_leave(
        person=of.one,
        wish=requests.Wish(Code.ANNUAL, requests.Piece(date(2026, 5, 11), date(2026, 5, 12)), ""),
        by=of.one,
        at=b.AT,
    )
    plan = drafts.open_month(centre=of.centre, first=first, origin=Origin.EMPTY, by=of.leader, at=b.AT)
    browser = Client()
    browser.force_login(of.leader)
    grid = browser.get(reverse("rosters:plan", args=[plan.pk])).content.decode()
    assert grid.count("is-asked") == 2
    dialog = browser.get(reverse("rosters:plan_cell", args=[plan.pk, of.one.pk, "2026-05-11"])).content.decode()
    assert "公休" in dialog
    b.yes(row, of.director)
    grid = browser.get(reverse("rosters:plan", args=[plan.pk])).content.decode()
    assert ("is-asked" in grid, grid.count("is-away")) == (False, 2)


def test_people_outside_see_no_leave_of_others(of):
    b.ask(of.one, first=7)
    outside = people.person(of.centre, position=Position.FIELD_SUPERVISOR)
    browser = Client()
    browser.force_login(outside)
    page = browser.get(reverse("rosters:month")).content.decode()
    assert of.one.name not in page
