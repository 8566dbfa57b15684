"""Tables of telephony."""

from hotline.telephony.models.calls import Call, CallEvent, Offer, Segment, SegmentKind
from hotline.telephony.models.floor import Leader, PhoneState, Wish, WishKind
from hotline.telephony.models.recordings import Listening, Recording, RecordingFate
from hotline.telephony.models.setup import Line, Member, Phone, Queue, QueueSkill, RestReason
from hotline.telephony.models.supervision import Supervision

__all__ = [
    "Call",
    "CallEvent",
    "Leader",
    "Line",
    "Listening",
    "Member",
    "Offer",
    "Phone",
    "PhoneState",
    "Queue",
    "QueueSkill",
    "Recording",
    "RecordingFate",
    "RestReason",
    "Segment",
    "SegmentKind",
    "Supervision",
    "Wish",
    "WishKind",
]
