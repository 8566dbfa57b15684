"""Cases as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Matters from intake to closing: events, custody, stages, standards, places, tasks, files."""

    name = "hotline.cases"
    label = "cases"
    verbose_name = _("Cases")
