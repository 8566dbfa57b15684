"""Enough people: the service window is never empty (A2.1), and the demand of each shift or half hour is met."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hotline.kernel.words import gettext_noop
from hotline.rosters.logic.problem import SLOT, Cover, Problem, Roster
from hotline.rosters.logic.rules.base import DayRule, Violation

if TYPE_CHECKING:
    from hotline.rosters.logic.model import RosterModel


def constrain_least(model: "RosterModel", problem: Problem, day: int) -> None:
    """Never fewer on shift than the least."""
    for cover in problem.covers_of[day]:
        if cover.least > 0:
            model.require(model.heads(cover, for_least=True) >= cover.least)


def _on_shift(problem: Problem, cover: Cover, roster: Roster) -> int:
    """Heads on shift, at work or at rest, and not away."""
    heads = 0
    for person in problem.people:
        given = roster.get((person.key, cover.day))
        if given not in problem.kind or problem.is_away(person, cover):
            continue
        if cover.skill and cover.skill not in person.skills:
            continue
        kind = problem.kind[given]
        if cover.slot is None:
            heads += given == cover.kind
        else:
            heads += kind.start <= cover.slot * SLOT and (cover.slot + 1) * SLOT <= kind.start + kind.length
    return heads


def check_least(problem: Problem, day: int, roster: Roster) -> Iterator[Violation]:
    """Intervals in which fewer are on shift than must be."""
    for cover in problem.covers_of[day]:
        heads = _on_shift(problem, cover, roster) if cover.least > 0 else 0
        if heads < cover.least:
            yield Violation(
                LEAST.key,
                LEAST.clause,
                gettext_noop("%(heads)s on shift at %(when)s; at least %(least)s must be."),
                None,
                (day,),
                {"heads": heads, "least": cover.least, "when": when(problem, cover), "skill": cover.skill},
            )


def constrain_demand(model: "RosterModel", problem: Problem, day: int) -> None:
    """Heads below and above the demand cost."""
    for cover in problem.covers_of[day]:
        if not cover.under and not cover.over:
            continue
        heads, most = model.heads(cover), len(problem.people)
        if cover.need > 0 and cover.under:
            model.cost(model.above(cover.need - heads, cover.need), cover.under)
        if cover.over:
            model.cost(model.above(heads - cover.need, max(0, most - cover.need)), cover.over)


def at_work(problem: Problem, cover: Cover, roster: Roster) -> int:
    """Heads that count for a demand: at work, not away, not in a booking, with the skill."""
    heads = 0
    for person in problem.people:
        given = roster.get((person.key, cover.day))
        if given not in problem.kind or problem.is_away(person, cover):
            continue
        if cover.skill and cover.skill not in person.skills:
            continue
        if cover.slot is None:
            heads += given == cover.kind
            continue
        since, until = cover.slot * SLOT, (cover.slot + 1) * SLOT
        kind = problem.kind[given]
        resting = any(since < kind.start + to and kind.start + start < until for start, to in kind.breaks)
        there = kind.start <= since and until <= kind.start + kind.length
        booked = any(
            booking.day == cover.day and booking.start < until and since < booking.end
            for booking in problem.bookings_of[person.key]
        )
        heads += there and not resting and not booked
    return heads


def check_demand(problem: Problem, day: int, roster: Roster) -> Iterator[Violation]:
    """Demands that are not met, and those that are passed where that costs."""
    for cover in problem.covers_of[day]:
        if not cover.under and not cover.over:
            continue
        heads = at_work(problem, cover, roster)
        cost = cover.under * max(0, cover.need - heads) + cover.over * max(0, heads - cover.need)
        if cost:
            yield Violation(
                DEMAND.key,
                DEMAND.clause,
                gettext_noop("%(heads)s at work at %(when)s; %(need)s are needed."),
                None,
                (day,),
                {"heads": heads, "need": cover.need, "when": when(problem, cover), "skill": cover.skill},
                hard=False,
                cost=cost,
            )


def when(problem: Problem, cover: Cover) -> str:
    """The half hour as 08:30, or the shift, with the skill that is meant."""
    if cover.slot is None:
        place = problem.kind[cover.kind].label if cover.kind in problem.kind else ""
    else:
        hours, minutes = divmod(cover.slot * SLOT, 60)
        place = f"{hours % 24:02}:{minutes:02}"
    return f"{place} ({cover.skill})" if cover.skill else place


LEAST = DayRule("cover.least", "A2.1", gettext_noop("Somebody is always there"), constrain_least, check_least)
DEMAND = DayRule("cover.demand", "A1.4", gettext_noop("Demand is met"), constrain_demand, check_demand)
