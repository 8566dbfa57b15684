"""Pages of planning: what they show, whom they admit, what a press of a button does, and how many queries they need."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hotline.core import clock
from hotline.people.models import Person, Skill
from hotline.people.services.organisation import give_skill
from hotline.planning.models import Count, Override, Remedy, Series
from hotline.planning.services import replan
from hotline.planning.tests import builders
from hotline.planning.tests.builders import DAY, EARLY, ONE
from hotline.rosters.models import Demand
from hotline.rosters.services.demand import set_demand

pytestmark = pytest.mark.django_db
TWO = clock.wall(DAY, 14)


@pytest.fixture
def floor():
    made = builders.floor()
    builders.with_history(made)
    builders.forecast(made)
    builders.roster(made)
    builders.roster(made, DAY + ONE)
    return made


@pytest.fixture
def at_two(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: TWO)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def get(floor, name, query="", who=None, **arguments):
    return signed_in(who or floor.leader).get(reverse(f"planning:{name}", kwargs=arguments) + query)


@pytest.mark.clause("A1.5", "A5.5", "B1.3")
@pytest.mark.usefixtures("at_two")
def test_the_day_shows_heads_people_and_who_gets_the_next(floor):
    builders.at_seat(floor.operators[0], clock.wall(DAY, 8, 30))
    page = get(floor, "day").content.decode()
    assert "17:30" in page
    assert floor.operators[0].name in page
    assert page.count('class="plan-there-bar"') > 20
    assert "Taken today" in page or "今日已接" in page


@pytest.mark.clause("A7.5")
@pytest.mark.usefixtures("at_two")
def test_the_shift_leader_replans_and_accepts_with_two_buttons(floor):
    heads = {(DAY, slot): 5 for slot in range(35, 39)}
    set_demand(centre=floor.centre, heads=heads, source="hand", by=floor.system, at=EARLY)
    Series.objects.update(is_active=False)
    client = signed_in(floor.leader)
    assert client.post(reverse("planning:propose")).status_code == 302
    row = Remedy.objects.first()
    assert row is not None
    assert reverse("planning:accept", args=[row.pk]) in client.get(reverse("planning:day")).content.decode()
    assert client.post(reverse("planning:accept", args=[row.pk])).status_code == 302
    assert Remedy.objects.get(pk=row.pk).status == "accepted"
    again = client.post(reverse("planning:accept", args=[row.pk]))
    assert again.status_code == 409


@pytest.mark.clause("A2.20")
@pytest.mark.usefixtures("at_two")
def test_tomorrow_shows_forecast_staffing_and_what_is_owed(floor):
    response = get(floor, "tomorrow")
    page = response.content.decode()
    assert response.status_code == 200
    assert f"{DAY + ONE:%Y-%m-%d}" in page
    assert reverse("promises:on_tomorrow") in page
    assert page.count("<tr data-row>") == 27


@pytest.mark.clause("A1.4")
@pytest.mark.usefixtures("at_two")
def test_the_forecast_tells_its_model_its_error_and_its_range(floor):
    page = get(floor, "forecast").content.decode()
    assert 'class="plan-range"' in page
    assert re.search(r"\d+\.\d%", page)
    assert get(floor, "forecast_export", pk=floor.series.pk).headers["Content-Type"].startswith("application/vnd")


@pytest.mark.clause("A1.4")
@pytest.mark.usefixtures("at_two")
def test_a_correction_is_made_on_the_page_and_a_bad_one_is_told_there(floor):
    client = signed_in(floor.leader)
    there = reverse("planning:override", args=[floor.series.pk])
    values = {"day": DAY, "first_slot": 30, "last_slot": 34, "percent": 150, "reason": "暴雨预警"}
    assert client.post(there, values).status_code == 302
    row = Override.objects.get()
    bad = client.post(there, {**values, "last_slot": 20})
    assert bad.status_code == 422
    assert client.post(reverse("planning:end_override", args=[row.pk])).status_code == 302
    assert Override.objects.get().ended_by == floor.leader


@pytest.mark.clause("A1.4")
@pytest.mark.usefixtures("at_two")
def test_a_what_if_stands_beside_the_goal_in_force(floor):
    there = f"?series={floor.series.pk}&day={DAY}"
    page = get(floor, "staffing", there).content.decode()
    assert "80% / 20 s" in page
    other = get(floor, "staffing", f"{there}&share=95&within=5&patience=&shrinkage=30&hour_fen=40").content.decode()
    assert "95% / 5 s" in other
    assert get(floor, "staffing", f"{there}&share=500").status_code == 200


@pytest.mark.clause("A1.4", "A2.1")
@pytest.mark.usefixtures("at_two")
def test_the_need_is_handed_to_the_roster_by_a_button(floor):
    client = signed_in(floor.leader)
    there = reverse("planning:hand", args=[floor.series.pk])
    assert client.post(there, {"first": DAY, "last": DAY}).status_code == 302
    assert Demand.objects.filter(centre=floor.centre, day=DAY).count() == 27
    assert client.post(there, {"first": DAY, "last": DAY - ONE}).status_code == 422


@pytest.mark.clause("A1.4")
@pytest.mark.usefixtures("at_two")
def test_the_simulated_day_comes_as_a_fragment(floor):
    page = get(floor, "simulated", f"?day={DAY + ONE}", pk=floor.series.pk).content.decode()
    assert "±" in page
    assert "plan-there-bar" in page
    empty = get(floor, "simulated", "?day=2026-12-01", pk=floor.series.pk)
    assert "±" not in empty.content.decode()


@pytest.mark.clause("A1.4")
@pytest.mark.usefixtures("at_two")
def test_a_series_that_needs_a_skill_is_lived_through_by_those_who_have_it(floor):
    tomorrow = DAY + ONE
    held = give_skill(person=floor.operators[0], code="english", level=3, since=tomorrow, by=floor.system, at=EARLY)
    Series.objects.update(skill=held.skill)
    page = get(floor, "simulated", f"?day={tomorrow}", pk=floor.series.pk).content.decode()
    assert "<dd>1</dd>" in page
    Series.objects.update(skill=None)
    everybody = get(floor, "simulated", f"?day={tomorrow}", pk=floor.series.pk).content.decode()
    assert "<dd>1</dd>" not in everybody
    Series.objects.update(skill=Skill.objects.create(centre=floor.centre, code="uyghur", name="维吾尔语"))
    assert "±" not in get(floor, "simulated", f"?day={tomorrow}", pk=floor.series.pk).content.decode()


@pytest.mark.clause("A1.4")
@pytest.mark.usefixtures("at_two")
def test_a_file_is_taken_in_on_the_page_and_its_bad_rows_are_named(floor):
    client = signed_in(floor.supervisor)
    there = reverse("planning:file", args=[floor.series.pk])
    before = Count.objects.count()
    bad = SimpleUploadedFile("a.csv", b"date,time,amount\n2025-01-01,08:30,x\n2025-01-01,09:00,3\n")
    answer = client.post(there, {"file": bad})
    assert answer.status_code == 422
    assert "amount" in answer.content.decode()
    assert Count.objects.count() == before
    good = SimpleUploadedFile("a.csv", b"date,time,amount\n2025-01-01,08:30,7\n")
    assert client.post(there, {"file": good}).status_code == 302
    assert Count.objects.count() == before + 1


@pytest.mark.usefixtures("at_two")
def test_a_series_is_opened_and_settled_on_the_page(floor):
    client = signed_in(floor.supervisor)
    assert client.post(reverse("planning:series_new"), {"name": "网上来件", "code": "web"}).status_code == 302
    row = Series.objects.get(code="web")
    values = {"name": "网上", "line": "other", "handling_seconds": 300, "patience_seconds": "", "hour_yuan": "42.50"}
    assert client.post(reverse("planning:numbers", args=[row.pk]), values).status_code == 302
    assert Series.objects.get(pk=row.pk).hour_fen == 4250
    assert client.post(reverse("planning:numbers", args=[row.pk]), {**values, "name": ""}).status_code == 422


@pytest.mark.usefixtures("at_two")
@pytest.mark.parametrize("name", ["day", "tomorrow", "forecast", "staffing", "series"])
def test_a_centre_without_anything_has_pages_that_say_so(name):
    centre = builders.people.centre()
    leader = builders.people.person(centre, position="shift_leader")
    assert signed_in(leader).get(reverse(f"planning:{name}")).status_code == 200


@pytest.mark.usefixtures("at_two")
@pytest.mark.parametrize("name", ["day", "tomorrow", "forecast", "staffing", "series"])
def test_operators_do_not_enter(floor, name):
    assert get(floor, name, who=floor.operators[0]).status_code == 403


@pytest.mark.usefixtures("at_two")
def test_another_centre_s_series_and_proposals_are_not_there(floor):
    other = builders.floor()
    assert get(floor, "simulated", pk=other.series.pk).status_code == 404
    heads = {(DAY, slot): 9 for slot in range(35, 39)}
    set_demand(centre=floor.centre, heads=heads, source="hand", by=floor.system, at=EARLY)
    Series.objects.update(is_active=False)
    row = replan.propose(centre=floor.centre, by=floor.leader, at=TWO)[0]
    assert signed_in(other.leader).post(reverse("planning:accept", args=[row.pk])).status_code == 404


@pytest.mark.usefixtures("at_two")
@pytest.mark.parametrize(
    ("name", "most"),
    [("day", 42), ("tomorrow", 42), ("forecast", 24), ("staffing", 24), ("series", 22), ("learned", 18)],
)
def test_pages_need_a_bounded_number_of_queries(floor, name, most, django_assert_max_num_queries):
    client = signed_in(floor.leader)
    client.get(reverse(f"planning:{name}"))
    with django_assert_max_num_queries(most):
        client.get(reverse(f"planning:{name}"))
