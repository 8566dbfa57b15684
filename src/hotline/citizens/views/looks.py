"""How the states of call-backs and reviews look."""

from hotline.citizens.models import Grade
from hotline.citizens.models.calls import CALL_LABELS, REVIEW_LABELS, CallStatus, ReviewStatus
from hotline.core.templatetags.pieces import Look, enter_looks


def enter() -> None:
    """Enter every look."""
    call = {
        CallStatus.WAITING: ("blue", "clock"),
        CallStatus.TAKEN: ("amber", "phone-call"),
        CallStatus.DONE: ("green", "check"),
        CallStatus.UNREACHED: ("neutral", "phone-off"),
        CallStatus.CANCELLED: ("neutral", "ban"),
    }
    enter_looks("call_back", {key: Look(CALL_LABELS[key], tone, icon) for key, (tone, icon) in call.items()})
    review = {
        ReviewStatus.WAITING: ("amber", "gavel"),
        ReviewStatus.REOPENED: ("blue", "rotate-clockwise"),
        ReviewStatus.KEPT: ("neutral", "lock"),
    }
    enter_looks("call_review", {key: Look(REVIEW_LABELS[key], tone, icon) for key, (tone, icon) in review.items()})
    enter_looks(
        "grade",
        {
            Grade.SATISFIED: Look(Grade.SATISFIED.label, "green", "circle-check"),
            Grade.PARTLY: Look(Grade.PARTLY.label, "amber", "circle-dot"),
            Grade.DISSATISFIED: Look(Grade.DISSATISFIED.label, "red", "circle-x"),
        },
    )
