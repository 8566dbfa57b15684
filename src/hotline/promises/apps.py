"""Promises as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromisesConfig(AppConfig):
    """Debts to customers and difficult-issue forms."""

    name = "hotline.promises"
    label = "promises"
    verbose_name = _("Promises")
