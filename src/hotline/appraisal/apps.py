"""Appraisal as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppraisalConfig(AppConfig):
    """The monthly assessment, from frozen facts to the closed month."""

    name = "hotline.appraisal"
    label = "appraisal"
    verbose_name = _("Monthly assessment")

    def ready(self) -> None:
        """Say how the states look, and let the handbook's what-if have the frozen months."""
        from hotline.appraisal.queries import frozen  # noqa: PLC0415 (models must be loaded first)
        from hotline.appraisal.views.looks import enter  # noqa: PLC0415 as above
        from hotline.handbook.logic import facts  # noqa: PLC0415 as above

        enter()
        facts.enter(frozen.of_month)
