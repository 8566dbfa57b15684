"""What cases announce to the areas above and to their own jobs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseQueued:
    """A case waits in a queue for somebody who is free."""

    case_id: int
    centre_id: int
    queue: str


@dataclass(frozen=True, slots=True)
class CaseEnded:
    """A case was closed, rejected, not accepted or cancelled."""

    case_id: int
    status: str


@dataclass(frozen=True, slots=True)
class ReportsUploaded:
    """A file of reports was read and waits to become cases."""

    run_id: int
    map_name: str
