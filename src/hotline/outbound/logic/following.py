"""What follows a call: finished, tried again and when, or given up. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.outbound.logic.words import Outcome, Standing

MINUTE = timedelta(minutes=1)
_ENDS = {
    Outcome.DONE: Standing.DONE,
    Outcome.REFUSED: Standing.STOPPED,
    Outcome.WRONG: Standing.STOPPED,
    Outcome.BARRED: Standing.BARRED,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """What a disposition says: what it came to, after how many minutes to try again, how often at most in this way."""

    outcome: Outcome
    retry_after: int = 0
    most: int | None = None  # of this disposition; None: as often as the campaign tries


@dataclass(frozen=True, slots=True)
class Next:
    """Where somebody stands from now on, and when he may be called again."""

    standing: Standing
    at: datetime | None = None


def after(rule: Rule, *, tries: int, same: int, most_tries: int, appointment: datetime | None, at: datetime) -> Next:
    """What follows a call that ended now.

    `tries` counts all calls so far, `same` those that ended by this disposition, both with this one. An appointment
    is always given its call; whoever is not reached is tried again until the campaign's or the disposition's number
    is used up.
    """
    if rule.outcome in _ENDS:
        return Next(_ENDS[rule.outcome])
    if rule.outcome is Outcome.LATER:
        if appointment is None:
            raise ValueError("an appointment needs its moment")
        return Next(Standing.WAITING, appointment)
    if tries >= most_tries or (rule.most is not None and same >= rule.most):
        return Next(Standing.UNREACHED)
    return Next(Standing.WAITING, at + rule.retry_after * MINUTE)
