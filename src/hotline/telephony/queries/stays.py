"""Stays in queues as the formulas of the service level count them: one sum, whatever it is told by."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, cast

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value

from hotline.telephony.logic.service_level import NOT_OFFERED, Tally
from hotline.telephony.logic.words import Left
from hotline.telephony.models import Queue, Segment, SegmentKind

DURATION = DurationField()
SECOND = Value(timedelta(seconds=1), output_field=DURATION)
LASTED = ExpressionWrapper(F("ended_at") - F("began_at"), output_field=DURATION)
ANSWERED = Q(how=Left.ANSWERED.value)
OTHERWISE = Q(how__in=[left.value for left in NOT_OFFERED])
LOST = ~ANSWERED & ~OTHERWISE
_GOES_ON = Segment.objects.filter(
    call=OuterRef("call"), person=OuterRef("person"), kind=SegmentKind.TALK, began_at__gt=OuterRef("began_at")
)
# A talk that its person took up again after his telephone was loaded anew is one: its parts before count no further.
A_TALK = ~Q(how="reload") | ~Q(Exists(_GOES_ON))
COUNTS = {
    "answered_within": Count("pk", filter=ANSWERED & Q(waited__lte=F("within"))),
    "answered_late": Count("pk", filter=ANSWERED & Q(waited__gt=F("within"))),
    "abandoned_within": Count("pk", filter=LOST & Q(waited__lte=F("within"))),
    "abandoned_late": Count("pk", filter=LOST & Q(waited__gt=F("within"))),
    "short": Count("pk", filter=LOST & Q(waited__lte=F("soon"))),
    "left_otherwise": Count("pk", filter=OTHERWISE),
}  # the fields of a Tally, by which a grouping of `stays` is annotated


def stays(queues: Iterable[Queue | int], since: datetime, until: datetime) -> "QuerySet[Segment]":
    """Stays that began in the period and are over, with how long each waited and what its queue calls in time."""
    within = ExpressionWrapper(F("queue__answer_within") * SECOND, output_field=DURATION)
    short = ExpressionWrapper(F("queue__short_abandon") * SECOND, output_field=DURATION)
    rows = Segment.objects.filter(
        queue__in=list(queues), kind=SegmentKind.QUEUE, began_at__gte=since, began_at__lt=until, ended_at__isnull=False
    )
    return rows.exclude(how="").annotate(waited=LASTED, within=within, soon=short)


def tally_of(row: Mapping[str, Any]) -> Tally:
    """What the formulas are made of, from a row that was annotated by `COUNTS`."""
    return Tally(**{one.name: row[one.name] for one in fields(Tally)})


def tallies_of(queues: Iterable[Queue | int], since: datetime, until: datetime) -> dict[int, Tally]:
    """The same, a queue at a time: one query."""
    rows = stays(queues, since, until).values("queue").annotate(**COUNTS).order_by()
    return {row["queue"]: tally_of(row) for row in cast("Iterable[dict[str, Any]]", rows)}
