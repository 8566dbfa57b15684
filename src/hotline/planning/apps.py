"""Planning as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanningConfig(AppConfig):
    """Forecasts, staffing, and the day as it goes."""

    name = "hotline.planning"
    label = "planning"
    verbose_name = _("Planning")

    def ready(self) -> None:
        """Enter how proposals look."""
        from hotline.core.templatetags.pieces import Look, enter_looks  # noqa: PLC0415 (models stand only now)
        from hotline.planning.logic.assignment import WHY_LABELS, Why  # noqa: PLC0415
        from hotline.planning.logic.day import Kind, Status  # noqa: PLC0415

        enter_looks(
            "proposal",
            {
                Status.OPEN: Look(_("Proposed"), "blue", "clock"),
                Status.ACCEPTED: Look(_("Carried out"), "green", "check"),
                Status.DECLINED: Look(_("Set aside"), "neutral", "x"),
                Status.LAPSED: Look(_("Overtaken"), "neutral", "history"),
            },
        )
        enter_looks(
            "proposal_kind",
            {
                Kind.MOVE_BREAK: Look(_("Move a break"), "blue", "coffee"),
                Kind.PUT_OFF: Look(_("Put off a booking"), "purple", "calendar-off"),
                Kind.STAY: Look(_("Stay longer"), "amber", "clock"),
            },
        )
        enter_looks(
            "assignment",
            {
                Why.WAITS: Look(_(WHY_LABELS[Why.WAITS]), "amber", "inbox"),
                Why.ABSENT: Look(_(WHY_LABELS[Why.ABSENT]), "red", "user-off"),
                Why.UNEVEN: Look(_(WHY_LABELS[Why.UNEVEN]), "blue", "arrows-exchange"),
            },
        )
