"""Quality as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    """Samples, reviews, findings, appeals and the figures that come of them."""

    name = "hotline.quality"
    label = "quality"
    verbose_name = _("Quality")

    def ready(self) -> None:
        """Say how findings look, and show the reviews of a case beside it."""
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415
        from hotline.quality.views.looks import LOOKS  # noqa: PLC0415

        slots.fill(slots.Place.CASE, "quality:of_case")
        enter_looks("review", LOOKS)
