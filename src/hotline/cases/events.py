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
    """A case was closed, rejected, not accepted or cancelled.

    A case that was merged into another one ends for its callers when that one does: then it is announced once more for
    each merged case, with the status of the case it went into and `into_id` saying which that is.
    """

    case_id: int
    status: str
    into_id: int | None = None


@dataclass(frozen=True, slots=True)
class CasesMerged:
    """A case turned out to be the same matter as another and goes on there (并案); its caller is still owed his answer.

    Cases that had been merged into it before go along: each is announced by itself, `from_id` is where it was so far.
    """

    case_id: int
    into_id: int
    centre_id: int
    from_id: int | None = None


@dataclass(frozen=True, slots=True)
class CasesParted:
    """A merge was undone (撤销并案): the case goes on by itself, in the status it had before."""

    case_id: int
    from_id: int
    centre_id: int
    status: str


@dataclass(frozen=True, slots=True)
class ReportsUploaded:
    """A file of reports was read and waits to become cases."""

    run_id: int
    map_name: str
