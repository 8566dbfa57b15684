"""What those who lead people at telephones may do with them, and what of it those people see. Pure.

Whoever is listened to learns of it by policy: at once, or from his own list of what was done. Nothing is ever hidden
for good.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from hotline.kernel.rules import Dated
from hotline.kernel.words import gettext_noop
from hotline.telephony.logic.words import Reason


class Told(StrEnum):
    """When a person learns that somebody listened to his talk."""

    AT_ONCE = "at_once"  # while it happens, above his work
    AFTERWARDS = "afterwards"  # in his own list, once the call is over


class Act(StrEnum):
    """What was done to, or asked by, a person at a telephone."""

    HELP = "help"  # the person himself asks for it
    MESSAGE = "message"
    FORCE = "force"
    LISTEN = "listen"
    WHISPER = "whisper"
    JOIN = "join"
    TAKE_OVER = "take_over"
    UNATTENDED = "unattended"  # the system: ready, and nobody there (C5)


ACT_LABELS = {
    Act.HELP: gettext_noop("Asked for help"),
    Act.MESSAGE: gettext_noop("Message from a superior"),
    Act.FORCE: gettext_noop("State set by a superior"),
    Act.LISTEN: gettext_noop("A superior listened in"),
    Act.WHISPER: gettext_noop("A superior whispered"),
    Act.JOIN: gettext_noop("A superior joined the talk"),
    Act.TAKE_OVER: gettext_noop("A superior took the call over"),
    Act.UNATTENDED: gettext_noop("Ready, but nobody at the seat"),
}

HELP_LASTS = timedelta(minutes=15)  # a request that nobody answered is no longer shown after that
# C5: since when a seat has given no sign of life while its telephone is ready. The page speaks every 30 seconds.
UNATTENDED_AFTER: Dated[timedelta] = Dated({date(2020, 1, 1): timedelta(minutes=3)})
# Whoever only listens is not to disturb; who whispers, joins or takes over is heard anyhow.
LISTENING_TOLD: Dated[Told] = Dated({date(2020, 1, 1): Told.AFTERWARDS})
TEXT_MOST = 200

MINUTE = timedelta(minutes=1)
# A3.2, C5: how long a reason that the machine gave may last before the floor shows it and whoever leads the person is
# told; the centre's own reasons have limits of their own. What a superior has set lasts as long as he likes.
MACHINE_LIMITS: Dated[Mapping[Reason, timedelta]] = Dated(
    {
        date(2020, 1, 1): {
            Reason.SIGN_IN: 5 * MINUTE,
            Reason.NO_ANSWER: 3 * MINUTE,
            Reason.REFUSED: 3 * MINUTE,
            Reason.UNREACHABLE: 5 * MINUTE,
            Reason.LOST: 5 * MINUTE,
            Reason.UNATTENDED: 10 * MINUTE,
            Reason.LEFT_SEAT: 10 * MINUTE,
        }
    }
)
TOLD_WITHIN = 5 * MINUTE  # what is written later than that after it happened is history and told to nobody


def limits(own: Mapping[str, int | None], on: date) -> dict[str, timedelta]:
    """The longest that each reason of not being ready may last: the machine's, and a centre's own in seconds."""
    found = {reason.value: limit for reason, limit in MACHINE_LIMITS.on(on).items()}
    return found | {code: timedelta(seconds=seconds) for code, seconds in own.items() if seconds}
