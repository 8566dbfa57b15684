"""How states, kinds and commands of promises look: word, colour, icon, key."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from hotline.core.templatetags.pieces import Look
from hotline.promises.logic import KIND_LABELS, STATUS_LABELS, Kind, Status
from hotline.promises.models import QuestionStatus, QuestionStepKind, StepKind

_TONES = {
    Status.OPEN: ("blue", "clock"),
    Status.KEPT: ("green", "circle-check"),
    Status.MISSED: ("red", "clock-exclamation"),
    Status.MOVED: ("neutral", "calendar-time"),
    Status.WITHDRAWN: ("neutral", "ban"),
}
PROMISE_LOOKS = {status.value: Look(_(STATUS_LABELS[status]), *_TONES[status]) for status in Status}
_KINDS = {
    Kind.CALL_BACK: ("blue", "phone-call"),
    Kind.REPLY: ("purple", "message-2"),
    Kind.MISSED_CALL: ("amber", "phone-off"),
    Kind.FOLLOW_UP: ("neutral", "repeat"),
}
KIND_LOOKS = {kind.value: Look(_(KIND_LABELS[kind]), *_KINDS[kind]) for kind in Kind}
QUESTION_LOOKS = {
    QuestionStatus.ASKED.value: Look(QuestionStatus.ASKED.label, "amber", "help-circle"),
    QuestionStatus.ASKED_BACK.value: Look(QuestionStatus.ASKED_BACK.label, "purple", "corner-up-left"),
    QuestionStatus.TAKEN_OVER.value: Look(QuestionStatus.TAKEN_OVER.label, "blue", "user-check"),
    QuestionStatus.ANSWERED.value: Look(QuestionStatus.ANSWERED.label, "green", "circle-check"),
}
STEPS: dict[str, tuple[str, str]] = {
    StepKind.MADE: ("message-2", "blue"),
    StepKind.TAKEN: ("user-plus", "blue"),
    StepKind.PASSED: ("switch-horizontal", "purple"),
    StepKind.RETURNED: ("arrow-back-up", "amber"),
    StepKind.REMINDED: ("bell", "amber"),
    StepKind.MISSED: ("clock-exclamation", "red"),
    StepKind.ESCALATED: ("arrow-up", "red"),
    StepKind.KEPT: ("circle-check", "green"),
    StepKind.SETTLED: ("check", "amber"),
    StepKind.MOVED: ("calendar-time", "neutral"),
    StepKind.WITHDRAWN: ("ban", "neutral"),
    StepKind.CASE_ENDED: ("file-check", "green"),
    StepKind.MERGED: ("stack-2", "neutral"),
    StepKind.UNMERGED: ("stack-2", "neutral"),
}
QUESTION_STEPS: dict[str, tuple[str, str]] = {
    QuestionStepKind.ASKED: ("help-circle", "amber"),
    QuestionStepKind.ASKED_BACK: ("corner-up-left", "purple"),
    QuestionStepKind.TOLD: ("message-2", "blue"),
    QuestionStepKind.PASSED_UP: ("arrow-up", "purple"),
    QuestionStepKind.TAKEN_OVER: ("user-check", "blue"),
    QuestionStepKind.ANSWERED: ("circle-check", "green"),
    QuestionStepKind.REMINDED: ("bell", "amber"),
    QuestionStepKind.ESCALATED: ("clock-exclamation", "red"),
    QuestionStepKind.GENERALISED: ("book-2", "green"),
}


@dataclass(frozen=True, slots=True)
class Command:
    """A button: its address's word, what it says (an English msgid), icon, key, permission and weight."""

    name: str
    label: str
    icon: str
    key: str
    permission: str
    tone: str = ""

    @property
    def shown_key(self) -> str:
        """The key as it stands on the button."""
        return self.key.upper()


PROMISE_COMMANDS = (
    Command("take", gettext_noop("Take it"), "user-plus", "y", "promises.take", "primary"),
    Command("keep", gettext_noop("The customer has got it"), "circle-check", "k", "promises.keep", "primary"),
    Command("dial", gettext_noop("Call him"), "phone-call", "d", "promises.keep"),
    Command("mine", gettext_noop("I take it over"), "user-plus", "y", "promises.keep"),
    Command("move", gettext_noop("Agree another time"), "calendar-time", "m", "promises.move"),
    Command("pass", gettext_noop("Pass on"), "switch-horizontal", "p", "promises.move"),
    Command("release", gettext_noop("Back to the team"), "arrow-back-up", "b", "promises.release"),
    Command("withdraw", gettext_noop("Withdraw"), "ban", "w", "promises.withdraw", "danger"),
)
QUESTION_COMMANDS = (
    Command("answer", gettext_noop("Give the answer"), "circle-check", "a", "promises.answer", "primary"),
    Command("ask_back", gettext_noop("Ask back"), "corner-up-left", "b", "promises.answer"),
    Command("pass_up", gettext_noop("Pass up"), "arrow-up", "u", "promises.answer"),
    Command("take_over", gettext_noop("Take over"), "user-check", "o", "promises.answer"),
    Command("say_more", gettext_noop("Say more"), "message-2", "m", "promises.say_more"),
    Command("generalise", gettext_noop("Propose as knowledge"), "book-2", "g", "promises.generalise"),
)
