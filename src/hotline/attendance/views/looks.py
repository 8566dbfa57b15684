"""How the states of attendance look."""

from hotline.attendance.models import AskStatus, AttendanceState, TalkStatus
from hotline.core.templatetags.pieces import Look, enter_looks

S = AttendanceState


def enter() -> None:
    """Tell the badges."""
    enter_looks(
        "attendance",
        {
            S.PRESENT: Look(S.PRESENT.label, "green", "circle-check"),
            S.LATE: Look(S.LATE.label, "amber", "clock-exclamation"),
            S.ABSENT: Look(S.ABSENT.label, "red", "user-off"),
            S.LEAVE: Look(S.LEAVE.label, "blue", "calendar-user"),
            S.UNKNOWN: Look(S.UNKNOWN.label, "neutral", "circle-dashed"),
        },
    )
    enter_looks(
        "attendance_ask",
        {
            AskStatus.ASKED: Look(AskStatus.ASKED.label, "amber", "clock"),
            AskStatus.APPROVED: Look(AskStatus.APPROVED.label, "green", "circle-check"),
            AskStatus.REFUSED: Look(AskStatus.REFUSED.label, "red", "x"),
        },
    )
    enter_looks(
        "attendance_talk",
        {
            TalkStatus.DUE: Look(TalkStatus.DUE.label, "amber", "clock"),
            TalkStatus.HELD: Look(TalkStatus.HELD.label, "green", "archive"),
            TalkStatus.VOID: Look(TalkStatus.VOID.label, "neutral", "circle-check"),
        },
    )
