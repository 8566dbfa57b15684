"""Attendance as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    """What was planned against what happened, from the traces that people leave in the system."""

    name = "hotline.attendance"
    label = "attendance"
    verbose_name = _("Attendance")

    def ready(self) -> None:
        """Say how the states look."""
        from hotline.attendance.views.looks import enter  # noqa: PLC0415 (models must be loaded first)

        enter()
