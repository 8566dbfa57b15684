"""The open interface as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Open311Config(AppConfig):
    """GeoReport v2 for machines: services, requests, updates, keys with limits, webhooks."""

    name = "hotline.open311"
    label = "open311"
    verbose_name = _("Open interface")

    def ready(self) -> None:
        """Say how deliveries look, and show on a case's page what programs said about it."""
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.core.templatetags.pieces import Look, enter_looks  # noqa: PLC0415

        slots.fill(slots.Place.CASE, "open311:of_case")
        enter_looks(
            "delivery",
            {
                "waiting": Look(_("Waiting"), "blue", "clock"),
                "delivered": Look(_("Delivered"), "green", "circle-check"),
                "failed": Look(_("Given up"), "red", "alert-triangle"),
                "dropped": Look(_("Dropped"), "neutral", "ban"),
            },
        )
