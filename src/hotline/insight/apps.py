"""Insight as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InsightConfig(AppConfig):
    """The voice of the customer and the spatial view."""

    name = "hotline.insight"
    label = "insight"
    verbose_name = _("Insight")

    def ready(self) -> None:
        """Say on which occasion insight writes mails."""
        from hotline.insight.logic.occasion import VOICE  # noqa: PLC0415 (entered when all areas are ready)
        from hotline.messages.logic import occasions  # noqa: PLC0415

        occasions.enter(VOICE)
