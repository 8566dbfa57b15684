"""What a finished roster breaks, found without the model: of all of it, or of one change a planner is about to make."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

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


def of_change(
    problem: Problem, roster: Roster, changes: Mapping[Place, str | None]
) -> tuple[list[Violation], list[Violation]]:
    """What a planner's change breaks or makes worse, and what it mends or makes better.

    Told at once: it looks at the people and days that the change touches, and at no others.
    """
    before, after = _around(problem, roster, changes)
    worse = [one for at, one in after.items() if at not in before or before[at].cost < one.cost]
    better = [one for at, one in before.items() if at not in after or after[at].cost < one.cost]
    return worse, better


def cost_of_change(problem: Problem, roster: Roster, changes: Mapping[Place, str | None]) -> int:
    """What a change adds to the cost of the roster, or takes from it."""
    before, after = _around(problem, roster, changes)
    return sum(one.cost for one in after.values()) - sum(one.cost for one in before.values())


_Told: TypeAlias = dict[tuple[object, ...], Violation]


def _around(problem: Problem, roster: Roster, changes: Mapping[Place, str | None]) -> tuple[_Told, _Told]:
    people = list(dict.fromkeys(person for person, _day in changes))
    days = sorted({day for _person, day in changes})
    return _told(_of(problem, roster, people, days)), _told(_of(problem, changed(roster, changes), people, days))


def _told(found: Iterable[Violation]) -> _Told:
    """Violations by what they are about; two about the same, as of two equal wishes, are one that costs both."""
    told: _Told = {}
    for one in found:
        subject = _subject(one)
        told[subject] = replace(told[subject], cost=told[subject].cost + one.cost) if subject in told else one
    return told


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
