"""Coming, resting and going of simulated staff: sign-in, readiness, lunch, the end of the shift."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hotline.config.demo import handover
from hotline.config.demo.engine import Engine
from hotline.config.demo.world import AT_SEAT, DEVICE, HOUR, MINUTE, World
from hotline.core import clock
from hotline.kernel.spans import Span
from hotline.people import queries as people
from hotline.people.models import Person, Position, PresenceState, WorkLogKind
from hotline.people.services import notices, presence, seats
from hotline.telephony.models import WishKind

LONG_REST = timedelta(minutes=90)  # for a rest as long as this people sign out and in again
WORKS_CASES = (Position.OPERATOR, Position.DISPATCHER, Position.SHIFT_LEADER)
LEAVE_FOR_LUNCH = 60  # of a hundred; the others eat at their seat


@dataclass(slots=True)
class Seats:
    """Who sits at which seat."""

    engine: Engine
    when_free: Callable[[Person, datetime], None] = lambda _person, _at: None
    # in a history: what somebody asks of his telephone; where a worker runs, it follows his seat
    phone: Callable[[Person, WishKind, str, datetime], None] = lambda _person, _kind, _reason, _at: None
    there: set[int] = field(default_factory=set)
    ready_ones: set[int] = field(default_factory=set)
    days: set[date] = field(default_factory=set)

    @property
    def world(self) -> World:
        """The centre."""
        return self.engine.world

    def is_there(self, person: Person) -> bool:
        """Whether somebody has signed in."""
        return person.pk in self.there

    def plan_day(self, day: date, now: datetime | None = None) -> None:
        """Put everybody's coming and going of a day on the heap; `now` leaves out what is over."""
        if day in self.days:
            return
        self.days.add(day)
        for key, (spans, breaks) in self.world.duty.items():
            if not self.world.is_any(key, *AT_SEAT) or key in self.world.kept:
                continue
            person = self.world.staff[key]
            for span in spans:
                if clock.local_day(span.start) == day and (now is None or span.end > now):
                    self._plan_shift(
                        person, span, [rest for rest in breaks if span.start <= rest.start < span.end], now
                    )

    def _plan_shift(self, person: Person, span: Span, rests: list[Span], now: datetime | None) -> None:
        pick = self.world.dice(person.number, span.start.isoformat())
        late = pick.randrange(100) < 5
        comes = span.start + timedelta(seconds=pick.uniform(60, 900) if late else -pick.uniform(30, 700))
        goes = span.end + timedelta(seconds=pick.uniform(5, 420))
        self._plan(comes, now, lambda at: self.come(person, at), needed=True)
        for rest in rests:
            away = rest.start + timedelta(seconds=pick.uniform(0, 240))
            back = rest.end + timedelta(seconds=pick.uniform(-240, 120))
            if pick.randrange(100) >= LEAVE_FOR_LUNCH:
                continue
            if rest.length >= LONG_REST:
                self._plan(away, now, lambda at: self.go(person, at))
                self._plan(back, now, lambda at: self.come(person, at))
            else:
                self._plan(away, now, lambda at: self.rest(person, at))
                self._plan(back, now, lambda at: self.resume(person, at))
        self._plan(goes, now, lambda at: self.go(person, at))

    def _plan(
        self, at: datetime, now: datetime | None, act: Callable[[datetime], None], *, needed: bool = False
    ) -> None:
        """What is over is left out, except that whoever should be there comes now."""
        if now is None or at >= now or needed:
            self.engine.later(at, act)

    # ---------------------------------------------------------------- what people do

    def _moves(self, person: Person) -> bool:
        return self.world.simulated(person.pk)

    def come(self, person: Person, at: datetime) -> None:
        """Sit down, sign in, read the notices, be ready."""
        if not self._moves(person) or person.pk in self.there or not self._belongs(person, at):
            return
        if self.engine.live and people.live_session(person) is not None:
            self.there.add(person.pk)  # of a simulation that was stopped in between
            seats.unlock(person=person, by=person, at=at)
            self._ready(person, at)
            return
        number = list(self.world.staff).index(person.pk) + 1
        seats.begin_session(
            person=person,
            session_key=f"{DEVICE}:{person.number}:{at.isoformat()}",
            seat=f"{chr(65 + number // 20)}{number % 20 + 1:02d}",
            address=f"10.20.{number // 200}.{number % 200 + 10}",
            device=DEVICE,
            by=person,
            at=at,
        )
        self.there.add(person.pk)
        if people.unread_notices(person):
            notices.mark_all_read(by=person, at=at)
        self._ready(person, at + timedelta(seconds=20))

    def _belongs(self, person: Person, at: datetime) -> bool:
        """Whether a shift of his runs or is about to begin."""
        spans, _breaks = self.world.duty.get(person.pk, ([], []))
        return any(span.start - HOUR <= at < span.end for span in spans)

    def _ready(self, person: Person, at: datetime) -> None:
        if self.world.is_any(person.pk, *WORKS_CASES):
            self.engine.later(at, lambda moment: self.ready(person, moment))

    def ready(self, person: Person, at: datetime) -> None:
        """Say that one is ready; whatever waits comes."""
        if self._moves(person) and person.pk in self.there:
            presence.set_presence(person=person, state=PresenceState.READY, by=person, at=at)
            self.ready_ones.add(person.pk)
            self.phone(person, WishKind.SIGN_IN, "", at)
            self.phone(person, WishKind.READY, "", at)
            self.engine.hand_out(at)
            self.when_free(person, at)

    def rest(self, person: Person, at: datetime) -> None:
        """Lock the seat and go to lunch, when nothing is in hand."""
        if self._moves(person) and person.pk in self.there:
            if self.engine.has_work(person.pk):
                self.engine.later(at + 2 * MINUTE, lambda moment: self.rest_if_due(person, moment))
                return
            self.ready_ones.discard(person.pk)
            self.phone(person, WishKind.NOT_READY, "meal", at)
            seats.lock(person=person, by=person, at=at)

    def rest_if_due(self, person: Person, at: datetime) -> None:
        """A few minutes later than planned, as long as the rest lasts."""
        if not self.world.on_duty(person.pk, at) and self._belongs(person, at):
            self.rest(person, at)

    def resume(self, person: Person, at: datetime) -> None:
        """Come back from lunch."""
        if self._moves(person) and person.pk in self.there and seats.unlock(person=person, by=person, at=at):
            self._ready(person, at + timedelta(seconds=15))

    def go(self, person: Person, at: datetime) -> None:
        """Leave; with a case in hand a little later."""
        if not self._moves(person) or person.pk not in self.there:
            return
        if self.engine.has_work(person.pk) and self.world.works_at(person.pk, at) == at:
            self.engine.later(at + 2 * MINUTE, lambda moment: self.go(person, moment))
            return
        self.there.discard(person.pk)
        self.ready_ones.discard(person.pk)
        self.phone(person, WishKind.SIGN_OUT, "", at)
        handover.go_home(person, at, self.world.humans)
        seats.end_session(person=person, how=WorkLogKind.LOGOUT, by=person, at=at)

    def stay(self, at: datetime) -> None:
        """Everybody who is there is seen to be there; a seat that was locked meanwhile is opened again."""
        for key in list(self.there):
            person = self.world.staff[key]
            if not self._moves(person):
                self.there.discard(key)
                self.ready_ones.discard(key)
                continue
            if self.world.on_duty(key, at) and seats.unlock(person=person, by=person, at=at):
                self._ready(person, at)
            seats.see(person=person, by=person, at=at)
