"""A small floor for the engine: two queues, a few people, and a world that is spoken to in short words."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hotline.acd.engine import messages as m
from hotline.acd.engine.reduce import reduce
from hotline.acd.engine.state import World
from hotline.acd.engine.terms import Queue, Staff, Terms
from hotline.telephony.logic.words import Fact, OfferEnd, State

NINE = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # nine in the morning by the wall clock
SECOND = timedelta(seconds=1)


def terms(*, people: int = 3, **queue: Any) -> Terms:
    """Queue 1 (with what is asked) and queue 2 (plain), served by everybody; person 3 knows skill 9."""
    return Terms(
        queues={1: Queue(1, **queue), 2: Queue(2, priority=5)},
        staff={
            n: Staff(n, frozenset({1, 2}), frozenset({(9, 3)}) if n == 3 else frozenset()) for n in range(1, people + 1)
        },
        limits={"rest": 600 * SECOND},
    )


@dataclass
class Floor:
    """The engine with its world, a clock that is moved by hand, and everything that was said."""

    terms: Terms
    at: datetime = NINE
    world: World = field(default_factory=World)
    said: list[m.Command] = field(default_factory=list)
    seq: int = 0

    def __post_init__(self) -> None:
        self.do(m.Configured(self.terms))

    def do(self, event: m.Event) -> list[m.Command]:
        """Let an event happen now."""
        self.world, commands = reduce(self.world, event, self.at)
        self.said += commands
        return commands

    def later(self, seconds: float) -> list[m.Command]:
        """Let time pass, with every Tick that was asked for."""
        until, said = self.at + timedelta(seconds=seconds), []
        while True:
            due = [wake.at for wake in self.said if isinstance(wake, m.Wake) and self.at < wake.at <= until]
            if not due:
                break
            self.at = min(due)
            said += self.do(m.Tick())
        self.at = until
        return said + self.do(m.Tick())

    def next_seq(self) -> int:
        """The next number of a wish."""
        self.seq += 1
        return self.seq

    def ready(self, *people: int) -> None:
        """People sign in and take calls, one a second."""
        for person in people:
            self.do(m.SignIn(person, self.next_seq()))
            self.do(m.GetReady(person, self.next_seq()))
            self.at += SECOND

    def call(self, name: str, **more: Any) -> list[m.Command]:
        """Somebody calls queue 1."""
        return self.do(m.CallArrived(name, **{"queue": 1, "number": "+8613900001234", **more}))

    def offer_of(self, call: str) -> str:
        """The open offer of a call."""
        return self.world.calls[call].offer

    def talk(self, call: str) -> None:
        """The call's offer rings and is taken."""
        offer = self.offer_of(call)
        self.do(m.OfferRings(offer))
        self.at += 2 * SECOND
        self.do(m.OfferTaken(offer))

    def state(self, person: int) -> tuple[State, str]:
        """What a person is doing, and why."""
        agent = self.world.agents[person]
        return agent.state, agent.reason

    def facts(self, fact: Fact) -> list[m.Note]:
        """The facts of a kind so far."""
        return [note for note in self.said if isinstance(note, m.Note) and note.fact is fact]


def orders(commands: list[m.Command], kind: type) -> list[Any]:
    """The commands of one kind."""
    return [command for command in commands if isinstance(command, kind)]


def refused(offer: str) -> m.OfferOver:
    """The telephone says no."""
    return m.OfferOver(offer, OfferEnd.REFUSED)
