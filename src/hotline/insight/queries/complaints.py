"""What customers are not content with: their own words when called back, and promises that were not kept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from hotline.cases.models import Case
from hotline.citizens.models import CallBack
from hotline.citizens.models.calls import Grade, Reason
from hotline.core import clock
from hotline.insight.logic.months import after
from hotline.people.models import Person
from hotline.promises.logic import Status
from hotline.promises.models import Promise

NO_REASON = "none"
PROMISE = "promise"
SERVICE = "service"  # how reasons about service begin; the others are about the result


@dataclass(frozen=True, slots=True)
class Complaint:
    """A reason for which customers were not content, and how many reports it was said about."""

    reason: str  # of a call-back, NO_REASON, or PROMISE
    times: int

    @property
    def is_service(self) -> bool:
        """About how somebody was served, not about the result."""
        return self.reason.startswith(SERVICE) or self.reason == PROMISE

    @property
    def words(self) -> str:
        """In the reader's words."""
        if self.reason == PROMISE:
            return gettext("Service: a promise was not kept")
        if self.reason in Reason.values:
            return str(Reason(self.reason).label)
        return gettext("Partly satisfied, without a reason")


def _ratings(centre_id: int, month: date) -> QuerySet[CallBack]:
    """What was said in a month by those who are not wholly content."""
    return CallBack.objects.filter(
        centre=centre_id,
        rated_at__gte=clock.wall(month),
        rated_at__lt=clock.wall(after(month)),
        grade__in=[Grade.DISSATISFIED.value, Grade.PARTLY.value],
    )


def _missed(centre_id: int, month: date) -> QuerySet[Promise]:
    return Promise.objects.filter(
        centre=centre_id,
        due_at__gte=clock.wall(month),
        due_at__lt=clock.wall(after(month)),
        status=Status.MISSED.value,
        case__isnull=False,
    )


def complaints(centre_id: int, month: date) -> list[Complaint]:
    """Reasons of a month, those about service first, then the most frequent."""
    rows = _ratings(centre_id, month).order_by().values_list("reason").annotate(n=Count("case", distinct=True))
    found = [Complaint(reason or NO_REASON, times) for reason, times in rows]
    missed = _missed(centre_id, month).values("case").distinct().count()
    if missed:
        found.append(Complaint(PROMISE, missed))
    return sorted(found, key=lambda one: (not one.is_service, -one.times, one.reason))


def behind(person: Person, month: date, reason: str) -> QuerySet[Case]:
    """The reports about which it was said, as far as the person may see them."""
    centre = person.centre_id
    if reason == PROMISE:
        keys: Any = _missed(centre, month).values("case")
    else:
        keys = _ratings(centre, month).filter(reason="" if reason == NO_REASON else reason).values("case")
    rows = Case.objects.visible_to(person).filter(pk__in=keys)
    return rows.select_related("category", "district", "department").order_by("-arrived_at", "-pk")


def is_known(reason: str) -> bool:
    """Whether there is such a reason."""
    return reason in {*Reason.values, NO_REASON, PROMISE}
