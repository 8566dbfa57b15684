"""The end of a day in a small centre: an early shift that goes, a late one that stays, made through the services."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.core import clock, jobs
from hotline.customers.models import Customer
from hotline.customers.services import register
from hotline.handover.models import HandoverItem
from hotline.handover.services import items
from hotline.people.models import Notice, Person, Position
from hotline.people.tests import builders as people
from hotline.promises.logic import Channel, Kind
from hotline.promises.models import Promise
from hotline.promises.services import ledger
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries import duty as rosters
from hotline.rosters.services import entries

DAY, NINE, SECOND, MINUTE, HOUR = cases.DAY, cases.NINE, cases.SECOND, cases.MINUTE, cases.HOUR


@dataclass
class House:
    """The town of cases, with a late shift: its operator, its leader, and the end of the early one."""

    town: cases.Town
    late: Person
    late_leader: Person
    customer: Customer

    @property
    def giver(self) -> Person:
        """Who goes at half past five."""
        return self.town.operator

    @property
    def system(self) -> Person:
        """The program."""
        return people.system(self.town.centre)


def at(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A moment by the centre's wall clock."""
    return clock.wall(day, hour, minute)


END = at(17, 30)  # of the early shift
NEAR = at(17, 10)  # twenty minutes before


def house() -> House:
    """A centre with an early and a late shift today, and an early one tomorrow."""
    town = cases.town()
    team = town.operator.posts.get().unit
    late = people.person(position=Position.OPERATOR, unit=team, name="赵远航")
    late_leader = people.person(town.centre, position=Position.SHIFT_LEADER, name="周正平")
    shift(late, "late")
    shift(late_leader, "leader_late")
    tomorrow = DAY.replace(day=DAY.day + 1)
    shift(town.operator, "early", tomorrow)
    shift(late, "late", tomorrow)
    customer = register(by=town.operator, at=NINE, name="王小云", number="13900001234")
    return House(town, late, late_leader, customer)


def shift(person: Person, code: str, day: date = DAY) -> RosterEntry:
    """A person's shift of a day."""
    kind = rosters.Choice(person.centre).of(code, day)
    assert kind is not None
    return entries.plan(person=person, shift_type=kind, day=day, by=people.system(person.centre), at=people.AT)


def case(of: House, moment: datetime = NEAR, by: Person | None = None, **more: Any) -> Case:
    """A report of the customer in the hands of whoever took it in."""
    values = {"customer": of.customer, **more}
    return cases.report(of.town, moment, by=by or of.giver, **values)


def promise(of: House, moment: datetime = NEAR, **more: Any) -> Promise:
    """The giver promises the customer a reply in two hours."""
    values: dict[str, Any] = {
        "kind": Kind.REPLY,
        "what": "答复井盖何时修好",
        "due": moment + 2 * HOUR,
        "via": Channel.PHONE,
        "holder": of.giver,
        "by": of.giver,
        "customer": of.customer,
        **more,
    }
    return ledger.open_promise(at=moment, **values)


def offered(
    of: House, thing: Case | Promise, to: Person | None, moment: datetime = NEAR, by: Person | None = None
) -> HandoverItem:
    """The giver hands a thing over."""
    kind = "case" if isinstance(thing, Case) else "promise"
    return items.offer(kind=kind, subject=thing.pk, todo="请回电并跟进", to=to, by=by or of.giver, at=moment)


def kept(promise: Promise, moment: datetime) -> Promise:
    """Its owner tells the customer."""
    assert promise.owner is not None
    return ledger.keep(promise_id=promise.pk, via=Channel.PHONE, words="已告知今晚修好", by=promise.owner, at=moment)


def fresh(row: Any) -> Any:
    """The row as it stands now."""
    return type(row).objects.get(pk=row.pk)


def settle(moment: datetime) -> None:
    """Handle every announced event."""
    jobs.collect()
    jobs.settle(at=moment)


def notices(to: Person) -> list[str]:
    """What somebody was told, as msgids, in order."""
    return list(Notice.objects.filter(recipient=to).order_by("pk").values_list("text", flat=True))
