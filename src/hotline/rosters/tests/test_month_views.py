"""Pages of the month's plan, of one's own shifts and of booked time, and what they cost."""

import json

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from hotline.core import clock
from hotline.core.jobs import settle
from hotline.kernel.spans import Span
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.rosters.logic.plans import Consent
from hotline.rosters.models import (
    Booking,
    ChangeConsent,
    DraftEntry,
    Feed,
    Pattern,
    PatternKeeper,
    PlanSeen,
    RosterEntry,
    RosterPlan,
    Wish,
)
from hotline.rosters.queries import duty
from hotline.rosters.queries.plans import Change
from hotline.rosters.services import absences, drafts, publishing
from hotline.rosters.tests import builders
from hotline.rosters.tests import month_builders as months
from hotline.rosters.tests.month_builders import FIRST, NOW, days, house

pytestmark = pytest.mark.django_db
OUTSIDE = {Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK}
PLANS = {Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER}


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def to(name, *args):
    return reverse(f"rosters:{name}", args=args)


HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_every_position(language):
    place = house(2)
    staff = people.everybody(place.centre)
    pk, one, day = place.plan.pk, place.staff[0].pk, f"{days(11)[0]}"
    pages = {
        to("plans"): PLANS,
        to("plan", pk): PLANS,
        to("plan_cell", pk, one, day): PLANS,
        to("day", pk, day): PLANS,
        to("publish", pk): PLANS,
        to("export", pk): PLANS,
        to("patterns"): PLANS,
        to("mine"): set(staff),
        to("bookings"): set(staff) - OUTSIDE,
    }
    for position, person in staff.items():
        person.language = language
        person.save(update_fields=["language"])
        browser = signed_in(person)
        for page, admitted in pages.items():
            assert browser.get(page).status_code == (200 if position in admitted else 403), (page, position)
    stranger = signed_in(people.person(position=Position.SHIFT_LEADER))
    assert stranger.get(to("plan", pk)).status_code == 404


@pytest.mark.clause("B2.2")
def test_a_month_is_opened_looked_at_and_put_away():
    centre, boss, _staff = months.staffed(1)
    browser = signed_in(boss)
    assert "还没有" in browser.get(to("plans")).content.decode()
    opened = browser.post(to("plans"), {"month": "2026-05", "origin": "empty"})
    plan = RosterPlan.objects.get(centre=centre)
    assert opened.headers["Location"] == to("plan", plan.pk)
    assert browser.post(to("plans"), {"month": "2026-05", "origin": "empty"}).status_code == 200
    assert browser.post(to("plans"), {"month": "x", "origin": "nothing"}).status_code == 200
    assert "2026-05" in browser.get(to("plans")).content.decode()
    assert browser.post(to("discard", plan.pk)).status_code == 302
    assert not RosterPlan.objects.exists()


@pytest.mark.clause("A7.7", "D2.1")
def test_a_place_is_set_dragged_and_warned_of_in_the_grid():
    place = house(3)
    one, two = place.staff[:2]
    browser, pk = signed_in(place.boss), place.plan.pk
    monday, tuesday = (f"{day}" for day in days(11, 12))

    def send(**values):
        return browser.post(to("place", pk), values, **HTMX)

    done = send(person=one.pk, day=monday, shift="late")
    assert done.status_code == 204
    told = json.loads(done.headers["HX-Trigger"])
    assert {"close-dialog", "plan-changed"} <= told.keys()
    warned = send(person=one.pk, day=tuesday, shift="early")
    page = warned.content.decode()
    assert warned.status_code == 200
    assert "至少需要 11 小时" in page
    assert DraftEntry.objects.count() == 1
    assert send(person=one.pk, day=tuesday, shift="early", reason="人手不足").status_code == 204
    assert DraftEntry.objects.get(day=days(12)[0]).reason == "人手不足"
    assert send(from_person=one.pk, from_day=monday, person=two.pk, day=monday).status_code == 204
    assert DraftEntry.objects.get(person=two, day=days(11)[0]).shift_type.code == "late"
    grid = browser.get(to("plan", pk), **HTMX).content.decode()
    assert 'draggable="true"' in grid
    assert browser.post(to("release", pk), {"person": two.pk, "day": monday}).status_code == 204
    assert browser.get(to("plan_cell", pk, two.pk, monday)).status_code == 200
    assert "谁可以再上一个班" in browser.get(to("day", pk, monday), {"shift": "late"}).content.decode()
    for nonsense in (
        {"person": "x", "day": monday},
        {"person": one.pk, "day": "tomorrow"},
        {"person": people.person().pk, "day": monday, "shift": "early"},
        {"person": one.pk, "day": monday, "shift": "noon"},
        {"person": one.pk, "day": "2026-07-01", "shift": "early"},
        {"from_person": 1, "from_day": monday, "person": one.pk, "day": monday},
    ):
        assert send(**nonsense).status_code == 404
    assert browser.get(to("day", pk, "2026-07-01")).status_code == 404
    assert browser.get(to("plan_cell", pk, one.pk, "nonsense")).status_code == 404


@pytest.mark.clause("B2.2")
def test_the_solver_is_started_and_told_of_stopped_and_the_month_published():
    place = house(6)
    browser, pk = signed_in(place.boss), place.plan.pk
    assert browser.post(to("solve", pk), {"seconds": "20"}).status_code == 302
    assert "等待" in browser.get(to("plan", pk)).content.decode()
    assert browser.post(to("place", pk), {"person": place.staff[0].pk, "day": "2026-05-11"}, **HTMX).status_code == 409
    assert browser.post(to("stop", pk)).status_code == 302
    settle(at=NOW)
    empty = browser.post(to("publish", pk), {"reason": ""})
    assert "B2.2" in empty.content.decode()
    drafts.place(plan_id=pk, changes=[Change(place.staff[0].pk, days(11)[0], "early")], by=place.boss, at=NOW)
    done = browser.post(to("publish", pk), {"reason": "先发布"})
    assert (done.status_code, done.headers["HX-Refresh"]) == (204, "true")
    assert "已发布" in browser.get(to("plan", pk)).content.decode()
    assert browser.get(to("export", pk)).headers["Content-Type"].endswith("sheet")


@pytest.mark.clause("B2.2")
def test_wishes_and_fair_shares_stand_in_the_grid():
    place = house(2)
    one = signed_in(place.staff[0])
    sent = {"day": "2026-05-11", "sense": "not", "shift": "late", "weight": "2", "note": "接孩子"}
    assert one.post(to("wish"), sent).status_code == 302
    assert "接孩子" in one.get(to("mine")).content.decode()
    assert "接孩子" in signed_in(place.boss).get(to("plan", place.plan.pk)).content.decode()
    assert one.post(to("wish"), sent | {"shift": ""}).status_code == 200
    assert one.post(to("wish"), sent | {"weight": "9"}).status_code == 200
    other = signed_in(place.staff[1])
    assert other.post(to("unwish", Wish.objects.get().pk)).status_code == 404
    assert one.post(to("unwish", Wish.objects.get().pk)).status_code == 302
    assert not Wish.objects.exists()


@pytest.fixture(name="live")
def _live():
    place = house(3)
    drafts.place(
        plan_id=place.plan.pk, changes=[Change(place.staff[0].pk, days(11)[0], "early")], by=place.boss, at=NOW
    )
    publishing.publish(plan_id=place.plan.pk, reason="先发布", by=place.boss, at=NOW)
    return place


@pytest.mark.clause("A7.7")
def test_a_late_change_is_asked_in_the_grid_and_answered_on_the_own_page(live, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: clock.wall(days(4)[0], 10))
    one, browser = live.staff[0], signed_in(live.boss)
    cell = to("cell", one.pk, "2026-05-11")
    assert "21" in browser.get(cell).content.decode()
    late = duty.Choice(live.centre).of("late", days(11)[0])
    assert browser.post(cell, {"shift_type": late.pk, "how": "ask", "reason": ""}).status_code == 200
    assert browser.post(cell, {"shift_type": late.pk, "how": "ask", "reason": "顶班"}).status_code == 204
    assert "顶班" in browser.get(cell).content.decode()
    row = ChangeConsent.objects.get()
    mine = signed_in(one)
    assert "顶班" in mine.get(to("mine")).content.decode()
    assert signed_in(live.staff[1]).post(to("answer", row.pk), {"answer": "yes"}).status_code == 404
    assert mine.post(to("answer", row.pk), {"answer": "yes"}).status_code == 302
    assert RosterEntry.objects.get(person=one).shift_type == late
    assert browser.post(cell, {"shift_type": "", "how": "order", "reason": "停电"}).status_code == 204
    assert not RosterEntry.objects.exists()
    assert browser.post(cell, {"shift_type": late.pk, "how": "ask", "reason": "顶班"}).status_code == 204
    asked = ChangeConsent.objects.get(status=Consent.ASKED)
    assert browser.post(to("withdraw", asked.pk)).status_code == 204


@pytest.mark.clause("A7.7")
def test_my_page_tells_the_next_shift_and_lets_me_confirm(live):
    one = signed_in(live.staff[0])
    page = one.get(to("mine"), {"month": "2026-05"}).content.decode()
    assert "08:30–17:30" in page
    assert one.post(to("confirm", live.plan.pk)).status_code == 302
    assert PlanSeen.objects.get().person == live.staff[0]
    assert to("confirm", live.plan.pk) not in one.get(to("mine")).content.decode()
    assert one.post(to("confirm", 0)).status_code == 404
    assert one.get(to("mine"), {"month": "nonsense"}).status_code == 200


@pytest.mark.clause("B2.2")
def test_a_calendar_fetches_ones_shifts_by_a_secret_address_until_it_is_stopped(live):
    one = signed_in(live.staff[0])
    page = one.post(to("make_feed")).content.decode()
    start = page.index("http://testserver/") + len("http://testserver")
    address = page[start : page.index(".ics", start) + 4]
    answer = Client().get(address)
    assert answer.headers["Content-Type"].startswith("text/calendar")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(event["summary"]), event["dtstart"].dt) == ("早班", clock.wall(days(11)[0], 8, 30))
    assert address.split("/")[-1].removesuffix(".ics") not in Feed.objects.get().token_hash
    away = Span(clock.wall(days(11)[0]), clock.wall(days(12)[0]))
    absences.book(person=live.staff[0], span=away, kind="annual", ref=1, by=people.system(live.centre), at=NOW)
    assert not Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    one.post(to("make_feed"))
    assert Client().get(address).status_code == 404
    one.post(to("end_feed"))
    assert not Feed.objects.exists()


@pytest.mark.clause("A2.18")
def test_time_is_booked_seen_and_cancelled(live):
    trainer = signed_in(people.person(live.centre, position=Position.TRAINER))
    one = live.staff[0]
    sent = {
        "kind": "training", "title": "新系统培训", "place": "三楼", "day": "2026-05-11", "starts": "10:00",
        "ends": "11:00", "people": [one.pk],
    }  # fmt: skip
    assert trainer.post(to("bookings"), sent | {"ends": "09:00"}).status_code == 200
    assert trainer.post(to("bookings"), sent | {"people": [live.staff[1].pk]}).status_code == 200
    assert trainer.post(to("bookings"), sent).status_code == 302
    assert "新系统培训" in trainer.get(to("bookings")).content.decode()
    assert "新系统培训" in signed_in(one).get(to("mine"), {"month": "2026-05"}).content.decode()
    row = Booking.objects.get()
    assert signed_in(one).post(to("bookings"), sent).status_code == 403
    assert signed_in(one).get(to("cancel_booking", row.pk)).status_code == 403
    assert trainer.get(to("cancel_booking", row.pk)).status_code == 200
    assert trainer.post(to("cancel_booking", row.pk), {"reason": ""}, **HTMX).status_code == 200
    assert trainer.post(to("cancel_booking", row.pk), {"reason": "改期"}, **HTMX).status_code == 204
    assert not Booking.objects.exists()


def test_patterns_are_made_and_kept_on_their_page():
    _centre, boss, staff = months.staffed(2)
    browser, page = signed_in(boss), to("patterns")
    assert browser.post(page, {"form": "pattern", "name": "做二休二", "turn": "早 晚 - -"}).status_code == 302
    row = Pattern.objects.get()
    assert row.turn == ["early", "late", "", ""]
    assert browser.post(page, {"form": "pattern", "name": "做二休二", "turn": "early"}).status_code == 200
    assert browser.post(page, {"form": "pattern", "name": "", "turn": ""}).status_code == 200
    keep = {"form": "keep", "pattern": row.pk, "people": [staff[0].pk], "begins": "2026-05-01", "step": "1"}
    assert browser.post(page, keep | {"last": "2026-04-01"}).status_code == 200
    assert browser.post(page, keep | {"step": "x"}).status_code == 200
    assert browser.post(page, keep).status_code == 302
    assert staff[0].name in browser.get(page).content.decode()
    assert browser.post(to("end_keeping", PatternKeeper.objects.get().pk)).status_code == 302
    assert not PatternKeeper.objects.exists()


@pytest.mark.clause("B2.2")
def test_a_hundred_people_cost_no_more_queries_than_ten(django_assert_max_num_queries):
    place = house(100, heads=20)
    changes = [
        Change(person.pk, day, "early")
        for number, person in enumerate(place.staff)
        for day in months.month_days(FIRST)
        if day.weekday() < 5 and number % 2
    ]
    drafts.place(plan_id=place.plan.pk, changes=changes, by=place.boss, at=NOW, reason="试排")
    browser = signed_in(place.boss)
    browser.get(to("plan", place.plan.pk))
    with django_assert_max_num_queries(40):
        assert place.staff[99].name in browser.get(to("plan", place.plan.pk)).content.decode()
    with django_assert_max_num_queries(30):
        browser.get(to("plan_cell", place.plan.pk, place.staff[1].pk, "2026-05-11"))


def test_a_published_plan_is_the_roster_of_the_month(live):
    builders.shift_types(live.centre)
    page = signed_in(live.staff[1]).get(reverse("rosters:month"), {"month": "2026-05"}).content.decode()
    assert live.staff[0].name in page


@pytest.mark.clause("D4.5")
def test_of_half_a_day_the_grid_shows_the_shift_and_the_dialog_the_hours():
    place = house(1)
    [person] = place.staff
    day = days(11)[0]
    half = Span(clock.wall(day, 13), clock.wall(days(12)[0]))
    absences.book(person=person, span=half, kind="personal", ref=1, by=people.system(place.centre), at=NOW)
    drafts.place(plan_id=place.plan.pk, changes=[Change(person.pk, day, "early")], by=place.boss, at=NOW)
    browser = signed_in(place.boss)
    assert "is-partly-away" in browser.get(to("plan", place.plan.pk)).content.decode()
    dialog = browser.get(to("plan_cell", place.plan.pk, person.pk, f"{day}"), **HTMX).content.decode()
    assert "当天部分时段不在岗；班次保留。 事假 13:00–24:00" in dialog
