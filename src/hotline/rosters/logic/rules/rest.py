"""The rest between two shifts (A7.5, the centre's `rest.minimum`), and shifts that may not follow each other."""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from hotline.kernel.words import gettext_noop
from hotline.rosters.logic.problem import DAY_MINUTES, Person, Problem, Row
from hotline.rosters.logic.rules.base import PersonRule, Violation

if TYPE_CHECKING:
    from hotline.rosters.logic.model import RosterModel


def constrain_rest(model: "RosterModel", problem: Problem, person: Person) -> None:
    """After a shift none on the next day that begins too soon or that may not follow it."""
    if person.before and person.before[-1] is not None:
        for later in problem.follows_not[person.before[-1]]:
            model.forbid(model.has(person.key, 0, later))
    for day in range(problem.days - 1):
        for earlier, barred in _apart(problem):
            now = [model.has(person.key, day, kind) for kind in earlier]
            then = [model.has(person.key, day + 1, kind) for kind in barred]
            model.at_most_one([*now, *then])


def _apart(problem: Problem) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Pairs of sets: whoever works one of the first has none of the second on the next day. Few and large ones."""
    found: dict[frozenset[str], set[str]] = {}
    for kind in problem.kinds:
        if problem.follows_not[kind.key]:
            found.setdefault(problem.follows_not[kind.key], set()).add(kind.key)
    # Kinds with more bars stand under each set of fewer, too: the clique is larger and the relaxation tighter.
    for barred, kinds in found.items():
        for other, more in found.items():
            if barred < other:
                kinds.update(more)
    return [(frozenset(kinds), barred) for barred, kinds in found.items()]


def check_rest(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """Between the end of a shift and the start of the next day's lies the minimum rest."""
    days = [person.before[-1] if person.before else None, *row]
    for at, (one, two) in enumerate(pairwise(days)):
        if one not in problem.kind or two not in problem.kind:
            continue
        before, after = problem.kind[one], problem.kind[two]
        rest = after.start + DAY_MINUTES - before.start - before.length
        days_meant = (at - 1, at) if at else (at,)
        if problem.rest_minimum is not None and rest < problem.rest_minimum:
            yield Violation(
                REST.key,
                REST.clause,
                gettext_noop("%(hours)s hours of rest between %(before)s and %(after)s; %(least)s are needed."),
                person.key,
                days_meant,
                {
                    "hours": in_hours(rest),
                    "least": in_hours(problem.rest_minimum),
                    "before": before.label,
                    "after": after.label,
                },
            )
        elif after.key in before.bars:
            yield Violation(
                REST.key,
                REST.clause,
                gettext_noop("%(after)s may not follow %(before)s."),
                person.key,
                days_meant,
                {"before": before.label, "after": after.label},
            )


def in_hours(minutes: int) -> str:
    """Minutes as hours in decimal notation: 630 is 10.5."""
    hours, rest = divmod(abs(minutes) * 100 // 60, 100)
    fraction = f"{rest:02}".rstrip("0")
    return ("-" if minutes < 0 else "") + (f"{hours}.{fraction}" if fraction else str(hours))


REST = PersonRule("rest.minimum", "A7.5", gettext_noop("Minimum rest between shifts"), constrain_rest, check_rest)
