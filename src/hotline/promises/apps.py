"""Promises as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromisesConfig(AppConfig):
    """Debts to customers and difficult-issue forms."""

    name = "hotline.promises"
    label = "promises"
    verbose_name = _("Promises")

    def ready(self) -> None:
        """Say how promises look, and show them beside cases and customers, at the idle desk and on the board."""
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415
        from hotline.promises.views import looks  # noqa: PLC0415

        enter_looks("promise", looks.PROMISE_LOOKS)
        enter_looks("promise_kind", looks.KIND_LOOKS)
        enter_looks("question", looks.QUESTION_LOOKS)
        slots.fill(slots.Place.CASE, "promises:of_case")
        slots.fill(slots.Place.DESK, "promises:of_case")
        slots.fill(slots.Place.CUSTOMER, "promises:of_customer")
        slots.fill(slots.Place.DESK_IDLE, "promises:idle")
        slots.fill(slots.Place.BOARD, "promises:on_board")
