"""What a rule of the roster is, and how it tells what a roster breaks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from hotline.rosters.logic.problem import Person, PersonKey, Problem, Roster, Row

if TYPE_CHECKING:
    from hotline.rosters.logic.model import RosterModel


@dataclass(frozen=True, slots=True)
class Violation:
    """What a roster breaks: a hard one may not be, a soft one costs.

    `message` is an English msgid with %(name)s places that `params` fill. `person` is None where a day is concerned.
    """

    rule: str
    clause: str
    message: str
    person: PersonKey | None = None
    days: tuple[int, ...] = ()
    params: Mapping[str, object] = field(default_factory=dict)
    hard: bool = True
    cost: int = 0

    def text(self) -> str:
        """The message in English, for logs and commands."""
        return self.message % self.params


ConstrainPerson: TypeAlias = Callable[["RosterModel", Problem, Person], None]
CheckPerson: TypeAlias = Callable[[Problem, Person, Row], Iterator[Violation]]
ConstrainDay: TypeAlias = Callable[["RosterModel", Problem, int], None]
CheckDay: TypeAlias = Callable[[Problem, int, Roster], Iterator[Violation]]


@dataclass(frozen=True, slots=True)
class PersonRule:
    """A rule over the days of one person. `name` is an English msgid that says the rule."""

    key: str
    clause: str
    name: str
    constrain: ConstrainPerson
    check: CheckPerson


@dataclass(frozen=True, slots=True)
class DayRule:
    """A rule over everybody on one day."""

    key: str
    clause: str
    name: str
    constrain: ConstrainDay
    check: CheckDay


Rule: TypeAlias = PersonRule | DayRule
