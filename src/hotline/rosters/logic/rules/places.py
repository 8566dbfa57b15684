"""Rules over a single place of the roster: one shift a day, whose shift it is, who is away, what is fixed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hotline.kernel.words import gettext_noop
from hotline.rosters.logic.problem import Person, Problem, Row
from hotline.rosters.logic.rules.base import PersonRule, Violation

if TYPE_CHECKING:
    from hotline.rosters.logic.model import RosterModel


def constrain_one_a_day(model: "RosterModel", problem: Problem, person: Person) -> None:
    """A person has one shift on a day, or is off."""
    for day in range(problem.days):
        shifts = [model.has(person.key, day, kind.key) for kind in problem.kinds]
        model.exactly_one([*shifts, model.works(person.key, day).negated()])


def check_one_a_day(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """A finished roster holds one entry a place; here each must be a shift that exists."""
    for day, given in enumerate(row):
        if given is not None and given not in problem.kind:
            yield Violation(
                ONE_A_DAY.key,
                ONE_A_DAY.clause,
                gettext_noop("There is no shift %(shift)s."),
                person.key,
                (day,),
                {"shift": given},
            )


def constrain_offered(model: "RosterModel", problem: Problem, person: Person) -> None:
    """A person gets only shifts of his position and skills, on their days of the week."""
    for day in range(problem.days):
        for kind in problem.kinds:
            if not problem.is_offered(person, kind, day):
                model.forbid(model.has(person.key, day, kind.key))


def check_offered(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Each shift given is one of the person's position and skills, on one of its days of the week."""
    for day, given in enumerate(row):
        if given is None or given not in problem.kind:
            continue
        kind = problem.kind[given]
        fault = None
        if (problem.first.weekday() + day) % 7 not in kind.weekdays:
            fault = gettext_noop("%(shift)s is not worked on this day of the week.")
        elif kind.positions and not kind.positions.intersection(person.positions):
            fault = gettext_noop("%(shift)s is not a shift of this position.")
        elif kind.skills - person.skills:
            fault = gettext_noop("%(shift)s needs a skill that is missing.")
        if fault:
            yield Violation(OFFERED.key, OFFERED.clause, fault, person.key, (day,), {"shift": kind.label})


def constrain_away(model: "RosterModel", problem: Problem, person: Person) -> None:
    """Whoever is away gets no shift, but what was fixed before stays."""
    for day in range(problem.days):
        if (person.key, day) in problem.absences and problem.fixed.get((person.key, day)) is None:
            model.forbid(model.works(person.key, day))
    for whose, day, kind in problem.blocked:
        if whose == person.key and problem.fixed.get((whose, day)) != kind:
            model.forbid(model.has(whose, day, kind))


def check_away(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Nobody who is away has a shift, but one that was fixed before."""
    for day, given in enumerate(row):
        place = (person.key, day)
        if given is None or problem.fixed.get(place) == given:
            continue
        if place in problem.absences or (person.key, day, given) in problem.blocked:
            yield Violation(
                AWAY.key, AWAY.clause, gettext_noop("Away on this day."), person.key, (day,), {"shift": given}
            )


def constrain_fixed(model: "RosterModel", problem: Problem, person: Person) -> None:
    """What is fixed stays."""
    for day in range(problem.days):
        if (person.key, day) not in problem.fixed:
            continue
        given = problem.fixed[person.key, day]
        if given is None:
            model.forbid(model.works(person.key, day))
        else:
            model.demand(model.has(person.key, day, given))


def check_fixed(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Each fixed place is as it was."""
    for (whose, day), wanted in problem.fixed.items():
        if whose == person.key and row[day] != wanted:
            yield Violation(
                FIXED.key,
                FIXED.clause,
                gettext_noop("This place is fixed and may not be changed."),
                person.key,
                (day,),
                {"shift": wanted or ""},
            )


ONE_A_DAY = PersonRule("one.shift.a.day", "D2.1", gettext_noop("One shift a day"), constrain_one_a_day, check_one_a_day)
OFFERED = PersonRule(
    "shift.offered",
    "D2.1",
    gettext_noop("Only shifts of the own position, on their days of the week"),
    constrain_offered,
    check_offered,
)
AWAY = PersonRule("away", "D4.5", gettext_noop("No shift while away"), constrain_away, check_away)
FIXED = PersonRule("fixed", "A7.7", gettext_noop("Fixed places stay"), constrain_fixed, check_fixed)
