"""The place where an area above gives the frozen facts of a month, so that a what-if can be reckoned.

The area enters its provider when it becomes ready: `facts.enter(provider)`. Called with centre, first of the month and
reader it answers with everybody's name and frozen facts, as far as the reader may see them; none where none are frozen.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from hotline.rulebook.assessment.facts import Facts

Provider = Callable[[int, date, Any], Iterable[tuple[str, Facts]]]

_providers: list[Provider] = []


def enter(provider: Provider) -> None:
    """Let this provider be asked; entering it twice changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def leave(provider: Provider) -> None:
    """Ask it no more."""
    if provider in _providers:
        _providers.remove(provider)


def of_month(centre_id: int, month: date, reader: Any) -> list[tuple[str, Facts]]:
    """Everybody's name and facts of that month, from whoever has them."""
    return [row for provider in _providers for row in provider(centre_id, month, reader)]
