"""Outbound calls as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboundConfig(AppConfig):
    """Campaigns of calls that the centre makes."""

    name = "hotline.outbound"
    label = "outbound"
    verbose_name = _("Campaigns")

    def ready(self) -> None:
        """Say how campaigns look, whom nobody calls, and which calls are theirs."""
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415
        from hotline.outbound.queries import barred, work  # noqa: PLC0415
        from hotline.outbound.views import looks  # noqa: PLC0415
        from hotline.telephony.queries import dialling, purposes  # noqa: PLC0415

        enter_looks("campaign", looks.CAMPAIGN_LOOKS)
        enter_looks("call_standing", looks.STANDING_LOOKS)
        enter_looks("call_line", looks.LINE_LOOKS)
        dialling.fill(barred.refusal)
        purposes.fill(work.is_of_campaign)
        slots.fill(slots.Place.CALL, "outbound:on_call")
