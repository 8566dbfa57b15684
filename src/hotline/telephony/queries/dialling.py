"""Numbers that must not be called: asked of the areas above, which enter what they know."""

from collections.abc import Callable
from datetime import datetime

from hotline.kernel.rules import Refusal
from hotline.people.models import Person

Check = Callable[[Person, str, datetime], Refusal | None]
_checks: list[Check] = []


def fill(check: Check) -> None:
    """Let an area say why a person may not call a number (E.164) now; entering it twice changes nothing."""
    if check not in _checks:
        _checks.append(check)


def refusal(person: Person, number: str, at: datetime) -> Refusal | None:
    """Why a person may not call this number now, or None."""
    return next((found for check in _checks if (found := check(person, number, at)) is not None), None)
