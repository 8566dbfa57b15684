"""Telephones in clock time: simulated people sign in, rest and come back; what callers report is written down, and
who was missed is called back.

The ACD, the tables and the board are the real ones; only the exchange is simulated. Where a real one leads, or none,
nothing of this happens.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hotline.cases.models import Case, Source
from hotline.config.demo import callers
from hotline.config.demo.callers import Planned
from hotline.config.demo.debts import Debts
from hotline.config.demo.history import Life
from hotline.config.demo.world import HOUR, MINUTE
from hotline.core import clock
from hotline.people.models import Person, Position
from hotline.telephony.logic.words import Reason, State
from hotline.telephony.models import Call, Member, PhoneState, Queue, WishKind
from hotline.telephony.queries import floor
from hotline.telephony.services import phones, setup

AGAIN = 6.0  # seconds of the machine until the same is asked again
BACK = 20  # seconds after which somebody who let it ring looks up, at least
BREAKS = 35  # of a hundred hours hold a short break
MISSED = {Reason.NO_ANSWER.value, Reason.REFUSED.value, Reason.LOST.value, Reason.UNREACHABLE.value}
Wanted = tuple[WishKind, str]


@dataclass(slots=True)
class LivePhones:
    """The telephones of everybody who is simulated."""

    life: Life
    per_day: int
    asks: int
    leads: bool = False  # the simulated exchange
    _asked: dict[int, float] = field(default_factory=dict)
    _done: set[int] = field(default_factory=set)
    debts: Debts = field(init=False)

    def __post_init__(self) -> None:
        self.debts = Debts(self.life.world)

    def look(self, now: datetime) -> None:
        """See that everybody's telephone does what he does, and take down what was reported."""
        engine = floor.engine(self.life.world.centre, now)
        self.leads = engine.alive and engine.simulated
        if self.leads:
            self._open_direct_line(now)
            self._follow_seats(now)
            self._take_down(now)
            self.debts.look(now, self.life.seats.ready_ones)

    # ------------------------------------------------------------ people

    def _open_direct_line(self, now: datetime) -> None:
        """Whoever is real and answers calls has a queue of his own beside the others', so that he need not wait."""
        queue = Queue.objects.filter(lines__dialled=callers.DIRECT, centre=self.life.world.centre).first()
        if queue is None:
            return
        real = {key for key in self.life.world.humans if self.life.world.is_any(key, Position.OPERATOR)}
        known = set(queue.members.values_list("person", flat=True))
        if real - known:
            setup.set_members(queue_id=queue.pk, persons=real | known, by=self.life.world.system, at=now)

    def _follow_seats(self, now: datetime) -> None:
        centre = self.life.world.centre
        open_ones = PhoneState.objects.filter(centre=centre, span__upper_inf=True)
        states = {row.person_id: row for row in open_ones}
        for key in set(Member.objects.filter(queue__centre=centre).values_list("person", flat=True)):
            person = self.life.world.staff.get(key)
            if person is None or key in self.life.world.humans:
                continue
            wanted = self._wanted(person, states.get(key), now)
            if wanted is not None and time.monotonic() - self._asked.get(key, -AGAIN) >= AGAIN:
                self._asked[key] = time.monotonic()
                kind, reason = wanted
                phones.wish(person=person, kind=kind, reason=reason, by=person, at=now)

    def _wanted(self, person: Person, row: PhoneState | None, now: datetime) -> Wanted | None:
        """What somebody asks of his telephone as it is; None when it is as he wants it."""
        state = State(row.state) if row else State.OFFLINE
        seats = self.life.seats
        if not seats.is_there(person):
            return None if state is State.OFFLINE else (WishKind.SIGN_OUT, "")
        if row is None or state is State.OFFLINE:
            return WishKind.SIGN_IN, ""
        return self._of_one_who_is_ready(person, row, now) if person.pk in seats.ready_ones else None

    def _of_one_who_is_ready(self, person: Person, row: PhoneState, now: datetime) -> Wanted | None:
        state, rests = row.state, self._rests(person, now)
        if state == State.READY and rests:
            return WishKind.NOT_READY, "break"
        if state != State.NOT_READY or (row.reason == "break" and rests):
            return None
        if row.reason in MISSED and now - row.span.lower < self._pause(person, row.span.lower):
            return None
        return WishKind.READY, ""

    def _pause(self, person: Person, since: datetime) -> timedelta:
        pick = self.life.world.dice("back", person.number, since.isoformat())
        return timedelta(seconds=BACK + pick.randrange(70))

    def _rests(self, person: Person, now: datetime) -> bool:
        """Whether this is one of his short breaks."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        pick = self.life.world.dice("break", person.number, hour.isoformat())
        if pick.randrange(100) >= BREAKS:
            return False
        begins = hour + pick.randrange(50) * MINUTE
        return begins <= now < begins + pick.randrange(4, 9) * MINUTE

    # ------------------------------------------------------------ what is reported

    def _take_down(self, now: datetime) -> None:
        """Whoever answered writes the report down before the talk is over."""
        rows = Call.objects.filter(
            centre=self.life.world.centre, ref__startswith=callers.MARK, came_at__gte=now - 2 * HOUR,
            answered_at__isnull=False,
        )  # fmt: skip
        for call in rows.exclude(pk__in=self._done).select_related("person"):
            self._done.add(call.pk)
            day = callers.of_day(clock.local_day(call.came_at), per_day=self.per_day, asks=self.asks)
            planned = day.get(call.ref)
            if planned is not None and planned.arrival is not None and call.answered_at is not None:
                self._plan(call, call.answered_at, planned)

    def _plan(self, call: Call, answered: datetime, planned: Planned) -> None:
        part, of = callers.WRITTEN_AT
        self.life.engine.later(
            answered + planned.caller.talk * part / of, lambda at: self._write_down(call, planned, at)
        )

    def _write_down(self, call: Call, planned: Planned, at: datetime) -> None:
        """Unless it was before this process was started anew; somebody real writes down himself what he hears."""
        arrival, person = planned.arrival, call.person
        if arrival is None or person is None or not self.life.world.simulated(person.pk):
            return
        taken = Case.objects.filter(
            centre=call.centre_id, source=Source.PHONE, arrived_at__gte=call.answered_at, description=arrival.text
        )
        if not taken.exists():
            self.life.engine.counts.arrived += 1
            self.life.write_down(arrival, person, at)
