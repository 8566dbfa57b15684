"""How records and items of hand-overs look: word, colour, icon."""

from hotline.core.templatetags.pieces import Look
from hotline.handover.models import HandoverStatus, ItemStatus

RECORD_LOOKS = {
    HandoverStatus.OPEN.value: Look(HandoverStatus.OPEN.label, "blue", "arrows-exchange"),
    HandoverStatus.SIGNED.value: Look(HandoverStatus.SIGNED.label, "green", "circle-check"),
    HandoverStatus.LEFT.value: Look(HandoverStatus.LEFT.label, "red", "alert-triangle"),
}
ITEM_LOOKS = {
    ItemStatus.OFFERED.value: Look(ItemStatus.OFFERED.label, "amber", "clock"),
    ItemStatus.ACCEPTED.value: Look(ItemStatus.ACCEPTED.label, "green", "circle-check"),
    ItemStatus.DECLINED.value: Look(ItemStatus.DECLINED.label, "red", "circle-x"),
    ItemStatus.KEPT.value: Look(ItemStatus.KEPT.label, "neutral", "lock"),
    ItemStatus.ESCALATED.value: Look(ItemStatus.ESCALATED.label, "purple", "flag"),
    ItemStatus.SETTLED.value: Look(ItemStatus.SETTLED.label, "neutral", "check"),
}
