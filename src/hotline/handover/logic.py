"""The arithmetic of leaving a shift: when the gate stands, what keeps it shut, who comes next. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.kernel.spans import Span

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REMIND_BEFORE = 20 * MINUTE  # the idle desk begins to say that the shift ends
GATE_BEFORE = 30 * MINUTE  # from here on signing out leads past the hand-over
ESCALATE_BEFORE = 10 * MINUTE  # what nobody has accepted by then is the shift leader's
FRESH = 5 * MINUTE  # what came so shortly ago is being worked on, and is nobody else's before the shift is over
AFTER_END = 12 * HOUR  # so long after its end a shift may still be signed off
TOGETHER = 2 * HOUR  # shifts that begin within this of the first are the next shift
LOOK_AHEAD = timedelta(days=10)  # as far as the next shift is looked for: over a long holiday


class Kind(StrEnum):
    """What is handed over."""

    CASE = "case"
    PROMISE = "promise"
    FORM = "form"
    NOTE = "note"


class Standing(StrEnum):
    """Where an item of a hand-over stands."""

    OFFERED = "offered"  # 待接收
    ACCEPTED = "accepted"  # 已接收
    DECLINED = "declined"  # 已拒收
    KEPT = "kept"  # 留办
    ESCALATED = "escalated"  # 转值班长
    SETTLED = "settled"  # 已了结: it left the giver's hands by another way


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that its holder has not got rid of, and the reason that was recorded for it."""

    key: str
    kind: str
    reason: str = ""


def lacking(left: Iterable[Left]) -> list[Left]:
    """B2.6: what keeps the shift from being signed off: nobody accepted it, and no reason says why it stays."""
    return [one for one in left if not one.reason.strip()]


def is_open_shift(shift: Span, at: datetime) -> bool:
    """Whether a shift may be handed over and signed off at a moment: from its begin until well after its end."""
    return shift.start <= at < shift.end + AFTER_END


def gate_stands(shift: Span, at: datetime, *, strict: bool) -> bool:
    """Whether signing out now ends the shift: always on the last shift of the day, else from half an hour before."""
    begins = shift.start if strict else shift.end - GATE_BEFORE
    return begins <= at < shift.end + AFTER_END


def is_ending(shift: Span, at: datetime) -> bool:
    """Whether the desk says that the shift comes to its end, or that it has ended."""
    return shift.end - REMIND_BEFORE <= at < shift.end + AFTER_END


def escalates(shift: Span, at: datetime) -> bool:
    """Whether what nobody has accepted goes to the shift leader now."""
    return shift.end - ESCALATE_BEFORE <= at < shift.end + AFTER_END


def is_worked_on(since: datetime | None, shift: Span, at: datetime) -> bool:
    """Whether something came into his hands so shortly ago that its holder may still be done with it in time."""
    return since is not None and at - since < FRESH and at < shift.end


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who may take over: his shift, and how much he has in hand already."""

    person: int
    shift: Span
    in_hand: int = 0


def next_shift(comers: Iterable[Comer], ends: datetime) -> list[Comer]:
    """Who is there when a shift ends and stays on, else whoever comes first after it; the least laden first.

    Of those who are there, whoever stays longer comes first among the equally laden.
    """
    later = [one for one in comers if one.shift.end > ends]
    there = [one for one in later if one.shift.start <= ends]
    if not there and later:
        first = min(one.shift.start for one in later)
        there = [one for one in later if one.shift.start <= first + TOGETHER]
    return sorted(there, key=lambda one: (one.in_hand, _minus(one.shift.end), one.person))


def _minus(moment: datetime) -> timedelta:
    return -(moment - datetime.min.replace(tzinfo=moment.tzinfo))


def counts(statuses: Sequence[str]) -> dict[str, int]:
    """How many items stand where, every standing named."""
    return {status.value: statuses.count(status.value) for status in Standing}
