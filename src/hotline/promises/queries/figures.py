"""How many promises were kept in time: a figure with what it is made of, for the centre and for each person (A2.16)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.utils.translation import gettext

from hotline.customers import queries as customers
from hotline.people.models import Person, Position, Unit, UnitKind
from hotline.promises.logic import CHANNEL_LABELS, SETTLED_LABELS, Channel, Settled, Share, Status
from hotline.promises.models import Promise
from hotline.promises.models.ledger import OWED
from hotline.promises.queries import ledger

MOST_EXPORTED = 10_000
REACH = timedelta(days=92)  # so far back a list looks that names no period; what is still owed is never left out
COLUMNS = {"due": "due_at", "made": "made_at", "owner": "owner__name_key", "kind": "kind", "status": "status"}
SOONEST = "due"


def scope(person: Person) -> QuerySet[Promise]:
    """What a leader answers for: the whole centre, or for a team leader his teams."""
    rows = Promise.objects.visible_to(person)
    if person.standing.positions <= {Position.TEAM_LEADER, Position.OPERATOR, Position.AGENT}:
        teams = [unit for position, unit in person.standing.held if position == Position.TEAM_LEADER]
        return rows.filter(unit__in=teams)
    return rows


def teams(person: Person) -> QuerySet[Unit]:
    """Units of the centre in which something may be owed."""
    return Unit.objects.filter(centre=person.centre_id, is_active=True).exclude(kind=UnitKind.DEPARTMENT)


def rows(person: Person, chosen: dict[str, Any], at: datetime) -> QuerySet[Promise]:
    """The ledger as its filters narrow it."""
    found = ledger.shown(scope(person))
    if "q" in chosen:
        found = found.filter(Q(what__icontains=chosen["q"]) | Q(case__number__startswith=chosen["q"]))
    if "part" in chosen:
        found = found.filter(_part(chosen["part"], at))
    if not {"since", "until"} & chosen.keys():
        found = found.filter(OWED | Q(due_at__gte=at - REACH))
    for name in ("kind", "unit"):
        if name in chosen:
            found = found.filter(**{name: chosen[name]})
    if "owner" in chosen:
        found = found.annotate(whose=WHOSE).filter(whose=chosen["owner"].pk)
    if "since" in chosen:
        found = found.filter(due_at__gte=chosen["since"])
    if "until" in chosen:
        found = found.filter(due_at__lte=chosen["until"])
    return found


def _part(part: str, at: datetime) -> Q:
    """The promises of a state; two of the words mean several."""
    match part:
        case "owed":
            return OWED
        case "late":
            return OWED & Q(due_at__lt=at)
        case Status.MISSED:
            return ledger.missed_before_now(at)
    return Q(status=part)


# A miss stays with whoever had it then: with nobody, where nobody had taken it.
WHOSE = Case(When(status=Status.MISSED, then=F("missed_by")), default=F("owner"))


@dataclass(frozen=True, slots=True)
class Figure:
    """Promises that fell due: how many were kept in time, and what became of the others."""

    who: Person | None
    kept: int
    missed: int
    late_owed: int  # missed and still owed
    moved: int

    @property
    def share(self) -> Share:
        """Kept in time over all that fell due; moved and withdrawn ones count in neither."""
        return Share(self.kept, self.kept + self.missed)


def _counts(at: datetime) -> dict[str, Count]:
    missed = ledger.missed_before_now(at)
    return {
        "kept": Count("pk", filter=Q(status=Status.KEPT)),
        "missed": Count("pk", filter=missed),
        "late_owed": Count("pk", filter=missed & Q(settled_at__isnull=True)),
        "moved": Count("pk", filter=Q(status=Status.MOVED)),
    }


def whole(person: Person, span: tuple[datetime, datetime], at: datetime) -> Figure:
    """The figure of everything a leader answers for."""
    found = scope(person).filter(due_at__gte=span[0], due_at__lt=span[1]).aggregate(**_counts(at))
    return Figure(None, **found)


def by_person(person: Person, span: tuple[datetime, datetime], at: datetime) -> list[Figure]:
    """A line a person, those with the most misses first; promises nobody had come last."""
    found = scope(person).filter(due_at__gte=span[0], due_at__lt=span[1]).annotate(whose=WHOSE)
    lines: list[Any] = list(found.values("whose").annotate(**_counts(at)).order_by())
    people = Person.objects.in_bulk([line["whose"] for line in lines if line["whose"]])
    figures = [
        Figure(people.get(one["whose"]), one["kept"], one["missed"], one["late_owed"], one["moved"]) for one in lines
    ]
    return sorted(figures, key=lambda one: (one.who is None, -one.missed, one.who.name_key if one.who else ""))


def who(promise: Promise, person: Person) -> str:
    """The customer as this person may know him; a case that is kept secret tells nothing."""
    if promise.case is not None and promise.case.is_secret:
        return gettext("Kept secret")
    return customers.shown_name(promise.customer, person)


def heads() -> list[str]:
    """The column titles of an export."""
    return [
        gettext("No."),
        gettext("Kind"),
        gettext("What was promised"),
        gettext("Customer"),
        gettext("Case"),
        gettext("Team"),
        gettext("Owner"),
        gettext("Promised at"),
        gettext("Due"),
        gettext("Status"),
        gettext("Missed by"),
        gettext("Settled at"),
        gettext("How it ended"),
        gettext("By which contact"),
    ]


def lines(found: QuerySet[Promise], person: Person) -> list[list[object]]:
    """The rows of an export."""
    return [
        [
            row.pk,
            row.get_kind_display(),
            row.what,
            who(row, person),
            row.case.number if row.case else "",
            row.unit.name,
            row.owner.name if row.owner else "",
            row.made_at,
            row.due_at,
            row.get_status_display(),
            row.missed_by.name if row.missed_by else "",
            row.settled_at,
            gettext(SETTLED_LABELS[Settled(row.settled_how)]) if row.settled_how else "",
            gettext(CHANNEL_LABELS[Channel(row.kept_via)]) if row.kept_via else "",
        ]
        for row in found[:MOST_EXPORTED]
    ]
