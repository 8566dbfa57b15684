"""How a parameter is declared: its key, what it may be, its clause and readings, and its values by two dates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from hotline.kernel.rules import Dated
from hotline.kernel.words import Words
from hotline.rulebook.parameters.grids import Grid
from hotline.rulebook.parameters.kinds import Kind as Simple
from hotline.rulebook.parameters.kinds import Table

FIRST_DAY = date(2020, 1, 1)
UNSAID = Words("", "")
T = TypeVar("T")
Kind = Simple | Grid


class Unit(StrEnum):
    """What a number counts."""

    YUAN = "yuan"
    POINTS = "points"
    PERCENT = "percent"
    SECONDS = "seconds"
    HOURS = "hours"
    DAYS = "days"
    MINUTES = "minutes"
    MONTHS = "months"
    TIMES = "times"
    CASES = "cases"
    CALLS = "calls"
    PEOPLE = "people"
    NONE = ""


UNITS: dict[Unit, Words] = {
    Unit.YUAN: Words("元", "yuan"),
    Unit.POINTS: Words("分", "points"),
    Unit.PERCENT: Words("%", "%"),
    Unit.SECONDS: Words("秒", "s"),
    Unit.HOURS: Words("小时", "h"),
    Unit.DAYS: Words("天", "days"),
    Unit.MINUTES: Words("分钟", "min"),
    Unit.MONTHS: Words("个月", "months"),
    Unit.TIMES: Words("次", "times"),
    Unit.CASES: Words("件", "cases"),
    Unit.CALLS: Words("个", "calls"),
    Unit.PEOPLE: Words("人", "people"),
    Unit.NONE: Words("", ""),
}


@dataclass(frozen=True, slots=True)
class Shipped:
    """A value that comes with the program.

    `needs_act` marks one that the printed text announces for a day: a centre has it only by an act of its own
    (reading 26), while a calculation without any centre takes the text at its word.
    """

    effective_from: date
    decided_on: date
    raw: object
    needs_act: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing that the handbook leaves to be set, or that can be read in more than one way."""

    key: str
    name: Words
    kind: Kind
    unit: Unit
    clause: str
    values: tuple[Shipped, ...]
    readings: tuple[int, ...] = ()
    why: Words = UNSAID  # the default reading and its reason
    must_decide: bool = False  # a person at the centre decides before going live
    by_release: bool = False  # shown only: the areas take it from the program
    why_not: Words = UNSAID  # why it cannot be set here, and where it changes instead

    def parsed(self, raw: object) -> object:
        """The exact value of what is given; BadValue when it cannot be."""
        return self.kind.parse(raw)

    def shown(self, value: object) -> object:
        """The value as JSON: integers and strings, never a float."""
        return self.kind.show(value)


def declare(  # noqa: PLR0913 a declaration says everything in one place
    key: str,
    zh: str,
    en: str,
    *,
    kind: Kind,
    clause: str,
    value: object,
    unit: Unit = Unit.NONE,
    readings: tuple[int, ...] = (),
    why: Words | None = None,
    must_decide: bool = False,
    later: tuple[Shipped, ...] = (),
) -> Parameter:
    """A parameter whose value in the program applies from the first day of the book."""
    values = (Shipped(FIRST_DAY, FIRST_DAY, value), *later)
    for one in values:
        kind.parse(one.raw)
    return Parameter(key, Words(zh, en), kind, unit, clause, values, readings, why or UNSAID, must_decide)


def of_term(  # noqa: PLR0913 as `declare`
    key: str,
    zh: str,
    en: str,
    *,
    kind: Kind,
    clause: str,
    terms: Dated[T],
    take: Callable[[T], object],
    unit: Unit = Unit.NONE,
    readings: tuple[int, ...] = (),
    why: Words | None = None,
    must_decide: bool = False,
) -> Parameter:
    """A parameter whose values in the program stand in another chapter's terms; a centre may set its own."""
    values = tuple(Shipped(day, day, take(term)) for day, term in terms.items())
    for one in values:
        kind.parse(one.raw)
    return Parameter(key, Words(zh, en), kind, unit, clause, values, readings, why or UNSAID, must_decide)


def mirror(
    key: str,
    zh: str,
    en: str,
    *,
    clause: str,
    terms: Dated[T],
    take: Callable[[T], object],
    why_not: Words,
    readings: tuple[int, ...] = (),
    why: Words | None = None,
    must_decide: bool = False,
) -> Parameter:
    """A parameter that shows a term of another chapter and is not set here; `why_not` says why, and where it is."""
    values = tuple(Shipped(day, day, take(term)) for day, term in terms.items())
    return Parameter(
        key, Words(zh, en), Table(), Unit.NONE, clause, values, readings, why or UNSAID, must_decide,
        by_release=True, why_not=why_not,
    )  # fmt: skip
