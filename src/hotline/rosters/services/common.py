"""What services of the month share: locks, spans as the database keeps them, telling who is concerned."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hotline.core import live
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.spans import Span
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.rosters.logic import hours
from hotline.rosters.logic.plans import OPEN, Status
from hotline.rosters.models import RosterPlan, ShiftType


def lock_people(person_ids: Iterable[int]) -> None:
    """One planner of a person at a time; keys only, so that nobody's other work waits."""
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=list(person_ids)).order_by("pk")
    list(rows.values_list("pk"))


def locked_plan(plan_id: int) -> RosterPlan:
    """A month for whoever changes it; others wait."""
    return RosterPlan.objects.select_for_update(of=("self",)).select_related("centre").get(pk=plan_id)


def refuse_unless_open(plan: RosterPlan) -> None:
    """A hand changes only a draft: not while it is solved, and not when it is published (A7.7)."""
    if plan.status in OPEN:
        return
    note = (
        gettext_noop("The solver is at work on this month: wait for it, or stop it.")
        if plan.status == Status.SOLVING
        else gettext_noop("This month is published: change it with consent or a reason.")
    )
    raise Refused(Refusal("A7.7", note))


def as_range(span: Span) -> DateTimeTZRange:
    """A span as a column takes it."""
    return DateTimeTZRange(span.start, span.end)


def span_on(shift: ShiftType, day: date) -> DateTimeTZRange:
    """The hours of a shift on a day, as a column takes them."""
    return as_range(hours.shift_span(day, shift.starts, shift.ends))


def tell(centre_id: int, person_ids: Iterable[int] = (), *more: str) -> None:
    """Pages that show this centre's roster, or these people's shifts, fetch themselves again."""
    live.touch(f"roster:{centre_id}", *(f"desk:{person_id}" for person_id in person_ids), *more)


def topic(plan: RosterPlan) -> str:
    """What pages of a draft listen to."""
    return f"plan:{plan.pk}"


Cells = Mapping[tuple[int, date], ShiftType]
