"""How states of campaigns and of the people on their lists look."""

from django.utils.translation import gettext_lazy as _

from hotline.core.templatetags.pieces import Look
from hotline.outbound.logic.line import LINE_LABELS, NOT_REACHED, Line
from hotline.outbound.logic.words import STANDING_LABELS, STATUS_LABELS, Outcome, Standing, Status

_CAMPAIGN = {
    Status.DRAFT: ("neutral", "edit"),
    Status.RUNNING: ("green", "phone-call"),
    Status.PAUSED: ("amber", "player-pause"),
    Status.CLOSED: ("neutral", "archive"),
}
CAMPAIGN_LOOKS = {one.value: Look(_(STATUS_LABELS[one]), *_CAMPAIGN[one]) for one in Status}
_STANDING = {
    Standing.WAITING: ("blue", "clock"),
    Standing.TAKEN: ("amber", "phone-call"),
    Standing.DONE: ("green", "circle-check"),
    Standing.STOPPED: ("neutral", "x"),
    Standing.UNREACHED: ("neutral", "phone-off"),
    Standing.BARRED: ("red", "ban"),
}
STANDING_LOOKS = {one.value: Look(_(STANDING_LABELS[one]), *_STANDING[one]) for one in Standing}
_LINE = {
    Line.ASKED: ("neutral", "clock"),
    Line.OWN: ("purple", "bell"),
    Line.DIALLING: ("purple", "phone-call"),
    Line.TALKING: ("green", "phone-call"),
    Line.TALKED: ("blue", "phone"),
    Line.NOT_CALLED: ("amber", "phone-off"),
    **dict.fromkeys(NOT_REACHED, ("amber", "phone-off")),
}
LINE_LOOKS = {one.value: Look(_(LINE_LABELS[one]), *_LINE[one]) for one in Line}
TONES = {
    Outcome.DONE: "btn-primary",
    Outcome.BARRED: "btn-danger",
}
