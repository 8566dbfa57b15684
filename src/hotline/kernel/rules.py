"""Dated values, rules of the handbook with their editions, and how a rule says no."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Dated(Generic[T]):
    """Values by the day each comes into force; `.on(day)` is the one that applies."""

    def __init__(self, values: Mapping[date, T]) -> None:
        if not values:
            raise ValueError("a dated value needs at least one day")
        self._values = dict(sorted(values.items()))

    @property
    def first_day(self) -> date:
        """The first day on which anything is in force."""
        return next(iter(self._values))

    def on(self, day: date) -> T:
        """The value in force on that day; LookupError before the first one."""
        in_force = [since for since in self._values if since <= day]
        if not in_force:
            raise LookupError(f"nothing in force on {day}")
        return self._values[in_force[-1]]

    def items(self) -> tuple[tuple[date, T], ...]:
        """Every value with the day since which it applies, oldest first."""
        return tuple(self._values.items())


class Rule(Generic[P, R]):
    """A clause of the handbook; its editions are functions, chosen by `.on(day)`."""

    def __init__(self, clause: str, since: date, function: Callable[P, R]) -> None:
        self.clause = clause
        self.name = f"{function.__module__}.{function.__qualname__}"
        self.doc = function.__doc__ or ""
        self.first_day = since
        self._editions: dict[date, Callable[P, R]] = {since: function}

    def on(self, day: date) -> Callable[P, R]:
        """The edition in force on that day; an undated call does not exist."""
        return Dated(self._editions).on(day)

    def edition(self, *, since: date) -> Callable[[Callable[P, R]], None]:
        """Add a later edition; the earlier one stays for its own dates."""

        def enter(function: Callable[P, R]) -> None:
            if since in self._editions:
                raise ValueError(f"two editions of {self.clause} on {since}")
            if since < self.first_day:
                raise ValueError(f"an edition of {self.clause} before its first day {self.first_day}")
            self._editions[since] = function

        return enter


# One clause may need several functions, so the book is kept by the function's full name.
BOOK: dict[str, Rule[..., Any]] = {}


def rule(clause: str, *, since: date) -> Callable[[Callable[P, R]], Rule[P, R]]:
    """Enter a function into the book as the first edition of a clause's rule."""

    def enter(function: Callable[P, R]) -> Rule[P, R]:
        made = Rule(clause, since, function)
        if made.name in BOOK:
            raise ValueError(f"{made.name} stands in the book twice")
        BOOK[made.name] = made
        return made

    return enter


@dataclass(frozen=True, slots=True)
class Refusal:
    """One business no: the clause it rests on and an English msgid with its {placeholders}."""

    clause: str
    note: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.clause}: {self.note.format_map(dict(self.params))}"


class Refused(Exception):
    """Raised by a service when rules say no; the page shows every refusal with its clause."""

    def __init__(self, *refusals: Refusal) -> None:
        if not refusals:
            raise ValueError("a refusal must say what was refused")
        super().__init__(*refusals)
        self.refusals: tuple[Refusal, ...] = refusals

    def __str__(self) -> str:
        return "; ".join(str(refusal) for refusal in self.refusals)


def refuse_if(refusals: Iterable[Refusal]) -> None:
    """Raise Refused when there is anything to refuse."""
    found = tuple(refusals)
    if found:
        raise Refused(*found)
