"""Wishes that a month does not meet, and what the solver said that they would cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from hotline.rosters.logic.problem import Roster
from hotline.rosters.models import RosterPlan, SolveRun, Wish, WishPrice
from hotline.rosters.queries.planning import Key, MonthFacts


@dataclass(frozen=True, slots=True)
class Unmet:
    """A wish of the desk that is not met, and the newest answer to what it costs."""

    wish: Wish
    price: WishPrice | None
    at_solving: Mapping[str, int | bool | None] | None  # {cost, exact}: what the last run said by itself


def unmet(found: MonthFacts, run: SolveRun | None) -> list[Unmet]:
    """The wishes of the desk that the month does not meet, those that matter most first."""
    missed = [
        (int(one.person), found.days[one.day])
        for one in found.desk.wishes
        if not one.is_met(found.roster.get((one.person, one.day)))
    ]
    rows = [found.wishes[key] for key in missed if key in found.wishes]
    rows.sort(key=lambda wish: (-wish.weight, wish.day, wish.person_id))
    asked, told = latest(found.plan), _by_run(run)
    keys = [(wish.person_id, wish.day) for wish in rows]
    return [Unmet(wish, asked.get(key), told.get(key)) for wish, key in zip(rows, keys, strict=True)]


def latest(plan: RosterPlan) -> dict[Key, WishPrice]:
    """The newest question about each wish, by person and day."""
    rows = WishPrice.objects.filter(plan=plan).order_by("asked_at", "pk")
    return {(row.person_id, row.day): row for row in rows}


def is_stale(row: WishPrice, plan: RosterPlan, run: SolveRun | None) -> bool:
    """Whether the month has changed since the question was asked: by hand, or by a run of the solver."""
    solved = run is not None and run.ended_at is not None and run.ended_at > row.asked_at
    return row.edits != plan.edits or solved


def _by_run(run: SolveRun | None) -> dict[Key, Mapping[str, int | bool | None]]:
    if run is None:
        return {}
    return {(row["person"], date.fromisoformat(row["day"])): row for row in run.prices}


def topic(row: WishPrice) -> str:
    """What an answer listens to."""
    return f"price:{row.pk}"


def changes_of(found: MonthFacts, before: Roster, after: Roster) -> list[dict[str, Any]]:
    """Places that two rosters give otherwise, by day and person, as `WishPrice.changes` keeps them."""
    places = sorted({*before, *after}, key=lambda place: (place[1], int(place[0])))
    return [
        {
            "person": int(person),
            "day": f"{found.days[number]}",
            "before": before.get((person, number), ""),
            "after": after.get((person, number), ""),
        }
        for person, number in places
        if before.get((person, number)) != after.get((person, number))
    ]
