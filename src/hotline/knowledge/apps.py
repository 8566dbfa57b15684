"""Knowledge as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class KnowledgeConfig(AppConfig):
    """What the centre knows: articles, their versions, their search, and what was asked in vain."""

    name = "hotline.knowledge"
    label = "knowledge"
    verbose_name = _("Knowledge")

    def ready(self) -> None:
        """Say how states look, and stand beside the case in hand with a search box and its category's articles."""
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415
        from hotline.knowledge.views.showing import ASK_LOOKS, VERSION_LOOKS  # noqa: PLC0415

        enter_looks("knowledge", VERSION_LOOKS)
        enter_looks("asking", ASK_LOOKS)
        slots.fill(slots.Place.DESK, "knowledge:of_case")
        slots.fill(slots.Place.DESK_IDLE, "knowledge:idle")
        slots.fill(slots.Place.CATEGORY, "knowledge:of_category")
