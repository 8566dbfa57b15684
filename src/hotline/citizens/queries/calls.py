"""Reads for call-backs: the queue, the list behind every figure, how content people are."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from hotline.cases.models import Case
from hotline.citizens.models import CallBack, Grade, Review, Supplement
from hotline.citizens.models.calls import CallStatus, ReviewStatus
from hotline.core import clock
from hotline.people.models import Person

# The figures of the page and the rows behind each.
PARTS: dict[str, Q] = {
    "all": Q(),
    "rated": ~Q(grade=""),
    "satisfied": Q(grade=Grade.SATISFIED),
    "partly": Q(grade=Grade.PARTLY),
    "dissatisfied": Q(grade=Grade.DISSATISFIED),
    "result": Q(grade=Grade.DISSATISFIED, reason__startswith="result_"),
    "service": Q(grade=Grade.DISSATISFIED, reason__startswith="service_"),
    "by_himself": Q(by_himself=True),
    "unreached": Q(status=CallStatus.UNREACHED),
    "open": Q(status__in=[CallStatus.WAITING, CallStatus.TAKEN]),
    "cancelled": Q(status=CallStatus.CANCELLED),
}


@dataclass(frozen=True, slots=True)
class Queue:
    """How much waits."""

    ready: int
    later: int
    late: int


def queue(person: Person, at: datetime) -> Queue:
    """The call-back queue of the centre: one query over what waits."""
    rows = CallBack.objects.visible_to(person).filter(status=CallStatus.WAITING)
    found = rows.aggregate(
        ready=Count("pk", filter=Q(next_at__lte=at)),
        later=Count("pk", filter=Q(next_at__gt=at)),
        late=Count("pk", filter=Q(due_at__lt=at)),
    )
    return Queue(**found)


def in_hand(person: Person) -> CallBack | None:
    """The call-back that the person has in hand."""
    rows = CallBack.objects.filter(status=CallStatus.TAKEN, taken_by=person.pk)
    return with_case(rows).first()


def with_case(rows: QuerySet[CallBack]) -> QuerySet[CallBack]:
    """Call-backs with everything a line of a list shows."""
    return rows.select_related(
        "case__customer", "case__category", "case__merged_into", "case__department", "taken_by", "status_by"
    )


def ended_between(person: Person, first: date, last: date) -> QuerySet[CallBack]:
    """Call-backs of what ended in the period, as far as the person may see them."""
    begins, ends = clock.wall(first), clock.wall(last + timedelta(days=1))
    return CallBack.objects.visible_to(person).filter(ended_at__gte=begins, ended_at__lt=ends)


def counts(rows: QuerySet[CallBack]) -> dict[str, int]:
    """Every figure of the page, in one query."""
    return rows.aggregate(**{name: Count("pk", filter=part) for name, part in PARTS.items()})


def by_department(rows: QuerySet[CallBack]) -> list[dict[str, object]]:
    """Satisfied of rated for each department that settled something, most answers first."""
    rated = rows.exclude(grade="").exclude(case__department=None)
    grouped = rated.values(name=F("case__department__name"), department=F("case__department")).annotate(
        rated=Count("pk"), satisfied=Count("pk", filter=PARTS["satisfied"])
    )
    return [dict(row) for row in grouped.order_by("-rated", "name")[:50]]


def reviews(person: Person, *, waiting: bool) -> QuerySet[Review]:
    """Reviews to decide, or those decided."""
    rows = Review.objects.visible_to(person).select_related(
        "call__case__customer", "call__case__category", "call__case__merged_into", "asked_by", "status_by"
    )
    if waiting:
        return rows.filter(status=ReviewStatus.WAITING).order_by("at", "pk")
    return rows.exclude(status=ReviewStatus.WAITING).order_by("-status_at", "-pk")


def about_case(case: Case) -> tuple[list[Supplement], list[CallBack]]:
    """What citizens added to a case and those merged into it, and how their call-backs went."""
    ids = [case.pk, *Case.objects.filter(merged_into=case.pk).values_list("pk", flat=True)]
    added = list(Supplement.objects.filter(case__in=ids).select_related("case"))
    asked = list(CallBack.objects.filter(case__in=ids).select_related("case", "taken_by", "status_by").order_by("pk"))
    return added, asked
