"""The path of a month's roster, what may be booked inside shifts, and turns of shifts: data and plain arithmetic."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from hotline.kernel.words import gettext_noop


class Status(StrEnum):
    """Where a month's roster stands."""

    DRAFT = "draft"
    SOLVING = "solving"
    PROPOSED = "proposed"
    PUBLISHED = "published"


STATUS_LABELS: Mapping[Status, str] = {
    Status.DRAFT: gettext_noop("Draft"),
    Status.SOLVING: gettext_noop("Being solved"),
    Status.PROPOSED: gettext_noop("Solved"),
    Status.PUBLISHED: gettext_noop("Published"),
}

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.SOLVING, Status.PUBLISHED}),
    Status.SOLVING: frozenset({Status.DRAFT, Status.PROPOSED}),
    Status.PROPOSED: frozenset({Status.SOLVING, Status.PUBLISHED}),
    Status.PUBLISHED: frozenset(),
}
OPEN = frozenset({Status.DRAFT, Status.PROPOSED})  # a hand may change it


class Consent(StrEnum):
    """What became of a change after publication."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ORDERED = "ordered"  # made for a reason, without consent


CONSENT_LABELS: Mapping[Consent, str] = {
    Consent.ASKED: gettext_noop("Waits for the person"),
    Consent.AGREED: gettext_noop("Consented"),
    Consent.DECLINED: gettext_noop("Consent refused"),
    Consent.WITHDRAWN: gettext_noop("Withdrawn"),
    Consent.ORDERED: gettext_noop("Ordered"),
}
CONSENT_MOVES: Mapping[Consent, frozenset[Consent]] = {
    Consent.ASKED: frozenset({Consent.AGREED, Consent.DECLINED, Consent.WITHDRAWN}),
    Consent.AGREED: frozenset(),
    Consent.DECLINED: frozenset(),
    Consent.WITHDRAWN: frozenset(),
    Consent.ORDERED: frozenset(),
}


class Origin(StrEnum):
    """What a month's draft is begun with."""

    PATTERNS = "patterns"
    LAST_MONTH = "last_month"
    EMPTY = "empty"


ORIGIN_LABELS: Mapping[Origin, str] = {
    Origin.PATTERNS: gettext_noop("The patterns people keep"),
    Origin.LAST_MONTH: gettext_noop("Last month, by weekday"),
    Origin.EMPTY: gettext_noop("Nothing"),
}


class BookingKind(StrEnum):
    """What time inside a shift is booked for (A2.18)."""

    MEETING = "meeting"
    COACHING = "coaching"
    TRAINING = "training"
    MONITORING = "monitoring"
    FEEDBACK = "feedback"
    REVIEW = "review"


BOOKING_LABELS: Mapping[BookingKind, str] = {
    BookingKind.MEETING: gettext_noop("Team meeting"),
    BookingKind.COACHING: gettext_noop("Coaching"),
    BookingKind.TRAINING: gettext_noop("Training"),
    BookingKind.MONITORING: gettext_noop("Call monitoring"),
    BookingKind.FEEDBACK: gettext_noop("Feedback"),
    BookingKind.REVIEW: gettext_noop("Performance review"),
}

MOST_STRONG_WISHES = 4  # a month: whoever marks everything as important says nothing
STRONG = 3


def code_on(turn: Sequence[str], begins: date, day: date) -> str:
    """The shift of a turn on a day, whose first entry falls on `begins`; an empty code is a free day."""
    return turn[(day - begins).days % len(turn)] if turn else ""
