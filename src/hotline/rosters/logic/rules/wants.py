"""What somebody is to have or would like: a pattern of days on and off, wishes, and the meetings he is booked for."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hotline.kernel.words import gettext_noop
from hotline.rosters.logic.problem import Booking, Person, Problem, Row
from hotline.rosters.logic.rules.base import PersonRule, Violation

if TYPE_CHECKING:
    from hotline.rosters.logic.model import RosterModel


def constrain_pattern(model: "RosterModel", problem: Problem, person: Person) -> None:
    """Days are on and off as the pattern says; who is away or fixed on a day is not asked."""
    pattern = person.pattern
    if pattern is None:
        return
    for day in _days_of_pattern(problem, person):
        works = model.works(person.key, day)
        wanted = works if pattern.is_on(day) else works.negated()
        if pattern.weight is None:
            model.demand(wanted)
        else:
            model.cost(wanted.negated(), pattern.weight)


def _days_of_pattern(problem: Problem, person: Person) -> Iterator[int]:
    for day in range(problem.days):
        place = (person.key, day)
        if place not in problem.absences and place not in problem.fixed:
            yield day


def check_pattern(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Days on which somebody works or rests against his pattern."""
    pattern = person.pattern
    if pattern is None:
        return
    for day in _days_of_pattern(problem, person):
        if (row[day] is not None) != pattern.is_on(day):
            yield Violation(
                PATTERN.key,
                PATTERN.clause,
                gettext_noop("The pattern has a day off here.")
                if row[day] is not None
                else gettext_noop("The pattern has a shift here."),
                person.key,
                (day,),
                hard=pattern.weight is None,
                cost=pattern.weight or 0,
            )


def constrain_wishes(model: "RosterModel", problem: Problem, person: Person) -> None:
    """Each wish that is not met costs its weight."""
    for wish in problem.wishes_of[person.key]:
        given = model.works(person.key, wish.day) if wish.kind is None else model.has(person.key, wish.day, wish.kind)
        model.cost(given.negated() if wish.wants else given, wish.weight)


def check_wishes(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Wishes that are not met."""
    for wish in problem.wishes_of[person.key]:
        has = row[wish.day] is not None if wish.kind is None else row[wish.day] == wish.kind
        if has != wish.wants:
            yield Violation(
                WISHES.key,
                WISHES.clause,
                _wish_words(has=has, a_kind=wish.kind is not None),
                person.key,
                (wish.day,),
                {"shift": "" if wish.kind is None else problem.kind[wish.kind].label},
                hard=False,
                cost=wish.weight,
            )


def _wish_words(*, has: bool, a_kind: bool) -> str:
    if a_kind:
        return gettext_noop("Wished not to have %(shift)s.") if has else gettext_noop("Wished for %(shift)s.")
    return gettext_noop("Wished for a day off.") if has else gettext_noop("Wished to work.")


def constrain_bookings(model: "RosterModel", problem: Problem, person: Person) -> None:
    """Whoever is booked is on a shift that holds the whole booking."""
    for booking in _bookings(problem, person):
        fit = [
            model.has(person.key, booking.day, kind.key)
            for kind in problem.kinds
            if kind.spans(booking.start, booking.end)
        ]
        if booking.weight is None:
            model.require_any(fit)
        else:
            model.cost(1 - model.total((has, 1) for has in fit), booking.weight)


def _bookings(problem: Problem, person: Person) -> Iterator[Booking]:
    for booking in problem.bookings_of[person.key]:
        if (person.key, booking.day) not in problem.absences:
            yield booking


def check_bookings(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Bookings outside of the shift that the person has, or on a day off."""
    for booking in _bookings(problem, person):
        given = row[booking.day]
        if given in problem.kind:
            kind = problem.kind[given]
            if kind.start <= booking.start and booking.end <= kind.start + kind.length:
                continue
        yield Violation(
            BOOKINGS.key,
            BOOKINGS.clause,
            gettext_noop("Booked for %(booking)s, and not on shift then."),
            person.key,
            (booking.day,),
            {"booking": booking.name or booking.key},
            hard=booking.weight is None,
            cost=booking.weight or 0,
        )


PATTERN = PersonRule("pattern", "B2.2", gettext_noop("Pattern of days on and off"), constrain_pattern, check_pattern)
WISHES = PersonRule("wishes", "B2.2", gettext_noop("Wishes"), constrain_wishes, check_wishes)
BOOKINGS = PersonRule(
    "bookings", "A2.18", gettext_noop("Booked meetings and training"), constrain_bookings, check_bookings
)
