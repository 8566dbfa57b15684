"""A part of a roster as a problem of its own: some people on some days, everything else as it stands."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from hotline.rosters.logic.places import Ints, Places
from hotline.rosters.logic.problem import PersonKey, Problem, Roster


class Parts:
    """Cuts parts out of one problem."""

    def __init__(self, problem: Problem, places: Places) -> None:
        self.problem, self.places = problem, places
        self._kinds = {kind.key: at for at, kind in enumerate(problem.kinds)}
        self._people = {person.key: at for at, person in enumerate(problem.people)}

    def part(self, roster: Roster, people: Collection[PersonKey], days: Collection[int]) -> Problem:
        """The problem of these people on these days: the covers ask for what the others do not give."""
        problem, inside = self.problem, set(people)
        others = {place: kind for place, kind in roster.items() if place[0] not in inside}
        demand, least = self.heads(others)
        covers = tuple(
            replace(cover, need=cover.need - int(demand[at]), least=max(0, cover.least - int(least[at])))
            for at, cover in enumerate(problem.covers)
        )
        kept = {
            (person, day): roster.get((person, day))
            for person in inside
            for day in range(problem.days)
            if day not in days
        }
        return replace(
            problem,
            people=tuple(person for person in problem.people if person.key in inside),
            covers=covers,
            wishes=tuple(wish for wish in problem.wishes if wish.person in inside),
            fixed={place: given for place, given in problem.fixed.items() if place[0] in inside} | kept,
            absences=frozenset(place for place in problem.absences if place[0] in inside),
            partly={place: spans for place, spans in problem.partly.items() if place[0] in inside},
            blocked=frozenset(place for place in problem.blocked if place[0] in inside),
        )

    def heads(self, roster: Roster) -> tuple[Ints, Ints]:
        """How many count for each cover: for its need, and for its least."""
        cells = [
            self.places.cells[self._people[person], day, self._kinds[kind]] for (person, day), kind in roster.items()
        ]
        counts = np.bincount([cell for cell in cells if cell >= 0], minlength=self.places.demands.shape[0])
        demand, least = self.places.demands.T @ counts, self.places.leasts.T @ counts
        return demand.astype(np.int64), least.astype(np.int64)

    def missing(self, roster: Roster) -> dict[int, int]:
        """What the covers of each day cost as they stand: where a repair is worth most."""
        demand, _least = self.heads(roster)
        costs: dict[int, int] = {}
        for at, cover in enumerate(self.problem.covers):
            gap = cover.need - int(demand[at])
            cost = cover.under * gap if gap > 0 else -cover.over * gap
            costs[cover.day] = costs.get(cover.day, 0) + cost
        return costs
