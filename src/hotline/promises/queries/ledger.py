"""Promises as lists: what somebody owes, what waits in a team, a chain, a due moment by the work clock."""

from datetime import datetime

from django.db.models import Q, QuerySet

from hotline.cases.models import Case
from hotline.core import clock
from hotline.customers.models import Customer
from hotline.kernel import workclock
from hotline.people.models import Person, Unit
from hotline.promises.logic import Status, Within
from hotline.promises.models import Promise, PromiseStep
from hotline.promises.models.ledger import OWED
from hotline.rosters.queries import duty as rosters

MOST = 200
SHOWN = ("owner", "unit", "customer", "case", "merged_into", "missed_by", "made_by", "first")


def due_moment(due: datetime | Within, at: datetime) -> datetime:
    """When a promise falls due: the moment itself, or so much time on its own clock, holidays and nights left out."""
    if isinstance(due, datetime):
        return due
    calendar = rosters.work_calendar(clock.local_day(at))
    return workclock.deadline(calendar, due.unit, at, due.amount)


def shown(rows: QuerySet[Promise]) -> QuerySet[Promise]:
    """With all that a line of a list tells."""
    return rows.select_related(*SHOWN)


def owed_by(person: Person) -> QuerySet[Promise]:
    """What a person owes, due soonest first. The end-of-shift record and the hand-over begin here."""
    return shown(Promise.objects.owed().filter(owner=person.pk)).order_by("due_at", "pk")


def waiting_in(units: QuerySet[Unit] | list[int] | frozenset[int]) -> QuerySet[Promise]:
    """What units owe and nobody has taken yet, due soonest first."""
    return shown(Promise.objects.owed().filter(unit__in=units, owner__isnull=True)).order_by("due_at", "pk")


def owed_of_case(case_id: int) -> QuerySet[Promise]:
    """What is still owed about a case, or about one that was merged into it."""
    about = Q(case=case_id) | Q(merged_into=case_id)
    return shown(Promise.objects.owed().filter(about)).order_by("due_at", "pk")


def of_case(person: Person, case: Case) -> list[Promise]:
    """Every promise about a case and about those merged into it: owed ones first, then the latest."""
    rows = shown(Promise.objects.visible_to(person).filter(Q(case=case) | Q(merged_into=case)))
    owed = list(rows.filter(OWED).order_by("due_at", "pk")[:MOST])
    settled = list(rows.exclude(pk__in=[row.pk for row in owed]).order_by("-pk")[:10])
    return [*owed, *settled]


def of_customer(person: Person, customer: Customer) -> list[Promise]:
    """What a customer is owed, then the latest that ended."""
    rows = shown(Promise.objects.visible_to(person).filter(customer=customer))
    owed = list(rows.filter(OWED).order_by("due_at", "pk")[:MOST])
    return [*owed, *rows.exclude(pk__in=[row.pk for row in owed]).order_by("-pk")[:10]]


def chain_of(promise: Promise) -> list[Promise]:
    """The promise with those whose place it took and those that took its place, in order."""
    first = promise.first_id or promise.pk
    return list(shown(Promise.objects.filter(Q(pk=first) | Q(first=first))).order_by("pk"))


def to_look_at(at: datetime, most: int) -> list[Promise]:
    """Promises with which the clock has something to do, the longest waiting first."""
    rows = Promise.objects.filter(look_at__lt=at).select_related("centre")
    return list(rows.order_by("look_at", "pk")[:most])


def missed_before_now(at: datetime) -> Q:
    """Missed by its status, or late although the clock has not come to it yet."""
    return Q(status=Status.MISSED) | Q(status=Status.OPEN, due_at__lt=at)


def owed_until(person: Person, end: datetime) -> QuerySet[Promise]:
    """What is owed and due before a moment, the soonest first."""
    rows = Promise.objects.visible_to(person).owed().filter(due_at__lt=end)
    return shown(rows).order_by("due_at", "pk")


def late(person: Person, at: datetime) -> QuerySet[Promise]:
    """What is owed and late in the centre, the longest first."""
    rows = Promise.objects.visible_to(person).owed().filter(due_at__lt=at)
    return shown(rows).order_by("due_at", "pk")


def settled_by(person: Person) -> QuerySet[Promise]:
    """What a person owed and is settled, the latest first."""
    mine = Promise.objects.filter(Q(owner=person.pk) | Q(missed_by=person.pk))
    ended = mine.filter(Q(settled_at__isnull=False) | Q(status__in=[Status.MOVED, Status.WITHDRAWN]))
    return shown(ended).order_by("-status_at", "-pk")


def steps_of(promise: Promise) -> list[PromiseStep]:
    """What happened to a promise, the latest first."""
    return list(promise.steps.select_related("by", "to").order_by("-pk"))
