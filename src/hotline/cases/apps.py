"""Cases as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Matters from intake to closing: events, custody, stages, standards, places, tasks, files."""

    name = "hotline.cases"
    label = "cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        """Say how the states of a case look, and show a customer's cases on his page."""
        from hotline.cases.queries.for_knowledge import Standard  # noqa: PLC0415
        from hotline.cases.views.looks import CASE_LOOKS  # noqa: PLC0415 (models must be loaded first)
        from hotline.core import slots  # noqa: PLC0415
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415
        from hotline.knowledge import sources  # noqa: PLC0415

        slots.fill(slots.Place.CALL, "cases:on_call")
        slots.fill(slots.Place.CUSTOMER, "cases:of_customer")
        slots.fill(slots.Place.CASE_HEAD, "cases:goes_on")
        slots.fill(slots.Place.CASE, "cases:reporters")
        slots.fill(slots.Place.CASE, "cases:calls_of")
        slots.fill(slots.Place.CASE, "cases:similar_to")
        slots.fill(slots.Place.CASE, "cases:incident_of")
        slots.fill(slots.Place.BOARD, "cases:incident_hint")
        enter_looks("case", CASE_LOOKS)
        sources.enter("standard", Standard())
