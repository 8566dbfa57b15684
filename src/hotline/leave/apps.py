"""Leave as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LeaveConfig(AppConfig):
    """Leave of every kind, balances, certificates, swaps of shifts."""

    name = "hotline.leave"
    label = "leave"
    verbose_name = _("Leave and swaps")

    def ready(self) -> None:
        """Enter how requests and swaps look."""
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415 (models stand only now)
        from hotline.leave.views.looks import LOOKS  # noqa: PLC0415

        for kind, looks in LOOKS.items():
            enter_looks(kind, looks)
