"""When an instruction is due for a person, when he is reminded, when his leaders hear of it. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hotline.kernel.rules import Dated


@dataclass(frozen=True, slots=True)
class Terms:
    """How long somebody new has, how long before the end one is reminded, how often it is repeated."""

    grace: timedelta
    remind_before: timedelta
    repeat_every: timedelta
    most_reminders: int


TERMS: Dated[Terms] = Dated({date(2020, 1, 1): Terms(timedelta(days=1), timedelta(hours=4), timedelta(days=1), 5)})


class Step(StrEnum):
    """What the clock does about somebody who has not confirmed."""

    WAIT = "wait"
    REMIND = "remind"
    ESCALATE = "escalate"


def due_for(due_at: datetime, since: datetime, terms: Terms) -> datetime:
    """When a person's own time ends: as for all, but who joined late has the grace of a newcomer."""
    return max(due_at, since + terms.grace)


def next_step(
    *, due_at: datetime, reminded: int, reminded_at: datetime | None, is_escalated: bool, at: datetime, terms: Terms
) -> Step:
    """Remind shortly before the end and then once a day; when the end has passed, tell the leaders, once."""
    if at > due_at and not is_escalated:
        return Step.ESCALATE
    if at < due_at - terms.remind_before or reminded >= terms.most_reminders:
        return Step.WAIT
    rested = reminded_at is None or at - reminded_at >= terms.repeat_every
    return Step.REMIND if rested else Step.WAIT
