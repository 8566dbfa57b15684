"""The place where an area above gives the frozen facts of a month, so that a what-if can be reckoned.

The area enters its provider when it becomes ready: `facts.enter(provider)`. Called with centre, first of the month,
reader and the values of the what-if it answers, as far as the reader may see them, with everybody's name, the frozen
facts, and the facts as these values would have made them; none where none are frozen.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from hotline.rulebook.assessment.facts import Facts
from hotline.rulebook.parameters.values import Values

Known = tuple[str, Facts, Facts]
Provider = Callable[[int, date, Any, Values], Iterable[Known]]

_providers: list[Provider] = []


def enter(provider: Provider) -> None:
    """Let this provider be asked; entering it twice changes nothing."""
    if provider not in _providers:
        _providers.append(provider)


def leave(provider: Provider) -> None:
    """Ask it no more."""
    if provider in _providers:
        _providers.remove(provider)


def of_month(centre_id: int, month: date, reader: Any, then: Values) -> list[Known]:
    """Everybody's name and facts of that month, frozen and as they would be, from whoever has them."""
    return [row for provider in _providers for row in provider(centre_id, month, reader, then)]
