"""A small centre whose people owe customers something, made through the services; time is always given."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from hotline.cases.tests import builders as cases
from hotline.core import clock, jobs
from hotline.customers.models import Customer
from hotline.customers.services import register
from hotline.people.models import Centre, Notice, Person, Position, Unit
from hotline.people.tests import builders as people
from hotline.promises.jobs import look_at_all
from hotline.promises.logic import Channel, Kind, Within
from hotline.promises.models import Promise, Question
from hotline.promises.services import ledger, questions
from hotline.rosters.models import RosterEntry, ShiftType

DAY, NINE, SECOND, MINUTE, HOUR = cases.DAY, cases.NINE, cases.SECOND, cases.MINUTE, cases.HOUR


@dataclass
class House:
    """The town of cases, with a team leader and a supervisor above its two operators."""

    town: cases.Town
    team: Unit
    head: Person  # team leader, not rostered
    supervisor: Person
    customer: Customer

    @property
    def centre(self) -> Centre:
        """The centre."""
        return self.town.centre

    @property
    def operator(self) -> Person:
        """Who owes."""
        return self.town.operator

    @property
    def second(self) -> Person:
        """His colleague in the same team."""
        return self.town.second

    @property
    def leader(self) -> Person:
        """The shift leader, on the early shift."""
        return self.town.leader

    @property
    def system(self) -> Person:
        """The program."""
        return people.system(self.centre)


def house() -> House:
    """A centre with one of each."""
    town = cases.town()
    team = town.operator.posts.get().unit
    head = people.person(position=Position.TEAM_LEADER, unit=team, name="组长")
    supervisor = people.person(town.centre, position=Position.CENTRE_SUPERVISOR, name="主任")
    customer = register(by=town.operator, at=NINE, name="王小云", number="13900001234")
    return House(town, team, head, supervisor, customer)


def promise(of: House, at: datetime = NINE, **more: Any) -> Promise:
    """The operator promises a reply within an hour by the clock."""
    values: dict[str, Any] = {
        "kind": Kind.REPLY,
        "what": "答复井盖何时修好",
        "due": at + HOUR,
        "via": Channel.PHONE,
        "holder": of.operator,
        "by": of.operator,
        "customer": of.customer,
        **more,
    }
    return ledger.open_promise(at=at, **values)


def kept(promise: Promise, at: datetime, by: Person | None = None) -> Promise:
    """The customer is told by telephone."""
    who = by or promise.owner
    assert who is not None
    return ledger.keep(promise_id=promise.pk, via=Channel.PHONE, words="已告知今晚修好", by=who, at=at)


def within(amount: int, unit: str) -> Within:
    """A promise by a clock."""
    from hotline.kernel.workclock import Unit as ClockUnit  # noqa: PLC0415 two units in one module would confuse

    return Within(amount, ClockUnit(unit))


def question(of: House, at: datetime = NINE, **more: Any) -> Question:
    """The operator puts a difficult issue before his superior."""
    values: dict[str, Any] = {
        "call_at": at - 5 * MINUTE,
        "content": "市民投诉小区夜间施工, 要求书面答复依据",
        "contact": "本人手机 13900001234, 晚上七点后",
        "promised_at": at + 4 * HOUR,
        "customer": of.customer,
        "by": of.operator,
        **more,
    }
    return questions.ask_superior(at=at, **values)


def fresh(row: Any) -> Any:
    """The row as it stands now."""
    return type(row).objects.get(pk=row.pk)


def tick(at: datetime) -> None:
    """The minute's job."""
    look_at_all(at)


def settle(at: datetime) -> None:
    """Handle every announced event."""
    jobs.collect()
    jobs.settle(at=at)


def notices(to: Person) -> list[str]:
    """What somebody was told, as msgids, in order."""
    return list(Notice.objects.filter(recipient=to).order_by("pk").values_list("text", flat=True))


def on_shift(person: Person, start: datetime, hours: int) -> RosterEntry:
    """Give somebody a shift by the wall clock."""
    kind = ShiftType.objects.filter(centre=person.centre_id)[0]
    span = (start, start + timedelta(hours=hours))
    return RosterEntry.objects.create(person=person, shift_type=kind, day=clock.local_day(start), span=span)


def wall(day: Any, hour: int, minute: int = 0) -> datetime:
    """A moment by the centre's wall clock."""
    return clock.wall(day, time(hour, minute).hour, minute)
