"""Progressive dialling: when the exchange dials for somebody, and why it waits; abandoned calls. Pure.

One line for one free person: whoever is dialled for holds a record until he has said what came of it, and nobody holds
two, so that there are never more numbers being called than people who wait for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hotline.kernel.words import gettext_noop as _
from hotline.telephony.logic.words import State

THOUSAND = 1000


def over_cap(answered: int, abandoned: int, cap: int) -> bool:
    """Whether more calls were abandoned than `cap` in a thousand answered ones."""
    return abandoned * THOUSAND > cap * answered


class Hold(StrEnum):
    """Why nobody is dialled now for somebody who is on the line of a campaign."""

    NOT_RUNNING = "not_running"
    CLOSED = "closed"
    GOAL = "goal"
    IN_HAND = "in_hand"
    OVER_CAP = "over_cap"
    NO_EXCHANGE = "no_exchange"
    OFFLINE = "offline"
    NOT_READY = "not_ready"
    BUSY = "busy"
    PAUSE = "pause"
    NOBODY = "nobody"


ENDS_IT = frozenset({Hold.NOT_RUNNING, Hold.CLOSED, Hold.GOAL})  # he leaves the line, and enters it again himself
HOLD_NOTES: Mapping[Hold, str] = {
    Hold.NOT_RUNNING: _("The campaign does not run any more."),
    Hold.CLOSED: _("The campaign's hours are over."),
    Hold.GOAL: _("Your goal for today is reached."),
    Hold.IN_HAND: _("Somebody is in your hands: say first what came of the call."),
    Hold.OVER_CAP: _("Too many calls were abandoned in the last 24 hours: the exchange dials nobody for now."),
    Hold.NO_EXCHANGE: _("The telephone exchange does not answer; it goes on when it is back."),
    Hold.OFFLINE: _("Open your telephone: nobody is dialled without it."),
    Hold.NOT_READY: _("Your telephone is not ready: set it ready and it goes on."),
    Hold.BUSY: _("Your telephone is in use; the next one is dialled when it is free."),
    Hold.PAUSE: _("A pause between two calls."),
    Hold.NOBODY: _("Nobody is due now; it goes on by itself."),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What is known of somebody on the line, and of his campaign, at one moment."""

    runs: bool = True
    is_open: bool = True  # its days and hours
    reached_goal: bool = False
    in_hand: bool = False
    over_cap: bool = False
    exchange: bool = True
    phone: State | None = State.READY
    own_wrap_up: bool = False  # after-call work of the last call of this campaign: the campaign's own pause counts
    last_ended: datetime | None = None  # when he said what came of the last one
    pause: timedelta = timedelta(0)

    @property
    def free_at(self) -> datetime | None:
        """When the pause after his last call is over."""
        return None if self.last_ended is None else self.last_ended + self.pause


def hold(desk: Desk, at: datetime) -> Hold | None:
    """Why nobody is dialled for him at this moment; None: the next one is."""
    checks = (
        (Hold.NOT_RUNNING, not desk.runs),
        (Hold.CLOSED, not desk.is_open),
        (Hold.IN_HAND, desk.in_hand),
        (Hold.GOAL, desk.reached_goal),
        (Hold.OVER_CAP, desk.over_cap),
        (Hold.NO_EXCHANGE, not desk.exchange),
        (Hold.OFFLINE, desk.phone in {None, State.OFFLINE}),
        (Hold.NOT_READY, desk.phone is State.NOT_READY),
        (Hold.BUSY, desk.phone is not State.READY and not (desk.phone is State.WRAP_UP and desk.own_wrap_up)),
        (Hold.PAUSE, desk.free_at is not None and at < desk.free_at),
    )
    return next((why for why, holds in checks if holds), None)
