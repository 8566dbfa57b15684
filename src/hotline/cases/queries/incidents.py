"""Incidents for pages: those under way, the cases of one, what looks like one and is none yet."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from hotline.cases.logic.incidents import TERMS, Cluster, Seen, clusters
from hotline.cases.models import Case, Category, Incident, IncidentCase, IncidentStatus
from hotline.core.clock import local_day
from hotline.people.models import Person

MOST_LISTED = 100
MOST_LOOKED_AT = 300  # of the last hour; a centre that gets more has other worries
MOST_CASES = 500


def under_way(person: Person) -> list[Incident]:
    """What operators tell callers now, the newest first."""
    rows = Incident.objects.visible_to(person).open()
    return list(_counted(rows).select_related("category").order_by("-since")[:MOST_LISTED])


def over(person: Person) -> list[Incident]:
    """The last ones that are over."""
    rows = Incident.objects.visible_to(person).filter(status=IncidentStatus.OVER)
    return list(_counted(rows).select_related("category").order_by("-since")[:MOST_LISTED])


def _counted(rows: "QuerySet[Incident]") -> Any:
    return rows.annotate(cases=Count("links", filter=Q(links__unlinked_at__isnull=True)))


def cases_of(incident: Incident) -> "QuerySet[Case]":
    """The cases that belong to an incident now, the oldest first."""
    linked = IncidentCase.objects.filter(incident=incident, unlinked_at__isnull=True)
    rows = Case.objects.filter(pk__in=linked.values("case"))
    return rows.select_related("category", "department", "operator").order_by("arrived_at", "pk")


def incident_of(case_id: int) -> Incident | None:
    """The incident to which a case belongs now."""
    link = IncidentCase.objects.filter(case=case_id, unlinked_at__isnull=True).select_related("incident").first()
    return link.incident if link else None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Reports that look like one incident."""

    category: Category
    cluster: Cluster
    cases: list[Case]

    @property
    def place(self) -> str:
        """Where, in the words of the first report that has any."""
        return next((case.place for case in self.cases if case.place), "")

    @property
    def keys(self) -> str:
        """The cases as they travel in a form."""
        return ",".join(str(key) for key in self.cluster.cases)


def suggestions(person: Person, at: datetime) -> list[Suggestion]:
    """What came together within the last hour and belongs to no incident yet. Two queries."""
    terms = TERMS.on(local_day(at))
    linked = IncidentCase.objects.filter(case=OuterRef("pk"), unlinked_at__isnull=True)
    rows = (
        Case.objects.visible_to(person)
        .filter(arrived_at__gt=at - terms.within, arrived_at__lte=at + timedelta(minutes=1))
        .filter(category__isnull=False, latitude__isnull=False, longitude__isnull=False)
        .filter(~Exists(linked))
        .select_related("category")
        .order_by("-arrived_at")[:MOST_LOOKED_AT]
    )
    known = {case.pk: case for case in rows}
    seen = [
        Seen(case.pk, case.category_id, (case.latitude, case.longitude))
        for case in known.values()
        if case.category_id and case.latitude is not None and case.longitude is not None
    ]
    return [_suggestion(cluster, known) for cluster in clusters(seen, terms)]


def _suggestion(cluster: Cluster, known: dict[int, Case]) -> Suggestion:
    cases = sorted((known[key] for key in cluster.cases), key=lambda case: case.arrived_at)
    category = cases[0].category
    assert category is not None
    return Suggestion(category, cluster, cases)


def joinable(person: Person, case: Case) -> list[Incident]:
    """Incidents under way to which a case may be added, those of its sub-class first."""
    rows = list(Incident.objects.visible_to(person).open().select_related("category").order_by("-since")[:MOST_LISTED])
    return sorted(rows, key=lambda row: row.category_id != case.category_id)
