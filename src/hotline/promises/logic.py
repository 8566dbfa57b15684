"""The trade's own arithmetic of promises: kinds, states, when to remind and whom to tell, who stands above whom."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from hotline.kernel.rules import Dated
from hotline.kernel.words import gettext_noop as _
from hotline.kernel.workclock import Unit

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FIRST_DAY = date(2020, 1, 1)


class Kind(StrEnum):
    """What kind of debt."""

    CALL_BACK = "call_back"  # asked for out of the queue
    REPLY = "reply"  # an answer promised
    MISSED_CALL = "missed_call"  # nobody took the call
    FOLLOW_UP = "follow_up"  # a look afterwards


KIND_LABELS: Mapping[Kind, str] = {
    Kind.CALL_BACK: _("Call-back from the queue"),
    Kind.REPLY: _("Promised reply"),
    Kind.MISSED_CALL: _("Missed call"),
    Kind.FOLLOW_UP: _("Follow-up"),
}


class Status(StrEnum):
    """How a promise stands. A missed one is owed until it is settled, and stays missed."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    MOVED = "moved"
    WITHDRAWN = "withdrawn"


STATUS_LABELS: Mapping[Status, str] = {
    Status.OPEN: _("Owed"),
    Status.KEPT: _("Kept"),
    Status.MISSED: _("Missed"),
    Status.MOVED: _("Moved"),
    Status.WITHDRAWN: _("Withdrawn"),
}
MOVES: Mapping[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.KEPT, Status.MISSED, Status.MOVED, Status.WITHDRAWN}),
    Status.KEPT: frozenset(),
    Status.MISSED: frozenset(),
    Status.MOVED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}


class Channel(StrEnum):
    """By which contact something was promised or kept."""

    PHONE = "phone"
    SMS = "sms"
    MAIL = "mail"
    WEB = "web"
    LETTER = "letter"
    VISIT = "visit"
    QUEUE = "queue"  # by the telephone exchange itself


CHANNEL_LABELS: Mapping[Channel, str] = {
    Channel.PHONE: _("Phone"),
    Channel.SMS: _("Text message"),
    Channel.MAIL: _("Mail"),
    Channel.WEB: _("Web"),
    Channel.LETTER: _("Letter"),
    Channel.VISIT: _("Visit"),
    Channel.QUEUE: _("Telephone queue"),
}


class Settled(StrEnum):
    """What ended the debt of a promise that was not kept in time."""

    CONTACT = "contact"  # the customer got it late
    AGREED = "agreed"  # another time was agreed with the customer
    WITHDRAWN = "withdrawn"  # the customer does not want it any more


SETTLED_LABELS: Mapping[Settled, str] = {
    Settled.CONTACT: _("Kept late"),
    Settled.AGREED: _("Another time agreed"),
    Settled.WITHDRAWN: _("Not wanted any more"),
}


@dataclass(frozen=True, slots=True)
class Within:
    """A promise by a clock: so many units, urgent ones by day and night, the others in working time."""

    amount: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """The numbers of the promise ledger (A2.16) and of difficult-issue forms (A3.5)."""

    remind_before: timedelta  # the owner is reminded so long before it is due
    grace: timedelta  # after this the direct superior learns of it, and each level above after as much again
    levels: int  # how many levels learn of it at most
    furthest: timedelta  # nothing is promised further ahead
    answer_share: Fraction  # of the time until the customer's reply is due, what a superior has to answer
    usual: Mapping[Kind, Within]  # what a form proposes

    def __post_init__(self) -> None:
        for name, (least, most) in BOUNDS.items():
            value = getattr(self, name)
            if not least <= value <= most:
                raise ValueError(f"{name} must lie within {least} and {most}, not {value}")


BOUNDS: Mapping[str, tuple[object, object]] = {
    "remind_before": (MINUTE, DAY),
    "grace": (MINUTE, DAY),
    "levels": (1, 4),
    "furthest": (DAY, 366 * DAY),
    "answer_share": (Fraction(1, 10), Fraction(9, 10)),
}

TERMS: Dated[PromiseTerms] = Dated(
    {
        FIRST_DAY: PromiseTerms(
            remind_before=15 * MINUTE,
            grace=30 * MINUTE,
            levels=3,
            furthest=60 * DAY,
            answer_share=Fraction(1, 2),
            usual={
                Kind.CALL_BACK: Within(1, Unit.URGENT_HOUR),
                Kind.MISSED_CALL: Within(1, Unit.URGENT_HOUR),
                Kind.REPLY: Within(4, Unit.WORK_HOUR),
                Kind.FOLLOW_UP: Within(2, Unit.WORK_DAY),
            },
        )
    }
)

# How far the clock has gone with a debt: nothing yet, reminded, late, then the levels that were told.
NOTHING, REMINDED, LATE = 0, 1, 2


def moments(due: datetime, terms: PromiseTerms) -> tuple[datetime, ...]:
    """When the clock acts: reminder, due, then a moment for each level; rising."""
    levels = tuple(due + n * terms.grace for n in range(1, terms.levels + 1))
    return (due - terms.remind_before, due, *levels)


def reached(due: datetime, at: datetime, terms: PromiseTerms) -> int:
    """How far the clock has come at a moment. What is due exactly now is still in time."""
    remind, _due, *levels = moments(due, terms)
    if at < remind:
        return NOTHING
    if not is_late(due, at):
        return REMINDED
    return LATE + sum(moment <= at for moment in levels)


def next_look(due: datetime, alert: int, terms: PromiseTerms) -> datetime | None:
    """When the clock must look again after having come so far; None when everybody was told."""
    ahead = moments(due, terms)[alert:]
    return ahead[0] if ahead else None


def is_late(due: datetime, at: datetime) -> bool:
    """Exactly on time is in time."""
    return at > due


def level_of(alert: int) -> int:
    """Which level above the owner a step of the clock is told to: 0 is the owner himself."""
    return max(alert - LATE, 0)


def answer_due(asked: datetime, promised: datetime, terms: PromiseTerms) -> datetime:
    """Until when a superior answers: his share of the time that is left, so that the customer can still be told."""
    left = max(promised - asked, timedelta(0)) // timedelta(microseconds=1)
    share = left * terms.answer_share
    return asked + timedelta(microseconds=share.numerator // share.denominator)


# Who stands above whom, from the nearest up; a level without anybody is skipped.
TIERS: tuple[tuple[str, ...], ...] = (
    ("team_leader",),
    ("shift_leader",),
    ("centre_supervisor",),
    ("manager", "director"),
)


def tier_of(positions: Collection[str]) -> int:
    """The highest tier a person stands in; -1 for those who lead nobody."""
    return max((n for n, names in enumerate(TIERS) if not set(names).isdisjoint(positions)), default=-1)


DIGITS = re.compile(r"\+?\d[\d \-]{5,}\d")


def number_in(text: str) -> str:
    """The first telephone number in a text, or nothing."""
    found = DIGITS.search(text)
    return found.group().strip() if found else ""


def masked(text: str) -> str:
    """A text in which no telephone number can be read."""

    def hide(found: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", found.group())
        return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else f"****{digits[-2:]}"

    return DIGITS.sub(hide, text)


@dataclass(frozen=True, slots=True)
class Share:
    """A figure with what it rests on; without a denominator there is no figure."""

    numerator: int
    denominator: int

    @property
    def permille(self) -> int | None:
        """Tenths of a percent, half rounded up."""
        if not self.denominator:
            return None
        return (2000 * self.numerator + self.denominator) // (2 * self.denominator)
