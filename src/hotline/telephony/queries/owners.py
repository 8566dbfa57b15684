"""Whom a caller knows: asked of the areas above, which enter how they find it (D2.6)."""

from collections.abc import Callable
from datetime import datetime

from hotline.customers.models import Customer
from hotline.customers.queries import same_number
from hotline.people.models import Person

Finder = Callable[[Customer, datetime], Person | None]
_finders: list[Finder] = []


def fill(finder: Finder) -> None:
    """Let an area say who owns an open matter of a customer; entering it twice changes nothing."""
    if finder not in _finders:
        _finders.append(finder)


def first_owner(centre_id: int, number: str, at: datetime) -> int | None:
    """The person who took the open report of whoever calls from this number, or None."""
    for customer in same_number(centre_id, number) if number.startswith("+") else ():
        for finder in _finders:
            owner = finder(customer, at)
            if owner is not None and owner.is_active and owner.centre_id == centre_id:
                return owner.pk
    return None
