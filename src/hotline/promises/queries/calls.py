"""Calls that are owed an answer: which, by whom, and which talk was the answer."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q

from hotline.core import clock
from hotline.core.access import may
from hotline.people.models import Person, Post, Unit
from hotline.promises.logic import Kind
from hotline.promises.models import Promise
from hotline.telephony.logic.words import Left, OfferEnd
from hotline.telephony.models import Call, SegmentKind

SOURCE = "call:"
SLICE = 500  # promises that are looked at together
LOOKS_BACK = timedelta(days=60)  # as far as a promise may lie ahead


def source_of(call_id: int) -> str:
    """How a promise names the call from which it was made."""
    return f"{SOURCE}{call_id}"


def call_of(promise: Promise) -> int | None:
    """The call for which something is owed; a promise that took the place of another is owed for the same one."""
    key = (promise.first or promise).source_key
    return int(key.removeprefix(SOURCE)) if key.startswith(SOURCE) else None


def was_short(call: Call) -> bool:
    """Whether the caller had hardly waited, as his queue defines it, when he hung up or was told that it is closed."""
    if call.ended_how not in {Left.ABANDONED, Left.CLOSED} or call.queue is None:
        return False
    wait = call.segments.filter(kind=SegmentKind.QUEUE, ended_at__isnull=False).order_by("-pk").first()
    most = timedelta(seconds=call.queue.short_abandon)
    return wait is not None and wait.ended_at is not None and wait.ended_at - wait.began_at < most


def of_number(call: Call) -> list[Call]:
    """The lately ended or open calls with the same number, locked: two missed calls of one caller make one debt."""
    rows = Call.objects.filter(centre=call.centre_id, number=call.number, came_at__gte=call.came_at - LOOKS_BACK)
    return list(rows.select_for_update(no_key=True).order_by("pk"))


def is_settled(call: Call, others: list[Call]) -> bool:
    """Whether the caller was talked to since, or is owed a call already by one of the others."""
    ended = call.ended_at
    if any(one.answered_at is not None and ended is not None and one.answered_at >= ended for one in others):
        return True
    keys = [source_of(one.pk) for one in others]
    return Promise.objects.owed().filter(Q(source_key__in=keys) | Q(first__source_key__in=keys)).exists()


def holder_of(call: Call, at: datetime) -> Person | Unit | None:
    """Who owes it: whoever called back in vain, else the unit to which most people of the queue belong."""
    if call.ended_how == Left.CALLBACK:
        tried = call.offers.filter(how=OfferEnd.TAKEN).select_related("person").order_by("-pk").first()
        if tried is not None and tried.person.is_active and may(tried.person, "promises.view_list"):
            return tried.person
    day = clock.local_day(at)
    serves = Post.objects.on(day).filter(person__queue_members__queue=call.queue_id, person__is_active=True)
    most = serves.values("unit").annotate(count=Count("person", distinct=True)).order_by("-count", "unit").first()
    if most is not None:
        return Unit.objects.get(pk=most["unit"])
    return Unit.objects.filter(centre=call.centre_id, is_active=True).order_by("pk").first()


def answered() -> Iterator[tuple[Promise, Call]]:
    """What is owed for a call, with the first talk since then to the same number, by whoever called whom.

    Everything owed is looked at, a slice at a time: two queries for each `SLICE` of it.
    """
    from_call = Q(source_key__startswith=SOURCE) | Q(first__source_key__startswith=SOURCE)
    kinds = [Kind.CALL_BACK.value, Kind.MISSED_CALL.value]
    owed = Promise.objects.owed().filter(from_call, kind__in=kinds).select_related("first", "centre").order_by("pk")
    last = 0
    while rows := list(owed.filter(pk__gt=last)[:SLICE]):
        last = rows[-1].pk
        yield from _talked(rows)


def _talked(rows: Sequence[Promise]) -> Iterator[tuple[Promise, Call]]:
    keys = {row.pk: call_of(row) for row in rows}
    calls = Call.objects.filter(pk__in={key for key in keys.values() if key}, ended_at__isnull=False).in_bulk()
    since = min((call.ended_at for call in calls.values() if call.ended_at is not None), default=None)
    if since is None:
        return
    talks = Call.objects.filter(number__in={call.number for call in calls.values()}, answered_at__gte=since)
    found: dict[tuple[int, str], list[Call]] = defaultdict(list)
    for talk in talks.select_related("person").order_by("answered_at", "pk"):
        found[talk.centre_id, talk.number].append(talk)
    for row in rows:
        lost = calls.get(keys[row.pk] or 0)
        if lost is None or lost.ended_at is None:
            continue
        answer = next((one for one in found[lost.centre_id, lost.number] if _is_after(one, lost.ended_at)), None)
        if answer is not None:
            yield row, answer


def _is_after(talk: Call, moment: datetime) -> bool:
    return talk.answered_at is not None and talk.answered_at >= moment
