"""Whom a caller knows: asked of the areas above, which enter how they find it (D2.6)."""

from collections.abc import Callable
from datetime import datetime

from hotline.core.asking import Line
from hotline.customers.models import Customer
from hotline.customers.queries import IS_KNOWN, same_number
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


async def is_known(line: Line, centre_id: int, number: str, *, patience: float) -> bool:
    """Whether `first_owner` may find somebody: of a stranger nothing more is asked. One statement; raises `Away`."""
    if not number.startswith("+"):
        return False
    found = await line.ask(IS_KNOWN, {"number": number, "centre": centre_id}, patience=patience)
    return found is not None and bool(found[0])
