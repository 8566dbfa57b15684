"""Calls that may be scored, and those that were (A6.7, A6.8)."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from hotline.people.models import Person
from hotline.quality.models import CallScore
from hotline.telephony.models import Call

DAYS = 14
MOST = 50


def to_score(reader: Person, at: datetime, person_id: int = 0) -> list[Call]:
    """Answered calls of the last two weeks that nobody has scored, the newest first; of one person where he is named.

    Never one's own.
    """
    rows = Call.objects.answered_under(reader).filter(
        came_at__gte=at - timedelta(days=DAYS), answered_at__isnull=False, ended_at__isnull=False, score__isnull=True
    )
    if person_id:
        rows = rows.filter(person=person_id)
    return list(rows.exclude(person=reader.pk).select_related("person", "queue").order_by("-came_at", "-pk")[:MOST])


def scored(reader: Person) -> QuerySet[CallScore]:
    """Scored calls that the reader may see, the newest first."""
    rows = CallScore.objects.visible_to(reader).select_related("person", "scored_by", "call")
    return rows.order_by("-scored_at", "-pk")
