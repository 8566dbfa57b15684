"""How states, ends and recordings look: word, colour, icon."""

from django.utils.translation import gettext_lazy as _

from hotline.core.templatetags.pieces import Look
from hotline.telephony.logic.words import (
    FACT_LABELS,
    LEFT_LABELS,
    OFFER_LABELS,
    STATE_LABELS,
    Fact,
    Left,
    OfferEnd,
    State,
)
from hotline.telephony.models import CheckStatus, MenuStatus, RecordingFate

_STATES = {
    State.OFFLINE: ("neutral", "phone-off"),
    State.NOT_READY: ("amber", "player-pause"),
    State.READY: ("green", "circle-check"),
    State.RINGING: ("purple", "bell"),
    State.TALKING: ("blue", "phone"),
    State.WRAP_UP: ("purple", "edit"),
}
STATE_LOOKS = {state.value: Look(_(STATE_LABELS[state]), *_STATES[state]) for state in State}
_ENDS = {
    Left.ANSWERED: ("green", "circle-check"),
    Left.ABANDONED: ("red", "phone-off"),
    Left.FULL: ("red", "ban"),
    Left.CLOSED: ("neutral", "lock"),
    Left.EMPTY: ("amber", "ban"),
    Left.TIMEOUT: ("red", "clock-exclamation"),
    Left.DIVERTED: ("neutral", "switch-horizontal"),
    Left.CALLBACK: ("purple", "phone-call"),
    Left.REJOINED: ("neutral", "rotate-clockwise"),
    Left.MENU: ("neutral", "list-details"),
    Left.TEST: ("neutral", "clipboard-check"),
    Left.LOST: ("red", "alert-triangle"),
}
END_LOOKS = {
    **{left.value: Look(_(LEFT_LABELS[left]), *_ENDS[left]) for left in Left},
    "talked": Look(_("Talked"), "green", "circle-check"),
    "not_reached": Look(_("Number not reached"), "amber", "phone-off"),
    "given_up": Look(_("Given up before anybody was called"), "neutral", "ban"),
    "open": Look(_("Going on"), "blue", "phone"),
}
_OFFERS = {
    OfferEnd.TAKEN: ("green", "circle-check"),
    OfferEnd.REFUSED: ("red", "ban"),
    OfferEnd.NO_ANSWER: ("red", "clock-exclamation"),
    OfferEnd.FAILED: ("amber", "wifi-off"),
    OfferEnd.CALLER_LEFT: ("neutral", "phone-off"),
    OfferEnd.WITHDRAWN: ("neutral", "arrow-back-up"),
    OfferEnd.EXPIRED: ("amber", "clock-exclamation"),
}
OFFER_LOOKS = {
    **{end.value: Look(_(OFFER_LABELS[end]), *_OFFERS[end]) for end in OfferEnd},
    "open": Look(_("Ringing"), "purple", "bell"),
}
_FATES = {
    RecordingFate.RUNNING: ("blue", "clock"),
    RecordingFate.KEPT: ("green", "circle-check"),
    RecordingFate.MISSING: ("red", "alert-triangle"),
    RecordingFate.ERASED: ("neutral", "ban"),
}
RECORDING_LOOKS = {fate.value: Look(fate.label, *_FATES[fate]) for fate in RecordingFate}
_CHECKS = {
    CheckStatus.ASKED: ("neutral", "clock"),
    CheckStatus.RUNNING: ("blue", "phone-call"),
    CheckStatus.PASSED: ("green", "circle-check"),
    CheckStatus.FAILED: ("red", "alert-triangle"),
}
CHECK_LOOKS = {status.value: Look(status.label, *_CHECKS[status]) for status in CheckStatus}
_VERSIONS = {
    MenuStatus.DRAFT: ("amber", "edit"),
    MenuStatus.PUBLISHED: ("green", "circle-check"),
    MenuStatus.WITHDRAWN: ("neutral", "arrow-back-up"),
}
MENU_LOOKS = {status.value: Look(status.label, *_VERSIONS[status]) for status in MenuStatus}
_FACTS = {
    Fact.CALL_ARRIVED: ("phone-call", "blue"),
    Fact.MENU_ENTERED: ("list-details", "neutral"),
    Fact.MENU_STEP: ("chevron-right", "neutral"),
    Fact.MENU_LEFT: ("list-details", "neutral"),
    Fact.QUEUE_ENTERED: ("clock", "neutral"),
    Fact.QUEUE_LEFT: ("switch-horizontal", "neutral"),
    Fact.OFFER_MADE: ("user-check", "purple"),
    Fact.OFFER_RANG: ("bell", "purple"),
    Fact.OFFER_ENDED: ("check", "neutral"),
    Fact.TALK_BEGAN: ("phone", "green"),
    Fact.TALK_ENDED: ("phone-off", "neutral"),
    Fact.HOLD_BEGAN: ("player-pause", "amber"),
    Fact.HOLD_ENDED: ("phone", "green"),
    Fact.CALLBACK_DIALLED: ("phone-call", "purple"),
    Fact.CALLBACK_FAILED: ("phone-off", "red"),
    Fact.THIRD_CALLED: ("phone-call", "purple"),
    Fact.THIRD_TALKS: ("phone", "blue"),
    Fact.THIRD_JOINED: ("users", "blue"),
    Fact.THIRD_ENDED: ("phone-off", "neutral"),
    Fact.WATCH_BEGAN: ("headset", "purple"),
    Fact.WATCH_ENDED: ("headset", "neutral"),
    Fact.CALL_ENDED: ("circle-check", "neutral"),
}
FACTS: dict[str, tuple[object, str, str]] = {fact.value: (_(FACT_LABELS[fact]), *look) for fact, look in _FACTS.items()}
