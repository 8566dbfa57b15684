"""Pages of approvals: whom they admit, what they show, what they cost."""

import pytest
from django.test import Client
from django.urls import reverse

from hotline.approvals.models import Delegation
from hotline.approvals.tests import builders as b
from hotline.core import clock
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
OUTSIDE = {Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK}


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)


@pytest.fixture
def staff():
    return people.everybody(people.centre())


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_admit_who_works_inside(staff, language):
    b.chain(staff["operator"])
    for position, person in staff.items():
        person.language = language
        person.save(update_fields=["language"])
        for name in ("waiting", "stand_ins"):
            answer = signed_in(person).get(reverse(f"approvals:{name}"))
            assert answer.status_code == (403 if position in OUTSIDE else 200), (name, position)


def test_what_waits_is_shown_to_whom_it_waits_for(staff):
    b.chain(staff["operator"])
    page = reverse("approvals:waiting")
    name = staff["operator"].name
    assert name in signed_in(staff["centre_supervisor"]).get(page).content.decode()
    assert name not in signed_in(staff["director"]).get(page).content.decode()


def test_somebody_is_appointed_and_ended_on_the_page(staff):
    supervisor, leader = staff["centre_supervisor"], staff["shift_leader"]
    page = reverse("approvals:stand_ins")
    form = {"giver": supervisor.pk, "to": leader.pk, "first": "2026-03-10", "last": "2026-03-09"}
    assert signed_in(supervisor).post(page, form).status_code == 200
    assert signed_in(supervisor).post(page, form | {"last": "2026-03-12"}).status_code == 302
    row = Delegation.objects.get()
    assert leader.name in signed_in(leader).get(page).content.decode()
    assert signed_in(staff["operator"]).post(reverse("approvals:end", args=[row.pk])).status_code == 404
    forged = form | {"giver": supervisor.pk, "last": "2026-03-12"}
    assert signed_in(staff["operator"]).post(page, forged).status_code == 200  # not one of his choices
    assert signed_in(supervisor).post(reverse("approvals:end", args=[row.pk])).status_code == 302
    assert not Delegation.objects.exists()


def test_a_hundred_that_wait_cost_no_more_queries(staff, django_assert_max_num_queries):
    for number in range(1, 101):
        b.chain(staff["operator"], subject_id=number)
    browser = signed_in(staff["centre_supervisor"])
    browser.get(reverse("approvals:waiting"))
    with django_assert_max_num_queries(30):
        browser.get(reverse("approvals:waiting"))
