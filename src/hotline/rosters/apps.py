"""Rosters as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    """Shift types, dated roster entries, breaks, the calendar of days, and who is on duty."""

    name = "hotline.rosters"
    label = "rosters"
    verbose_name = _("Rosters")

    def ready(self) -> None:
        """Enter how people on duty and kinds of days look."""
        from hotline.core.templatetags.pieces import Look, enter_looks  # noqa: PLC0415 (models stand only now)
        from hotline.people.models import PresenceState  # noqa: PLC0415
        from hotline.rosters.logic.plans import CONSENT_LABELS, STATUS_LABELS, Consent, Status  # noqa: PLC0415
        from hotline.rosters.models import DayKind  # noqa: PLC0415

        enter_looks(
            "duty",
            {
                PresenceState.READY: Look(PresenceState.READY.label, "green", "headset"),
                PresenceState.BUSY: Look(PresenceState.BUSY.label, "amber", "player-pause"),
                PresenceState.AWAY: Look(PresenceState.AWAY.label, "neutral", "lock"),
                "break": Look(_("In a break"), "blue", "coffee"),
                "absent": Look(_("Not at the seat"), "red", "user-off"),
            },
        )
        enter_looks(
            "day",
            {
                DayKind.WORKDAY: Look(DayKind.WORKDAY.label, "neutral", "briefcase"),
                DayKind.REST: Look(DayKind.REST.label, "blue", "calendar-off"),
                DayKind.STATUTORY: Look(DayKind.STATUTORY.label, "red", "star"),
                DayKind.MAKE_UP: Look(DayKind.MAKE_UP.label, "amber", "briefcase"),
            },
        )
        enter_looks(
            "roster_plan",
            {
                Status.DRAFT: Look(_(STATUS_LABELS[Status.DRAFT]), "neutral", "pencil"),
                Status.SOLVING: Look(_(STATUS_LABELS[Status.SOLVING]), "blue", "loader-2"),
                Status.PROPOSED: Look(_(STATUS_LABELS[Status.PROPOSED]), "purple", "adjustments-horizontal"),
                Status.PUBLISHED: Look(_(STATUS_LABELS[Status.PUBLISHED]), "green", "circle-check"),
            },
        )
        enter_looks(
            "roster_change",
            {
                Consent.ASKED: Look(_(CONSENT_LABELS[Consent.ASKED]), "blue", "clock"),
                Consent.AGREED: Look(_(CONSENT_LABELS[Consent.AGREED]), "green", "check"),
                Consent.DECLINED: Look(_(CONSENT_LABELS[Consent.DECLINED]), "red", "x"),
                Consent.WITHDRAWN: Look(_(CONSENT_LABELS[Consent.WITHDRAWN]), "neutral", "arrow-back-up"),
                Consent.ORDERED: Look(_(CONSENT_LABELS[Consent.ORDERED]), "amber", "gavel"),
            },
        )
