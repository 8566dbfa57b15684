"""Citizens as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CitizensConfig(AppConfig):
    """The public web form, tracking, letters and visits, call-backs and how content people are."""

    name = "hotline.citizens"
    label = "citizens"
    verbose_name = _("Citizens")

    def ready(self) -> None:
        """Enter the occasions on which citizens are written to, the looks, and the fragment on a case's page."""
        from hotline.citizens import occasions  # noqa: PLC0415 (models stand only now)
        from hotline.citizens.views.looks import enter  # noqa: PLC0415
        from hotline.core import slots  # noqa: PLC0415

        occasions.enter_all()
        enter()
        slots.fill(slots.Place.CASE, "citizens:of_case")
