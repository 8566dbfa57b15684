"""Both clocks of a case in its department's hands, from the passes that cases keep."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.cases.models import Case, StageRun
from hotline.core.clock import local_day
from hotline.departments.logic import clocks
from hotline.departments.models import Hop
from hotline.kernel.workclock import Unit as ClockUnit
from hotline.people.models import Person
from hotline.rosters.queries import duty as rosters


def passes(case: Case) -> list[clocks.Pass]:
    """Every pass of a case through a stage, the oldest first."""
    rows = StageRun.objects.filter(case=case).order_by("began_seq")
    return [
        clocks.Pass(row.stage, row.began_at, row.ended_at, row.outcome, row.department_id, row.began_seq)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the case page tells of the agreement: what was used, what was given."""

    hop: Hop
    own: timedelta
    phase: timedelta
    hops: int
    since: datetime
    ended_at: datetime | None
    taken_at: datetime | None
    phase_due_at: datetime | None


def current_hop(case: Case, person: Person) -> Hop | None:
    """The last hand-out of a case, as far as the person sees its department."""
    names = ("run", "department", "agreement", "given_by")
    return Hop.objects.visible_to(person).filter(case=case).select_related(*names).order_by("-run__began_seq").first()


def shown(hop: Hop, case: Case, at: datetime) -> Shown:
    """Both clocks of a hand-out at a moment, on the clock of its limit."""
    phase = clocks.phase_of(passes(case), hop.run.began_seq)
    unit = ClockUnit(case.condition.limit_unit) if case.condition else ClockUnit.WORK_HOUR
    until = hop.run.ended_at or at
    used = clocks.used(rosters.work_calendar(local_day(hop.run.began_at)), unit, phase, until)
    return Shown(
        hop=hop,
        own=used.hops[-1][1] if used.hops else timedelta(),
        phase=used.phase,
        hops=len(used.hops),
        since=hop.run.began_at,
        ended_at=hop.run.ended_at,
        taken_at=taken_at(hop.run),
        phase_due_at=judged_due(hop),
    )


def taken_at(run: StageRun) -> datetime | None:
    """When the department began; a result reported at once was accepted with it."""
    events = run.case.events.filter(action__in=("accept", "feedback"), seq__gt=run.began_seq)
    if run.ended_seq is not None:
        events = events.filter(seq__lte=run.ended_seq)
    found: datetime | None = events.order_by("seq").values_list("at", flat=True).first()
    return found


def judged_due(hop: Hop) -> datetime | None:
    """The moment up to which the phase is in time: the agreed one, moved on by a postponement, else the case's own."""
    due = hop.run.due_at
    if hop.phase_due_at is None or due is None:
        return due
    was_postponed = hop.standard_due_at is not None and due > hop.standard_due_at
    return max(hop.phase_due_at, due) if was_postponed else hop.phase_due_at
