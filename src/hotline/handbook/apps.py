"""The handbook as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandbookConfig(AppConfig):
    """Versions of the handbook and their values, from the proposal to the acknowledgement (D0.1, D0.2)."""

    name = "hotline.handbook"
    label = "handbook"
    verbose_name = _("Handbook")

    def ready(self) -> None:
        """Enter how versions look."""
        from hotline.core.templatetags.pieces import Look, enter_looks  # noqa: PLC0415 (models stand only now)
        from hotline.handbook.models import CheckStatus as C  # noqa: PLC0415
        from hotline.handbook.models import EditionStatus as S  # noqa: PLC0415

        tones = {
            S.DRAFT: ("neutral", "pencil"),
            S.CONSULTING: ("amber", "users"),
            S.CONSULTED: ("blue", "clipboard-check"),
            S.DECIDING: ("amber", "gavel"),
            S.APPROVED: ("blue", "circle-check"),
            S.PUBLISHED: ("green", "book-2"),
            S.SUPERSEDED: ("neutral", "archive"),
            S.REFUSED: ("red", "circle-x"),
            S.WITHDRAWN: ("neutral", "arrow-back-up"),
        }
        enter_looks("edition", {status: Look(status.label, tone, icon) for status, (tone, icon) in tones.items()})
        checks = {
            C.PLANNED: ("blue", "calendar-time"),
            C.KEPT: ("green", "circle-check"),
            C.BROKEN: ("red", "alert-triangle"),
            C.CORRECTED: ("amber", "clipboard-check"),
            C.VERIFIED: ("green", "circle-check"),
        }
        enter_looks("check", {status: Look(status.label, tone, icon) for status, (tone, icon) in checks.items()})
