"""The configuration as a Django application: only its commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Commands that need to see everything."""

    name = "hotline.config"
    label = "config"

    def ready(self) -> None:
        """Show what customers are owed below tomorrow's plan (A2.20), and leave beside one's shifts."""
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)

        slots.fill(slots.Place.TOMORROW, "promises:on_tomorrow")
        slots.fill(slots.Place.MY_SHIFTS, "leave:beside")
