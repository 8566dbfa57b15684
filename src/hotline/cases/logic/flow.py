"""The path of a case as data: statuses, actions, and which action leads from where to where.

Words (Chinese terms of the field in the catalogue): 核实 verify is on the spot before filing, 核查 check is on the spot
before closing. They are never swapped (readings, row 102).
"""

from dataclasses import dataclass
from enum import StrEnum

from hotline.kernel.words import gettext_noop as _


class Status(StrEnum):
    """Where a case stands."""

    REGISTERED = "registered"  # 受理
    VERIFYING = "verifying"  # 核实中
    PRE_FILED = "pre_filed"  # 预立案
    FILED = "filed"  # 立案
    REJECTED = "rejected"  # 废案
    NOT_ACCEPTED = "not_accepted"  # 不予受理
    DISPATCHED = "dispatched"  # 已批转
    RETURNED = "returned"  # 回退
    HANDLING = "handling"  # 处置中
    REWORK = "rework"  # 返工
    PARKED = "parked"  # 挂账
    FEEDBACK = "feedback"  # 已反馈
    CHECKING = "checking"  # 核查中
    CLOSE_REVIEW = "close_review"  # 结案审核
    CLOSED = "closed"  # 结案
    REOPENED = "reopened"  # 重新立案
    CANCELLED = "cancelled"  # 作废
    MERGED = "merged"  # 并案: it goes on in another case


STATUS_LABELS: dict[Status, str] = {
    Status.REGISTERED: _("Registered"),
    Status.VERIFYING: _("Being verified"),
    Status.PRE_FILED: _("Pre-filed"),
    Status.FILED: _("Filed"),
    Status.REJECTED: _("Rejected"),
    Status.NOT_ACCEPTED: _("Not accepted"),
    Status.DISPATCHED: _("Dispatched"),
    Status.RETURNED: _("Sent back"),
    Status.HANDLING: _("Being handled"),
    Status.REWORK: _("Rework"),
    Status.PARKED: _("Parked"),
    Status.FEEDBACK: _("Reported done"),
    Status.CHECKING: _("Being checked"),
    Status.CLOSE_REVIEW: _("Closing review"),
    Status.CLOSED: _("Closed"),
    Status.REOPENED: _("Reopened"),
    Status.CANCELLED: _("Cancelled"),
    Status.MERGED: _("Merged"),
}

ENDED = frozenset({Status.REJECTED, Status.NOT_ACCEPTED, Status.CLOSED, Status.CANCELLED, Status.MERGED})
OPEN = frozenset(Status) - ENDED


class Stage(StrEnum):
    """A phase with a clock of its own; a case is in one stage at a time until it ends."""

    ACCEPTANCE = "acceptance"  # 受理
    VERIFY = "verify"  # 核实
    FILING = "filing"  # 立案
    DISPATCH = "dispatch"  # 派遣
    HANDLING = "handling"  # 处置
    CHECK = "check"  # 核查
    CLOSING = "closing"  # 结案
    PARKED = "parked"  # 挂账


STAGE_LABELS: dict[Stage, str] = {
    Stage.ACCEPTANCE: _("Acceptance"),
    Stage.VERIFY: _("Verification"),
    Stage.FILING: _("Filing"),
    Stage.DISPATCH: _("Dispatch"),
    Stage.HANDLING: _("Handling"),
    Stage.CHECK: _("Check"),
    Stage.CLOSING: _("Closing"),
    Stage.PARKED: _("Parked"),
}

STAGE_OF: dict[Status, Stage | None] = {
    Status.REGISTERED: Stage.ACCEPTANCE,
    Status.VERIFYING: Stage.VERIFY,
    Status.PRE_FILED: Stage.FILING,
    Status.FILED: Stage.DISPATCH,
    Status.REJECTED: None,
    Status.NOT_ACCEPTED: None,
    Status.DISPATCHED: Stage.HANDLING,
    Status.RETURNED: Stage.DISPATCH,
    Status.HANDLING: Stage.HANDLING,
    Status.REWORK: Stage.HANDLING,
    Status.PARKED: Stage.PARKED,
    Status.FEEDBACK: Stage.CLOSING,
    Status.CHECKING: Stage.CHECK,
    Status.CLOSE_REVIEW: Stage.CLOSING,
    Status.CLOSED: None,
    Status.REOPENED: Stage.DISPATCH,
    Status.CANCELLED: None,
    Status.MERGED: None,
}


class Action(StrEnum):
    """What somebody does to a case; every event carries one."""

    REGISTER = "register"
    TAKE = "take"
    RELEASE = "release"
    ASSIGN = "assign"
    AMEND = "amend"
    NOTE = "note"
    ATTACH = "attach"
    REMIND = "remind"
    ASK_VERIFY = "ask_verify"
    VERIFIED = "verified"
    PRE_FILE = "pre_file"
    TO_FILING_GATE = "to_filing_gate"
    FILE = "file"
    REJECT = "reject"
    NOT_ACCEPT = "not_accept"
    GATE_RETURN = "gate_return"
    DISPATCH = "dispatch"
    ACCEPT = "accept"
    SEND_BACK = "send_back"
    POSTPONE = "postpone"
    PARK = "park"
    RESUME = "resume"
    FEEDBACK = "feedback"
    ASK_CHECK = "ask_check"
    CHECKED = "checked"
    TO_CLOSING_GATE = "to_closing_gate"
    CLOSE = "close"
    REWORK = "rework"
    REOPEN = "reopen"
    CANCEL = "cancel"
    MERGE = "merge"
    PART = "part"
    JOINED = "joined"  # on the case into which another was merged
    LEFT = "left"


ACTION_LABELS: dict[Action, str] = {
    Action.REGISTER: _("Registered the report"),
    Action.TAKE: _("Took the case"),
    Action.RELEASE: _("Put the case back"),
    Action.ASSIGN: _("Assigned the case"),
    Action.AMEND: _("Amended the case"),
    Action.NOTE: _("Wrote a note"),
    Action.ATTACH: _("Added a file"),
    Action.REMIND: _("Reminded"),
    Action.ASK_VERIFY: _("Asked for verification on the spot"),
    Action.VERIFIED: _("Replied to the verification"),
    Action.PRE_FILE: _("Pre-filed"),
    Action.TO_FILING_GATE: _("Submitted for filing"),
    Action.FILE: _("Filed"),
    Action.REJECT: _("Rejected"),
    Action.NOT_ACCEPT: _("Did not accept"),
    Action.GATE_RETURN: _("Returned by the gate"),
    Action.DISPATCH: _("Dispatched"),
    Action.ACCEPT: _("Began handling"),
    Action.SEND_BACK: _("Sent the dispatch back"),
    Action.POSTPONE: _("Postponed"),
    Action.PARK: _("Parked"),
    Action.RESUME: _("Resumed"),
    Action.FEEDBACK: _("Reported the result"),
    Action.ASK_CHECK: _("Asked for a check on the spot"),
    Action.CHECKED: _("Replied to the check"),
    Action.TO_CLOSING_GATE: _("Submitted for closing"),
    Action.CLOSE: _("Closed"),
    Action.REWORK: _("Demanded rework"),
    Action.REOPEN: _("Reopened"),
    Action.CANCEL: _("Cancelled"),
    Action.MERGE: _("Merged into another case"),
    Action.PART: _("Undid the merge"),
    Action.JOINED: _("Another report joined"),
    Action.LEFT: _("A report left again"),
}


class Queue(StrEnum):
    """Where a case waits while no person holds it. A queue is a holder too: its time is the centre's."""

    INTAKE = "intake"
    FILING_GATE = "filing_gate"
    DISPATCH = "dispatch"
    FIELD = "field"  # no field supervisor answers for the place
    FEEDBACK = "feedback"
    CLOSING_GATE = "closing_gate"
    PARKED = "parked"


QUEUE_LABELS: dict[Queue, str] = {
    Queue.INTAKE: _("Intake queue"),
    Queue.FILING_GATE: _("Filing gate"),
    Queue.DISPATCH: _("Dispatch queue"),
    Queue.FIELD: _("Places without a field supervisor"),
    Queue.FEEDBACK: _("Results to look at"),
    Queue.CLOSING_GATE: _("Closing gate"),
    Queue.PARKED: _("Parked cases"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the flow."""

    action: Action
    before: frozenset[Status]
    after: Status | None  # None: the status stays
    needs_reason: bool = False
    back_to: frozenset[Status] = frozenset()  # it goes back to where it was, which is one of these

    @property
    def leads_to(self) -> frozenset[Status]:
        """Every status that may follow."""
        return self.back_to | ({self.after} if self.after is not None else frozenset())


def _step(action: Action, before: set[Status] | frozenset[Status], after: Status | None, *, why: bool = False) -> Step:
    return Step(action, frozenset(before), after, why)


S = Status
FLOW: dict[Action, Step] = {
    step.action: step
    for step in (
        _step(Action.TAKE, OPEN, None),
        _step(Action.RELEASE, OPEN, None, why=True),
        _step(Action.ASSIGN, OPEN, None, why=True),
        _step(Action.AMEND, OPEN, None),
        _step(Action.NOTE, set(Status), None),
        _step(Action.ATTACH, set(Status), None),
        _step(Action.REMIND, {S.VERIFYING, S.CHECKING, S.DISPATCHED, S.HANDLING, S.REWORK}, None),
        _step(Action.ASK_VERIFY, {S.REGISTERED, S.PRE_FILED}, S.VERIFYING),
        _step(Action.VERIFIED, {S.VERIFYING}, S.REGISTERED),
        _step(Action.PRE_FILE, {S.REGISTERED}, S.PRE_FILED),
        _step(Action.TO_FILING_GATE, {S.PRE_FILED}, None),
        _step(Action.FILE, {S.PRE_FILED}, S.FILED),
        _step(Action.REJECT, {S.REGISTERED, S.PRE_FILED}, S.REJECTED, why=True),
        _step(Action.NOT_ACCEPT, {S.REGISTERED}, S.NOT_ACCEPTED, why=True),
        _step(Action.GATE_RETURN, {S.PRE_FILED, S.CLOSE_REVIEW}, None, why=True),
        _step(Action.DISPATCH, {S.FILED, S.RETURNED, S.REOPENED}, S.DISPATCHED),
        _step(Action.ACCEPT, {S.DISPATCHED, S.REWORK}, S.HANDLING),
        _step(Action.SEND_BACK, {S.DISPATCHED, S.HANDLING}, S.RETURNED, why=True),
        _step(Action.POSTPONE, {S.DISPATCHED, S.HANDLING, S.REWORK}, None, why=True),
        _step(Action.PARK, {S.RETURNED, S.HANDLING}, S.PARKED, why=True),
        _step(Action.RESUME, {S.PARKED}, S.RETURNED, why=True),
        _step(Action.FEEDBACK, {S.DISPATCHED, S.HANDLING, S.REWORK}, S.FEEDBACK),
        _step(Action.ASK_CHECK, {S.FEEDBACK, S.CLOSE_REVIEW}, S.CHECKING),
        _step(Action.CHECKED, {S.CHECKING}, S.CLOSE_REVIEW),
        _step(Action.TO_CLOSING_GATE, {S.CLOSE_REVIEW}, None),
        _step(Action.CLOSE, {S.CLOSE_REVIEW}, S.CLOSED),
        _step(Action.REWORK, {S.FEEDBACK, S.CLOSE_REVIEW}, S.REWORK, why=True),
        _step(Action.REOPEN, {S.CLOSED}, S.REOPENED, why=True),
        _step(Action.CANCEL, {S.REGISTERED, S.PRE_FILED, S.FILED, S.RETURNED, S.REOPENED}, S.CANCELLED, why=True),
        _step(Action.MERGE, OPEN, S.MERGED, why=True),
        Step(Action.PART, frozenset({S.MERGED}), None, needs_reason=True, back_to=OPEN),
    )
}


def moves() -> dict[Status, frozenset[Status]]:
    """From each status, the statuses that some action leads to."""
    return {
        status: frozenset().union(*(step.leads_to for step in FLOW.values() if status in step.before)) - {status}
        for status in Status
    }


def actions_from(status: Status) -> frozenset[Action]:
    """What can be done to a case in this status, by somebody."""
    return frozenset(action for action, step in FLOW.items() if status in step.before)
