"""What pages of a month's plan show: who could take a shift, what a change would do, runs of the solver, wishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count

from hotline.rosters.logic import problem
from hotline.rosters.logic.candidates import Candidate, candidates
from hotline.rosters.logic.rules.base import Violation
from hotline.rosters.models import DraftEntry, PlanSeen, RosterPlan, SolveRun
from hotline.rosters.queries.planning import MonthFacts

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the grid that a hand sets: a shift by its key, or None for a day kept free."""

    person_id: int
    day: date
    key: str | None


def by_number(first: date, changes: Iterable[Change]) -> dict[problem.Place, str | None]:
    """Changes as the checker takes them: by person and number of the day."""
    return {(one.person_id, (one.day - first).days): one.key for one in changes}


def within(days: Any, day: date) -> bool:
    """Whether a stored range of days, open or not, holds a day."""
    return (days.lower is None or days.lower <= day) and (days.upper is None or day < days.upper)


def moved(found: MonthFacts, source: tuple[int, date], target: tuple[int, date]) -> list[Change]:
    """What dragging one place onto another means: a shift goes there, and what stood there comes back."""
    first = found.plan.first

    def given(place: tuple[int, date]) -> str | None:
        return found.roster.get((place[0], (place[1] - first).days))

    going, coming = given(source), given(target)
    if source == target or going is None:
        return []
    return [
        Change(*source, key=_fitting(found, coming, *source)),
        Change(*target, key=_fitting(found, going, *target)),
    ]


def _fitting(found: MonthFacts, key: str | None, person_id: int, day: date) -> str | None:
    """The same kind of shift in the form in which it is worked on that day by that person."""
    if key is None:
        return None
    kind = found.kinds.kind_name(key)
    offered = {one.kind: one.key for one in choices(found, person_id, day)}
    return offered.get(kind, key)


@dataclass(frozen=True, slots=True)
class Choice:
    """A shift that somebody may be given on a day."""

    key: str
    kind: str
    name: str
    hours: str


def choices(found: MonthFacts, person_id: int, day: date) -> list[Choice]:
    """The shifts of somebody's positions on that day, by their start."""
    part = found.problem_of(person_id)
    person = part.person[person_id]
    number = (day - found.plan.first).days
    rows = [
        (key, row)
        for key, row in found.kinds.types.items()
        if found.kinds.is_on(key, day) and part.is_offered(person, part.kind[key], number)
    ]
    rows.sort(key=lambda pair: (pair[1].starts, pair[1].ends, pair[0]))
    return [
        Choice(key, found.kinds.kind_name(key), row.name, f"{row.starts:%H:%M}–{row.ends:%H:%M}") for key, row in rows
    ]


def who_can(found: MonthFacts, day: date, key: str) -> list[Candidate]:
    """Who at the desk could take a shift on a day, the best first, and what would stand in the way."""
    part = found.desk
    kind = part.kind[key]
    near = [one for one in part.people if not kind.positions or kind.positions & one.positions]
    ranked = candidates(part, found.roster, (day - found.plan.first).days, key)
    keys = {one.key for one in near}
    return [one for one in ranked if one.person in keys]


@dataclass(frozen=True, slots=True)
class Sum:
    """What one soft rule costs the month altogether."""

    rule: str
    cost: int
    count: int


def costs(found: Iterable[Violation]) -> list[Sum]:
    """Soft violations by rule, the dearest first."""
    by_rule: dict[str, list[int]] = {}
    for one in found:
        if not one.hard:
            by_rule.setdefault(one.rule, []).append(one.cost)
    sums = [Sum(rule, sum(each), len(each)) for rule, each in by_rule.items()]
    return sorted(sums, key=lambda one: -one.cost)


def is_set_aside(found: MonthFacts, one: Violation) -> bool:
    """Whether a hand gave a reason for what breaks a hard rule: at its person, on one of its days."""
    if one.person is None:
        return False
    days = one.days or range(len(found.days))
    places = ((int(one.person), found.plan.first + number * ONE_DAY) for number in days if number >= 0)
    return any(entry.reason for place in places if (entry := found.entries.get(place)) is not None)


def hard_left(found: MonthFacts) -> list[Violation]:
    """Hard violations for which nobody gave a reason yet."""
    return [one for one in found.violations if one.hard and not is_set_aside(found, one)]


def last_run(plan: RosterPlan) -> SolveRun | None:
    """The newest run of the solver over a month."""
    return plan.runs.select_related("asked_by").first()


@dataclass(frozen=True, slots=True)
class Counted:
    """A month of the list: how many shifts it plans, for how many people, and how many have confirmed theirs."""

    plan: RosterPlan
    shifts: int
    people: int
    seen: int


def with_counts(rows: Iterable[RosterPlan]) -> list[Counted]:
    """The months with their numbers, in two more queries."""
    listed = list(rows)
    drafts = DraftEntry.objects.filter(plan__in=listed, shift_type__isnull=False).values("plan").order_by("plan")
    counts = {
        row["plan"]: (row["shifts"], row["people"])
        for row in drafts.annotate(shifts=Count("pk"), people=Count("person", distinct=True))
    }
    seen = dict(PlanSeen.objects.filter(plan__in=listed).values_list("plan").annotate(n=Count("pk")).order_by("plan"))
    return [Counted(plan, *counts.get(plan.pk, (0, 0)), seen.get(plan.pk, 0)) for plan in listed]
