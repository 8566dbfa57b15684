"""Approvals as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    """Chains of decisions, and who stands in for whom."""

    name = "hotline.approvals"
    label = "approvals"
    verbose_name = _("Approvals")

    def ready(self) -> None:
        """Enter how chains and steps look."""
        from hotline.approvals.models import ChainStatus  # noqa: PLC0415 (models stand only now)
        from hotline.core.templatetags.pieces import Look, enter_looks  # noqa: PLC0415

        enter_looks(
            "chain",
            {
                ChainStatus.OPEN: Look(ChainStatus.OPEN.label, "amber", "clock"),
                ChainStatus.APPROVED: Look(ChainStatus.APPROVED.label, "green", "circle-check"),
                ChainStatus.REFUSED: Look(ChainStatus.REFUSED.label, "red", "circle-x"),
                ChainStatus.WITHDRAWN: Look(ChainStatus.WITHDRAWN.label, "neutral", "arrow-back-up"),
            },
        )
