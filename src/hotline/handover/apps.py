"""Hand-overs as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    """End-of-shift records, transfer with acceptance, first-asked responsibility."""

    name = "hotline.handover"
    label = "handover"
    verbose_name = _("Hand-over")

    def ready(self) -> None:
        """Stand at the gate of the seats, show fragments on low pages, enter how standings look."""
        from hotline.core import leaving, slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415
        from hotline.handover.views.looks import ITEM_LOOKS, RECORD_LOOKS  # noqa: PLC0415
        from hotline.handover.views.mine import before_leaving  # noqa: PLC0415

        leaving.ask_before_leaving(before_leaving)
        slots.fill(slots.Place.CASE, "handover:of_case")
        slots.fill(slots.Place.DESK, "handover:of_case")
        slots.fill(slots.Place.CUSTOMER, "handover:of_customer")
        slots.fill(slots.Place.DESK_IDLE, "handover:idle")
        slots.fill(slots.Place.BOARD, "handover:of_board")
        enter_looks("handover", RECORD_LOOKS)
        enter_looks("handover_item", ITEM_LOOKS)
