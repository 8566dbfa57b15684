"""How the states of agreements, objections and deliveries look: word, colour and icon together."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from hotline.core.templatetags.pieces import Look
from hotline.departments.logic.figures import Light
from hotline.departments.models import AgreementStatus, DeliveryStatus, HintStatus, ObjectionStatus

A, O, D, H = AgreementStatus, ObjectionStatus, DeliveryStatus, HintStatus  # noqa: E741 a letter a machine

LOOKS: Mapping[str, Mapping[str, Look]] = {
    "dept_agreement": {
        A.DRAFT: Look(A.DRAFT.label, "neutral", "pencil"),
        A.OFFERED: Look(A.OFFERED.label, "amber", "send"),
        A.IN_FORCE: Look(A.IN_FORCE.label, "green", "circle-check"),
        A.DECLINED: Look(A.DECLINED.label, "red", "circle-x"),
        A.WITHDRAWN: Look(A.WITHDRAWN.label, "neutral", "arrow-back-up"),
    },
    "dept_objection": {
        O.RAISED: Look(O.RAISED.label, "amber", "gavel"),
        O.UPHELD: Look(O.UPHELD.label, "green", "circle-check"),
        O.REJECTED: Look(O.REJECTED.label, "red", "circle-x"),
        O.APPEALED: Look(O.APPEALED.label, "purple", "gavel"),
        O.DISMISSED: Look(O.DISMISSED.label, "red", "ban"),
        O.WITHDRAWN: Look(O.WITHDRAWN.label, "neutral", "arrow-back-up"),
        O.LAPSED: Look(O.LAPSED.label, "neutral", "clock-pause"),
    },
    "dept_delivery": {
        D.UNSENT: Look(D.UNSENT.label, "neutral", "circle-dashed"),
        D.SENDING: Look(D.SENDING.label, "blue", "send"),
        D.DELIVERED: Look(D.DELIVERED.label, "green", "mail"),
        D.ACKNOWLEDGED: Look(D.ACKNOWLEDGED.label, "green", "circle-check"),
        D.FAILED: Look(D.FAILED.label, "red", "alert-triangle"),
    },
    "dept_hint": {
        H.PROPOSED: Look(H.PROPOSED.label, "amber", "route"),
        H.ADOPTED: Look(H.ADOPTED.label, "green", "circle-check"),
        H.DROPPED: Look(H.DROPPED.label, "neutral", "ban"),
    },
    "dept_light": {
        Light.GOOD: Look(_("On target"), "green", "circle-check"),
        Light.NEAR: Look(_("Close to the target"), "amber", "alert-circle"),
        Light.BAD: Look(_("Below the target"), "red", "alert-triangle"),
        Light.QUIET: Look(_("Nothing to judge yet"), "neutral", "circle-dashed"),
    },
}
