"""What a wish would cost, on demand: asked from the grid, answered by the worker, told when the month has changed."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from hotline.core import clock
from hotline.core.access import NotAllowed, may
from hotline.core.jobs import settle
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters import handlers
from hotline.rosters.events import PriceAsked
from hotline.rosters.models import PriceOutcome, RosterPlan, WishPrice
from hotline.rosters.queries import prices
from hotline.rosters.queries.plans import Change
from hotline.rosters.services import drafts, pricing, wishes
from hotline.rosters.tests.month_builders import FIRST, NOW, days, house, need

pytestmark = [pytest.mark.django_db, pytest.mark.clause("B2.2")]
MONDAY = days(11)[0]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(pricing, "SECONDS", 4)


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def put(place, person, *given):
    changes = [Change(person.pk, day, key) for day, key in given]
    drafts.place(plan_id=place.plan.pk, changes=changes, by=place.boss, at=NOW, reason="试排")


def let_go(place, person, *given):
    for day in given:
        drafts.release(plan_id=place.plan.pk, person_id=person.pk, day=day, by=place.boss, at=NOW)


def free_on(person, day):
    return wishes.wish(person=person, day=day, code="", is_against=False, weight=2, by=person, at=NOW)


@pytest.fixture
def place():
    """Two people of whom nobody is needed; the first is to work on a Monday on which he would rather be free."""
    of = house(2, heads=0)
    free_on(of.staff[0], MONDAY)
    put(of, of.staff[0], (MONDAY, "early"))
    let_go(of, of.staff[0], MONDAY)
    return of


def ask(place, by=None):
    return pricing.ask_price(
        plan_id=place.plan.pk, person_id=place.staff[0].pk, day=MONDAY, by=by or place.boss, at=NOW
    )


def test_the_worker_finds_what_it_costs_and_which_rules_and_places_it_touches(place):
    row = ask(place)
    assert ask(place).pk == row.pk  # the same question is asked once
    settle(at=NOW)
    row.refresh_from_db()
    assert row.outcome == PriceOutcome.PRICED
    assert row.cost is not None
    assert row.cost == sum(one["cost"] for one in row.rules)
    assert {"wishes"} <= {one["rule"] for one in row.rules}
    change = next(one for one in row.changes if one["person"] == place.staff[0].pk and one["day"] == f"{MONDAY}")
    assert (change["before"], change["after"]) == ("early", "")
    handlers.price_asked(PriceAsked(row.pk), at=NOW)  # again: no change
    before = row.ended_at
    row.refresh_from_db()
    assert row.ended_at == before
    assert RosterPlan.objects.get().edits == place.facts.plan.edits  # asking changes nothing of the month


def test_the_grid_asks_shows_that_it_runs_and_explains_the_answer(place):
    browser, pk, one = signed_in(place.boss), place.plan.pk, place.staff[0]
    grid = browser.get(reverse("rosters:plan", args=[pk])).content.decode()
    assert "满足意愿的代价" in grid
    assert reverse("rosters:ask_price", args=[pk]) in grid
    dialog = browser.get(reverse("rosters:plan_cell", args=[pk, one.pk, f"{MONDAY}"])).content.decode()
    assert "满足该意愿要付出什么代价" in dialog
    running = browser.post(
        reverse("rosters:ask_price", args=[pk]), {"person": one.pk, "day": f"{MONDAY}"}, **HTMX
    ).content.decode()
    row = WishPrice.objects.get()
    assert f'data-live-topic="price:{row.pk}"' in running
    assert "等待" in running
    settle(at=NOW)
    answer = browser.get(reverse("rosters:price", args=[row.pk]), **HTMX).content.decode()
    assert "data-live-topic" not in answer
    assert "变化" in answer
    assert one.name in answer
    put(place, place.staff[1], (days(20)[0], "early"))
    stale = browser.get(reverse("rosters:price", args=[row.pk]), **HTMX).content.decode()
    assert "班表此后已有变动" in stale
    assert reverse("rosters:ask_price", args=[pk]) in browser.get(reverse("rosters:plan", args=[pk])).content.decode()


def test_a_wish_against_a_place_set_by_hand_cannot_be_met_and_says_so(place):
    put(place, place.staff[0], (MONDAY, "early"))
    row = ask(place)
    settle(at=NOW)
    row.refresh_from_db()
    assert (row.outcome, row.cost) in {(PriceOutcome.IMPOSSIBLE, None), (PriceOutcome.NOT_FOUND, None)}


def test_a_month_that_breaks_hard_rules_has_no_prices_until_it_is_mended(place):
    two = place.staff[1]
    put(
        place,
        two,
        *[(day, "early") for day in days(11, 12, 13, 14, 15)],
        *[(day, "weekend_early") for day in days(16, 17)],
    )
    row = ask(place)
    settle(at=NOW)
    row.refresh_from_db()
    assert row.outcome == PriceOutcome.UNLAWFUL


def test_what_breaks_off_is_said_and_can_be_asked_again(place, monkeypatch):
    def broken(*_of):
        raise RuntimeError("memory")

    monkeypatch.setattr(handlers, "_answer", broken)
    row = ask(place)
    settle(at=NOW)
    row.refresh_from_db()
    assert row.outcome == PriceOutcome.FAILED
    assert ask(place).pk != row.pk


def test_what_cannot_be_asked_says_why(place):
    with pytest.raises(NotAllowed):
        ask(place, by=place.staff[0])
    other = place.staff[1]
    with pytest.raises(Refused):  # no wish
        pricing.ask_price(plan_id=place.plan.pk, person_id=other.pk, day=MONDAY, by=place.boss, at=NOW)
    outsider = people.person(place.centre, position=Position.TRAINER)
    free_on(outsider, MONDAY)
    with pytest.raises(Refused) as error:
        pricing.ask_price(plan_id=place.plan.pk, person_id=outsider.pk, day=MONDAY, by=place.boss, at=NOW)
    assert "desk" in error.value.refusals[0].note
    empty = house(1)
    free_on(empty.staff[0], MONDAY)
    with pytest.raises(Refused) as error:
        pricing.ask_price(plan_id=empty.plan.pk, person_id=empty.staff[0].pk, day=MONDAY, by=empty.boss, at=NOW)
    assert "solver" in error.value.refusals[0].note
    browser = signed_in(place.boss)
    asked = browser.post(reverse("rosters:ask_price", args=[place.plan.pk]), {"person": "x", "day": "y"})
    assert asked.status_code == 404


def test_the_list_agrees_with_the_permission_and_one_question_is_open_at_a_time(place):
    row = ask(place)
    for person in (*people.everybody(place.centre).values(), people.person(position=Position.DIRECTOR)):
        seen = WishPrice.objects.visible_to(person).filter(pk=row.pk).exists()
        assert may(person, "rosters.view_wish_price", row) == seen
    with pytest.raises(IntegrityError), transaction.atomic():
        WishPrice.objects.create(
            plan=place.plan, person=place.staff[0], day=MONDAY, asked_at=NOW, asked_by=place.boss, seconds=1, edits=0
        )


def test_unmet_wishes_are_listed_by_how_much_they_matter_and_met_ones_are_not():
    of = house(3)
    need(of.centre, FIRST, 1)
    one, two, three = of.staff
    for person, weight in ((one, 1), (two, 3)):
        wishes.wish(person=person, day=MONDAY, code="", is_against=False, weight=weight, by=person, at=NOW)
        put(of, person, (MONDAY, "early"))
    wishes.wish(person=three, day=MONDAY, code="late", is_against=False, weight=2, by=three, at=NOW)
    put(of, three, (MONDAY, "late"))
    found = prices.unmet(of.facts, None)
    assert [row.wish.person for row in found] == [two, one]
