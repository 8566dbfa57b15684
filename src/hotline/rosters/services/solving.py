"""Runs of the solver over a month: asked for, told of as they go, stopped, and what they found written down (B2.2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from hotline.core import events, live, states
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.rosters.events import SolveAsked
from hotline.rosters.logic import hours
from hotline.rosters.logic.plans import Status
from hotline.rosters.logic.problem import Place
from hotline.rosters.models import DraftEntry, Outcome, RosterPlan, SolveRun
from hotline.rosters.queries import planning
from hotline.rosters.services import common

LEAST_SECONDS, MOST_SECONDS = 5, 600


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to. `roster` gives keys of shifts by person and number of the day; None: nothing was found."""

    outcome: Outcome
    roster: Mapping[Place, str] | None = None
    objective: int | None = None
    bound: int | None = None
    millis: int = 0
    told: Sequence[Mapping[str, Any]] = ()
    prices: Sequence[Mapping[str, Any]] = field(default_factory=list)


@transaction.atomic
def ask_solve(*, plan_id: int, seconds: int, by: Person, at: datetime) -> SolveRun:
    """Let the solver plan a month, for so many seconds at most; what hands have set stays."""
    plan = common.locked_plan(plan_id)
    authorize(by, "rosters.plan", plan.centre)
    common.refuse_unless_open(plan)
    if not LEAST_SECONDS <= seconds <= MOST_SECONDS:
        note = gettext_noop("Give it between {least} and {most} seconds.")
        params = {"least": LEAST_SECONDS, "most": MOST_SECONDS, "field": "seconds"}
        raise Refused(Refusal("B2.2", note, params))
    states.move(plan, Status.SOLVING, by=by, at=at)
    run = SolveRun.objects.create(plan=plan, asked_at=at, asked_by=by, seconds=seconds)
    events.emit(SolveAsked(run.pk), at=at)
    live.touch(common.topic(plan))
    return run


@transaction.atomic
def begin_run(*, run_id: int, by: Person, at: datetime) -> SolveRun | None:
    """A worker takes the run up, or takes it up again after a restart; None when it has ended meanwhile."""
    run = _locked(run_id)
    authorize(by, "rosters.plan", run.plan.centre)
    if run.ended_at is not None:
        return None
    run.began_at = at
    run.save(update_fields=["began_at"])
    live.touch(common.topic(run.plan))
    return run


@transaction.atomic
def tell_progress(*, run_id: int, objective: int, by: Person, at: datetime) -> bool:
    """A better roster was found; whether the run shall go on."""
    run = _locked(run_id)
    authorize(by, "rosters.plan", run.plan.centre)
    run.found, run.objective = run.found + 1, objective
    run.save(update_fields=["found", "objective"])
    live.touch(common.topic(run.plan))
    return not run.stop_asked


@transaction.atomic
def ask_stop(*, plan_id: int, by: Person, at: datetime) -> None:
    """Stop the solver; what it has found until then is kept. A run that no worker has taken up ends at once."""
    plan = common.locked_plan(plan_id)
    authorize(by, "rosters.plan", plan.centre)
    run = SolveRun.objects.select_for_update().filter(plan=plan, ended_at__isnull=True).first()
    if run is None:
        return
    run.stop_asked = True
    run.save(update_fields=["stop_asked"])
    if run.began_at is None:
        _end(run, plan, Result(Outcome.NOTHING), by, at)
    live.touch(common.topic(plan))


@transaction.atomic
def keep_result(*, run_id: int, result: Result, by: Person, at: datetime) -> None:
    """Write down what a run found, in place of what no hand had set; twice it changes nothing."""
    run = _locked(run_id)
    plan = common.locked_plan(run.plan_id)
    authorize(by, "rosters.plan", plan.centre)
    if run.ended_at is not None:
        return
    if result.roster is not None:
        _write(plan, result.roster)
    _end(run, plan, result, by, at)
    common.tell(plan.centre_id, (), common.topic(plan))


def _locked(run_id: int) -> SolveRun:
    return SolveRun.objects.select_for_update(of=("self",)).select_related("plan__centre").get(pk=run_id)


def _end(run: SolveRun, plan: RosterPlan, result: Result, by: Person, at: datetime) -> None:
    run.outcome, run.ended_at = result.outcome, at
    run.objective = result.objective if result.objective is not None else run.objective
    run.bound, run.millis = result.bound, result.millis
    run.told, run.prices = list(result.told), list(result.prices)
    run.save(update_fields=["outcome", "ended_at", "objective", "bound", "millis", "told", "prices"])
    solved = result.roster is not None or DraftEntry.objects.filter(plan=plan).exists()
    states.move(plan, Status.PROPOSED if solved else Status.DRAFT, by=by, at=at)


def _write(plan: RosterPlan, roster: Mapping[Place, str]) -> None:
    days = hours.month_days(plan.first)
    kinds = planning.Kinds(plan.centre_id, days[0], days[-1])
    fixed = set(plan.entries.filter(is_fixed=True).values_list("person_id", "day"))
    desk = {int(person_id) for person_id, _number in roster}
    plan.entries.filter(is_fixed=False, person__in=desk).delete()
    rows = [
        DraftEntry(
            plan=plan,
            person_id=int(person_id),
            day=days[number],
            shift_type=kinds.types[key],
            span=common.span_on(kinds.types[key], days[number]),
        )
        for (person_id, number), key in sorted(roster.items(), key=str)
        if (person_id, days[number]) not in fixed
    ]
    DraftEntry.objects.bulk_create(rows, batch_size=1000)
