"""Tables of telephony."""

from hotline.telephony.models.calls import Call, CallEvent, Offer, Segment, SegmentKind
from hotline.telephony.models.checks import Check, CheckCause, CheckKind, CheckStatus, CheckStep
from hotline.telephony.models.floor import Leader, PhoneState, Reservation, Wish, WishKind
from hotline.telephony.models.menus import Menu, MenuStatus, MenuVersion
from hotline.telephony.models.recordings import Listening, NightCheck, Recording, RecordingFate
from hotline.telephony.models.setup import Line, Member, Phone, PhoneReach, Queue, QueueSkill, RestReason
from hotline.telephony.models.supervision import Supervision

__all__ = [
    "Call",
    "CallEvent",
    "Check",
    "CheckCause",
    "CheckKind",
    "CheckStatus",
    "CheckStep",
    "Leader",
    "Line",
    "Listening",
    "Member",
    "Menu",
    "MenuStatus",
    "MenuVersion",
    "NightCheck",
    "Offer",
    "Phone",
    "PhoneReach",
    "PhoneState",
    "Queue",
    "QueueSkill",
    "Recording",
    "RecordingFate",
    "Reservation",
    "RestReason",
    "Segment",
    "SegmentKind",
    "Supervision",
    "Wish",
    "WishKind",
]
