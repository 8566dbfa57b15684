"""What the pages of rosters share: their tabs, the letters of a week."""

from django.urls import reverse
from django.utils.translation import gettext, pgettext

from hotline.core.access import may
from hotline.core.templatetags.pieces import Tab
from hotline.people.models import Person


def tabs_of(person: Person, active: str) -> list[Tab]:
    """The pages of rosters that this person may open."""
    known = {
        "today": (gettext("Today"), "rosters.view_today"),
        "mine": (gettext("My shifts"), "rosters.view_month"),
        "month": (gettext("Month"), "rosters.view_month"),
        "plans": (gettext("Planning of months"), "rosters.plan"),
        "patterns": (gettext("Patterns"), "rosters.plan"),
        "bookings": (gettext("Bookings"), "rosters.view_today"),
        "shifts": (gettext("Shifts"), "rosters.view_today"),
        "calendar": (gettext("Calendar"), "rosters.view_today"),
    }
    return [
        Tab(label, reverse(f"rosters:{name}"), active=name == active)
        for name, (label, permission) in known.items()
        if may(person, permission)
    ]


def week_letters() -> list[str]:
    """The days of the week, Monday first, as short as a narrow column needs them."""
    return [
        pgettext("weekday", "Mo"),
        pgettext("weekday", "Tu"),
        pgettext("weekday", "We"),
        pgettext("weekday", "Th"),
        pgettext("weekday", "Fr"),
        pgettext("weekday", "Sa"),
        pgettext("weekday", "Su"),
    ]
