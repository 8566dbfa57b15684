"""How states and commands of a case look: word, colour, icon, key."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from hotline.cases.logic.flow import STATUS_LABELS, Action, Status
from hotline.core.templatetags.pieces import Look

S = Status
_TONES: dict[Status, tuple[str, str]] = {
    S.REGISTERED: ("blue", "inbox"),
    S.VERIFYING: ("purple", "walk"),
    S.PRE_FILED: ("blue", "file-description"),
    S.FILED: ("blue", "file-check"),
    S.REJECTED: ("neutral", "ban"),
    S.NOT_ACCEPTED: ("neutral", "circle-x"),
    S.DISPATCHED: ("purple", "send"),
    S.RETURNED: ("amber", "corner-up-left"),
    S.HANDLING: ("purple", "settings"),
    S.REWORK: ("amber", "repeat"),
    S.PARKED: ("neutral", "parking"),
    S.FEEDBACK: ("blue", "message-2"),
    S.CHECKING: ("purple", "walk"),
    S.CLOSE_REVIEW: ("blue", "clipboard-check"),
    S.CLOSED: ("green", "circle-check"),
    S.REOPENED: ("amber", "rotate-clockwise"),
    S.CANCELLED: ("neutral", "trash"),
    S.MERGED: ("neutral", "stack-2"),
}
CASE_LOOKS = {status.value: Look(_(STATUS_LABELS[status]), *_TONES[status]) for status in Status}


@dataclass(frozen=True, slots=True)
class Command:
    """A button: what it says (an English msgid), its icon, its key, how weighty it is."""

    label: str
    icon: str
    key: str
    tone: str = ""  # danger: ends the case or sends it back

    @property
    def shown_key(self) -> str:
        """The key as it stands on the button."""
        return self.key.upper()


COMMANDS: dict[Action, Command] = {
    Action.TAKE: Command(gettext_noop("Take the case"), "user-plus", "y"),
    Action.RELEASE: Command(gettext_noop("Put back"), "arrow-back-up", "b"),
    Action.ASSIGN: Command(gettext_noop("Assign"), "user-check", "a"),
    Action.AMEND: Command(gettext_noop("Amend the facts"), "pencil", "m"),
    Action.NOTE: Command(gettext_noop("Write a note"), "message-2", "t"),
    Action.ATTACH: Command(gettext_noop("Add files"), "paperclip", "u"),
    Action.REMIND: Command(gettext_noop("Remind"), "bell", "h"),
    Action.ASK_VERIFY: Command(gettext_noop("Ask for verification"), "walk", "v"),
    Action.PRE_FILE: Command(gettext_noop("Pre-file"), "file-description", "p"),
    Action.TO_FILING_GATE: Command(gettext_noop("Submit for filing"), "gavel", "g"),
    Action.FILE: Command(gettext_noop("File the case"), "file-check", "f"),
    Action.REJECT: Command(gettext_noop("Reject the case"), "ban", "r", "danger"),
    Action.NOT_ACCEPT: Command(gettext_noop("Do not accept"), "circle-x", "x", "danger"),
    Action.GATE_RETURN: Command(gettext_noop("Return to the desk"), "corner-up-left", "q", "danger"),
    Action.DISPATCH: Command(gettext_noop("Dispatch the case"), "send", "d"),
    Action.ACCEPT: Command(gettext_noop("Begin handling"), "player-play", "e"),
    Action.SEND_BACK: Command(gettext_noop("Send back"), "corner-up-left", "q", "danger"),
    Action.POSTPONE: Command(gettext_noop("Postpone the due time"), "clock-pause", "o"),
    Action.PARK: Command(gettext_noop("Park the case"), "parking", "z"),
    Action.RESUME: Command(gettext_noop("Resume"), "player-play", "e"),
    Action.FEEDBACK: Command(gettext_noop("Report the result"), "message-2", "f"),
    Action.ASK_CHECK: Command(gettext_noop("Ask for a check"), "walk", "v"),
    Action.TO_CLOSING_GATE: Command(gettext_noop("Submit for closing"), "gavel", "g"),
    Action.CLOSE: Command(gettext_noop("Close the case"), "circle-check", "f"),
    Action.REWORK: Command(gettext_noop("Demand rework"), "repeat", "w", "danger"),
    Action.REOPEN: Command(gettext_noop("Reopen the case"), "rotate-clockwise", "r"),
    Action.CANCEL: Command(gettext_noop("Cancel the case"), "trash", "k", "danger"),
    Action.MERGE: Command(gettext_noop("Merge into another case"), "stack-2", "j"),
    Action.PART: Command(gettext_noop("Undo the merge"), "arrow-back-up", "j"),
}
# How each event is drawn in a timeline.
EVENT_ICONS: dict[Action, tuple[str, str]] = {
    action: (command.icon, "red" if command.tone else "blue") for action, command in COMMANDS.items()
} | {
    Action.REGISTER: ("inbox", "blue"),
    Action.VERIFIED: ("map-pin", "purple"),
    Action.CHECKED: ("map-pin", "purple"),
    Action.CLOSE: ("circle-check", "green"),
    Action.NOTE: ("message-2", "neutral"),
    Action.AMEND: ("pencil", "neutral"),
    Action.ATTACH: ("paperclip", "neutral"),
    Action.REMIND: ("bell", "amber"),
    Action.TAKE: ("user-plus", "neutral"),
    Action.RELEASE: ("arrow-back-up", "neutral"),
    Action.ASSIGN: ("user-check", "neutral"),
    Action.JOINED: ("stack-2", "purple"),
    Action.LEFT: ("arrow-back-up", "neutral"),
}
