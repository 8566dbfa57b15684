"""The three states the public sees, and the words for them. Nothing personal, nothing internal."""

from collections.abc import Mapping
from enum import StrEnum

from hotline.cases.logic.flow import ENDED, Status
from hotline.kernel.words import gettext_noop as _


class Public(StrEnum):
    """Where a report stands, for the public."""

    RECEIVED = "received"  # 受理
    HANDLING = "handling"  # 处理中
    ENDED = "ended"  # 办结


LABELS: Mapping[Public, str] = {
    Public.RECEIVED: _("Taken in"),
    Public.HANDLING: _("In progress"),
    Public.ENDED: _("Finished"),
}
_FIRST = frozenset({Status.REGISTERED, Status.VERIFYING, Status.PRE_FILED})
WORDS: Mapping[Status, str] = {
    Status.REGISTERED: _("Your report has been received and is being looked at."),
    Status.VERIFYING: _("Somebody is looking at it on the spot."),
    Status.PRE_FILED: _("Your report is being filed."),
    Status.CLOSED: _("The matter has been settled."),
    Status.REJECTED: _("After a look at it, the report could not be filed under the standard of the city."),
    Status.NOT_ACCEPTED: _("The matter is outside what this centre can deal with."),
    Status.CANCELLED: _("The report was withdrawn."),
}
ON_THE_WAY = _("The matter is being dealt with.")
CHECKED = _("The work is reported done and is being checked.")
_DONE = frozenset({Status.FEEDBACK, Status.CHECKING, Status.CLOSE_REVIEW})


def state_of(status: Status) -> Public:
    """The public state of an internal one."""
    if status in ENDED:
        return Public.ENDED
    return Public.RECEIVED if status in _FIRST else Public.HANDLING


def words_for(status: Status) -> str:
    """The public words (a msgid) of an internal status."""
    return WORDS.get(status, CHECKED if status in _DONE else ON_THE_WAY)
