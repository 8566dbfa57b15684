"""When a campaign may call: its own hours within the bounds that hold for all, no holidays. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hotline.kernel.words import gettext_noop as _
from hotline.kernel.workclock import ZONE, DayKind
from hotline.outbound.logic.terms import OutboundTerms

DAY = timedelta(days=1)
LOOK_AHEAD = 60  # days in which a next opening is looked for


class Closed(StrEnum):
    """Why nobody may be called now."""

    NOT_YET = "not_yet"
    OVER = "over"
    HOLIDAY = "holiday"
    REST_DAY = "rest_day"
    HOURS = "hours"


CLOSED_NOTES = {
    Closed.NOT_YET: _("The campaign begins on {first}."),
    Closed.OVER: _("The campaign's last day was {last}."),
    Closed.HOLIDAY: _("Nobody is called on a public holiday."),
    Closed.REST_DAY: _("This campaign does not call on days of rest."),
    Closed.HOURS: _("Calls are made from {opens} to {closes} only."),
}


@dataclass(frozen=True, slots=True)
class Window:
    """The hours of a campaign: from `opens` until, not including, `closes`; on days from `first` to `last`."""

    opens: time
    closes: time
    first: date
    last: date | None = None
    on_rest_days: bool = False

    def within(self, terms: OutboundTerms) -> tuple[time, time]:
        """The hours that are left of it inside the bounds."""
        return max(self.opens, terms.earliest), min(self.closes, terms.latest)


def closed(window: Window, terms: OutboundTerms, kind: DayKind, at: datetime) -> Closed | None:
    """Why nobody may be called at that moment of a day of that kind; None when it is allowed."""
    now = at.astimezone(ZONE)
    if now.date() < window.first:
        return Closed.NOT_YET
    if window.last is not None and now.date() > window.last:
        return Closed.OVER
    if kind is DayKind.HOLIDAY:
        return Closed.HOLIDAY
    if kind is DayKind.OFF and not window.on_rest_days:
        return Closed.REST_DAY
    opens, closes = window.within(terms)
    return None if opens <= now.time() < closes else Closed.HOURS


def next_opening(
    window: Window, terms: OutboundTerms, kind_on: Callable[[date], DayKind], at: datetime
) -> datetime | None:
    """The first moment from `at` on at which somebody may be called; None when there is none in the time to come."""
    opens, closes = window.within(terms)
    if opens >= closes:
        return None
    now = at.astimezone(ZONE)
    day = max(now.date(), window.first)
    for _step in range(LOOK_AHEAD):
        begins = datetime.combine(day, opens, tzinfo=ZONE)
        moment = max(now, begins)
        if moment.date() == day and closed(window, terms, kind_on(day), moment) is None:
            return moment
        day += DAY
        if window.last is not None and day > window.last:
            return None
    return None
