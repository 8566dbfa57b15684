"""Listening to calls and the monthly review of each agent (A7.8, A7.9), by the centre's numbers."""

from collections.abc import Callable
from datetime import date, timedelta

from hotline.kernel.rules import rule
from hotline.rulebook.leave import months_after

FIRST_DAY = date(2020, 1, 1)
ONE_DAY = timedelta(days=1)


@rule("A7.9", since=FIRST_DAY)
def still_to_hear(weekly: int, answered: int, heard: int) -> int:
    """A7.9: how many calls of somebody are still to be listened to in a week: never more than he has answered."""
    return max(0, min(weekly, answered) - heard)


@rule("A7.8", since=FIRST_DAY)
def review_due(month: date, days: int, works: Callable[[date], bool]) -> date:
    """A7.8: the last day for the review of a month: so many working days into the next, its last one at the latest.

    `month` is its first day; `works` says whether a day is a working day of the calendar.
    """
    first, last = months_after(month, 1), months_after(month, 2) - ONE_DAY
    working = [day for day in (first + number * ONE_DAY for number in range(last.day)) if works(day)]
    return working[:days][-1] if working else last
