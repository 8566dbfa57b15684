"""A person's own shifts: his page, and the calendar that his phone fetches."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from hotline.core import clock
from hotline.people.models import Person
from hotline.rosters.logic import hours
from hotline.rosters.logic.plans import Consent, Status
from hotline.rosters.models import (
    Absence,
    AskedAbsence,
    BookingSeat,
    ChangeConsent,
    Feed,
    PlanSeen,
    RosterEntry,
    RosterPlan,
    Wish,
)
from hotline.rosters.queries import duty

FEED_BACK, FEED_AHEAD = timedelta(days=31), timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of one's own month."""

    day: date
    entry: RosterEntry | None
    absence: Absence | None
    asked: AskedAbsence | None  # asked for and not decided
    bookings: tuple[BookingSeat, ...]


@dataclass(frozen=True, slots=True)
class Mine:
    """What my shifts are: the next one, a month day by day, what waits for me."""

    first: date
    next: RosterEntry | None
    days: tuple[Day, ...]
    asked: tuple[ChangeConsent, ...]
    to_confirm: tuple[RosterPlan, ...]
    wishes: tuple[Wish, ...]
    has_feed: bool

    @property
    def shifts(self) -> int:
        """Shifts of the month."""
        return sum(day.entry is not None for day in self.days)

    @property
    def is_empty(self) -> bool:
        """Whether the month says nothing."""
        return not any(day.entry or day.absence or day.asked or day.bookings for day in self.days)


def mine(person: Person, first: date, at: datetime) -> Mine:
    """One's own month, in a handful of queries."""
    days = hours.month_days(first)
    today = clock.local_day(at)
    return Mine(
        first=days[0],
        next=duty.next_shift(person, at),
        days=_days(person, days),
        asked=tuple(
            ChangeConsent.objects.filter(person=person, status=Consent.ASKED, day__gte=today)
            .select_related("before", "after", "asked_by")
            .order_by("day")
        ),
        to_confirm=_to_confirm(person, today),
        wishes=tuple(Wish.objects.filter(person=person, day__gt=today).order_by("day")[:31]),
        has_feed=Feed.objects.filter(person=person).exists(),
    )


def _days(person: Person, days: Sequence[date]) -> tuple[Day, ...]:
    rows = RosterEntry.objects.filter(person=person, day__range=(days[0], days[-1])).select_related("shift_type")
    entries = {row.day: row for row in rows.order_by("-span")}
    absences = duty.absences_of([person.pk], days[0], days[-1]).get(person.pk, ())
    asked = duty.asked_of([person.pk], days[0], days[-1]).get(person.pk, ())
    seats: dict[date, list[BookingSeat]] = {}
    window = (clock.wall(days[0]), clock.wall(days[-1] + hours.ONE_DAY))
    booked = BookingSeat.objects.filter(person=person, span__startswith__gte=window[0], span__startswith__lt=window[1])
    for seat in booked.select_related("booking").order_by("span"):
        seats.setdefault(clock.local_day(seat.span.lower), []).append(seat)
    return tuple(
        Day(
            day=day,
            entry=entries.get(day),
            absence=duty.away_on(day, entries.get(day), absences),
            asked=duty.away_on(day, entries.get(day), asked),
            bookings=tuple(seats.get(day, ())),
        )
        for day in days
    )


def _to_confirm(person: Person, today: date) -> tuple[RosterPlan, ...]:
    """Published months, this one and later ones, in which he has shifts that he has not confirmed."""
    seen = PlanSeen.objects.filter(plan=OuterRef("pk"), person=person)
    rows = RosterPlan.objects.filter(
        ~Exists(seen), centre=person.centre_id, status=Status.PUBLISHED, first__gte=today.replace(day=1)
    ).order_by("first")
    return tuple(
        plan
        for plan in rows
        if RosterEntry.objects.filter(person=person, day__range=(plan.first, hours.month_days(plan.first)[-1])).exists()
    )


def hash_of(token: str) -> str:
    """What is kept of a secret address."""
    return hashlib.sha256(token.encode()).hexdigest()


def of_token(token: str) -> Person | None:
    """Whose feed a secret address is; None when there is none any more, or he has left."""
    feed = (
        Feed.objects.filter(token_hash=hash_of(token), person__is_active=True).select_related("person__centre").first()
    )
    return feed.person if feed else None


@dataclass(frozen=True, slots=True)
class FeedRows:
    """What a feed holds."""

    entries: tuple[RosterEntry, ...]
    seats: tuple[BookingSeat, ...]


def feed_rows(person: Person, at: datetime) -> FeedRows:
    """The shifts and bookings of a month back and four months ahead, without those missed for an absence."""
    today = clock.local_day(at)
    missed = Absence.objects.filter(person=OuterRef("person"), span__contains=OuterRef("span"))
    entries = RosterEntry.objects.filter(
        ~Exists(missed), person=person, day__range=(today - FEED_BACK, today + FEED_AHEAD)
    )
    seats = BookingSeat.objects.filter(person=person, span__startswith__gte=at - FEED_BACK)
    return FeedRows(
        tuple(entries.select_related("shift_type").order_by("span")),
        tuple(seats.select_related("booking").order_by("span")),
    )
