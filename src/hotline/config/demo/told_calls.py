"""Calls of the days that have been: callers, operators and the engine itself in told time, written by the services."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from hotline.acd import reading
from hotline.acd.engine import messages as m
from hotline.acd.simulated.exchange import Exchange
from hotline.acd.simulated.rehearsal import Rehearsal
from hotline.acd.simulated.switch import keep
from hotline.acd.wishes import event_of
from hotline.config.demo import callers
from hotline.config.demo.arrivals import Arrival
from hotline.config.demo.callers import Planned
from hotline.config.demo.history import Life
from hotline.config.demo.world import SEED
from hotline.core import clock
from hotline.people.models import Person
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import SIMULATED, Fact, Reason, State
from hotline.telephony.models import WishKind
from hotline.telephony.queries import owners
from hotline.telephony.services import journal, leading, phones

AT_ONCE = 400  # facts that are written together
ASKS = 60  # a day who only ask
SECOND = timedelta(seconds=1)
LOOKS_UP = {Reason.NO_ANSWER.value, Reason.REFUSED.value, Reason.LOST.value}


@dataclass(slots=True)
class ToldCalls:
    """The telephones of a history, from a day on."""

    life: Life
    since: date
    rehearsal: Rehearsal = field(init=False)
    epoch: int = field(init=False)
    calls: dict[str, Planned] = field(init=False, default_factory=dict)
    _entries: list[Entry] = field(init=False, default_factory=list)
    _number: int = field(init=False, default=0)
    _begun: list[m.Note] = field(init=False, default_factory=list)
    _next: datetime | None = field(init=False, default=None)

    def begin(self, at: datetime) -> None:
        """Lead, and know queues and people."""
        centre, system = self.life.world.centre, self.life.world.system
        self.epoch = leading.take_lead(centre=centre, switch=SIMULATED, by=system, at=at)
        told = reading.read(centre, at)
        self.rehearsal = Rehearsal(
            Exchange(SEED),
            reading.terms_of(told),
            told.lines,
            owner=lambda number, moment: owners.first_owner(centre.pk, number, moment),
            noted=self._noted,
        )
        self.life.seats.phone = self.wish
        self.life.by_phone = self.takes
        self.life.plan_calls = self.plan_day

    def plan_day(self, day: date) -> None:
        """Put a day's callers on the list."""
        if day < self.since:
            return
        planned = callers.of_day(day, per_day=self.life.per_day, asks=ASKS)
        self.calls |= planned
        for one in planned.values():
            self.rehearsal.call(one.caller)
        self._go_on()

    def takes(self, at: datetime) -> bool:
        """Whether a report at the telephone comes by a call at that moment."""
        return clock.local_day(at) >= self.since

    # ------------------------------------------------------------ people at their telephones

    def wish(self, person: Person, kind: WishKind, reason: str, at: datetime) -> None:
        """A person asks something of his telephone."""
        if person.pk in self.rehearsal.terms.staff and self.takes(at):
            self.rehearsal.say(at, lambda: self._wished(person, kind, reason, at))
            self._go_on()

    def _wished(self, person: Person, kind: WishKind, reason: str, at: datetime) -> m.Event:
        row = phones.wish(person=person, kind=kind, reason=reason, by=person, at=at)
        event = event_of(row)
        assert event is not None, "a person's wish is an event of his"
        return event

    # ------------------------------------------------------------ time

    def _go_on(self) -> None:
        due = self.rehearsal.due()
        if due is not None and (self._next is None or due < self._next):
            self._next = due
            self.life.engine.later(due, self._advance)

    def _advance(self, at: datetime) -> None:
        if self._next is None or at < self._next:
            return
        self._next = None
        self.rehearsal.advance(at)
        for note in self._begun:
            self._talks(note)
        self._begun.clear()
        if len(self._entries) >= AT_ONCE:
            self.write(at)
        self._go_on()

    def _talks(self, note: m.Note) -> None:
        """Whoever answered writes down what he is told."""
        planned = self.calls.get(note.call)
        if planned is not None and planned.arrival is not None and note.person is not None:
            arrival, person = planned.arrival, self.life.world.staff[note.person]
            part, of = callers.WRITTEN_AT
            moment = note.at + planned.caller.talk * part / of
            self.life.engine.later(moment, lambda at: self._write_down(arrival, person, at))

    def _write_down(self, arrival: Arrival, person: Person, at: datetime) -> None:
        self.life.engine.counts.arrived += 1
        self.life.write_down(arrival, person, at)

    def _noted(self, note: m.Note) -> None:
        self._number += 1
        entry = Entry(f"{self.epoch}:{self._number}", note.fact, note.at, note.call, note.person, note.data)
        self._entries.append(entry)
        if note.fact is Fact.TALK_BEGAN:
            self._begun.append(note)
        elif note.fact is Fact.AGENT_STATE and note.data["state"] == State.NOT_READY:
            self._looks_up(note)

    def _looks_up(self, note: m.Note) -> None:
        """Whoever has let it ring is back a little later."""
        assert note.person is not None
        if note.data["reason"] in LOOKS_UP:
            person = self.life.world.staff[note.person]
            pause = self.life.world.dice("back", note.person, note.at.isoformat()).uniform(20, 90) * SECOND
            moment = note.at + pause
            self.rehearsal.say(moment, lambda: self._wished(person, WishKind.READY, "", moment))

    # ------------------------------------------------------------ the tables

    def write(self, at: datetime) -> None:
        """Write what has happened so far."""
        centre, system = self.life.world.centre, self.life.world.system
        journal.write(centre=centre, epoch=self.epoch, entries=self._entries, by=system, at=at, is_past=True)
        self._entries.clear()

    def end(self, at: datetime, file: Path) -> None:
        """Up to here it was told; who is on the line now stays there for the exchange that goes on."""
        self.rehearsal.advance(at)
        self.write(at)
        phones.take_wishes(centre=self.life.world.centre, by=self.life.world.system, at=at)
        keep(file, self.rehearsal.exchange, at)
