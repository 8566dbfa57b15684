"""Whose shift ends when, who comes next, and who leads the shift meanwhile."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from hotline.cases.models import Holding
from hotline.core.clock import local_day
from hotline.handover import logic
from hotline.people.models import Centre, Person, Position, Post
from hotline.rosters.models import RosterEntry
from hotline.rosters.queries import duty as rosters

P = Position
DESK = (P.OPERATOR, P.AGENT, P.SHIFT_LEADER, P.TEAM_LEADER)
FIELD = (P.FIELD_SUPERVISOR,)
DISPATCH = (P.DISPATCHER, P.SHIFT_LEADER, P.CENTRE_SUPERVISOR)
LEADS = (P.SHIFT_LEADER, P.CENTRE_SUPERVISOR)
ONE_DAY = timedelta(days=1)
MOST_OFFERED = 40  # successors a page offers


def trade_of(person: Person, at: datetime) -> tuple[Position, ...]:
    """The positions among which somebody is found who does the same work."""
    standing = person.standing_on(local_day(at))
    if standing.is_any(*FIELD):
        return FIELD
    if standing.is_any(P.DISPATCHER) and not standing.is_any(*DESK):
        return DISPATCH
    if standing.is_any(*LEADS):
        return LEADS
    return DESK


def shift_to_leave(person: Person | int, at: datetime) -> RosterEntry | None:
    """The shift that a person is in, or that ended not long ago; None where he has none to hand over."""
    rows = RosterEntry.objects.filter(person=person, day__gte=local_day(at) - 2 * ONE_DAY, span__startswith__lte=at)
    entry = rows.select_related("shift_type", "person").order_by("-span").first()
    if entry is None or not logic.is_open_shift(rosters.span_of(entry.span), at):
        return None
    return entry


def next_begins(person: Person | int, entry: RosterEntry) -> datetime | None:
    """When the person's own next shift begins."""
    follows = rosters.next_shift(person, entry.span.upper - timedelta(microseconds=1))
    return follows.span.lower if follows else None


@dataclass(frozen=True, slots=True)
class Successor:
    """Somebody who comes next, with his shift and how much he has in hand."""

    person: Person
    entry: RosterEntry
    in_hand: int


def successors(entry: RosterEntry, at: datetime) -> list[Successor]:
    """Who of the same trade is there when a shift ends, else who comes first after it; the fittest first."""
    trade = trade_of(entry.person, at)
    rows = _coming(entry, trade)
    laden = in_hand([row.person_id for row in rows])
    by_person = {row.person_id: row for row in rows}
    comers = [logic.Comer(row.person_id, rosters.span_of(row.span), laden.get(row.person_id, 0)) for row in rows]
    chosen = logic.next_shift(comers, entry.span.upper)[:MOST_OFFERED]
    return [Successor(by_person[one.person].person, by_person[one.person], one.in_hand) for one in chosen]


def _coming(entry: RosterEntry, trade: Collection[str]) -> list[RosterEntry]:
    """Entries of those who are there at the end of a shift; where nobody is, of those who begin first after it."""
    ends, centre = entry.span.upper, entry.person.centre_id
    day = local_day(ends)
    rows = RosterEntry.objects.filter(person__centre=centre, person__is_active=True).exclude(person=entry.person_id)
    there = rows.filter(day__in=[day - ONE_DAY, day], span__contains=ends, span__endswith__gt=ends)
    found = list(there.filter(person__in=_holders(trade, ends)).select_related("person", "shift_type"))
    if found:
        return found
    later = rows.filter(day__range=(day, day + logic.LOOK_AHEAD), span__startswith__gt=ends)
    later = later.filter(person__in=_holders(trade, ends))
    first = later.order_by("day", "span").values_list("span", flat=True).first()
    if first is None:
        return []
    within = later.filter(day__lte=local_day(first.lower) + ONE_DAY, span__startswith__lte=first.lower + logic.TOGETHER)
    return list(within.select_related("person", "shift_type"))


def _holders(trade: Collection[str], at: datetime) -> Iterable[int]:
    return Post.objects.on(local_day(at)).filter(position__in=trade).values("person")  # type: ignore[return-value]


def in_hand(person_ids: Collection[int]) -> dict[int, int]:
    """How many cases each of these persons has in hand."""
    rows = Holding.objects.open().filter(person__in=list(person_ids)).order_by()
    return {row["person"]: row["n"] for row in rows.values("person").annotate(n=Count("pk"))}


def leaders(centre: Centre | int, at: datetime, but: int | None = None) -> list[Person]:
    """The shift leaders on duty; where there is none, all of them."""
    on_duty = [entry.person for entry in rosters.on_duty(centre, at, positions=[P.SHIFT_LEADER])]
    found = [person for person in on_duty if person.pk != but]
    if found:
        return found
    active = Person.objects.filter(centre=centre, is_active=True, is_system=False).exclude(pk=but or 0)
    return list(active.holding(P.SHIFT_LEADER, P.CENTRE_SUPERVISOR, on=local_day(at)).order_by("name_key", "pk"))


def ending(centre: Centre | int, at: datetime) -> list[RosterEntry]:
    """Shifts that come to their end within the time in which things are escalated, or ended a moment ago."""
    today = local_day(at)
    rows = RosterEntry.objects.filter(
        person__centre=centre,
        day__in=[today - ONE_DAY, today],
        span__endswith__lte=at + logic.ESCALATE_BEFORE,
        span__endswith__gt=at - logic.HOUR,
    )
    return list(rows.select_related("person__centre", "shift_type"))
