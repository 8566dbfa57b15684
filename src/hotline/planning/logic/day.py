"""A day by half hours: who was to be there and who was, where heads are short, what could be done about it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from hotline.kernel.money import portion
from hotline.kernel.spans import Span, intersect, subtract, total, union
from hotline.kernel.words import gettext_noop

HALF_HOURS = 48
HALF_HOUR, MINUTE = timedelta(minutes=30), timedelta(minutes=1)
HOUR = timedelta(hours=1)
NONE = timedelta()
MOST_IDEAS = 12
NOT_AT_THE_EDGE = HOUR  # a break neither begins a shift nor ends it
LEAST_STAY = HALF_HOUR


class Kind(StrEnum):
    """What could be done."""

    MOVE_BREAK = "move_break"
    PUT_OFF = "put_off"
    STAY = "stay"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.MOVE_BREAK: gettext_noop("Move a break"),
    Kind.PUT_OFF: gettext_noop("Put off a booking"),
    Kind.STAY: gettext_noop("Stay longer"),
}


class Status(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


STATUS_LABELS: Mapping[Status, str] = {
    Status.OPEN: gettext_noop("Proposed"),
    Status.ACCEPTED: gettext_noop("Carried out"),
    Status.DECLINED: gettext_noop("Set aside"),
    Status.LAPSED: gettext_noop("Overtaken"),
}
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.ACCEPTED, Status.DECLINED, Status.LAPSED}),
    Status.ACCEPTED: frozenset(),
    Status.DECLINED: frozenset(),
    Status.LAPSED: frozenset(),
}


# ---------------------------------------------------------------- half hours


def half_hour(midnight: datetime, slot: int) -> Span:
    """The span of a half hour of the day that begins at that moment."""
    return Span(midnight + slot * HALF_HOUR, midnight + (slot + 1) * HALF_HOUR)


def slot_at(midnight: datetime, moment: datetime) -> int:
    """The half hour a moment lies in."""
    return (moment - midnight) // HALF_HOUR


def clock_of(slot: int) -> str:
    """When a half hour begins, as people write it."""
    return f"{slot // 2:02}:{slot % 2 * 30:02}"


def minutes_by_slot(spans: Iterable[Span], midnight: datetime) -> list[int]:
    """Minutes covered in each half hour of the day."""
    found = [0] * HALF_HOURS
    for span in union(spans):
        first = max(slot_at(midnight, span.start), 0)
        begin = midnight + first * HALF_HOUR
        for slot in range(first, HALF_HOURS):
            if begin >= span.end:
                break
            until = begin + HALF_HOUR
            covered = min(span.end, until) - max(span.start, begin)
            found[slot] += max(covered, NONE) // MINUTE
            begin = until
    return found


@dataclass(frozen=True, slots=True)
class Break:
    """A rest inside a shift."""

    ref: int
    span: Span


@dataclass(frozen=True, slots=True)
class Booked:
    """Time inside a shift that is booked for something else; `can_wait` may be put off."""

    ref: int
    span: Span
    can_wait: bool = True


@dataclass(frozen=True, slots=True)
class Worker:
    """One person's day: what was planned for him, and when he was there."""

    person: int
    ref: int  # his shift
    shift: Span
    breaks: tuple[Break, ...] = ()
    away: tuple[Span, ...] = ()
    booked: tuple[Booked, ...] = ()
    there: tuple[Span, ...] = ()
    may_stay: timedelta = NONE
    stays_until: datetime | None = None  # because of his next shift

    @property
    def planned(self) -> tuple[Span, ...]:
        """When he is to be at the desk."""
        rests = [rest.span for rest in self.breaks]
        return subtract([self.shift], [*rests, *self.away, *(one.span for one in self.booked)])


@dataclass(frozen=True, slots=True)
class Adherence:
    """How somebody kept to the plan until a moment: time planned, kept of it, and at the seat outside of it."""

    person: int
    planned: timedelta
    kept: timedelta
    beside: timedelta

    @property
    def share(self) -> Fraction | None:
        """Kept over planned; nothing to say where nothing was planned yet."""
        return (
            Fraction(self.kept // timedelta(seconds=1), self.planned // timedelta(seconds=1)) if self.planned else None
        )


def adherence(worker: Worker, until: datetime) -> Adherence:
    """Planned against actual of one person, up to a moment."""
    if until <= worker.shift.start:
        return Adherence(worker.person, NONE, NONE, NONE)
    passed = [Span(worker.shift.start, until)]
    planned = intersect(worker.planned, passed)
    kept = intersect(planned, worker.there)
    beside = subtract(intersect(worker.there, [Span(min(worker.shift.start, until), until)]), planned)
    return Adherence(worker.person, total(planned), total(kept), total(beside))


@dataclass(frozen=True, slots=True)
class Interval:
    """One half hour: heads needed, planned and there (minutes over thirty), and what too many or too few cost."""

    slot: int
    need: int
    planned: Fraction
    there: Fraction | None  # nothing before it is over
    over_fen: int
    under_fen: int

    @property
    def heads(self) -> Fraction:
        """Who was there, or who is to be."""
        return self.planned if self.there is None else self.there

    @property
    def balance(self) -> Fraction:
        """Heads too many, or too few below zero."""
        return self.heads - self.need


def intervals(
    workers: Sequence[Worker], need: Mapping[int, int], midnight: datetime, until: datetime, hour_fen: int
) -> list[Interval]:
    """Every half hour in which somebody is needed or planned; those over by `until` know who was there."""
    planned, there = [0] * HALF_HOURS, [0] * HALF_HOURS
    for worker in workers:
        for slot, minutes in enumerate(minutes_by_slot(worker.planned, midnight)):
            planned[slot] += minutes
        for slot, minutes in enumerate(minutes_by_slot(worker.there, midnight)):
            there[slot] += minutes
    found = []
    for slot in range(HALF_HOURS):
        if not (planned[slot] or there[slot] or need.get(slot)):
            continue
        over = half_hour(midnight, slot).end <= until
        seen = Fraction(there[slot], 30) if over else None
        heads = seen if seen is not None else Fraction(planned[slot], 30)
        apart = heads - need.get(slot, 0)
        cost = portion(hour_fen, abs(apart) / 2)
        found.append(
            Interval(
                slot,
                need.get(slot, 0),
                Fraction(planned[slot], 30),
                seen,
                cost if apart > 0 else 0,
                cost if apart < 0 else 0,
            )
        )
    return found


# ---------------------------------------------------------------- the afternoon anew


@dataclass(frozen=True, slots=True)
class Idea:
    """Something that would help: which half hours gain a head, and what it costs."""

    kind: Kind
    person: int
    ref: int
    span: Span
    slots: tuple[int, ...]
    cost_fen: int


@dataclass(slots=True)
class Afternoon:
    """The rest of a day: heads too many or too few in each half hour to come, and who could do something."""

    midnight: datetime
    now: datetime
    workers: Sequence[Worker]
    balance: dict[int, Fraction]
    hour_fen: int
    overtime_pay: Fraction  # of an ordinary hour
    taken: set[tuple[Kind, int, int]] = field(default_factory=set)  # kind, person, thing: a booking has many seats

    def short(self) -> set[int]:
        """Half hours that lack at least a head."""
        return {slot for slot, heads in self.balance.items() if heads <= -1}

    def propose(self) -> list[Idea]:
        """The best idea first, then the best that remains; what costs nothing comes before what costs something."""
        found: list[Idea] = []
        while len(found) < MOST_IDEAS and self.short():
            ideas = [idea for worker in self.workers for idea in self._ideas(worker) if idea.slots]
            if not ideas:
                break
            best = min(ideas, key=lambda idea: (idea.cost_fen > 0, -len(idea.slots), idea.cost_fen, idea.person))
            self._take(best)
            found.append(best)
        return found

    def _take(self, idea: Idea) -> None:
        self.taken.add((idea.kind, idea.person, idea.ref))
        for slot in idea.slots:
            self.balance[slot] += 1
        if idea.kind is Kind.MOVE_BREAK:
            for slot in self._slots(idea.span):
                self.balance[slot] = self.balance.get(slot, Fraction(0)) - 1

    def _is_taken(self, kind: Kind, worker: Worker, ref: int) -> bool:
        return (kind, worker.person, ref) in self.taken

    def _ideas(self, worker: Worker) -> list[Idea]:
        return [*self._moves(worker), *self._put_off(worker), *self._stay(worker)]

    def _slots(self, span: Span) -> list[int]:
        return [slot for slot, minutes in enumerate(minutes_by_slot([span], self.midnight)) if minutes]

    def _moves(self, worker: Worker) -> list[Idea]:
        """A break that has not begun goes to where heads are to spare, a half hour or more away from the edges."""
        found = []
        for rest in worker.breaks:
            helped = [slot for slot in self._slots(rest.span) if slot in self.short()]
            if self._is_taken(Kind.MOVE_BREAK, worker, rest.ref) or rest.span.start <= self.now or not helped:
                continue
            place = self._place_for(worker, rest)
            if place is not None:
                found.append(Idea(Kind.MOVE_BREAK, worker.person, rest.ref, place, tuple(helped), 0))
        return found

    def _place_for(self, worker: Worker, rest: Break) -> Span | None:
        others = [one.span for one in worker.breaks if one is not rest]
        busy = [*others, *worker.away, *(one.span for one in worker.booked)]
        places = []
        for slot in range(slot_at(self.midnight, self.now) + 1, HALF_HOURS):
            start = self.midnight + slot * HALF_HOUR
            span = Span(start, start + rest.span.length)
            inside = (
                worker.shift.start + NOT_AT_THE_EDGE <= span.start and span.end <= worker.shift.end - NOT_AT_THE_EDGE
            )
            if not inside or intersect([span], [rest.span]) or intersect([span], busy):
                continue
            spare = min((self.balance.get(one, Fraction(0)) for one in self._slots(span)), default=Fraction(0))
            if spare >= 1:
                places.append((abs(start - rest.span.start), span))
        return min(places)[1] if places else None

    def _put_off(self, worker: Worker) -> list[Idea]:
        found = []
        for booked in worker.booked:
            helped = tuple(slot for slot in self._slots(booked.span) if slot in self.short())
            is_taken = self._is_taken(Kind.PUT_OFF, worker, booked.ref)
            if booked.can_wait and booked.span.start > self.now and not is_taken:
                found.append(Idea(Kind.PUT_OFF, worker.person, booked.ref, booked.span, helped, 0))
        return found

    def _stay(self, worker: Worker) -> list[Idea]:
        """From the end of the shift on, as long as it helps and the law allows; half hours in between count as paid."""
        end = worker.shift.end
        latest = end + worker.may_stay
        if worker.stays_until is not None:
            latest = min(latest, worker.stays_until)
        is_away = any(span.end >= end for span in worker.away)
        is_taken = self._is_taken(Kind.STAY, worker, worker.ref)
        if end <= self.now or is_away or latest - end < LEAST_STAY or is_taken:
            return []
        first = slot_at(self.midnight, end)
        last = min(slot_at(self.midnight, latest), HALF_HOURS)
        helped = [slot for slot in range(first, last) if slot in self.short()]
        # Nobody is asked to wait for an hour until he is needed.
        near = [slot for slot in helped if slot - first <= 1 or slot - 1 in helped]
        if not near:
            return []
        span = Span(end, half_hour(self.midnight, near[-1]).end)
        minutes = span.length // MINUTE
        cost = portion(self.hour_fen, Fraction(minutes, 60) * self.overtime_pay)
        return [Idea(Kind.STAY, worker.person, worker.ref, span, tuple(near), cost)]
