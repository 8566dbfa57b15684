"""The month on paper and as a workbook: team by team, holidays marked, heads a day, leave in its cell."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from hotline.core import clock
from hotline.kernel.spans import Span
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters.queries import paper
from hotline.rosters.services import absences, calendar, entries, shifts

pytestmark = [pytest.mark.django_db, pytest.mark.clause("B2.2")]
FIRST = date(2026, 5, 1)  # the first five days are holidays, the 9th is worked for them
NOW = clock.wall(date(2026, 4, 20), 10)


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.fixture
def place():
    """Two teams; of the first one person is on leave from the 11th to the 12th."""
    centre = people.centre()
    system = people.system(centre)
    shifts.install_shift_types(centre=centre, by=system, at=people.AT)
    calendar.load_calendar(years=[2026], by=system, at=people.AT)
    one, two = people.unit(centre, "二组"), people.unit(centre, "一组")
    staff = [
        people.person(unit=one, name="方小满"),
        people.person(unit=one, name="江一帆"),
        people.person(unit=two, name="尉迟晓波·阿不都热合曼"),
    ]
    turn = {staff[0].pk: ["early"], staff[1].pk: ["late", ""], staff[2].pk: ["late"]}
    entries.plan_month(centre=centre, first_day=FIRST, pattern=turn, by=system, at=people.AT)
    away = Span(clock.wall(date(2026, 5, 11)), clock.wall(date(2026, 5, 13)))
    absences.book(person=staff[0], span=away, kind="annual", ref=1, by=system, at=NOW)
    return centre, staff, people.person(centre, position=Position.SHIFT_LEADER)


def test_each_team_has_its_sheet_with_heads_a_day_and_sums_a_person(place):
    _centre, staff, boss = place
    found = paper.paper(boss, FIRST)
    assert [sheet.unit.name for sheet in found.sheets] == ["一组", "二组"]
    assert [[row.person for row in sheet.rows] for sheet in found.sheets] == [[staff[2]], staff[:2]]
    early, late = found.sheets[1].heads
    assert (early.shift.code, late.shift.code) == ("early", "late")  # at weekends too, under one letter
    assert [early.counts[day - 1] for day in (10, 11, 12, 13)] == [1, 0, 0, 1]  # nobody comes while on leave
    assert [late.counts[day - 1] for day in (1, 2, 3)] == [1, 0, 1]
    row = found.sheets[1].rows[0]
    assert (row.count, paper.worked(row)) == (31, 29)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_marks_holidays_tells_the_letters_and_has_room_for_signatures(place, language):
    _centre, _staff, boss = place
    boss.language = language
    boss.save(update_fields=["language"])
    page = signed_in(boss).get(reverse("rosters:paper"), {"month": "2026-05", "paper": "a3"}).content.decode()
    assert "paper-a3" in page
    assert page.count('class="paper-sheet"') == 2
    assert page.count("sign-line") == 6
    assert "尉迟晓波·阿不都热合曼" in page
    worked, free = ("班", "休") if language == "zh-hans" else ("W", "H")
    assert f"<b>{worked}</b>" in page
    assert f"<b>{free}</b>" in page
    assert ("公休" if language == "zh-hans" else "Annual leave") in page
    nonsense = signed_in(boss).get(reverse("rosters:paper"), {"month": "x", "paper": "a0", "team": "y"})
    assert nonsense.status_code == 200


def test_the_workbook_says_the_same(place):
    _centre, staff, boss = place
    answer = signed_in(boss).get(reverse("rosters:workbook"), {"month": "2026-05"})
    sheet = load_workbook(BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 4
    line = next(row for row in rows if row[2] == staff[0].name)
    assert line[2 + 11] == "早班 · 公休"
    assert line[-1] == 29


def test_people_outside_have_their_own_days_on_paper_and_nobody_elses(place):
    centre, staff, _boss = place
    outside = people.person(centre, position=Position.FIELD_SUPERVISOR)
    page = signed_in(outside).get(reverse("rosters:paper"), {"month": "2026-05"}).content.decode()
    assert not any(person.name in page for person in staff)
    assert "没有" in page  # nobody has a shift there that he may see


def test_a_hundred_people_cost_no_more_queries_than_three(place, django_assert_max_num_queries):
    centre, _staff, boss = place
    team = people.unit(centre, "三组")
    crowd = [people.person(unit=team, name=f"组员{number:03}") for number in range(97)]
    entries.plan_month(
        centre=centre, first_day=FIRST, pattern={one.pk: ["early"] for one in crowd}, by=people.system(centre),
        at=people.AT,
    )  # fmt: skip
    browser = signed_in(boss)
    with django_assert_max_num_queries(36):
        assert browser.get(reverse("rosters:paper"), {"month": "2026-05"}).status_code == 200
