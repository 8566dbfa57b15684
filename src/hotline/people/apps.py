"""People as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Persons, units and sign-in."""

    name = "hotline.people"
    label = "people"
    verbose_name = _("People")
