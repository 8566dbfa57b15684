"""Telephony as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TelephonyConfig(AppConfig):
    """Calls, queues, people at telephones, recordings."""

    name = "hotline.telephony"
    label = "telephony"
    verbose_name = _("Telephony")

    def ready(self) -> None:
        """Say how states and ends look."""
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415 (models must be loaded first)
        from hotline.telephony.views import looks  # noqa: PLC0415

        enter_looks("phone_state", looks.STATE_LOOKS)
        enter_looks("call_end", looks.END_LOOKS)
        enter_looks("offer_end", looks.OFFER_LOOKS)
        enter_looks("recording", looks.RECORDING_LOOKS)
        enter_looks("line_check", looks.CHECK_LOOKS)
        enter_looks("menu_version", looks.MENU_LOOKS)
