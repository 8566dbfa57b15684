"""The two clocks of a handling: each department's own time on a hop, and the whole phase's across hops (捆绑).

A phase begins with the first dispatch and ends with the report of the result; rework and reopening begin another.
Between hops the phase's clock runs on while the case waits to be dispatched again, and stands while it is parked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.cases.logic.flow import Action, Stage
from hotline.kernel.workclock import Unit, WorkCalendar, elapsed_time


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of a case through a stage; passes follow each other without a gap."""

    stage: str
    began: datetime
    ended: datetime | None = None
    outcome: str = ""
    unit: int | None = None
    seq: int = 0

    @property
    def is_hop(self) -> bool:
        """A pass in a department's hands."""
        return self.stage == Stage.HANDLING.value

    def until(self, at: datetime) -> datetime:
        """Its end, or the moment of asking while it lasts."""
        return self.ended if self.ended is not None and self.ended <= at else max(at, self.began)


Phase = tuple[Pass, ...]


def phases(passes: Sequence[Pass]) -> list[Phase]:
    """Handling phases of a case, the oldest first: from a first dispatch to the report of the result."""
    found: list[list[Pass]] = []
    running = False
    for one in passes:
        if one.is_hop and not running:
            found.append([])
            running = True
        if running:
            found[-1].append(one)
        if one.is_hop and one.outcome == Action.FEEDBACK.value:
            running = False
    return [tuple(phase) for phase in found]


def phase_of(passes: Sequence[Pass], seq: int) -> Phase:
    """The phase to which the pass with that number belongs, up to and with it."""
    for phase in phases(passes):
        numbers = [one.seq for one in phase]
        if seq in numbers:
            return phase[: numbers.index(seq) + 1]
    return ()


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of the limits, on one clock. The phase is its hops and the time between them, parking left out."""

    hops: tuple[tuple[int | None, timedelta], ...]
    between: timedelta
    parked: timedelta
    phase: timedelta

    def of(self, unit: int) -> timedelta:
        """A department's own time, over all of its hops."""
        return sum((took for whose, took in self.hops if whose == unit), timedelta())


def used(calendar: WorkCalendar, unit: Unit, phase: Phase, at: datetime) -> Used:
    """Both clocks of a phase at a moment."""
    hops: list[tuple[int | None, timedelta]] = []
    between = parked = timedelta()
    for one in phase:
        if one.began > at:
            break
        took = elapsed_time(calendar, unit, one.began, one.until(at))
        if one.is_hop:
            hops.append((one.unit, took))
        elif one.stage == Stage.PARKED.value:
            parked += took
        else:
            between += took
    return Used(tuple(hops), between, parked, sum((took for _unit, took in hops), between))


@dataclass(frozen=True, slots=True)
class Given:
    """Something that happened to the act: given to a unit, its result reported, checked on the spot."""

    kind: str  # "given", "reported", "checked"
    unit: int | None = None


def reworks(steps: Sequence[Given]) -> dict[int, int]:
    """How often the same unit got the act again with a check in between, by unit.

    The giving itself is the dispatch in between, whether it is called a dispatch or a demand of rework.
    """
    had: dict[int, bool] = {}  # unit -> whether a check came after its report
    found: dict[int, int] = {}
    reported: int | None = None
    for step in steps:
        if step.kind == "reported":
            reported = step.unit if step.unit in had else None
        elif step.kind == "checked" and reported is not None:
            had[reported] = True
        elif step.kind == "given" and step.unit is not None:
            if had.get(step.unit):
                found[step.unit] = found.get(step.unit, 0) + 1
            had[step.unit] = False
            reported = None
    return found
