"""The day as it goes: the roster against people's presence, half hour by half hour, with what each is short of."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, Min, Prefetch, Q, QuerySet

from hotline.cases.models import Case, Category, Holding
from hotline.cases.queries import board
from hotline.core import clock
from hotline.handbook.queries import values_on
from hotline.kernel.spans import Span
from hotline.people.models import Centre, Person, Position, Post, Presence, PresenceState
from hotline.planning.logic import day as logic
from hotline.planning.logic.day import Adherence, Afternoon, Booked, Break, Interval, Worker
from hotline.planning.models import Remedy, Series
from hotline.planning.queries import amounts, bookings, forecasts, staffing
from hotline.rosters.models import Absence, CalendarDay, DayKind, Demand, RosterBreak, RosterEntry
from hotline.rosters.queries.duty import span_of
from hotline.rulebook.parameters.terms import overtime_terms
from hotline.rulebook.staffing import OvertimeTerms, may_stay, overtime_of, overtime_pay

DAY = timedelta(days=1)
AT_DESK = (Position.OPERATOR, Position.AGENT)
HELPERS = (Position.SHIFT_LEADER, Position.TEAM_LEADER)  # work cases where those at the desk are too few
WORKING = (PresenceState.READY, PresenceState.BUSY)
REACH = timedelta(hours=36)  # so far ahead the next shift is looked for


def window_of(day: date) -> Span:
    """The day from midnight to midnight."""
    return Span(clock.wall(day), clock.wall(day + DAY))


# ---------------------------------------------------------------- people


@dataclass(frozen=True, slots=True)
class Crew:
    """Everybody who is rostered at the desk on a day."""

    day: date
    workers: tuple[Worker, ...]
    people: Mapping[int, Person]

    @property
    def midnight(self) -> datetime:
        """When the day begins."""
        return clock.wall(self.day)


def crew(centre: Centre | int, day: date, at: datetime, *, law: bool = False) -> Crew:
    """The roster of the desk on a day with breaks, absences, bookings and presence: six queries.

    With `law` it is also told how much longer each may stay, for which the whole month's roster is read.
    """
    window = window_of(day)
    around = DateTimeTZRange(window.start, window.end + DAY)
    desk = Post.objects.on(day).filter(position__in=AT_DESK, person__is_active=True).values("person")
    rows = RosterEntry.objects.filter(person__centre=centre, day=day, person__in=desk).select_related("person")
    entries = list(rows.prefetch_related(Prefetch("breaks", RosterBreak.objects.order_by("span"))).order_by("span"))
    ids = [entry.person_id for entry in entries]
    away = _spans(Absence.objects.filter(person__in=ids, span__overlap=around).values_list("person", "span"))
    booked: dict[int, list[bookings.Seat]] = defaultdict(list)
    for seat in bookings.seats(centre.pk if isinstance(centre, Centre) else centre, window):
        booked[seat.person_id].append(seat)
    there = _presence(ids, window, at)
    left = _left(entries, day, law_of(centre, day)) if law else {entry.pk: (timedelta(), None) for entry in entries}
    workers = tuple(
        Worker(
            person=entry.person_id,
            ref=entry.pk,
            shift=span_of(entry.span),
            breaks=tuple(Break(rest.pk, span_of(rest.span)) for rest in entry.breaks.all()),
            away=tuple(away.get(entry.person_id, ())),
            booked=tuple(Booked(one.booking_id, one.span, one.can_wait) for one in booked.get(entry.person_id, ())),
            there=tuple(there.get(entry.person_id, ())),
            may_stay=left[entry.pk][0],
            stays_until=left[entry.pk][1],
        )
        for entry in entries
    )
    return Crew(day, workers, {entry.person_id: entry.person for entry in entries})


def law_of(centre: Centre | int, day: date) -> OvertimeTerms:
    """What the law allows in this centre on a day: one query."""
    return overtime_terms(day, values_on(centre.pk if isinstance(centre, Centre) else centre, day).reading())


def _spans(rows: "Collection[tuple[int, object]]") -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for person_id, span in rows:
        found[person_id].append(span_of(span))
    return found


def _presence(ids: Sequence[int], window: Span, at: datetime) -> dict[int, list[Span]]:
    """When each was at the seat; what still lasts ends now."""
    rows = Presence.objects.filter(
        person__in=ids, state__in=WORKING, span__overlap=DateTimeTZRange(window.start, window.end)
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for person_id, span in rows.values_list("person", "span"):
        end = span.upper if span.upper is not None else max(at, span.lower)
        found[person_id].append(Span(span.lower, end))
    return found


def _left(
    entries: Sequence[RosterEntry], day: date, terms: OvertimeTerms
) -> dict[int, tuple[timedelta, datetime | None]]:
    """How much longer each may stay by law, and until when at the latest because of his next shift."""
    ids = [entry.person_id for entry in entries]
    month = _overtime_of_month(ids, day, terms)
    after = window_of(day).end
    rows = RosterEntry.objects.filter(person__in=ids, day__gt=day, span__startswith__lt=after + REACH)
    following = dict(rows.order_by().values_list("person").annotate(first=Min("span__startswith")))
    found = {}
    for entry in entries:
        today = overtime_of.on(day)(_worked(entry), _length_by_type(entry), terms)
        left = may_stay.on(day)(today, month.get(entry.person_id, timedelta()), terms)
        next_one = following.get(entry.person_id)
        found[entry.pk] = (left, next_one - terms.rest if next_one else None)
    return found


def _overtime_of_month(ids: Sequence[int], day: date, terms: OvertimeTerms) -> dict[int, timedelta]:
    """Overtime of everybody in the month of that day, as rostered: this day's included."""
    found = defaultdict[int, timedelta](timedelta)
    first = day.replace(day=1)
    last = (first + 31 * DAY).replace(day=1) - DAY
    rows = RosterEntry.objects.filter(person__in=ids, day__range=(first, last)).select_related("shift_type")
    for entry in rows.prefetch_related("breaks"):
        found[entry.person_id] += overtime_of.on(day)(_worked(entry), _length_by_type(entry), terms)
    return found


def _worked(entry: RosterEntry) -> timedelta:
    rests = sum((span_of(rest.span).length for rest in entry.breaks.all()), timedelta())
    return span_of(entry.span).length - rests


def _length_by_type(entry: RosterEntry) -> timedelta:
    """What the shift's own type has in it, without its breaks."""
    shift = entry.shift_type
    start = timedelta(hours=shift.starts.hour, minutes=shift.starts.minute)
    end = timedelta(hours=shift.ends.hour, minutes=shift.ends.minute)
    pairs = zip(shift.breaks[::2], shift.breaks[1::2], strict=True)
    rests = sum((timedelta(minutes=until - since) for since, until in pairs), timedelta())
    return (end - start if end > start else end - start + DAY) - rests


# ---------------------------------------------------------------- half hours


@dataclass(frozen=True, slots=True)
class Row:
    """A half hour as the page shows it: work that was said and came, heads, and the balance."""

    interval: Interval
    said: Decimal | None
    came: int | None
    expected: int | None  # of what is still to come, by what has come so far

    @property
    def time(self) -> str:
        """When it begins."""
        return logic.clock_of(self.interval.slot)


@dataclass(frozen=True, slots=True)
class Today:
    """The whole day at a moment."""

    crew: Crew
    rows: tuple[Row, ...]
    adherence: tuple[Adherence, ...]
    need_from: str  # demand, forecast, or nothing

    @property
    def over_fen(self) -> int:
        """What heads too many have cost, or will."""
        return sum(row.interval.over_fen for row in self.rows)

    @property
    def under_fen(self) -> int:
        """What the missing heads would have cost."""
        return sum(row.interval.under_fen for row in self.rows)

    @property
    def kept(self) -> Fraction | None:
        """How far everybody together kept to the plan so far."""
        planned = sum((one.planned for one in self.adherence), timedelta())
        kept = sum((one.kept for one in self.adherence), timedelta())
        second = timedelta(seconds=1)
        return Fraction(kept // second, planned // second) if planned else None

    @property
    def came(self) -> int:
        """What has come so far."""
        return sum(row.came or 0 for row in self.rows)

    @property
    def said(self) -> Decimal:
        """What the forecast had said of the half hours that are over."""
        return sum((row.said or Decimal(0) for row in self.rows if row.came is not None), Decimal(0))

    @property
    def next_gaps(self) -> list[Row]:
        """Half hours to come that lack a head or more."""
        return [row for row in self.rows if row.interval.there is None and row.interval.balance <= -1]


def need_of(centre: Centre | int, series: Series | None, day: date) -> tuple[dict[int, int], str]:
    """Heads each half hour of the day needs: what the roster was planned against, else what the forecast says."""
    rows = Demand.objects.filter(centre=centre, day=day, skill__isnull=True)
    planned = dict(rows.values_list("slot", "heads"))
    if planned:
        return planned, "demand"
    if series is None:
        return {}, ""
    found = staffing.plan(series, day, day)
    return {row.cell.slot: row.need.heads for row in found.rows}, "forecast" if found.rows else ""


def today(centre: Centre, day: date, at: datetime) -> Today:
    """Planned against actual of a day, up to the moment (A1.5, A5.5)."""
    series = forecasts.main_series(centre)
    crew_ = crew(centre, day, at)
    need, need_from = need_of(centre, series, day)
    hour_fen = series.hour_fen if series else 0
    rows = logic.intervals(crew_.workers, need, crew_.midnight, at, hour_fen)
    return Today(
        crew=crew_,
        rows=tuple(_rows(rows, series, crew_, at)),
        adherence=tuple(logic.adherence(worker, at) for worker in crew_.workers),
        need_from=need_from,
    )


def _rows(rows: Sequence[Interval], series: Series | None, crew_: Crew, at: datetime) -> list[Row]:
    if series is None:
        return [Row(one, None, None, None) for one in rows]
    day = crew_.day
    cells = {cell.slot: cell for cell in forecasts.cells(series, day, day)}
    came = {slot: amount for (_day, slot), amount in amounts.between(series, day, day).items()}
    over = amounts.known_until(series, day, at)
    expected = staffing.rest_of_day(cells, came, over)
    return [
        Row(
            one,
            cells[one.slot].mean if one.slot in cells else None,
            came.get(one.slot, 0) if one.slot < over else None,
            expected.get(one.slot) if one.slot >= over else None,
        )
        for one in rows
    ]


def afternoon(centre: Centre, at: datetime) -> Afternoon:
    """The rest of this day, measured against what is expected now that part of it has come (A7.5)."""
    day = clock.local_day(at)
    series = forecasts.main_series(centre)
    crew_ = crew(centre, day, at, law=True)
    need, _source = need_of(centre, series, day)
    if series is not None:
        need = staffing.need_now(series, need, day, at)
    rows = logic.intervals(crew_.workers, need, crew_.midnight, at, series.hour_fen if series else 0)
    balance = {
        row.slot: row.balance for row in rows if row.there is None and row.slot > logic.slot_at(crew_.midnight, at)
    }
    is_holiday = CalendarDay.objects.filter(day=day, kind=DayKind.STATUTORY).exists()
    pay = overtime_pay.on(day)(is_holiday, law_of(centre, day))
    return Afternoon(crew_.midnight, at, crew_.workers, balance, series.hour_fen if series else 0, pay)


# ---------------------------------------------------------------- who gets the next one


@dataclass(frozen=True, slots=True)
class Hand:
    """A person on duty with his work as it stands: in hand, taken today, closed today (B1.3)."""

    person: Person
    state: str
    in_hand: int
    taken: int
    closed: int
    helps: bool = False  # leads, and works cases where those at the desk are too few

    @property
    def is_free(self) -> bool:
        """Whether he could take the next one."""
        return self.state == PresenceState.READY


def hands(centre: Centre, at: datetime, *, also: Collection[Position] = ()) -> list[Hand]:
    """Everybody on duty at the desk, who has least to do first: by cases in hand, then by what he has taken today.

    Those in a position of `also` come besides, as helpers.
    """
    day = window_of(clock.local_day(at))
    rows = board.held_by_people(centre)
    posts = Post.objects.on(clock.local_day(at)).filter(position__in=[*AT_DESK, *also])
    held_by = set(posts.values_list("person", "position"))
    desk = {person for person, position in held_by if position in AT_DESK}
    known = desk | {person for person, _position in held_by}
    there = [one for one in board.on_duty(centre, at, rows) if one.person.pk in known]
    ids = [one.person.pk for one in there]
    held = Holding.objects.filter(person__in=ids, span__startswith__gte=day.start, span__startswith__lt=day.end)
    # Keys grow with time: what came since yesterday tells from which key on a million others need not be read.
    lately = Holding.objects.filter(case__centre=centre, case__arrived_at__gte=day.start - DAY)
    first = lately.aggregate(first=Min("pk"))["first"]
    held = held.filter(pk__gte=first) if first else held.none()
    taken = dict(held.order_by().values_list("person").annotate(cases=Count("case", distinct=True)))
    closed = dict(
        _ended(centre, day).filter(operator__in=ids).order_by().values_list("operator").annotate(cases=Count("pk"))
    )
    found = [
        Hand(
            one.person,
            one.state,
            one.in_hand,
            taken.get(one.person.pk, 0),
            closed.get(one.person.pk, 0),
            one.person.pk not in desk,
        )
        for one in there
    ]
    return sorted(found, key=lambda one: (not one.is_free, one.in_hand, one.taken, one.person.name_key))


# ---------------------------------------------------------------- proposals


def proposals(person: Person, day: date) -> list[Remedy]:
    """What was proposed for a day, what is open first."""
    rows = Remedy.objects.visible_to(person).filter(day=day).select_related("person", "status_by")
    return sorted(rows, key=lambda row: (row.status != logic.Status.OPEN, row.cost_fen, row.pk))


def _ended(centre: Centre | int, day: Span) -> "QuerySet[Case]":
    """Cases that ended on a day, found along the index of what ended lately, which stands by category."""
    classes = list(Category.objects.filter(centre=centre).values_list("pk", flat=True))
    rows = Case.objects.filter(centre=centre, ended_at__gte=day.start, ended_at__lt=day.end)
    return rows.filter(Q(category__in=classes) | Q(category__isnull=True))


def closings(centre: Centre | int, day: date) -> dict[str, int]:
    """What came and what ended on a day, and what is open."""
    window = window_of(day)
    rows = Case.objects.filter(centre=centre)
    came = rows.filter(arrived_at__gte=window.start, arrived_at__lt=window.end).count()
    return {"came": came, "ended": _ended(centre, window).count(), "open": rows.filter(ended_at__isnull=True).count()}
