"""A month before it is published: opened, changed by hand with the warnings told at once, put aside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F

from hotline.core import audit, clock, states
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person
from hotline.rosters.logic import figures
from hotline.rosters.logic.plans import Origin, Status, code_on
from hotline.rosters.logic.rules.base import Violation
from hotline.rosters.logic.rules.book import RULES
from hotline.rosters.models import DraftEntry, PatternKeeper, RosterEntry, RosterPlan
from hotline.rosters.queries import planning
from hotline.rosters.queries.plans import Change, by_number, within
from hotline.rosters.services import common

FOUR_WEEKS = timedelta(days=28)
Given = Mapping[planning.Key, str]


@dataclass(frozen=True, slots=True)
class Told:
    """What a change of the grid makes worse and better, as the checker finds it."""

    worse: list[Violation]
    better: list[Violation]


@transaction.atomic
def open_month(*, centre: Centre, first: date, origin: Origin, by: Person, at: datetime) -> RosterPlan:
    """Begin a centre's month: shifts that stand there already are fixed, the rest comes from `origin` (B2.2)."""
    authorize(by, "rosters.plan", centre)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    faults = []
    if first.day != 1 or first <= clock.local_day(at).replace(day=1):
        faults.append(Refusal("B2.2", gettext_noop("Choose a month that has not begun."), {"field": "month"}))
    if RosterPlan.objects.filter(centre=centre, first=first).exists():
        faults.append(Refusal("B2.2", gettext_noop("This month is open already."), {"field": "month"}))
    refuse_if(faults)
    plan = RosterPlan(centre=centre, first=first, origin=origin, opened_at=at, opened_by=by)
    states.begin(plan, Status.DRAFT, by=by, at=at)
    plan.save(force_insert=True)
    found = planning.facts(plan)
    kept = _standing(found)
    begun = {key: code for key, code in _begun(found, origin).items() if key not in kept}
    _insert(found, kept, is_fixed=True)
    _insert(found, begun, is_fixed=False)
    common.tell(centre.pk)
    return plan


def _standing(found: planning.MonthFacts) -> dict[planning.Key, str]:
    """Shifts of the month that stand in the roster before it is planned."""
    rows = RosterEntry.objects.filter(
        person__in=list(found.staff.people), day__range=(found.days[0], found.days[-1])
    ).values_list("person_id", "day", "shift_type_id")
    keys = {(person_id, day): found.kinds.key(type_id) for person_id, day, type_id in rows}
    return {place: key for place, key in keys.items() if key is not None}


def _begun(found: planning.MonthFacts, origin: Origin) -> dict[planning.Key, str]:
    """What a draft begins with, as keys of shifts; nobody who is away gets one."""
    wanted: dict[planning.Key, str | None] = {}
    if origin is Origin.PATTERNS:
        wanted = _by_patterns(found)
    elif origin is Origin.LAST_MONTH:
        wanted = _as_before(found)
    gone = found.staff.gone | found.absences.keys()
    return {place: key for place, key in wanted.items() if key is not None and place not in gone}


def _by_patterns(found: planning.MonthFacts) -> dict[planning.Key, str | None]:
    keepers = PatternKeeper.objects.filter(person__in=list(found.staff.people)).select_related("pattern")
    return {
        (one.person_id, day): found.kinds.of_code(code, day)
        for one in keepers
        for day in found.days
        if within(one.days, day) and (code := code_on(one.pattern.turn, one.begins, day))
    }


def _as_before(found: planning.MonthFacts) -> dict[planning.Key, str | None]:
    """The same weekday four weeks before; five weeks back at the end of a long month."""
    since = found.days[0] - FOUR_WEEKS
    rows = RosterEntry.objects.filter(
        person__in=list(found.staff.people), day__gte=since, day__lt=found.days[0]
    ).values_list("person_id", "day", "shift_type__code")
    codes = {(person_id, day): code.removeprefix("weekend_") for person_id, day, code in rows}
    return {
        (person_id, day): found.kinds.of_code(code, day)
        for person_id in found.staff.people
        for number, day in enumerate(found.days)
        if (code := codes.get((person_id, since + timedelta(days=number % FOUR_WEEKS.days))))
    }


def _insert(found: planning.MonthFacts, given: Given, *, is_fixed: bool) -> None:
    rows = [
        DraftEntry(
            plan=found.plan,
            person_id=person_id,
            day=day,
            shift_type=found.kinds.types[key],
            span=common.span_on(found.kinds.types[key], day),
            is_fixed=is_fixed,
        )
        for (person_id, day), key in given.items()
    ]
    DraftEntry.objects.bulk_create(rows, batch_size=1000)


@transaction.atomic
def place(*, plan_id: int, changes: Sequence[Change], by: Person, at: datetime, reason: str = "") -> Told:
    """Set places of a draft by hand; the solver keeps them. What breaks a hard rule needs a reason (A7.7, D2.1)."""
    plan = common.locked_plan(plan_id)
    reason = reason.strip()
    with audit.because(reason):
        authorize(by, "rosters.plan", plan.centre)
    common.refuse_unless_open(plan)
    found = planning.facts(plan)
    refuse_if(_misplaced(found, changes))
    told = Told(*found.of_change(by_number(plan.first, changes)))
    breaks = figures.worse(told.worse, told.better)
    if breaks and not reason:
        broken = dict.fromkeys(one.rule for one in breaks)
        raise Refused(*(Refusal(RULES[key].clause, RULES[key].name) for key in broken))
    _write(found, changes, reason if breaks else "", by)
    RosterPlan.objects.filter(pk=plan.pk).update(edits=F("edits") + len(changes))
    common.tell(plan.centre_id, (), common.topic(plan))
    return told


def _misplaced(found: planning.MonthFacts, changes: Iterable[Change]) -> list[Refusal]:
    """Places that the month does not have, or shifts that are not in force there."""
    for one in changes:
        if one.person_id not in found.staff.people or one.day not in found.days:
            return [Refusal("B2.2", gettext_noop("This place is not part of the month."))]
        if one.key is not None and (one.key not in found.kinds.types or not found.kinds.is_on(one.key, one.day)):
            return [Refusal("D2.1", gettext_noop("This shift is not in force there on that day."))]
    return []


def _write(found: planning.MonthFacts, changes: Iterable[Change], reason: str, by: Person) -> None:
    changes = list(changes)
    for one in changes:
        DraftEntry.objects.filter(plan=found.plan, person=one.person_id, day=one.day).delete()
    for one in changes:
        shift = found.kinds.types[one.key] if one.key is not None else None
        DraftEntry.objects.create(
            plan=found.plan,
            person_id=one.person_id,
            day=one.day,
            shift_type=shift,
            span=common.span_on(shift, one.day) if shift else None,
            is_fixed=True,
            reason=reason,
            reason_by=by if reason else None,
        )


@transaction.atomic
def release(*, plan_id: int, person_id: int, day: date, by: Person, at: datetime) -> None:
    """Let the solver decide again about a place that a hand had set; the shift stays until it does."""
    plan = common.locked_plan(plan_id)
    authorize(by, "rosters.plan", plan.centre)
    common.refuse_unless_open(plan)
    rows = DraftEntry.objects.filter(plan=plan, person=person_id, day=day)
    rows.filter(shift_type__isnull=True).delete()
    rows.update(is_fixed=False, reason="", reason_by=None)
    common.tell(plan.centre_id, (), common.topic(plan))


@transaction.atomic
def discard_month(*, plan_id: int, by: Person, at: datetime) -> None:
    """Put a draft away, with all that was done to it; a published month stays."""
    plan = common.locked_plan(plan_id)
    authorize(by, "rosters.plan", plan.centre)
    common.refuse_unless_open(plan)
    plan.delete()
    common.tell(plan.centre_id)
