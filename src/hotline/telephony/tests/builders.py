"""A small floor of telephones in the database, made through the services; time is always given."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hotline.core import clock
from hotline.core.ids import uuid7
from hotline.people.models import Centre, Person, Position, Unit
from hotline.people.tests import builders as people
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import Fact, State
from hotline.telephony.models import Call, Queue
from hotline.telephony.services import journal, leading, recordings, setup

DAY = people.AT.date()
NINE = clock.wall(DAY, 9)
SECOND = timedelta(seconds=1)
NUMBER = "+8613900001234"


@dataclass
class House:
    """A centre with a team of two, who leads them, and a queue that they serve."""

    centre: Centre
    team: Unit
    first: Person
    second: Person
    head: Person
    leader: Person
    supervisor: Person
    quality: Person
    queue: Queue
    epoch: int
    count: int = field(default=0)

    @property
    def system(self) -> Person:
        """The program."""
        return people.system(self.centre)

    def tell(self, *facts: tuple[Fact, datetime, str, Person | None, dict[str, Any]]) -> None:
        """Write facts as the ACD does, each under a key of its own."""
        entries = []
        for fact, at, call, person, data in facts:
            self.count += 1
            entries.append(Entry(f"{self.epoch}:{self.count}", fact, at, call, person.pk if person else None, data))
        journal.write(centre=self.centre, epoch=self.epoch, entries=entries, by=self.system, at=facts[-1][1])

    def head_serves(self) -> Person:
        """The team's leader, who serves the queue from now on too."""
        persons = [self.first.pk, self.second.pk, self.head.pk]
        setup.set_members(queue_id=self.queue.pk, persons=persons, by=self.system, at=people.AT)
        return self.head

    def state(self, person: Person, state: State, at: datetime, **more: Any) -> None:
        """A person does something from now on."""
        self.tell((Fact.AGENT_STATE, at, more.pop("call", ""), person, {"state": state.value, **more}))


def house(centre: Centre | None = None) -> House:
    """One of each."""
    centre = centre or people.centre()
    team = people.unit(centre)
    first, second = (people.person(position=Position.OPERATOR, unit=team) for _ in range(2))
    system = people.system(centre)
    queue = setup.make_queue(centre=centre, code="city", name="城市管理热线", by=system, at=people.AT)
    setup.set_members(queue_id=queue.pk, persons=[first.pk, second.pk], by=system, at=people.AT)
    setup.set_line(centre=centre, dialled="12319", queue=queue, by=system, at=people.AT)
    setup.set_reason(centre=centre, code="rest", name="小休", limit=600, by=system, at=people.AT)
    return House(
        centre=centre,
        team=team,
        first=first,
        second=second,
        head=people.person(position=Position.TEAM_LEADER, unit=team),
        leader=people.person(centre, position=Position.SHIFT_LEADER),
        supervisor=people.person(centre, position=Position.CENTRE_SUPERVISOR),
        quality=people.person(centre, position=Position.QUALITY),
        queue=queue,
        epoch=leading.take_lead(centre=centre, switch="test", by=system, at=people.AT),
    )


def arrive(of: House, ref: str, at: datetime = NINE, number: str = NUMBER, **more: Any) -> Call:
    """Somebody calls and waits."""
    data = {"number": number, "dialled": "12319", "queue": of.queue.pk, "came": at.isoformat(), **more}
    of.tell((Fact.CALL_ARRIVED, at, ref, None, data), (Fact.QUEUE_ENTERED, at, ref, None, {"queue": of.queue.pk}))
    return Call.objects.get(centre=of.centre, ref=ref)


def offer(of: House, ref: str, person: Person, at: datetime, name: str = "") -> str:
    """The call is offered to somebody, whose telephone rings half a second later."""
    name = name or f"{ref}-1"
    lease = (at + 30 * SECOND).isoformat()
    candidates = [
        {"person": person.pk, "why": "chosen_idle", "idle_ms": 42_000},
        {"person": of.second.pk if person == of.first else of.first.pk, "why": "not_ready", "reason": "rest"},
    ]
    of.tell(
        (Fact.OFFER_MADE, at, ref, person, {
            "offer": name, "queue": of.queue.pk, "lease": lease, "candidates": candidates, "others": {"talking": 3},
        }),
        (Fact.AGENT_STATE, at, ref, person, {"state": "ringing"}),
        (Fact.OFFER_RANG, at + SECOND / 2, ref, person, {"offer": name, "lease": lease}),
    )  # fmt: skip
    return name


def talk(of: House, ref: str, person: Person, at: datetime, seconds: int = 60) -> Call:
    """The offer is taken, the two talk, the caller hangs up, after-call work of half a minute follows."""
    name, end = offer(of, ref, person, at - 3 * SECOND), at + seconds * SECOND
    of.tell(
        (Fact.OFFER_ENDED, at, ref, person, {"offer": name, "how": "taken", "rings": 1}),
        (Fact.QUEUE_LEFT, at, ref, None, {"queue": of.queue.pk, "how": "answered"}),
        (Fact.AGENT_STATE, at, ref, person, {"state": "talking"}),
        (Fact.TALK_BEGAN, at, ref, person, {"offer": name, "queue": of.queue.pk}),
        (Fact.TALK_ENDED, end, ref, person, {"who": "caller", "offer": name}),
        (Fact.CALL_ENDED, end, ref, None, {"how": "talked"}),
        (Fact.AGENT_STATE, end, ref, person, {"state": "wrap_up", "due": (end + 30 * SECOND).isoformat()}),
        (Fact.AGENT_STATE, end + 30 * SECOND, "", person, {"state": "ready"}),
    )
    return Call.objects.get(centre=of.centre, ref=ref)


def recording(of: House, call: Call, at: datetime) -> UUID:
    """A recording that has begun."""
    key = uuid7(at)
    assert call.person_id is not None
    recordings.begin(
        recording_id=key, call_ref=call.ref, centre=of.centre, person_id=call.person_id, by=of.system, at=at
    )
    return key
