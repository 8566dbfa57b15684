"""What a finished roster breaks, found without the model: of all of it, or of one change a planner is about to make."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from hotline.rosters.logic.problem import PersonKey, Place, Problem, Roster, row_of
from hotline.rosters.logic.rules.base import Violation
from hotline.rosters.logic.rules.book import DAY_RULES, PERSON_RULES


def of_person(problem: Problem, roster: Roster, person: PersonKey) -> Iterator[Violation]:
    """What the roster of one person breaks."""
    row = row_of(problem, roster, person)
    for rule in PERSON_RULES:
        yield from rule.check(problem, problem.person[person], row)


def of_day(problem: Problem, roster: Roster, day: int) -> Iterator[Violation]:
    """What the roster of one day breaks."""
    for rule in DAY_RULES:
        yield from rule.check(problem, day, roster)


def violations(problem: Problem, roster: Roster) -> list[Violation]:
    """Everything that the roster breaks, hard and soft; people first, in the order of the rules, then days."""
    return list(_of(problem, roster, problem.person, range(problem.days)))


def cost(problem: Problem, roster: Roster) -> int:
    """What the roster costs: the sum over its soft violations."""
    return sum(violation.cost for violation in violations(problem, roster))


def is_lawful(problem: Problem, roster: Roster) -> bool:
    """Whether the roster breaks nothing hard."""
    return not any(violation.hard for violation in _of(problem, roster, problem.person, range(problem.days)))


def changed(roster: Roster, changes: Mapping[Place, str | None]) -> dict[Place, str]:
    """The roster after some places are given otherwise; None is a day off."""
    after = {place: given for place, given in roster.items() if place not in changes}
    return after | {place: given for place, given in changes.items() if given is not None}


@dataclass(frozen=True, slots=True)
class Change:
    """What a change would do: what it breaks or makes worse, what it mends or makes better, and the cost it adds."""

    worse: tuple[Violation, ...]
    better: tuple[Violation, ...]
    cost: int

    @property
    def is_lawful(self) -> bool:
        """Whether the change itself breaks nothing hard."""
        return not any(violation.hard for violation in self.worse)


def of_change(problem: Problem, roster: Roster, changes: Mapping[Place, str | None]) -> Change:
    """What a planner's change would do, told at once: it looks at the people and days that it touches alone."""
    people = list(dict.fromkeys(person for person, _day in changes))
    days = sorted({day for _person, day in changes})
    before = {_subject(one): one for one in _of(problem, roster, people, days)}
    after = {_subject(one): one for one in _of(problem, changed(roster, changes), people, days)}
    return Change(
        tuple(one for at, one in after.items() if at not in before or before[at].cost < one.cost),
        tuple(one for at, one in before.items() if at not in after or after[at].cost < one.cost),
        sum(one.cost for one in after.values()) - sum(one.cost for one in before.values()),
    )


def _subject(one: Violation) -> tuple[object, ...]:
    """What a violation is about: a hard one with other figures is another, a soft one the same of another cost."""
    if one.hard:
        return one.rule, one.person, one.days, one.message, *sorted(one.params.items(), key=str)
    days = one.days if len(one.days) == 1 else ()
    return one.rule, one.person, days, one.params.get("when"), one.params.get("shift")


def _of(problem: Problem, roster: Roster, people: Iterable[PersonKey], days: Iterable[int]) -> Iterator[Violation]:
    for person in people:
        yield from of_person(problem, roster, person)
    for day in days:
        yield from of_day(problem, roster, day)


def hard_count(found: Iterable[Violation]) -> Counter[str]:
    """How many hard violations there are of each rule."""
    return Counter(violation.rule for violation in found if violation.hard)
