"""Runs of days: how many shifts in a row, how few, and how many days off in a row.

A run that touches the last day may go on after it, and one that touches the first day began before it where that is not
known: neither is too short.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from hotline.kernel.words import gettext_noop
from hotline.rosters.logic.problem import Person, Problem, Row
from hotline.rosters.logic.rules.base import PersonRule, Violation

if TYPE_CHECKING:
    from hotline.rosters.logic.model import Literal, RosterModel


def runs(person: Person, row: Row) -> Iterator[tuple[bool, int, int]]:
    """(works, first day, day after the last) of each run; days before the plan are negative."""
    whole = [given is not None for given in (*person.before, *row)]
    start = -len(person.before)
    for works, days in groupby(whole):
        end = start + len(list(days))
        yield works, start, end
        start = end


def constrain_longest_run(model: "RosterModel", problem: Problem, person: Person) -> None:
    """Among one more day than the longest run there is a day off."""
    if person.longest_run is None:
        return
    ahead = 0
    for given in reversed(person.before):
        if given is None:
            break
        ahead += 1
    for day in range(-min(ahead, person.longest_run), problem.days - person.longest_run):
        within = [model.works(person.key, each) for each in range(max(day, 0), day + person.longest_run + 1)]
        model.require_any([works.negated() for works in within])


def check_longest_run(_problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """No run of shifts is longer than it may be."""
    for works, start, end in runs(person, row):
        if works and person.longest_run is not None and end - start > person.longest_run and end > 0:
            yield Violation(
                LONGEST_RUN.key,
                LONGEST_RUN.clause,
                gettext_noop("%(days)s shifts in a row; at most %(most)s are allowed."),
                person.key,
                tuple(range(max(start, 0), end)),
                {"days": end - start, "most": person.longest_run},
            )


def _no_short(model: "RosterModel", problem: Problem, person: Person, *, least: int, working: bool) -> None:
    """Forbid runs of fewer than `least` days that both begin and end within what is known."""
    known = len(person.before)

    def literal(day: int, *, inside: bool) -> "Literal":
        """That the day is (inside) of the run's kind, or not; known days are plain truths."""
        if day < 0:
            is_inside = (person.before[day] is not None) == working
            return is_inside == inside
        works = model.works(person.key, day)
        return works if working == inside else works.negated()

    for length in range(1, least):
        # A run of `length` from `first`: the day before it and the day after it are of the other kind.
        for first in range(1 - min(known, least), problem.days - length):
            marks = [
                literal(first - 1, inside=False),
                *(literal(day, inside=True) for day in range(first, first + length)),
                literal(first + length, inside=False),
            ]
            if first - 1 < -known or first + length < 0 or any(mark is False for mark in marks):
                continue
            model.forbid_all([mark for mark in marks if mark is not True])


def constrain_shortest_run(model: "RosterModel", problem: Problem, person: Person) -> None:
    """No run of shifts is shorter than it may be."""
    _no_short(model, problem, person, least=person.shortest_run, working=True)


def constrain_shortest_rest(model: "RosterModel", problem: Problem, person: Person) -> None:
    """No run of days off is shorter than it may be."""
    _no_short(model, problem, person, least=person.shortest_rest, working=False)


def _too_short(problem: Problem, person: Person, row: Row, *, least: int, working: bool) -> Iterator[tuple[int, int]]:
    for works, start, end in runs(person, row):
        open_ended = start == -len(person.before) or end == problem.days
        if works == working and not open_ended and end - start < least and end >= 0:
            yield start, end


def check_shortest_run(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """No closed run of shifts is shorter than it may be."""
    for start, end in _too_short(problem, person, row, least=person.shortest_run, working=True):
        yield Violation(
            SHORTEST_RUN.key,
            SHORTEST_RUN.clause,
            gettext_noop("%(days)s shifts in a row; at least %(least)s are wanted."),
            person.key,
            tuple(range(max(start, 0), max(end, 1))),
            {"days": end - start, "least": person.shortest_run},
        )


def check_shortest_rest(problem: Problem, person: Person, row: Row) -> Iterator[Violation]:
    """No closed run of days off is shorter than it may be."""
    for start, end in _too_short(problem, person, row, least=person.shortest_rest, working=False):
        yield Violation(
            SHORTEST_REST.key,
            SHORTEST_REST.clause,
            gettext_noop("%(days)s days off in a row; at least %(least)s are wanted."),
            person.key,
            tuple(range(max(start, 0), max(end, 1))),
            {"days": end - start, "least": person.shortest_rest},
        )


LONGEST_RUN = PersonRule(
    "run.longest",
    gettext_noop("Labour Law Art. 38"),
    gettext_noop("Most shifts in a row"),
    constrain_longest_run,
    check_longest_run,
)
SHORTEST_RUN = PersonRule(
    "run.shortest", "B2.2", gettext_noop("Fewest shifts in a row"), constrain_shortest_run, check_shortest_run
)
SHORTEST_REST = PersonRule(
    "rest.shortest", "B2.2", gettext_noop("Fewest days off in a row"), constrain_shortest_rest, check_shortest_rest
)
