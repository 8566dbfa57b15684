"""Where planned time goes, learned from the centre's own records: breaks, absences, bookings, empty seats (A1.4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Prefetch

from hotline.core import clock
from hotline.kernel.spans import Span, intersect, subtract, total
from hotline.people.models import Centre, Position, Post, Presence, PresenceState
from hotline.planning.queries import bookings
from hotline.rosters.models import Absence, RosterBreak, RosterEntry
from hotline.rosters.queries.duty import span_of

DAY = timedelta(days=1)
LEARNED_DAYS = 28
SECOND = timedelta(seconds=1)
AT_DESK = (Position.OPERATOR, Position.AGENT)
WORKING = (PresenceState.READY, PresenceState.BUSY)
MOST_BEYOND = Fraction(2, 5)  # records that say more are records that lack something


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Rostered time at the desk and where it went."""

    rostered: timedelta
    breaks: timedelta
    planned_away: timedelta  # leave that was known when the roster was made
    sudden_away: timedelta  # sickness
    booked: timedelta
    empty: timedelta  # planned to be at the seat, and was not
    days: int

    def share(self, part: timedelta) -> Fraction:
        """A part of the rostered time."""
        return Fraction(part // SECOND, self.rostered // SECOND) if self.rostered else Fraction(0)

    @property
    def whole(self) -> Fraction:
        """All of it: what a planner multiplies with who starts from paid time."""
        return self.share(self.breaks + self.planned_away + self.sudden_away + self.booked + self.empty)

    @property
    def beyond_roster(self) -> Fraction:
        """What a roster cannot know yet: sickness and empty seats, of the time that it counts on."""
        counted = self.rostered - self.breaks - self.planned_away - self.booked
        if counted <= timedelta(0):
            return Fraction(0)
        return min(Fraction((self.sudden_away + self.empty) // SECOND, counted // SECOND), MOST_BEYOND)


def learned(centre: Centre | int, at: datetime) -> Shrinkage:
    """Of the last four weeks, yesterday included: five queries."""
    last = clock.local_day(at) - DAY
    return between(centre, last - (LEARNED_DAYS - 1) * DAY, last)


def between(centre: Centre | int, first: date, last: date) -> Shrinkage:
    """Of some days."""
    window = Span(clock.wall(first), clock.wall(last + DAY))
    around = DateTimeTZRange(window.start, window.end)
    desk = Post.objects.on(last).filter(position__in=AT_DESK).values("person")
    rows = RosterEntry.objects.filter(person__centre=centre, day__range=(first, last), person__in=desk)
    entries = list(rows.prefetch_related(Prefetch("breaks", RosterBreak.objects.order_by("span"))))
    ids = {entry.person_id for entry in entries}
    away: dict[bool, dict[int, list[Span]]] = {True: defaultdict(list), False: defaultdict(list)}
    absences = Absence.objects.filter(person__in=ids, span__overlap=around)
    for person_id, span, is_planned in absences.values_list("person", "span", "is_planned"):
        away[is_planned][person_id].append(span_of(span))
    booked: dict[int, list[Span]] = defaultdict(list)
    for seat in bookings.seats(centre.pk if isinstance(centre, Centre) else centre, window):
        booked[seat.person_id].append(seat.span)
    there: dict[int, list[Span]] = defaultdict(list)
    present = Presence.objects.filter(person__in=ids, state__in=WORKING, span__overlap=around)
    for person_id, span in present.values_list("person", "span"):
        there[person_id].append(Span(span.lower, span.upper if span.upper is not None else window.end))
    parts = defaultdict[str, timedelta](timedelta)
    for entry in entries:
        who = entry.person_id
        _add(parts, entry, away[True][who], away[False][who], booked[who], there[who])
    return Shrinkage(
        parts["rostered"], parts["breaks"], parts["planned"], parts["sudden"], parts["booked"], parts["empty"],
        len({entry.day for entry in entries}),
    )  # fmt: skip


def _add(
    parts: dict[str, timedelta],
    entry: RosterEntry,
    planned: list[Span],
    sudden: list[Span],
    booked: list[Span],
    there: list[Span],
) -> None:
    """Each moment counts once, in this order."""
    left: tuple[Span, ...] = (span_of(entry.span),)
    parts["rostered"] += total(left)
    for name, spans in (
        ("planned", planned),
        ("sudden", sudden),
        ("breaks", [span_of(rest.span) for rest in entry.breaks.all()]),
        ("booked", booked),
    ):
        parts[name] += total(intersect(left, spans))
        left = subtract(left, spans)
    parts["empty"] += total(subtract(left, there)) if there else timedelta()
