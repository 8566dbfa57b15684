"""What follows from the events of a case: its columns, its holdings, its stages. Pure.

The services write through `plan` one event at a time; the nightly rebuild folds all events through the same `plan` and
must find what stands in the tables. Values are plain (ids, texts, ISO moments), as they stand in an event's `data`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hotline.rulebook.case_custody import CHARGED_STAGES
from hotline.rulebook.case_custody import Stage as ChargedStage

Holder = Mapping[str, Any]  # {"person": 5} or {"unit": 3} or {"queue": "intake"}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as the projection reads it."""

    seq: int
    at: datetime
    action: str
    actor: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Held:
    """A holding."""

    holder: Holder
    stage: str
    began_at: datetime
    began_seq: int
    due_at: str | None = None
    ended_at: datetime | None = None
    ended_seq: int | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """A pass through a stage."""

    stage: str
    began_at: datetime
    began_seq: int
    due_at: str | None = None
    department: int | None = None
    ended_at: datetime | None = None
    ended_seq: int | None = None
    outcome: str = ""
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one event does to the open holding and the open stage: `None` means it stays."""

    holding_ended: Held | None = None
    holding_dropped: bool = False  # it began at this very moment: nothing was held, so nothing is kept
    holding_changed: Held | None = None
    holding_begun: Held | None = None
    stage_ended: Ran | None = None
    stage_changed: Ran | None = None
    stage_begun: Ran | None = None


def charges_alike(before: str, after: str) -> bool:
    """Whether two stages are charged alike by the printed text."""
    return CHARGED_STAGES[ChargedStage(before)] == CHARGED_STAGES[ChargedStage(after)]


def plan(holding: Held | None, stage: Ran | None, event: Happened) -> Plan:
    """What the event does, given the open holding and stage.

    A person who files and then dispatches has the case in hand once: the holding ends when the holder changes, or when
    the stage changes to one that is charged differently, not at each step.
    """
    data = event.data
    made = Plan()
    after = data.get("stage", stage.stage if stage else None)
    if "holder" in data:
        made = _holding(made, holding, data, event, after)
    if "stage" in data:
        made = _stage(made, stage, data, event)
    elif "stage_due" in data and stage:
        made = replace(made, stage_changed=replace(stage, due_at=data["stage_due"]))
    return made


def _holding(made: Plan, holding: Held | None, data: Mapping[str, Any], event: Happened, stage: str | None) -> Plan:
    holder = data["holder"]
    due = data.get("holding_due")
    same = holding is not None and holder == holding.holder and stage is not None
    # Where the centre charges stages otherwise than the text, whoever wrote the event said what follows from that.
    if holding and same and not data.get("splits", not charges_alike(holding.stage, str(stage))):
        return replace(made, holding_changed=replace(holding, due_at=due)) if "holding_due" in data else made
    if holding:
        if holding.began_at == event.at:
            made = replace(made, holding_dropped=True)
        made = replace(made, holding_ended=replace(holding, ended_at=event.at, ended_seq=event.seq))
    if holder is not None:
        begun = Held(holder=holder, stage=str(stage), began_at=event.at, began_seq=event.seq, due_at=due)
        made = replace(made, holding_begun=begun)
    return made


def _stage(made: Plan, stage: Ran | None, data: Mapping[str, Any], event: Happened) -> Plan:
    if stage:
        ended = replace(stage, ended_at=event.at, ended_seq=event.seq, outcome=event.action, person=event.actor)
        made = replace(made, stage_ended=ended)
    if data["stage"] is not None:
        begun = Ran(
            stage=data["stage"],
            began_at=event.at,
            began_seq=event.seq,
            due_at=data.get("stage_due"),
            department=data.get("department"),
        )
        made = replace(made, stage_begun=begun)
    return made


@dataclass(slots=True)
class Shape:
    """A whole case as its events tell it."""

    version: int = 0
    columns: dict[str, Any] = field(default_factory=dict)
    holdings: list[Held] = field(default_factory=list)
    stages: list[Ran] = field(default_factory=list)
    open_holding: Held | None = None
    open_stage: Ran | None = None
    away: timedelta = timedelta()  # in nobody's hands: closed before it was reopened, merged before it was parted
    ended_at: datetime | None = None

    def take(self, event: Happened) -> None:
        """Let one more event happen."""
        if event.seq != self.version + 1:
            raise ValueError(f"event {event.seq} after {self.version}")
        self.version = event.seq
        self._set(event)
        made = plan(self.open_holding, self.open_stage, event)
        if made.holding_ended:
            if not made.holding_dropped:
                self.holdings.append(made.holding_ended)
            self.open_holding = None
        self.open_holding = made.holding_begun or made.holding_changed or self.open_holding
        if made.stage_ended:
            self.stages.append(made.stage_ended)
            self.open_stage = None
        self.open_stage = made.stage_begun or made.stage_changed or self.open_stage

    def _set(self, event: Happened) -> None:
        told = event.data.get("set", {})
        self.columns.update(told)
        if "ended_at" not in told:
            return
        if told["ended_at"] is not None:
            self.ended_at = event.at
        elif self.ended_at is not None:
            self.away += event.at - self.ended_at
            self.ended_at = None


def fold(events: Iterable[Happened]) -> Shape:
    """The shape of a case from all of its events in order."""
    shape = Shape()
    for event in events:
        shape.take(event)
    return shape
