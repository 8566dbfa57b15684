"""Waivers to be decided and decided ones, and one's own holdings for which a waiver may be asked (D3.7)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from hotline.cases.models import Holding, Waiver, WaiverStatus
from hotline.cases.queries import custody
from hotline.cases.queries.custody import Charged
from hotline.core import clock
from hotline.people.models import Person

MOST = 500


def waivers(person: Person) -> QuerySet[Waiver]:
    """Waivers the person may see, with all that the decision rests on."""
    names = ("case", "person", "asked_by", "status_by", "evidence")
    return Waiver.objects.visible_to(person).select_related(*names)


def to_decide(person: Person) -> list[Waiver]:
    """What has been asked for, the oldest first."""
    return list(waivers(person).filter(status=WaiverStatus.ASKED).order_by("asked_at", "pk")[:MOST])


def decided(person: Person) -> QuerySet[Waiver]:
    """What has been decided, the newest first."""
    return waivers(person).exclude(status=WaiverStatus.ASKED).order_by("-status_at", "-pk")


def over_limit(person: Person, at: datetime) -> Sequence[Charged]:
    """The person's own holdings of this month that are over the limit and for which nothing was asked yet."""
    start = clock.wall(clock.local_day(at).replace(day=1))
    asked = Waiver.objects.filter(case=OuterRef("case"), person=person.pk, span__overlap=OuterRef("span"))
    rows: list[Holding] = list(custody.month_of(person, start, at).filter(~Exists(asked))[:MOST])
    return [one for one in custody.charge(rows, at) if one.is_over]


def held_by(person: Person) -> QuerySet[Holding]:
    """Holdings for which a waiver may be asked by somebody of this centre."""
    return Holding.objects.filter(case__centre=person.centre_id, person__isnull=False).select_related("case", "person")
