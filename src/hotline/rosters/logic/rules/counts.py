"""Counts over the plan: shifts of a kind, weekends, and each person's fair share of what nobody likes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from hotline.kernel.words import gettext_noop
from hotline.rosters.logic.problem import Person, PersonKey, Problem, Row
from hotline.rosters.logic.rules.base import PersonRule, Violation

if TYPE_CHECKING:
    from hotline.rosters.logic.model import RosterModel

# The first above the share costs the weight, the second twice, each further one three times.
STEPS = 3


def constrain_most_of_kind(model: "RosterModel", problem: Problem, person: Person) -> None:
    """At most so many shifts of a kind."""
    for kind, most in person.most_of_kind.items():
        if most < problem.days:
            model.require(model.total((model.has(person.key, day, kind), 1) for day in range(problem.days)) <= most)


def check_most_of_kind(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """No kind of shift was given more often than it may be."""
    for kind, most in person.most_of_kind.items():
        days = tuple(day for day, given in enumerate(row) if given == kind)
        if len(days) > most:
            yield Violation(
                MOST_OF_KIND.key,
                MOST_OF_KIND.clause,
                gettext_noop("%(count)s times %(shift)s; at most %(most)s are allowed."),
                person.key,
                days,
                {"count": len(days), "most": most, "shift": problem.kind[kind].label},
            )


def constrain_weekends(model: "RosterModel", problem: Problem, person: Person) -> None:
    """At most so many weekends with a shift."""
    if person.most_weekends is not None and person.most_weekends < len(problem.weekends):
        worked = model.total((model.weekend(person.key, days), 1) for days in problem.weekends)
        model.require(worked <= person.most_weekends)


def check_weekends(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Not more weekends with a shift than there may be."""
    worked = _weekends_worked(problem, row)
    if person.most_weekends is not None and len(worked) > person.most_weekends:
        yield Violation(
            WEEKENDS.key,
            WEEKENDS.clause,
            gettext_noop("Shifts on %(count)s weekends; at most %(most)s are allowed."),
            person.key,
            tuple(day for days in worked for day in days),
            {"count": len(worked), "most": person.most_weekends},
        )


def _weekends_worked(problem: Problem, row: Row) -> list[tuple[int, ...]]:
    return [days for days in problem.weekends if any(row[day] is not None for day in days)]


def constrain_fair_lates(model: "RosterModel", problem: Problem, person: Person) -> None:
    """Late shifts above the fair share cost, each further one more."""
    if person.fair_lates is None or not problem.late_weight:
        return
    lates = [kind.key for kind in problem.kinds if kind.is_late]
    given = model.total((model.has(person.key, day, kind), 1) for day in range(problem.days) for kind in lates)
    for step in range(STEPS):
        share = person.fair_lates + step
        if share < problem.days:
            model.cost(model.above(given - share, problem.days - share), problem.late_weight)


def check_fair_lates(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Whether somebody has more late shifts than his share."""
    days = tuple(day for day, given in enumerate(row) if given in problem.kind and problem.kind[given].is_late)
    if person.fair_lates is not None and len(days) > person.fair_lates and problem.late_weight:
        yield Violation(
            FAIR_LATES.key,
            FAIR_LATES.clause,
            gettext_noop("%(count)s late shifts; a fair share is %(share)s."),
            person.key,
            days,
            {"count": len(days), "share": person.fair_lates},
            hard=False,
            cost=problem.late_weight * _steps(len(days) - person.fair_lates),
        )


def constrain_fair_weekends(model: "RosterModel", problem: Problem, person: Person) -> None:
    """Weekends above the fair share cost, each further one more."""
    if person.fair_weekends is None or not problem.weekend_weight:
        return
    worked = model.total((model.weekend(person.key, days), 1) for days in problem.weekends)
    for step in range(STEPS):
        share = person.fair_weekends + step
        if share < len(problem.weekends):
            model.cost(model.above(worked - share, len(problem.weekends) - share), problem.weekend_weight)


def check_fair_weekends(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Whether somebody works more weekends than his share."""
    worked = _weekends_worked(problem, row)
    if person.fair_weekends is not None and len(worked) > person.fair_weekends and problem.weekend_weight:
        yield Violation(
            FAIR_WEEKENDS.key,
            FAIR_WEEKENDS.clause,
            gettext_noop("Shifts on %(count)s weekends; a fair share is %(share)s."),
            person.key,
            tuple(day for days in worked for day in days),
            {"count": len(worked), "share": person.fair_weekends},
            hard=False,
            cost=problem.weekend_weight * _steps(len(worked) - person.fair_weekends),
        )


def _steps(beyond: int) -> int:
    """What so many above a share cost, in weights: 1, 3, 6, and three for each further one."""
    return sum(max(0, beyond - step) for step in range(STEPS))


def shares(before: Mapping[PersonKey, int], to_give: int, most: Mapping[PersonKey, int]) -> dict[PersonKey, int]:
    """What each should take of `to_give` so that, with what he had before, all come as near to each other as can be.

    `most` says how many each can take at all; days of leave make it less. Nobody's share makes up for absence: give
    `before` as what he had for the time that he was there.
    """
    given = dict.fromkeys(before, 0)
    open_to: Sequence[PersonKey] = [person for person in before if most.get(person, 0) > 0]
    for _ in range(to_give):
        open_to = [person for person in open_to if given[person] < most[person]]
        if not open_to:
            break
        least = min(open_to, key=lambda person: (before[person] + given[person], str(person)))
        given[least] += 1
    return given


MOST_OF_KIND = PersonRule(
    "kind.most", "B2.2", gettext_noop("Most shifts of a kind"), constrain_most_of_kind, check_most_of_kind
)
WEEKENDS = PersonRule(
    "weekends.most", "B2.2", gettext_noop("Most weekends with a shift"), constrain_weekends, check_weekends
)
FAIR_LATES = PersonRule(
    "fair.lates", "B2.2", gettext_noop("A fair share of late shifts"), constrain_fair_lates, check_fair_lates
)
FAIR_WEEKENDS = PersonRule(
    "fair.weekends", "B2.2", gettext_noop("A fair share of weekends"), constrain_fair_weekends, check_fair_weekends
)
