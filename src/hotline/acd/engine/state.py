"""What the engine knows: calls, people and offers as frozen rows, and a draft on which one event is worked out."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from hotline.acd.engine.messages import Command, Note, Wake
from hotline.acd.engine.terms import Queue, Terms
from hotline.telephony.logic.menus import Tree
from hotline.telephony.logic.words import CallKind, Fact, Role, State, Watching

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MOST_REMEMBERED = 5000
REMEMBERED = timedelta(minutes=10)  # how long the end of a call or an offer is kept in mind, against late words of it


class Stage(StrEnum):
    """How far somebody has come who was asked into a talk."""

    RINGING = "ringing"
    CONSULT = "consult"  # talks to whoever asked him; the caller is on hold
    CONFERENCE = "conference"  # talks to both


@dataclass(frozen=True, slots=True)
class Third:
    """Somebody who is asked into a talk: a colleague, or a number outside."""

    ref: str  # his line, named like an offer
    by: int  # who asked him
    person: int | None
    number: str
    due: datetime  # the end of the ringing of a number outside; a colleague's stands in his offer
    stage: Stage = Stage.RINGING


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a caller is in a menu. The tree is the one under which he came: a later version is for later callers."""

    menu: int
    version: int
    tree: Tree
    step: str = ""
    turn: int = 0  # how often something was said
    silent: int = 0
    wrong: int = 0
    listens: bool = False  # the words are over
    due: datetime | None = None
    forced: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """A call that has not ended. It waits until `person` is set, or is in a menu while `walk` is."""

    id: str
    queue: int
    came: datetime  # its place in the line
    entered: datetime  # into this queue
    waiting_since: datetime  # without a talk between; moved on to another queue he waits on
    number: str = ""
    owner: int | None = None
    head: bool = False  # gave up its place once without its own fault: goes first
    offers: int = 0
    offer: str = ""  # the open offer, or the one by which it is talked to
    person: int | None = None  # who talks
    talking_since: datetime | None = None
    on_hold: bool = False
    callback: bool = False  # the caller has hung up and keeps his place
    dialling: bool = False  # he is being called back
    tell_at: datetime | None = None
    told: int = 0
    sent_to: int | None = None  # the colleague to whom he was handed over
    walk: Walk | None = None
    test: bool = False  # the system's own call: nobody is rung for it
    rejoins: bool = False  # its person takes it up again after his telephone was loaded anew
    kind: CallKind = CallKind.IN
    third: Third | None = None
    away: bool = False  # handed over to a number outside: nobody of the centre is in it any more
    met: bool = False  # somebody has talked to it: its line is there, whoever dialled whom

    @property
    def is_called(self) -> bool:
        """Whether the outside line is to be dialled once its person has picked up."""
        return self.callback or (self.kind is CallKind.OUT and not self.met)

    @property
    def is_busy(self) -> bool:
        """Whether somebody is with it: its line's end is the end of it."""
        return self.person is not None or self.dialling or self.away


@dataclass(frozen=True, slots=True)
class Agent:
    """A person at a telephone."""

    id: int
    state: State = State.OFFLINE
    reason: str = ""
    since: datetime = LONG_AGO
    idle_since: datetime = LONG_AGO
    seq: int = 0
    reachable: bool = True
    lost_at: datetime | None = None  # since when his telephone cannot be reached
    offer: str = ""
    call: str = ""
    due: datetime | None = None  # the end of after-call work, or of what a reason allows
    wrap_from: datetime | None = None
    wrap_queue: int | None = None
    then: State | None = None  # what he asked to be after the talk
    then_reason: str = ""
    watch: str = ""  # his line, while he listens in


@dataclass(frozen=True, slots=True)
class Watcher:
    """A superior who takes part in a talk, or whose telephone rings for that."""

    ref: str
    person: int
    call: str
    whom: int
    offer: str  # the line of the person who is listened to
    how: Watching
    is_up: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A person reserved for a call, until the lease runs out."""

    id: str
    call: str
    person: int
    made: datetime
    due: datetime  # the end of the ringing
    lease: datetime
    rang: datetime | None = None
    role: Role = Role.LINE
    lost: bool = False  # his telephone went away while it rang: it is rung again when it is back, until `due`


@dataclass(frozen=True, slots=True)
class World:
    """The whole state; its dictionaries are never changed in place."""

    now: datetime = LONG_AGO
    terms: Terms = field(default_factory=Terms)
    calls: dict[str, Call] = field(default_factory=dict)
    agents: dict[int, Agent] = field(default_factory=dict)
    offers: dict[str, Offer] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)  # calls and offers that are over
    watchers: dict[str, Watcher] = field(default_factory=dict)

    def lines(self) -> set[str]:
        """The names of all lines of people and of thirds that belong to something."""
        thirds = {call.third.ref for call in self.calls.values() if call.third is not None}
        return (
            {call.offer for call in self.calls.values() if call.offer} | set(self.offers) | thirds | set(self.watchers)
        )


class Draft:
    """One event being worked out: a copy of the tables, and the commands so far."""

    def __init__(self, world: World, at: datetime) -> None:
        self.at = max(at, world.now)  # time never runs backwards here, whatever a clock says
        self.terms = world.terms
        self.calls = dict(world.calls)
        self.agents = dict(world.agents)
        self.offers = dict(world.offers)
        self.ended = world.ended  # copied only when something ends
        self._ended_is_ours = False
        self.watchers = dict(world.watchers)
        self.commands: list[Command] = []

    def done(self) -> World:
        """The new state."""
        return World(self.at, self.terms, self.calls, self.agents, self.offers, self.ended, self.watchers)

    def say(self, *commands: Command) -> None:
        """Add commands."""
        self.commands.extend(commands)

    def note(self, fact: Fact, *, call: str = "", person: int | None = None, **data: object) -> None:
        """Add a fact of this moment."""
        self.commands.append(Note(fact, self.at, call, person, data))

    def wake(self, at: datetime) -> None:
        """Ask for a Tick."""
        self.commands.append(Wake(at))

    def call(self, call: Call, **changes: Any) -> Call:
        """Change a call."""
        changed = replace(call, **changes)
        self.calls[call.id] = changed
        return changed

    def agent(self, agent: Agent, **changes: Any) -> Agent:
        """Change a person."""
        changed = replace(agent, **changes)
        self.agents[agent.id] = changed
        return changed

    def queue_of(self, call: Call) -> Queue:
        """The rules of the call's queue; one that is not in use has plain ones."""
        return self.terms.queues.get(call.queue) or Queue(call.queue)

    def person(self, person: int) -> Agent:
        """A person, known or met for the first time."""
        return self.agents.get(person) or Agent(person)

    def enter(self, agent: Agent, state: State, *, reason: str = "", cause: str = "", **changes: Any) -> Agent:
        """Let a person be in a state from this moment on; the same state and reason again is no change."""
        known = agent.id in self.agents
        if known and agent.state == state and agent.reason == reason and agent.call == changes.get("call", agent.call):
            return self.agent(agent, **changes)
        due = changes.pop("due", None)
        if state is State.NOT_READY and reason in self.terms.limits:
            due = self.at + self.terms.limits[reason]
        if due is not None:
            self.wake(due)
        idle = self.at if state is State.READY else agent.idle_since
        changed = replace(agent, state=state, reason=reason, since=self.at, due=due, idle_since=idle, **changes)
        self.agents[agent.id] = changed
        self.note_state(changed, cause)
        if state is State.READY and not changed.reachable:
            self.wake(self.at + self.terms.reach_grace)
        if state is State.OFFLINE:
            self.wake(self.at)  # he may have been the last one for whom somebody waits
        return changed

    def note_state(self, agent: Agent, cause: str) -> None:
        """What a person does, as a fact, with everything that a new ACD must know of what comes afterwards.

        With the cause `asked` or `extended` it is no change of state: only what comes afterwards is otherwise.
        """
        data: dict[str, object] = {"state": agent.state.value, "reason": agent.reason, "cause": cause, "seq": agent.seq}
        if agent.then is not None:
            data |= {"then": agent.then.value, "then_reason": agent.then_reason}
        if agent.wrap_queue is not None:
            data["wrap_queue"] = agent.wrap_queue
            if agent.state is State.WRAP_UP and agent.due is not None:
                data["due"] = agent.due.isoformat()
        self.note(Fact.AGENT_STATE, call=agent.call, person=agent.id, **data)

    def bury(self, *keys: str) -> None:
        """Remember that these are over, and forget what was over long ago, or when there are too many the oldest."""
        if not self._ended_is_ours:
            self.ended, self._ended_is_ours = dict(self.ended), True
        for key in keys:
            self.ended[key] = self.at
        if len(self.ended) > MOST_REMEMBERED:
            lately = [(key, when) for key, when in self.ended.items() if self.at - when < REMEMBERED]
            self.ended = dict(lately[-MOST_REMEMBERED // 2 :])
