"""The configuration as a Django application: only its commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Commands that need to see everything."""

    name = "hotline.config"
    label = "config"

    def ready(self) -> None:
        """Show what customers are owed below tomorrow's plan (A2.20), and leave beside one's shifts.

        Let callers find the person who took their open report (D2.6), and menus know holidays: telephony stands below.
        """
        from hotline.core import slots  # noqa: PLC0415 (models must be loaded first)
        from hotline.handover.queries.owed import first_owner_on_duty  # noqa: PLC0415
        from hotline.rosters.queries.duty import announced_days  # noqa: PLC0415
        from hotline.telephony.queries import days, owners  # noqa: PLC0415

        slots.fill(slots.Place.TOMORROW, "promises:on_tomorrow")
        slots.fill(slots.Place.MY_SHIFTS, "leave:beside")
        owners.fill(first_owner_on_duty)
        days.fill(announced_days)
