"""What several pages of knowledge draw alike."""

from django.utils.safestring import SafeString

from hotline.core.templatetags.pieces import Look
from hotline.knowledge.models import AskStatus, VersionStatus

VERSION_LOOKS = {
    VersionStatus.DRAFT.value: Look(VersionStatus.DRAFT.label, "neutral", "pencil"),
    VersionStatus.SUBMITTED.value: Look(VersionStatus.SUBMITTED.label, "amber", "clock"),
    VersionStatus.APPROVED.value: Look(VersionStatus.APPROVED.label, "blue", "check"),
    VersionStatus.PUBLISHED.value: Look(VersionStatus.PUBLISHED.label, "green", "circle-check"),
    VersionStatus.REPLACED.value: Look(VersionStatus.REPLACED.label, "neutral", "history"),
    VersionStatus.WITHDRAWN.value: Look(VersionStatus.WITHDRAWN.label, "red", "circle-x"),
}
ASK_LOOKS = {
    AskStatus.OPEN.value: Look(AskStatus.OPEN.label, "amber", "clock"),
    AskStatus.ANSWERED.value: Look(AskStatus.ANSWERED.label, "green", "circle-check"),
    AskStatus.DECLINED.value: Look(AskStatus.DECLINED.label, "neutral", "circle-x"),
}


def safe(made: str) -> SafeString:
    """HTML that `logic.markup` made: every sign in it that was typed is escaped."""
    return SafeString(made)
