"""Rosters as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    """Shift types, dated roster entries, breaks, the calendar of days, and who is on duty."""

    name = "hotline.rosters"
    label = "rosters"
    verbose_name = _("Rosters")
