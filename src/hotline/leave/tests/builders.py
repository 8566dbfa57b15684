"""A centre with shifts and people who ask for leave, made through the services."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.core import clock
from hotline.leave.models import Leave, Swap
from hotline.leave.services import decisions, ledger, requests, swaps
from hotline.leave.services.requests import Wish
from hotline.leave.services.swaps import Exchange
from hotline.people.models import Centre, Person, Position
from hotline.people.tests import builders as people
from hotline.rosters.models import RosterEntry
from hotline.rosters.services import entries
from hotline.rosters.tests import builders as rosters
from hotline.rulebook.leave import Code, Piece
from hotline.rulebook.swaps import SwapKind

MONDAY = date(2026, 3, 9)
AT = clock.wall(MONDAY, 10)
ONE = timedelta(days=1)
PDF = b"%PDF-1.4 a sick note of the hospital"


def day(number: int) -> date:
    """So many days after the Monday."""
    return MONDAY + number * ONE


@dataclass(frozen=True)
class House:
    """A centre with one of each who decides, and two operators on early shifts from Monday to Friday, six weeks."""

    centre: Centre
    supervisor: Person
    director: Person
    hr: Person
    leader: Person
    one: Person
    two: Person


def house() -> House:
    """A new one."""
    centre = people.centre()
    team = people.unit(centre)
    made = House(
        centre=centre,
        supervisor=people.person(centre, position=Position.CENTRE_SUPERVISOR, name="沈主管"),
        director=people.person(centre, position=Position.DIRECTOR, name="钟主任"),
        hr=people.person(centre, position=Position.HR, name="何人事"),
        leader=people.person(centre, position=Position.SHIFT_LEADER, name="祝班长"),
        one=people.person(unit=team, name="方小满"),
        two=people.person(unit=team, name="江一帆"),
    )
    weekdays(made, made.one, made.two)
    return made


def weekdays(of: House, *persons: Person, weeks: int = 6) -> None:
    """Early shifts from Monday to Friday."""
    rosters.shift_types(of.centre)
    entries.plan_month(
        centre=of.centre, first_day=MONDAY, last_day=MONDAY + weeks * 7 * ONE - ONE,
        pattern={person.pk: ["early"] * 5 + ["", ""] for person in persons}, by=people.system(of.centre), at=people.AT,
    )  # fmt: skip
    for entry in RosterEntry.objects.filter(person__in=persons, day__week_day__in=[1, 7]):
        entries.cancel(entry_id=entry.pk, reason="周末休息", by=people.system(of.centre), at=people.AT)


def operators(of: House, count: int, *, weeks: int = 6) -> list[Person]:
    """More of them, on the same shifts."""
    made = [people.person(of.centre) for _ in range(count)]
    weekdays(of, *made, weeks=weeks)
    return made


def ask(
    person: Person, kind: str = Code.PERSONAL, first: int = 7, last: int | None = None, *, reason: str = "家中有事",
    from_middle: bool = False, to_middle: bool = False, at: datetime = AT, by: Person | None = None,
) -> Leave:  # fmt: skip
    """Ask for leave by days after the Monday."""
    piece = Piece(day(first), day(first if last is None else last), from_middle, to_middle)
    return requests.ask_leave(person=person, wish=Wish(str(kind), piece, reason), by=by or person, at=at)


def sick(person: Person, first: int = 0, last: int | None = None, **more: object) -> Leave:
    """Report sick; the reason is a private one."""
    return ask(person, Code.SICK, first, last, reason="急性肠胃炎", **more)  # type: ignore[arg-type]


def yes(row: Leave, *by: Person, note: str = "同意", at: datetime = AT) -> Leave:
    """These say yes, in this order."""
    for person in by:
        row = decisions.decide_leave(leave_id=row.pk, is_yes=True, note=note, by=person, at=at)
    return row


def no(row: Leave, by: Person, note: str = "人手不足", at: datetime = AT) -> Leave:
    """Somebody says no."""
    return decisions.decide_leave(leave_id=row.pk, is_yes=False, note=note, by=by, at=at)


def worked(of: House, person: Person, since: date = date(2012, 5, 1)) -> None:
    """Human resources write down since when somebody has worked."""
    person.joined_on = since
    person.save(update_fields=["joined_on"])
    ledger.set_work_history(person=person, works_since=since, by=of.hr, at=AT)


def shift(person: Person, number: int) -> RosterEntry:
    """Somebody's shift of a day."""
    return RosterEntry.objects.get(person=person, day=day(number))


def late_shift(of: House, person: Person, number: int) -> RosterEntry:
    """A late shift instead of what stands there."""
    RosterEntry.objects.filter(person=person, day=day(number)).delete()
    return rosters.on_shift(person, day(number), "late")


def wish(
    asker: Person, partner: Person, given: list[RosterEntry], taken: list[RosterEntry] | None = None, *,
    kind: str = "single", repays: Swap | None = None, at: datetime = AT,
) -> Swap:  # fmt: skip
    """Ask a colleague to swap."""
    exchange = Exchange(
        [row.pk for row in given], [row.pk for row in taken or []], repays.pk if repays else None, SwapKind(kind)
    )  # fmt: skip
    return swaps.ask_swap(partner=partner, exchange=exchange, reason="接孩子", by=asker, at=at)


def made(of: House, row: Swap, at: datetime = AT) -> Swap:
    """The colleague agrees and the supervisor approves."""
    swaps.answer(swap_id=row.pk, agrees=True, by=row.partner, at=at)
    return swaps.decide_swap(swap_id=row.pk, is_yes=True, by=of.supervisor, at=at)


def free(of: House, person: Person, *numbers: int) -> None:
    """Days without a shift."""
    for number in numbers:
        row = shift(person, number)
        entries.cancel(entry_id=row.pk, reason="调休", by=people.system(of.centre), at=people.AT)
