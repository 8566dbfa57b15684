"""People as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    """Persons, units and sign-in."""

    name = "hotline.people"
    label = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        """Tie sessions to seats, tell the live stream which sessions live, enter the looks of presence."""
        from hotline.core import stream  # noqa: PLC0415 (models stand only now)
        from hotline.core.templatetags.pieces import Look, enter_looks  # noqa: PLC0415
        from hotline.people import signin  # noqa: PLC0415
        from hotline.people.models import PresenceState  # noqa: PLC0415

        signin.wire()
        stream.session_lives = signin.session_lives
        looks = {
            PresenceState.READY.value: Look(PresenceState.READY.label, "green", "headset"),
            PresenceState.BUSY.value: Look(PresenceState.BUSY.label, "amber", "player-pause"),
            PresenceState.AWAY.value: Look(PresenceState.AWAY.label, "neutral", "lock"),
        }
        enter_looks("presence", {**looks, "": Look(_("Away from the seat"), "neutral", "user-off")})
