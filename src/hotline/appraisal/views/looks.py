"""How the states of the appraisal look."""

from hotline.appraisal.models import AppealStatus, MatterStatus, PeriodStatus
from hotline.core.templatetags.pieces import Look, enter_looks

P, M, A = PeriodStatus, MatterStatus, AppealStatus


def enter() -> None:
    """Tell the badges."""
    enter_looks(
        "period",
        {
            P.COMPUTED: Look(P.COMPUTED.label, "neutral", "circle-dashed"),
            P.SHOWN: Look(P.SHOWN.label, "blue", "eye"),
            P.CONFIRMED: Look(P.CONFIRMED.label, "amber", "check"),
            P.CLOSED: Look(P.CLOSED.label, "green", "archive"),
        },
    )
    enter_looks(
        "matter",
        {
            M.PROPOSED: Look(M.PROPOSED.label, "amber", "clock"),
            M.HEARD: Look(M.HEARD.label, "blue", "message-2"),
            M.CONFIRMED: Look(M.CONFIRMED.label, "red", "gavel"),
            M.DROPPED: Look(M.DROPPED.label, "neutral", "x"),
        },
    )
    enter_looks(
        "objection",
        {
            A.ASKED: Look(A.ASKED.label, "amber", "clock"),
            A.GRANTED: Look(A.GRANTED.label, "green", "circle-check"),
            A.DECLINED: Look(A.DECLINED.label, "red", "x"),
        },
    )
