"""Who decided what about which case: read from the passes through stages, which have an index by their beginning."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from hotline.cases.logic.flow import Action, Stage
from hotline.cases.models import Case, CaseEvent, StageRun
from hotline.core import clock
from hotline.people.models import Person
from hotline.quality.logic import Decided
from hotline.rulebook.accuracy import Decision

# A pass that ended in the period began within a year before it; no case waits longer for filing or dispatch.
LONGEST = timedelta(days=366)
DECIDES: dict[str, Decision] = {
    Action.FILE.value: Decision.FILED,
    Action.REJECT.value: Decision.REJECTED,
    Action.DISPATCH.value: Decision.DISPATCHED,
}
STAGES = (Stage.ACCEPTANCE.value, Stage.FILING.value, Stage.DISPATCH.value)


def month_of(day: date) -> date:
    """The month to which a decision of that day is counted."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The month after."""
    return (month + timedelta(days=32)).replace(day=1)


def _passes(centre_id: int, begins: datetime, ends: datetime) -> QuerySet[Any]:
    """Passes that ended with a decision. A filing is the decision of whoever pre-filed: he chose category and
    condition, the gate only lets pass."""
    pre_filed = CaseEvent.objects.filter(case=OuterRef("case"), seq=OuterRef("began_seq"))
    return StageRun.objects.filter(
        stage__in=STAGES,
        began_at__gte=begins - LONGEST,
        began_at__lt=ends,
        ended_at__gte=begins,
        ended_at__lt=ends,
        outcome__in=list(DECIDES),
        case__centre=centre_id,
    ).annotate(pre_filer=Subquery(pre_filed.values("actor")[:1]))


def decisions(centre_id: int, first: date, last: date) -> Iterator[Decided]:
    """Every decision of a person, programs aside, of these local days (both included)."""
    programs = set(Person.objects.filter(centre=centre_id, is_system=True).values_list("pk", flat=True))
    rows = _passes(centre_id, clock.wall(first), clock.wall(last + timedelta(days=1)))
    columns = rows.values_list("outcome", "pre_filer", "person_id", "case_id", "ended_seq", "ended_at")
    for outcome, pre_filer, ender, case, seq, at in columns.iterator(chunk_size=5000):
        person = pre_filer if outcome == Action.FILE else ender
        if person is not None and person not in programs:
            yield Decided(person, DECIDES[outcome], case, seq, clock.local_day(at))


def handled(person: Person, month: date) -> int:
    """In how many cases the person decided something in a month."""
    begins, ends = clock.wall(month), clock.wall(next_month(month))
    rows = _passes(person.centre_id, begins, ends)
    filed = rows.filter(outcome=Action.FILE.value, pre_filer=person.pk)
    others = rows.exclude(outcome=Action.FILE.value).filter(person=person.pk)
    return len(set(filed.values_list("case_id", flat=True)) | set(others.values_list("case_id", flat=True)))


def handled_by_person(centre_id: int, month: date) -> dict[int, int]:
    """In how many cases each person decided something in a month, in one pass over its decisions."""
    cases: dict[int, set[int]] = {}
    for one in decisions(centre_id, month, next_month(month) - timedelta(days=1)):
        cases.setdefault(one.person, set()).add(one.case)
    return {person: len(found) for person, found in cases.items()}


def decided_in(case: Case, before_seq: int | None = None) -> list[tuple[Person, Decision, CaseEvent]]:
    """Who decided what about one case, the last decision of each kind and person; all of it, or before an event.

    What was pre-filed counts as filed even while the gate has not let it pass.
    """
    rows = CaseEvent.objects.filter(case=case, **({} if before_seq is None else {"seq__lt": before_seq}))
    events = list(rows.select_related("actor").order_by("seq"))
    found: dict[tuple[int, Decision], tuple[Person, Decision, CaseEvent]] = {}
    pre_filer: Person | None = None
    for event in events:
        if event.action == Action.PRE_FILE:
            pre_filer = event.actor
        elif event.action not in DECIDES:
            continue
        decision = DECIDES.get(event.action, Decision.FILED)
        person = pre_filer if decision is Decision.FILED and pre_filer is not None else event.actor
        if not person.is_system:
            found[person.pk, decision] = (person, decision, event)
    return list(found.values())
