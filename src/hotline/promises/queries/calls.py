"""Calls that are owed an answer: which, by whom, and which talk was the answer."""

from collections.abc import Iterator
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


def answered(most: int) -> Iterator[tuple[Promise, Call]]:
    """What is owed for a call, with the first talk since then to the same number, by whoever called whom."""
    from_call = Q(source_key__startswith=SOURCE) | Q(first__source_key__startswith=SOURCE)
    kinds = [Kind.CALL_BACK.value, Kind.MISSED_CALL.value]
    owed = Promise.objects.owed().filter(from_call, kind__in=kinds).select_related("first", "centre").order_by("pk")
    promises = {row.pk: (row, call_of(row)) for row in owed[:most]}
    calls = {row.pk: row for row in Call.objects.filter(pk__in={key for _row, key in promises.values() if key})}
    numbers = {row.number for row in calls.values()}
    since = min((row.ended_at for row in calls.values() if row.ended_at is not None), default=None)
    if since is None:
        return
    talks = Call.objects.filter(number__in=numbers, answered_at__gte=since).select_related("person")
    found = list(talks.order_by("answered_at", "pk"))
    for row, key in promises.values():
        call = calls.get(key or 0)
        if call is None or call.ended_at is None:
            continue
        for talk in found:
            same = talk.centre_id == call.centre_id and talk.number == call.number
            if same and talk.answered_at is not None and talk.answered_at >= call.ended_at:
                yield row, talk
                break
