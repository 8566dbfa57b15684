"""Texts as a Django application; its label is not `messages`, because Django has an application of that name."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MessagesConfig(AppConfig):
    """Texts that leave the house by SMS or mail."""

    name = "hotline.messages"
    label = "texts"
    verbose_name = _("Messages sent")

    def ready(self) -> None:
        """Say how the states of a text look."""
        from hotline.core.templatetags.pieces import Look, enter_looks  # noqa: PLC0415 (models stand only now)
        from hotline.messages.models import STATUS_LABELS, Status  # noqa: PLC0415

        looks = {
            Status.QUEUED: ("blue", "clock"),
            Status.SENDING: ("blue", "send"),
            Status.SENT: ("green", "check"),
            Status.FAILED: ("red", "alert-triangle"),
            Status.UNCLEAR: ("amber", "help-circle"),
            Status.SKIPPED: ("neutral", "ban"),
            Status.CANCELLED: ("neutral", "x"),
        }
        enter_looks("message", {key: Look(STATUS_LABELS[key], tone, icon) for key, (tone, icon) in looks.items()})
