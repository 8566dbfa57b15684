"""Routines as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoutinesConfig(AppConfig):
    """Notices and cases from superior departments, passed down and confirmed by each person concerned (B1.2)."""

    name = "hotline.routines"
    label = "routines"
    verbose_name = _("Routines")

    def ready(self) -> None:
        """Say how the states look, and remind of what is unconfirmed at the desk."""
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.core.templatetags.pieces import Look, enter_looks  # noqa: PLC0415
        from hotline.routines.models import InstructionStatus  # noqa: PLC0415

        slots.fill(slots.Place.DESK, "routines:banner_beside")
        slots.fill(slots.Place.DESK_IDLE, "routines:banner")
        slots.fill(slots.Place.BOARD, "routines:banner")
        status = InstructionStatus
        enter_looks(
            "instruction",
            {
                status.OPEN: Look(status.OPEN.label, "amber", "clock"),
                status.CLOSED: Look(status.CLOSED.label, "green", "archive"),
                status.WITHDRAWN: Look(status.WITHDRAWN.label, "neutral", "arrow-back-up"),
            },
        )
