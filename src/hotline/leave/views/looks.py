"""How the states of requests and swaps look: word, colour and icon together."""

from collections.abc import Mapping

from hotline.core.templatetags.pieces import Look
from hotline.leave.models import LeaveStatus, SwapStatus

L, W = LeaveStatus, SwapStatus
LOOKS: Mapping[str, Mapping[str, Look]] = {
    "leave": {
        L.ASKED: Look(L.ASKED.label, "amber", "clock"),
        L.GRANTED: Look(L.GRANTED.label, "green", "circle-check"),
        L.REFUSED: Look(L.REFUSED.label, "red", "circle-x"),
        L.WITHDRAWN: Look(L.WITHDRAWN.label, "neutral", "arrow-back-up"),
        L.CANCELLED: Look(L.CANCELLED.label, "neutral", "arrow-back-up"),
    },
    "swap": {
        W.WISHED: Look(W.WISHED.label, "blue", "message-2"),
        W.AGREED: Look(W.AGREED.label, "amber", "clock"),
        W.MADE: Look(W.MADE.label, "green", "arrows-exchange"),
        W.DECLINED: Look(W.DECLINED.label, "red", "circle-x"),
        W.REFUSED: Look(W.REFUSED.label, "red", "ban"),
        W.WITHDRAWN: Look(W.WITHDRAWN.label, "neutral", "arrow-back-up"),
    },
}
