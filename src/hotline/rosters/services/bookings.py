"""Meetings, coaching and training booked inside shifts: in the roster, not on top of it (A2.18)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from hotline.core import audit, clock
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.spans import Span
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person
from hotline.people.services import notices
from hotline.rosters.logic import hours
from hotline.rosters.logic.plans import BookingKind, Status
from hotline.rosters.models import Absence, Booking, BookingSeat, RosterEntry, RosterPlan
from hotline.rosters.queries.duty import span_of
from hotline.rosters.services import common

MOST_NAMED = 5
MEANWHILE = gettext_noop("The booking was changed meanwhile: propose again.")
OUT = gettext_noop("Heads are short: {person} cannot come to “{title}” at {when}. Choose another time.")
OFF = gettext_noop("Heads are short: “{title}” with {person} at {when} does not take place. Choose another time.")


@transaction.atomic
def book(
    *,
    centre: Centre,
    kind: BookingKind,
    title: str,
    span: Span,
    people: Collection[int],
    by: Person,
    at: datetime,
    place: str = "",
) -> Booking:
    """Book time of some people. Where their shifts are published it must lie inside them; nobody is in two places."""
    authorize(by, "rosters.book_time", centre)
    common.lock_people(people)
    rows = list(Person.objects.filter(pk__in=people, centre=centre, is_active=True).order_by("name_key", "pk"))
    title = title.strip()
    refuse_if([*_faults(title, span, people, rows, at), *_clashes(centre, span, rows)[:MOST_NAMED]])
    booking = Booking.objects.create(
        centre=centre, kind=kind, title=title[:100], place=place.strip()[:60], span=common.as_range(span), made_by=by,
        made_at=at,
    )  # fmt: skip
    seats = [BookingSeat(booking=booking, person=person, span=common.as_range(span)) for person in rows]
    BookingSeat.objects.bulk_create(seats)
    _tell(booking, rows, gettext_noop("You are booked for “{title}” at {when}."), by, at)
    return booking


def _faults(title: str, span: Span, people: Collection[int], rows: list[Person], at: datetime) -> list[Refusal]:
    faults = []
    if not title:
        faults.append(Refusal("A2.18", gettext_noop("Say what it is about."), {"field": "title"}))
    if span.start <= at or clock.local_day(span.start) != clock.local_day(span.end):
        faults.append(Refusal("A2.18", gettext_noop("Choose a time to come, within one day."), {"field": "starts"}))
    if not rows or len(rows) != len(set(people)):
        faults.append(Refusal("A2.18", gettext_noop("Choose people who work in this centre."), {"field": "people"}))
    return faults


def _clashes(centre: Centre, span: Span, rows: list[Person]) -> list[Refusal]:
    taken = common.as_range(span)
    faults = []
    busy = BookingSeat.objects.filter(person__in=rows, span__overlap=taken).select_related("person", "booking")
    for seat in busy:
        note = gettext_noop("{person} is booked for “{title}” in that time.")
        params = {"person": seat.person.name, "title": seat.booking.title, "field": "people"}
        faults.append(Refusal("A2.18", note, params))
    away = set(Absence.objects.filter(person__in=rows, span__overlap=taken).values_list("person_id", flat=True))
    day = clock.local_day(span.start)
    inside = set(
        RosterEntry.objects.filter(person__in=rows, day=day, span__contains=taken).values_list("person_id", flat=True)
    )
    first = hours.month_days(day)[0]
    is_published = RosterPlan.objects.filter(centre=centre, first=first, status=Status.PUBLISHED).exists()
    for person in rows:
        if person.pk in away:
            note = gettext_noop("{person} is already away in that time.")
            faults.append(Refusal("A2.18", note, {"person": person.name, "field": "people"}))
        elif is_published and person.pk not in inside:
            note = gettext_noop("{person} is not on shift in that time.")
            faults.append(Refusal("A2.18", note, {"person": person.name, "field": "people"}))
    return faults


@transaction.atomic
def cancel_booking(*, booking_id: int, reason: str, by: Person, at: datetime) -> None:
    """Take a booking that has not begun away, for a reason; everybody is told."""
    booking = Booking.objects.select_for_update(of=("self",)).select_related("centre").get(pk=booking_id)
    with audit.because(reason.strip()):
        authorize(by, "rosters.book_time", booking)
    faults = []
    if not reason.strip():
        faults.append(Refusal("A2.18", gettext_noop("Say why."), {"field": "reason"}))
    if booking.span.lower <= at:
        faults.append(Refusal("A2.18", gettext_noop("It has begun already.")))
    refuse_if(faults)
    people = list(Person.objects.filter(pk__in=booking.seats.values("person")))
    _tell(booking, people, gettext_noop("“{title}” at {when} does not take place."), by, at)
    booking.delete()


@transaction.atomic
def put_off(*, booking_id: int, person: Person, span: Span, reason: str, by: Person, at: datetime) -> None:
    """Take one person out of a booking that has not begun (A7.5); without anybody left it does not take place.

    `span` is the booking as it was when this was proposed. Whoever booked it hears of it; the person
    is told by whoever asks this.
    """
    booking = Booking.objects.select_for_update(of=("self",)).select_related("centre", "made_by").filter(pk=booking_id)
    found = booking.first()
    if found is None:
        raise Refused(Refusal("A7.5", MEANWHILE))
    with audit.because(reason.strip()):
        authorize(by, "rosters.book_time", found)
    seats = list(found.seats.select_related("person"))
    seat = next((one for one in seats if one.person_id == person.pk), None)
    faults = []
    if not reason.strip():
        faults.append(Refusal("A2.18", gettext_noop("Say why.")))
    if seat is None or span_of(found.span) != span:
        faults.append(Refusal("A7.5", MEANWHILE))
    if found.span.lower <= at:
        faults.append(Refusal("A2.18", gettext_noop("It has begun already.")))
    refuse_if(faults)
    is_last = len(seats) == 1
    if seat is not None:
        seat.delete()
    if is_last:
        found.delete()
    maker = found.made_by
    if not maker.is_system and maker.pk not in (by.pk, person.pk):
        when = f"{clock.local(span.start):%Y-%m-%d %H:%M}"
        params = {"person": person.name, "title": found.title, "when": when}
        text = OFF if is_last else OUT
        notices.notify(to=maker, text=text, params=params, link=reverse("rosters:bookings"), by=by, at=at)
    common.tell(found.centre_id, [person.pk])


def _tell(booking: Booking, people: list[Person], text: str, by: Person, at: datetime) -> None:
    when = f"{clock.local(booking.span.lower):%Y-%m-%d %H:%M}"
    for person in people:
        if person.pk != by.pk:
            params = {"title": booking.title, "when": when}
            notices.notify(to=person, text=text, params=params, link=reverse("rosters:mine"), by=by, at=at)
    common.tell(booking.centre_id, [person.pk for person in people])
