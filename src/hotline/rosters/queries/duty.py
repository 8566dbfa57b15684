"""Reads of rosters: who is on duty, whose time it is, the work calendar, the pages of today and of a month."""

from collections.abc import Collection, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import Count, Exists, Max, OuterRef, Prefetch, QuerySet

from hotline.core import audit, clock
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.spans import Span, subtract
from hotline.kernel.words import gettext_noop
from hotline.kernel.workclock import DayKind as ClockDay
from hotline.kernel.workclock import WorkCalendar
from hotline.people.models import Centre, Person, Post, Presence, Unit, UnitKind
from hotline.rosters.logic import hours
from hotline.rosters.logic.plans import BookingKind, Status
from hotline.rosters.models import (
    Absence,
    AskedAbsence,
    CalendarDay,
    DayKind,
    RosterBreak,
    RosterEntry,
    RosterPlan,
    ShiftType,
)
from hotline.rosters.queries.notice import late_notice

Spans = list[Span]
Missing = TypeVar("Missing", Absence, AskedAbsence)
UNIX = datetime(1970, 1, 1, tzinfo=UTC)
ALL_BOOKED = tuple(kind.value for kind in BookingKind)
_ON_CLOCK: Mapping[str, ClockDay] = {
    DayKind.WORKDAY: ClockDay.WORKING,
    DayKind.REST: ClockDay.OFF,
    DayKind.STATUTORY: ClockDay.HOLIDAY,
    DayKind.MAKE_UP: ClockDay.MAKE_UP,
}


def span_of(stored: Any) -> Span:
    """A stored range, which has both ends by constraint, as a span."""
    return Span(stored.lower, stored.upper)


# ---------------------------------------------------------------- duty


def on_duty(centre: Centre | int, at: datetime, positions: Collection[str] | None = None) -> list[RosterEntry]:
    """Who is inside a shift and not away, in one query; `in_break` tells who is at rest. `positions` as of that day."""
    today = clock.local_day(at)
    # The day's index finds the few rows; a shift that holds this moment began today or yesterday.
    rows = RosterEntry.objects.at(at).filter(
        ~_away(at), day__in=[today - hours.ONE_DAY, today], person__centre=centre, person__is_active=True
    )
    if positions is not None:
        rows = rows.filter(person__in=_holders(positions, today))
    marked = rows.annotate(resting=_resting(at)).select_related("person", "shift_type")
    return list(marked.order_by("person__name_key", "pk"))


def _resting(at: datetime) -> Exists:
    return Exists(RosterBreak.objects.filter(entry=OuterRef("pk"), span__contains=at))


def _away(at: datetime) -> Exists:
    """Whether the entry's person is away at a moment."""
    return Exists(Absence.objects.filter(person=OuterRef("person"), span__contains=at))


def _holders(positions: Collection[str], day: date) -> QuerySet[Post, int]:
    return Post.objects.on(day).filter(position__in=positions).values_list("person", flat=True)


def shift_of(person: Person | int, at: datetime) -> RosterEntry | None:
    """The shift a person is inside of, with `in_break`, or None; None too for whoever is away from it."""
    rows = RosterEntry.objects.at(at).filter(~_away(at), person=person).annotate(resting=_resting(at))
    found: RosterEntry | None = rows.select_related("person", "shift_type").first()
    return found


def next_shift(person: Person | int, at: datetime) -> RosterEntry | None:
    """The first shift of a person that begins after the moment and of which he is there for a part at least."""
    whole = Absence.objects.filter(person=OuterRef("person"), span__contains=OuterRef("span"))
    rows = RosterEntry.objects.filter(
        ~Exists(whole), person=person, day__gte=clock.local_day(at), span__startswith__gt=at
    )
    return rows.select_related("shift_type").order_by("span").first()


def duty_spans(person_id: int, start: datetime, end: datetime) -> tuple[Spans, Spans]:
    """A person's shifts that touch start..end, and what is not charged of them: breaks, absences and booked time."""
    return duty_spans_of([person_id], start, end)[person_id]


def duty_spans_of(
    person_ids: Iterable[int], start: datetime, end: datetime, booked: Collection[str] = ALL_BOOKED
) -> dict[int, tuple[Spans, Spans]]:
    """The same for many people, in one query. Asked at every step of a case, so it is written out.

    Breaks come whole, absences and time booked for such a kind (A2.18) as far as they lie in a shift. They may overlap;
    whoever adds them up makes their union first.
    """
    found: dict[int, tuple[Spans, Spans]] = {person_id: ([], []) for person_id in person_ids}
    window = DateTimeTZRange(start, end, "[]")  # with both ends, so that a moment is a window too
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH shifts AS MATERIALIZED (
                SELECT id, person_id, span FROM rosters_rosterentry
                WHERE person_id = ANY(%s) AND day BETWEEN %s AND %s AND span && %s
            ), found (kind, person_id, span) AS (
                SELECT 0, person_id, span FROM shifts
                UNION ALL
                SELECT 1, shifts.person_id, pause.span FROM shifts
                JOIN rosters_rosterbreak pause ON pause.entry_id = shifts.id AND pause.span && %s
                UNION ALL
                SELECT 1, shifts.person_id, shifts.span * away.span FROM shifts
                JOIN rosters_absence away ON away.person_id = shifts.person_id AND away.span && shifts.span
                UNION ALL
                SELECT 1, shifts.person_id, shifts.span * seat.span FROM shifts
                JOIN rosters_bookingseat seat ON seat.person_id = shifts.person_id AND seat.span && shifts.span
                JOIN rosters_booking booking ON booking.id = seat.booking_id AND booking.kind = ANY(%s)
            )
            SELECT kind, person_id, (extract(epoch FROM lower(span)) * 1000000)::bigint,
                   (extract(epoch FROM upper(span)) * 1000000)::bigint
            FROM found ORDER BY span
            """,
            [list(found), clock.local_day(start) - hours.ONE_DAY, clock.local_day(end), window, window, list(booked)],
        )
        for kind, person_id, since, until in cursor.fetchall():
            found[person_id][kind].append(Span(_moment(since), _moment(until)))
    return found


def _moment(microseconds: int) -> datetime:
    """Of whole microseconds since 1970: a month of a thousand people has too many spans to read each as a text."""
    return UNIX + timedelta(microseconds=microseconds)


# ---------------------------------------------------------------- shift types


class Choice:
    """The shift types of a centre, read once, to be chosen by code and day."""

    def __init__(self, centre: Centre) -> None:
        self._editions: dict[str, list[ShiftType]] = {}
        for row in ShiftType.objects.filter(centre=centre).order_by("since"):
            self._editions.setdefault(row.code, []).append(row)

    def of(self, code: str, day: date) -> ShiftType | None:
        """The edition in force that is worked on such a day, else its weekend form; None for a free day."""
        if not code:
            return None
        if code not in self._editions:
            raise Refused(Refusal("D2.1", gettext_noop("There is no shift “{code}”."), {"code": code}))
        for name in (code, f"weekend_{code}"):
            in_force = [row for row in self._editions.get(name, ()) if row.since <= day]
            if in_force and day.weekday() in in_force[-1].weekdays:
                return in_force[-1]
        return None

    def on(self, day: date) -> list[ShiftType]:
        """Every shift in force on that day, by its start."""
        in_force = [[row for row in rows if row.since <= day] for rows in self._editions.values()]
        return sorted((rows[-1] for rows in in_force if rows), key=lambda row: (row.starts, row.ends, row.code))


def shift_types(centre: Centre, day: date) -> list[ShiftType]:
    """The shifts in force in a centre on a day."""
    return Choice(centre).on(day)


# ---------------------------------------------------------------- calendar

# The calendar's version as this request has seen it: (request, version, rows of history).
_seen: ContextVar[tuple[str, int, int] | None] = ContextVar("calendar_seen", default=None)


def is_special(day: date) -> bool:
    """Whether the calendar says something about that day which its weekday does not."""
    return CalendarDay.objects.filter(day=day).exists()


def special_days(first: date, last: date) -> dict[date, CalendarDay]:
    """What the calendar says about the days of a stretch."""
    return {row.day: row for row in CalendarDay.objects.filter(day__range=(first, last))}


def forget_calendar() -> None:
    """The calendar was changed: look again, even within the same request."""
    _seen.set(None)


def work_calendar(on: date) -> WorkCalendar:
    """The work clock's calendar with the working time of that day.

    Built once for every version of the calendar's rows. A version is the newest row of their history; within one
    web request or event it is looked up once, elsewhere every time, with one small query.
    """
    version, rows = _version()
    return _built(version, rows, hours.WORKING_TIME.on(on))


def announced_days(on: date) -> Mapping[date, ClockDay]:
    """The days that are not what their weekday says, as the calendar of that day knows them."""
    return work_calendar(on).days


def _version() -> tuple[int, int]:
    request, seen = audit.request_id(), _seen.get()
    if seen is not None and request and seen[0] == request:
        return seen[1], seen[2]
    history = apps.get_model("rosters", "CalendarDayHistory")._default_manager
    newest = history.aggregate(version=Max("pgh_id"), rows=Count("pgh_id"))
    version, rows = newest["version"] or 0, newest["rows"]
    # A job's id names its kind, not its run, so it may not keep what an earlier run saw.
    if request and not request.startswith("job:"):
        _seen.set((request, version, rows))
    return version, rows


@lru_cache(maxsize=8)
def _built(version: int, _rows: int, intervals: tuple[tuple[time, time], ...]) -> WorkCalendar:
    days = {day: _ON_CLOCK[kind] for day, kind in CalendarDay.objects.values_list("day", "kind")}
    return WorkCalendar(version=version, intervals=intervals, days=days)


# ---------------------------------------------------------------- pages


@dataclass(frozen=True, slots=True)
class Present:
    """One person on duty, as today's page shows him."""

    entry: RosterEntry
    positions: tuple[str, ...]
    presence: str  # a presence state, "break" or "absent"
    since: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """People who come or go at one moment."""

    at: datetime
    coming: tuple[RosterEntry, ...]
    going: tuple[RosterEntry, ...]


@dataclass(frozen=True, slots=True)
class Away:
    """A shift of today that somebody misses, whole or in part."""

    entry: RosterEntry
    absence: Absence


@dataclass(frozen=True, slots=True)
class Today:
    """A day's roster at a moment."""

    present: tuple[Present, ...]
    changes: tuple[Change, ...]
    cover: hours.Cover
    planned: int
    away: tuple[Away, ...]


SERVES = ("operator", "agent", "shift_leader", "team_leader")


def today(centre: Centre | int, at: datetime) -> Today:
    """Who is on duty with what he does, who comes and goes next, and where the service window is uncovered."""
    day = clock.local_day(at)
    entries = _entries_around(centre, day)
    held = _positions({entry.person_id for entry in entries}, day)
    now = on_duty(centre, at)
    absences = absences_of({entry.person_id for entry in entries}, day - hours.ONE_DAY, day)
    missed = {entry.pk: _missed(entry, absences.get(entry.person_id, ())) for entry in entries}
    duties = [
        (part, [span_of(rest.span) for rest in entry.breaks.all()])
        for entry in entries
        if held.get(entry.person_id, frozenset()).intersection(SERVES)
        for part in subtract([span_of(entry.span)], [span_of(one.span) for one in missed[entry.pk]])
    ]
    there = [entry for entry in entries if not any(_holds(one, entry) for one in missed[entry.pk])]
    return Today(
        present=tuple(_present(now, held, at)),
        changes=tuple(_changes(there, at)),
        cover=hours.cover(day, duties),
        planned=sum(entry.day == day for entry in there),
        away=tuple(Away(entry, one) for entry in entries if entry.day == day for one in missed[entry.pk]),
    )


def absences_of(person_ids: Collection[int], first: date, last: date) -> dict[int, tuple[Absence, ...]]:
    """Who of these people is away when, by person, as far as it touches these days; in one query."""
    window = DateTimeTZRange(clock.wall(first), clock.wall(last + hours.ONE_DAY))
    found: dict[int, list[Absence]] = {}
    for row in Absence.objects.filter(person__in=person_ids, span__overlap=window).order_by("span"):
        found.setdefault(row.person_id, []).append(row)
    return {person_id: tuple(rows) for person_id, rows in found.items()}


def asked_of(person_ids: Collection[int], first: date, last: date) -> dict[int, tuple[AskedAbsence, ...]]:
    """Who of these people has asked to be away when, without a decision yet; as `absences_of`."""
    window = DateTimeTZRange(clock.wall(first), clock.wall(last + hours.ONE_DAY))
    found: dict[int, list[AskedAbsence]] = {}
    for row in AskedAbsence.objects.filter(person__in=person_ids, span__overlap=window).order_by("span"):
        found.setdefault(row.person_id, []).append(row)
    return {person_id: tuple(rows) for person_id, rows in found.items()}


def is_missed(entry: RosterEntry, absence: Absence) -> bool:
    """Whether an absence takes the whole of a shift."""
    return _holds(absence, entry)


def _missed(entry: RosterEntry, absences: Iterable[Missing]) -> list[Missing]:
    return [one for one in absences if one.span.lower < entry.span.upper and entry.span.lower < one.span.upper]


def _holds(absence: Absence, entry: RosterEntry) -> bool:
    return bool(absence.span.lower <= entry.span.lower and entry.span.upper <= absence.span.upper)


def _entries_around(centre: Centre | int, day: date) -> list[RosterEntry]:
    rows = RosterEntry.objects.filter(person__centre=centre, day__in=[day - hours.ONE_DAY, day])
    breaks = Prefetch("breaks", RosterBreak.objects.order_by("span"))
    return list(rows.select_related("person", "shift_type").prefetch_related(breaks).order_by("span", "pk"))


def _positions(person_ids: Collection[int], day: date) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    posts = Post.objects.on(day).filter(person__in=person_ids)
    for person_id, position in posts.values_list("person_id", "position"):
        found.setdefault(person_id, set()).add(position)
    return {person_id: frozenset(positions) for person_id, positions in found.items()}


def _present(now: list[RosterEntry], held: Mapping[int, frozenset[str]], at: datetime) -> list[Present]:
    people = [entry.person_id for entry in now]
    seats = {row.person_id: row for row in Presence.objects.filter(person__in=people, span__contains=at)}
    found = []
    for entry in now:
        seat = seats.get(entry.person_id)
        state = "break" if entry.in_break else seat.state if seat else "absent"
        since = seat.span.lower if seat and not entry.in_break else None
        positions = tuple(sorted(held.get(entry.person_id, ())))
        found.append(Present(entry, positions, state, since, seat.reason if seat else ""))
    return found


def _changes(entries: list[RosterEntry], at: datetime) -> list[Change]:
    coming: dict[datetime, list[RosterEntry]] = {}
    going: dict[datetime, list[RosterEntry]] = {}
    for entry in entries:
        span = span_of(entry.span)
        if span.start > at:
            coming.setdefault(span.start, []).append(entry)
        if span.end > at:
            going.setdefault(span.end, []).append(entry)
    moments = sorted({*coming, *going})
    return [Change(moment, tuple(coming.get(moment, ())), tuple(going.get(moment, ()))) for moment in moments]


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A person's line in the month's grid: an entry or None for each day."""

    person: Person
    is_mine: bool
    cells: tuple[RosterEntry | None, ...]
    count: int
    away: tuple[Absence | None, ...]  # beside each cell: why its shift, or the day, is missed
    asked: tuple[AskedAbsence | None, ...]  # what is asked for of that day, and not decided


@dataclass(frozen=True, slots=True)
class Month:
    """A month of shifts: its days, what the calendar says of them, and a line for everybody."""

    days: tuple[date, ...]
    special: Mapping[date, CalendarDay]
    rows: tuple[MonthRow, ...]

    @property
    def mine(self) -> MonthRow:
        """The line of whoever asks; it is always the first."""
        return self.rows[0]

    @property
    def is_estimated(self) -> bool:
        """Whether a day of it is only estimated by the library."""
        return any(not row.is_announced for row in self.special.values())


def month(person: Person, first: date, team: Unit | None = None) -> Month:
    """The roster of a month as the person may see it: his own line first, then everybody's by name."""
    days = hours.month_days(first)
    rows = RosterEntry.objects.visible_to(person).filter(day__range=(days[0], days[-1]))
    shown = Person.objects.filter(pk=person.pk)
    if team is not None:
        shown |= Person.objects.filter(pk__in=_members(team, days))
        rows = rows.filter(person__in=shown.values("pk"))
    found: dict[int, dict[date, RosterEntry]] = {}
    for entry in rows.select_related("shift_type").order_by("day", "span"):
        found.setdefault(entry.person_id, {}).setdefault(entry.day, entry)
    people = {row.pk: row for row in shown | Person.objects.filter(pk__in=found)}
    order = sorted(people.values(), key=lambda row: (row.pk != person.pk, row.name_key, row.pk))
    absences, asked = absences_of(set(people), days[0], days[-1]), asked_of(set(people), days[0], days[-1])
    return Month(
        days=days,
        special=special_days(days[0], days[-1]),
        rows=tuple(
            MonthRow(
                person=row,
                is_mine=row.pk == person.pk,
                cells=tuple(given.get(day) for day in days),
                count=len(given),
                away=_each_day(days, given, absences.get(row.pk, ())),
                asked=_each_day(days, given, asked.get(row.pk, ())),
            )
            for row in order
            for given in [found.get(row.pk, {})]
        ),
    )


def _members(team: Unit, days: tuple[date, ...]) -> QuerySet[Post, int]:
    held = Post.objects.filter(unit=team, days__overlap=DateRange(days[0], days[-1], "[]"))
    return held.values_list("person", flat=True)


def _each_day(
    days: tuple[date, ...], given: Mapping[date, RosterEntry], absences: tuple[Missing, ...]
) -> tuple[Missing | None, ...]:
    return tuple(away_on(day, given.get(day), absences) for day in days) if absences else (None,) * len(days)


def away_on(day: date, entry: RosterEntry | None, absences: Iterable[Missing]) -> Missing | None:
    """The absence that takes a shift of that day, or holds the day where there is no shift."""
    if entry is not None:
        return next(iter(_missed(entry, absences)), None)
    noon = clock.wall(day, 12)
    return next((one for one in absences if one.span.lower <= noon < one.span.upper), None)


def told_late(centre_id: int, day: date, today: date) -> int:
    """By how many days too late a change of that day is told; none while its month is not published (A7.7)."""
    months = RosterPlan.objects.filter(centre=centre_id, first=day.replace(day=1), status=Status.PUBLISHED)
    return late_notice(centre_id, day, today) if months.exists() else 0


def teams(centre: Centre | int) -> QuerySet[Unit]:
    """The units of a centre whose people have shifts."""
    return Unit.objects.filter(centre=centre, is_active=True).exclude(kind=UnitKind.DEPARTMENT)
