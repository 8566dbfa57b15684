"""Months as their first days."""

from datetime import date, timedelta


def month_of(day: date) -> date:
    """The month of a day."""
    return day.replace(day=1)


def after(month: date) -> date:
    """The month after."""
    return (month + timedelta(days=32)).replace(day=1)


def before(month: date) -> date:
    """The month before."""
    return (month - timedelta(days=1)).replace(day=1)


def back(month: date, many: int) -> list[date]:
    """So many months up to this one, the oldest first."""
    found = [month]
    while len(found) < many:
        found.insert(0, before(found[0]))
    return found
