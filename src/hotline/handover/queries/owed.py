"""What the first owner of cases still owes (D2.6): where each is, what is new, whom he has not told; repeat callers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from hotline.cases.models import Case, CaseEvent, Holding
from hotline.customers.models import Customer
from hotline.handover.models import AskedAgain, CustomerTold, FollowMark
from hotline.people import queries as people
from hotline.people.models import Person
from hotline.promises.models import Promise
from hotline.rosters.queries import duty as rosters

UNTOLD_FOR = timedelta(days=30)  # an end that nobody has told of for longer is the leader's matter
MOST_NEWS = 3  # steps that a line names
LATEST = 8  # steps among which they are looked for
MOST_CASES = 10  # open cases of a customer that are looked at
SOURCES_WITH_CUSTOMER = Q(customer__isnull=False)


@dataclass(slots=True)
class Owed:
    """An open case whose first owner one is."""

    case: Case
    unread: int
    seen: int
    holding: Holding | None = None
    news: list[CaseEvent] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)


# A case that was merged goes on in another one: its caller waits as long as that one is open.
GOES_ON = Q(ended_at__isnull=True) | Q(merged_into__isnull=False, merged_into__ended_at__isnull=True)


def open_cases(person: Person) -> QuerySet[Case]:
    """Open cases that the person took in first, each with how many steps others took that he has not seen."""
    rows = Case.objects.filter(GOES_ON, first_owner=person.pk, centre=person.centre_id)
    mark = FollowMark.objects.filter(case=OuterRef("pk")).values("seen_version")
    rows = rows.annotate(seen=Coalesce(Subquery(mark), Value(0), output_field=IntegerField()))
    news = CaseEvent.objects.filter(case=OuterRef("pk"), seq__gt=OuterRef("seen")).exclude(actor=person.pk)
    count = news.order_by().values("case").annotate(n=Count("pk")).values("n")
    return rows.annotate(unread=Coalesce(Subquery(count), Value(0), output_field=IntegerField()))


def with_news(person: Person) -> list[Case]:
    """Cases in which something happened since the person last looked."""
    rows: Any = open_cases(person)  # the annotation is not known to the types
    return list(rows.filter(unread__gt=0))


def listed(rows: Sequence[Case]) -> list[Owed]:
    """The cases of a page with holder, news and promises: three queries, however many."""
    found = {row.pk: Owed(row, getattr(row, "unread"), getattr(row, "seen")) for row in rows}  # noqa: B009 annotated
    holdings = Holding.objects.open().filter(case__in=found).select_related("person", "unit")
    for holding in holdings:
        found[holding.case_id].holding = holding
    for event in _latest(found):
        owed = found[event.case_id]
        is_new = event.seq > owed.seen and event.actor_id != owed.case.first_owner_id
        if is_new and len(owed.news) < MOST_NEWS:
            owed.news.append(event)
    for promise in Promise.objects.owed().filter(case__in=found).select_related("owner").order_by("due_at"):
        found[promise.case_id or 0].promises.append(promise)
    return list(found.values())


def _latest(case_ids: Iterable[int]) -> QuerySet[CaseEvent]:
    """The last few steps of each case, the newest first."""
    rows = CaseEvent.objects.filter(case__in=list(case_ids), seq__gt=F("case__version") - LATEST)
    return rows.select_related("actor").order_by("case", "-seq")


def untold(person: Person, at: datetime) -> QuerySet[Case]:
    """Cases that ended and whose customer has not been told; a kept promise after the end tells him too."""
    told = CustomerTold.objects.filter(case=OuterRef("pk"), ended_at=OuterRef("ended_at"))
    kept = Promise.objects.filter(case=OuterRef("pk"), settled_how="contact", settled_at__gte=OuterRef("ended_at"))
    rows = Case.objects.filter(
        SOURCES_WITH_CUSTOMER, first_owner=person.pk, centre=person.centre_id, ended_at__gte=at - UNTOLD_FOR
    )
    return (
        rows.exclude(GOES_ON)
        .filter(~Exists(told), ~Exists(kept))
        .select_related("category", "customer")
        .order_by("ended_at", "pk")
    )


def messages_for(person: Person) -> list[AskedAgain]:
    """Customers who asked again and wait for the person."""
    rows = AskedAgain.objects.visible_to(person).filter(to=person.pk, done_at__isnull=True)
    return list(rows.select_related("case__category", "by").order_by("-is_transfer", "pk"))


# ---------------------------------------------------------------- repeat callers


@dataclass(frozen=True, slots=True)
class FirstOwner:
    """Who took an open case in first, and whether the customer can be sent to him now."""

    case: Case
    person: Person
    on_duty: bool
    state: str  # what he is doing at his seat, or nothing

    @property
    def is_reachable(self) -> bool:
        """On duty, not at rest, ready."""
        return self.on_duty and self.state == "ready"


def first_owners(customer: Customer | int, at: datetime, but: int | None = None) -> list[FirstOwner]:
    """The first owners of a customer's open cases, the newest case first: two queries and one a person."""
    rows = Case.objects.filter(GOES_ON, customer=customer, first_owner__isnull=False, first_owner__is_active=True)
    cases = list(rows.exclude(pk=but or 0).select_related("first_owner", "category").order_by("-pk")[:MOST_CASES])
    return [_first_owner(case, at) for case in cases]


def _first_owner(case: Case, at: datetime) -> FirstOwner:
    person = case.first_owner
    assert person is not None
    shift = rosters.shift_of(person, at)
    seat = people.presence_of(person)
    state = "break" if shift and shift.in_break else seat.state if seat else ""
    return FirstOwner(case, person, shift is not None, state)


def is_reachable(person: Person, at: datetime) -> bool:
    """Whether somebody can be sent to this person now: on duty, not in a break, ready."""
    shift = rosters.shift_of(person, at)
    return shift is not None and not shift.in_break and people.ready_since(person) is not None


def first_owner_on_duty(customer: Customer | int, at: datetime) -> Person | None:
    """Whom a customer who calls again goes to first (D2.6): the first owner of his newest open case who is on duty.

    Not in a break; whether his telephone is free the ACD itself sees, and waits a little for one who talks.
    """
    return next(
        (found.person for found in first_owners(customer, at) if found.on_duty and found.state != "break"), None
    )


def of_case(case: Case, at: datetime) -> FirstOwner | None:
    """Who took this case in first, and whether he can be reached."""
    return _first_owner(case, at) if case.first_owner is not None else None


def asked_about(case: Case) -> list[AskedAgain]:
    """The last questions of the customer about this case."""
    return list(AskedAgain.objects.filter(case=case).select_related("to", "by").order_by("-pk")[:5])


def told(case: Case) -> CustomerTold | None:
    """Whether and how the customer has learned this end of his case."""
    if case.ended_at is None:
        return None
    return CustomerTold.objects.filter(case=case, ended_at=case.ended_at).select_related("by").first()
