"""Wishes, patterns and booked time of a month, and who sees what of it."""

import pytest

from hotline.core import clock
from hotline.core.access import NotAllowed, may
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Notice, Position
from hotline.people.tests import builders as people
from hotline.rosters.logic.plans import BookingKind, Origin
from hotline.rosters.models import (
    Booking,
    PatternKeeper,
    RosterPlan,
    Wish,
)
from hotline.rosters.queries.plans import Change
from hotline.rosters.services import (
    absences,
    bookings,
    changes,
    drafts,
    patterns,
    publishing,
    wishes,
)
from hotline.rosters.tests import month_builders as months
from hotline.rosters.tests.month_builders import FIRST, NOW, days, house

pytestmark = pytest.mark.django_db
REASON = "人手不足"


def put(place, person, day, key, reason=""):
    return drafts.place(
        plan_id=place.plan.pk, changes=[Change(person.pk, day, key)], by=place.boss, at=NOW, reason=reason
    )


def refused(error):
    return [one.clause for one in error.value.refusals]


def published(place):
    put(place, place.staff[0], days(11)[0], "early")
    put(place, place.staff[1], days(11)[0], "late")
    return publishing.publish(plan_id=place.plan.pk, reason=REASON, by=place.boss, at=NOW)


# ---------------------------------------------------------------- wishes, patterns, bookings


@pytest.mark.clause("B2.2")
def test_wishes_are_one_a_day_few_that_matter_much_and_closed_by_publication():
    place = house(3)
    one = place.staff[0]

    def wish(day, code="", weight=2, by=one, **more):
        return wishes.wish(
            person=one, day=day, code=code, is_against=more.get("against", False), weight=weight, by=by, at=NOW
        )

    for day in days(4, 5, 6, 7):
        wish(day, weight=3)
    with pytest.raises(Refused):
        wish(days(8)[0], weight=3)
    wish(days(4)[0], "late", 1)
    assert Wish.objects.get(day=days(4)[0]).code == "late"
    for fault in ({"against": True}, {"code": "nothing"}):
        with pytest.raises(Refused):
            wish(days(9)[0], **fault)
    with pytest.raises(Refused):
        wish(NOW.date())
    with pytest.raises(NotAllowed):
        wish(days(9)[0], by=place.staff[1])
    row = wish(days(9)[0], by=place.boss)
    wishes.drop_wish(wish_id=row.pk, by=one, at=NOW)
    published(place)
    with pytest.raises(Refused):
        wish(days(9)[0])


def test_patterns_are_named_once_and_kept_from_a_day_on():
    centre, boss, staff = months.staffed(2)
    turn = patterns.make_pattern(centre=centre, name="做二休二", turn=["early", "late", "", ""], by=boss, at=NOW)
    for name, codes in (("做二休二", ["early"]), ("", ["early"]), ("空", ["", ""]), ("错", ["noon"])):
        with pytest.raises(Refused):
            patterns.make_pattern(centre=centre, name=name, turn=codes, by=boss, at=NOW)
    ids = [staff[0].pk]
    patterns.keep_pattern(pattern_id=turn.pk, people=ids, begins=FIRST, by=boss, at=NOW)
    patterns.keep_pattern(pattern_id=turn.pk, people=ids, begins=FIRST.replace(month=6), by=boss, at=NOW)
    first, second = PatternKeeper.objects.order_by("days")
    assert (first.days.upper, second.days.lower) == (FIRST.replace(month=6), FIRST.replace(month=6))
    patterns.end_keeping(keeper_id=second.pk, day=FIRST.replace(month=6), by=boss, at=NOW)
    patterns.end_keeping(keeper_id=first.pk, day=days(10)[0], by=boss, at=NOW)
    assert PatternKeeper.objects.get().days.upper == days(10)[0]
    with pytest.raises(Refused):
        patterns.keep_pattern(pattern_id=turn.pk, people=[people.person().pk], begins=FIRST, by=boss, at=NOW)


@pytest.mark.clause("A2.18")
def test_time_is_booked_inside_shifts_and_nobody_is_in_two_places():
    place = house(3)
    one, two, three = place.staff
    trainer = people.person(place.centre, position=Position.TRAINER)

    monday = days(11)[0]

    def book(*whom, hour=10, by=trainer, day=monday, title="新系统培训"):
        span = Span(clock.wall(day, hour), clock.wall(day, hour + 1))
        return bookings.book(
            centre=place.centre, kind=BookingKind.TRAINING, title=title, span=span,
            people=[person.pk for person in whom], by=by, at=NOW,
        )  # fmt: skip

    booked = book(one, two)
    assert Notice.objects.filter(recipient=one, text__contains="booked").exists()
    with pytest.raises(Refused) as error:
        book(two, three)
    assert refused(error) == ["A2.18"]
    for fault in ({"title": " "}, {"day": NOW.date().replace(day=1)}):
        with pytest.raises(Refused):
            book(three, **fault)
    with pytest.raises(NotAllowed):
        book(three, by=one)
    # in the draft it costs when he is not on shift then; the desk counts him for no cover
    assert {each.rule for each in place.facts.violations} >= {"bookings"}
    published(place)
    with pytest.raises(Refused):
        book(three, hour=15)  # he has no shift
    book(one, hour=15)
    with pytest.raises(Refused):
        bookings.cancel_booking(booking_id=booked.pk, reason="", by=trainer, at=NOW)
    bookings.cancel_booking(booking_id=booked.pk, reason=REASON, by=trainer, at=NOW)
    assert Booking.objects.count() == 1


# ---------------------------------------------------------------- who sees what


def test_the_scopes_agree_with_the_permissions():
    place = house(3)
    staff = people.everybody(place.centre)
    wish = wishes.wish(
        person=place.staff[0], day=days(9)[0], code="", is_against=False, weight=1, by=place.staff[0], at=NOW
    )
    span = Span(clock.wall(days(11)[0], 10), clock.wall(days(11)[0], 11))
    booking = bookings.book(
        centre=place.centre, kind=BookingKind.MEETING, title="班会", span=span, people=[place.staff[0].pk],
        by=place.boss, at=NOW,
    )  # fmt: skip
    published(place)
    change = changes.ask_change(
        person=place.staff[0], day=days(11)[0], after=None, reason=REASON, by=place.boss, at=NOW
    )
    away = absences.book(person=place.staff[2], span=span, kind="annual", ref=1, by=people.system(place.centre), at=NOW)
    asked = absences.ask(person=place.staff[1], span=span, kind="annual", ref=2, by=place.staff[1], at=NOW)
    plan = RosterPlan.objects.get()
    draft = drafts.open_month(
        centre=place.centre, first=FIRST.replace(month=6), origin=Origin.EMPTY, by=place.boss, at=NOW
    )
    stranger = people.person()
    for person in (*staff.values(), *place.staff, stranger):
        for name, row in {
            "rosters.view_wish": wish,
            "rosters.view_booking": booking,
            "rosters.view_change_consent": change,
            "rosters.view_absence": away,
            "rosters.view_asked_absence": asked,
            "rosters.view_roster_plan": plan,
        }.items():
            scope = type(row).objects.visible_to(person).filter(pk=row.pk).exists()
            assert may(person, name, row) == scope, (name, person.standing.positions)
        assert may(person, "rosters.view_roster_plan", draft) == (
            RosterPlan.objects.visible_to(person).filter(pk=draft.pk).exists()
        )
