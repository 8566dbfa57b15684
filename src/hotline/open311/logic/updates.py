"""What of a case's events the public is told, and in which words. Pure: words of staff never get here."""

from enum import StrEnum

from hotline.kernel.words import gettext_noop as _


class Said(StrEnum):
    """What happened, as the public may know it."""

    RECEIVED = "received"
    FILED = "filed"
    ASSIGNED = "assigned"
    POSTPONED = "postponed"
    PARKED = "parked"
    RESUMED = "resumed"
    REWORK = "rework"
    REPORTED = "reported"
    CLOSED = "closed"
    REJECTED = "rejected"
    NOT_ACCEPTED = "not_accepted"
    CANCELLED = "cancelled"
    MERGED = "merged"
    PARTED = "parted"
    REOPENED = "reopened"
    TOLD = "told"  # what a program told us


WORDS: dict[Said, str] = {
    Said.RECEIVED: _("Your report has been received."),
    Said.FILED: _("The report has been examined and filed."),
    Said.ASSIGNED: _("The responsible department has been asked to handle it."),
    Said.POSTPONED: _("The time for handling it has been extended."),
    Said.PARKED: _("It cannot be handled for the time being and is kept in view."),
    Said.RESUMED: _("Handling goes on."),
    Said.REWORK: _("The result was not sufficient; the department works on it again."),
    Said.REPORTED: _("The department reports that it is done; the result is being checked."),
    Said.CLOSED: _("It has been handled and checked, and is closed."),
    Said.REJECTED: _("After examination it was not filed."),
    Said.NOT_ACCEPTED: _("It is not within the competence of this service and was not accepted."),
    Said.CANCELLED: _("The report was cancelled."),
    Said.MERGED: _("Another report of the same matter is being handled; this one follows it."),
    Said.PARTED: _("It is being handled by itself again."),
    Said.REOPENED: _("It has been taken up again."),
    Said.TOLD: _("A partner organisation reports on it."),
}

# By the names of the actions and statuses of cases (hotline.cases.logic.flow).
OF_ACTION: dict[str, Said] = {
    "register": Said.RECEIVED,
    "file": Said.FILED,
    "dispatch": Said.ASSIGNED,
    "postpone": Said.POSTPONED,
    "park": Said.PARKED,
    "resume": Said.RESUMED,
    "rework": Said.REWORK,
    "feedback": Said.REPORTED,
    "close": Said.CLOSED,
    "reject": Said.REJECTED,
    "not_accept": Said.NOT_ACCEPTED,
    "cancel": Said.CANCELLED,
    "merge": Said.MERGED,
    "part": Said.PARTED,
    "reopen": Said.REOPENED,
}
CLOSING = frozenset({Said.CLOSED, Said.REJECTED, Said.NOT_ACCEPTED, Said.CANCELLED})
FOLLOWED = CLOSING | {Said.REOPENED}  # what happens to those that were merged into a case, too
MERGED = "merged"  # the status of a case that goes on in another

OF_STATUS: dict[str, Said] = {
    "registered": Said.RECEIVED,
    "verifying": Said.RECEIVED,
    "pre_filed": Said.RECEIVED,
    "filed": Said.FILED,
    "dispatched": Said.ASSIGNED,
    "handling": Said.ASSIGNED,
    "returned": Said.FILED,
    "rework": Said.REWORK,
    "parked": Said.PARKED,
    "feedback": Said.REPORTED,
    "checking": Said.REPORTED,
    "close_review": Said.REPORTED,
    "closed": Said.CLOSED,
    "reopened": Said.REOPENED,
    "rejected": Said.REJECTED,
    "not_accepted": Said.NOT_ACCEPTED,
    "cancelled": Said.CANCELLED,
    MERGED: Said.MERGED,
}
OPEN, CLOSED = "open", "closed"


def said_of(status: str) -> Said:
    """How a case stands in public words; a status that comes later is told as received, never as its inner name."""
    return OF_STATUS.get(status, Said.RECEIVED)


def is_closed(status: str) -> bool:
    """Whether the public sees it as closed."""
    return said_of(status) in CLOSING


def shown(status: str) -> str:
    """The status as GeoReport knows it."""
    return CLOSED if is_closed(status) else OPEN
