"""What the page of one case shows: its custody to the second, its history, its tasks and files."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.cases.logic.flow import QUEUE_LABELS, Action, Queue
from hotline.cases.models import Attachment, Case, CaseEvent, Holding, Task
from hotline.cases.queries import custody


@dataclass(frozen=True, slots=True)
class Custody:
    """Every holding with its length and what of it is charged, and their sum beside the case's own duration."""

    rows: list[custody.Charged]
    total: timedelta
    charged: timedelta
    whole: timedelta  # from arrival to the end, or to now

    @property
    def apart(self) -> timedelta:
        """Time in nobody's hands: closed before it was reopened, merged before that was undone."""
        return self.whole - self.total


def custody_of(holdings: list[Holding], case: Case, at: datetime) -> Custody:
    """The holdings of a case, charged up to its end or to now."""
    rows = custody.charge(holdings, at)
    return Custody(
        rows=rows,
        total=sum((row.length for row in rows), timedelta()),
        charged=sum((row.charged for row in rows), timedelta()),
        whole=(case.ended_at or max(at, case.arrived_at)) - case.arrived_at,
    )


def holder_name(holding: Holding) -> str:
    """Who or what holds; a queue by its English msgid."""
    if holding.person:
        return holding.person.name
    return holding.unit.name if holding.unit else QUEUE_LABELS[Queue(holding.queue)]


def history(case: Case) -> list[CaseEvent]:
    """All events of a case in order, each with who did it."""
    return list(CaseEvent.objects.filter(case=case).select_related("actor").order_by("seq"))


def tasks(case: Case) -> list[Task]:
    """What the field was asked, the newest first."""
    return list(case.tasks.select_related("person", "grid").order_by("-asked_at"))


def files_by_event(files: list[Attachment]) -> dict[int, list[Attachment]]:
    """Files by the event they came with."""
    found: dict[int, list[Attachment]] = {}
    for file in files:
        found.setdefault(file.event_seq, []).append(file)
    return found


def amended(event: CaseEvent) -> list[str]:
    """Columns that an amendment changed, without what only follows from them."""
    if event.action != Action.AMEND:
        return []
    columns: dict[str, Any] = event.data.get("set", {})
    return [name.removesuffix("_id") for name in columns if name not in {"district_id", "grid_id", "datum"}]
