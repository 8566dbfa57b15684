"""Departments as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DepartmentsConfig(AppConfig):
    """Agreements with departments, objections to dispatches, delivery, and the monthly report (A2.21)."""

    name = "hotline.departments"
    label = "departments"
    verbose_name = _("Departments")

    def ready(self) -> None:
        """Say how the states look, and show agreement, objection and delivery beside the case."""
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.core.templatetags.pieces import enter_looks  # noqa: PLC0415
        from hotline.departments.logic import texts  # noqa: PLC0415
        from hotline.departments.views.looks import LOOKS  # noqa: PLC0415
        from hotline.messages.logic import occasions  # noqa: PLC0415

        slots.fill(slots.Place.CASE, "departments:of_case")
        slots.fill(slots.Place.DEPARTMENT_CASE, "departments:of_case")
        occasions.enter(texts.DISPATCH, texts.MONTH)
        for kind, looks in LOOKS.items():
            enter_looks(kind, looks)
