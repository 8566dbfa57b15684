"""Cases that go on in another one (并案): who reported them, what became of them, which case they follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from hotline.cases.logic.flow import Action, Status
from hotline.cases.models import Case, CaseEvent
from hotline.customers.models import Customer
from hotline.people.models import Person


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who is owed the answer of a case: by his own report, or by one that was merged into it."""

    case: Case  # the report of his
    customer: Customer | None
    colleague: Person | None
    is_merged: bool

    @property
    def is_secret(self) -> bool:
        """Whether his name is kept."""
        return self.case.is_secret


def reporters_of(case: Case) -> list[Reporter]:
    """Everybody who is owed the answer of this case, in the order of their reports. One query."""
    rows = (
        Case.objects.filter(Q(pk=case.pk) | Q(merged_into=case.pk))
        .select_related("customer", "reporter", "category")
        .order_by("arrived_at", "pk")
    )
    return [Reporter(row, row.customer, row.reporter, row.pk != case.pk) for row in rows]


def followed(case: Case) -> Case:
    """The case whose course counts for whoever asks about this one: itself, or the one it was merged into."""
    return case.merged_into or case


def public_status(case: Case) -> Status:
    """The status that its reporter is told: a merged case shows that of the case it goes on in."""
    return followed(case).code


def children(case_id: int) -> list[int]:
    """Keys of the cases that were merged into this one."""
    return list(Case.objects.filter(merged_into=case_id).values_list("pk", flat=True))


def ways(case_ids: Iterable[int]) -> dict[int, list[int]]:
    """By which cases each merged case came to where it is now, the oldest first: for those that were moved along."""
    rows = CaseEvent.objects.filter(case__in=list(case_ids), action=Action.MERGE).order_by("case", "-seq")
    return {row.case_id: row.data.get("via", []) for row in rows.distinct("case")}


@dataclass(frozen=True, slots=True)
class Before:
    """How a case stood when it was merged."""

    status: Status
    holder: dict[str, int | str]
    at: datetime


def before_merge(case: Case) -> Before:
    """What undoing the merge of a case brings back."""
    rows = CaseEvent.objects.filter(case=case, action=Action.MERGE, data__has_key="before")
    event = rows.order_by("-seq")[0]
    stood = event.data["before"]
    return Before(Status(stood["status"]), stood["holder"], event.at)
