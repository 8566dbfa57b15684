"""The centre's own case: a month of a hundred people on the shifts of D2.1, with demand, leave, wishes and a past.

Demand is what Erlang A asks for in each half hour of the service window; a half hour in which no shift of that day has
anybody at work (the printed rests meet at noon of a weekend) asks for nobody, as no roster could give him.
"""

import random
from dataclasses import replace
from datetime import date, time
from time import perf_counter, process_time
from typing import Any

import numpy as np

from bench import house
from hotline.planning.logic import erlang
from hotline.rosters.logic import check
from hotline.rosters.logic.problem import (
    SLOT,
    Cover,
    Hours,
    Pattern,
    Person,
    Place,
    Problem,
    ShiftKind,
    Wish,
)
from hotline.rosters.logic.rules.counts import shares
from hotline.rosters.logic.solver import solve
from hotline.rulebook.shifts import SHIFTS, Kind, Post

FIRST = date(2027, 3, 1)  # a Monday
WINDOW = range(17, 44)  # 8:30 to 22:00 in half hours
LEADERS_SHARE = 16  # one shift leader to so many people
MOST_ON_LEAVE = 5  # A7.16
WEIGHTS: dict[str, Any] = {"under": 20, "over": 1}
HANDLING, PATIENCE, GOAL = 300.0, 300.0, erlang.Goal(0.8, 20.0)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def kinds() -> tuple[ShiftKind, ...]:
    """The shifts of the handbook; the mid one, printed with the hours of the early one, rests an hour later."""
    found = []
    for shift in SHIFTS.on(FIRST):
        start, later = _minutes(shift.start), 60 if shift.kind is Kind.MID else 0
        breaks = tuple((_minutes(a) - start + later, _minutes(b) - start + later) for a, b in shift.breaks)
        length = _minutes(shift.end) - start
        found.append(
            ShiftKind(
                shift.code,
                start,
                length,
                length - sum(until - since for since, until in breaks),
                weekdays=shift.weekdays,
                positions=frozenset({shift.post.value}),
                breaks=breaks,
                is_late=shift.kind is Kind.LATE,
            )
        )
    return tuple(found)


def problem(people: int = 100, days: int = 28, seed: int = 1) -> Problem:
    """A month of so many people."""
    chance = random.Random(seed)  # noqa: S311 a case for measuring
    staff = [_person(number, people, chance) for number in range(people)]
    bare = Problem(
        FIRST, days, kinds(), tuple(staff), rest_minimum=11 * 60, hours=Hours(), late_weight=4, weekend_weight=4
    )
    covers = tuple(_covers(bare, people))
    absences = frozenset(_absences(bare, chance))
    wishes = tuple(_wishes(bare, chance))
    whole = replace(bare, covers=covers, absences=absences, wishes=wishes)
    return replace(whole, people=tuple(_fair(whole, chance)))


def _person(number: int, people: int, chance: random.Random) -> Person:
    is_leader = number % LEADERS_SHARE == 0 and people >= LEADERS_SHARE
    turn = number % 4
    return Person(
        number,
        positions=frozenset({Post.SHIFT_LEADER if is_leader else Post.OPERATOR}),
        least_minutes=128 * 60,
        most_minutes=190 * 60,
        longest_run=6,
        most_weekends=3,
        pattern=Pattern(2, 2, turn, weight=2) if chance.random() < 0.2 else None,
        before=tuple(None if (day + turn) % 3 == 0 else _before(is_leader=is_leader) for day in range(3)),
    )


def _before(*, is_leader: bool) -> str:
    return "leader_early" if is_leader else "early"


def _covers(bare: Problem, people: int) -> list[Cover]:
    """Demand with a morning and an afternoon peak, less at weekends; somebody is there in every half hour (A2.1)."""
    found = []
    calls = [_calls(bare, day, slot) * people / 100 for day in range(bare.days) for slot in WINDOW]
    load = erlang.offered(np.array(calls), 1800.0, HANDLING)
    needed = iter(erlang.fewest(load, HANDLING, GOAL, PATIENCE))
    for day in range(bare.days):
        offered = [kind for kind in bare.kinds if bare.weekday(day) in kind.weekdays]
        for slot in WINDOW:
            need = int(next(needed))
            can_be = any(kind.works(slot * SLOT, (slot + 1) * SLOT) for kind in offered)
            weights = WEIGHTS if can_be else {"under": 0}
            found.append(Cover(day, need if can_be else 0, slot=slot, least=1, **weights))
    return found


def _calls(bare: Problem, day: int, slot: int) -> float:
    hour = slot / 2
    morning, afternoon = np.exp(-(((hour - 10.5) / 2.2) ** 2)), np.exp(-(((hour - 15.5) / 2.6) ** 2))
    weekend = 0.6 if bare.weekday(day) > 4 else 1.0
    return float(330 * weekend * (0.25 + 0.75 * max(morning, afternoon)) * (1.1 if bare.weekday(day) == 0 else 1.0))


def _absences(bare: Problem, chance: random.Random) -> list[Place]:
    """Leave of some days each, as long as not more than five people are away on a day."""
    away: dict[int, set[int]] = {day: set() for day in range(bare.days)}
    for _ in range(len(bare.people) // 3):
        person, first, length = chance.randrange(len(bare.people)), chance.randrange(bare.days), chance.randint(1, 7)
        days = range(first, min(bare.days, first + length))
        if all(len(away[day] | {person}) <= MOST_ON_LEAVE for day in days):
            for day in days:
                away[day].add(person)
    return [(person, day) for day, people in away.items() for person in people]


def _wishes(bare: Problem, chance: random.Random) -> list[Wish]:
    """Three of each person: a day off, or not the late shift of a day."""
    found = {}
    for person in bare.people:
        for _ in range(3):
            day = chance.randrange(bare.days)
            late = "leader_late" if Post.SHIFT_LEADER in person.positions else _late(bare, day)
            kind = None if chance.random() < 0.7 else late
            found[person.key, day] = Wish(person.key, day, kind, wants=False, weight=3 * chance.randint(1, 3))
    return list(found.values())


def _late(bare: Problem, day: int) -> str:
    return "late" if bare.weekday(day) < 5 else "weekend_late"


def _fair(whole: Problem, chance: random.Random) -> list[Person]:
    """Everybody's fair share of late shifts and weekends, by what he had in the months before."""
    keys = [person.key for person in whole.people]
    lates = {key: chance.randint(4, 9) for key in keys}
    weekends = {key: chance.randint(3, 9) for key in keys}
    heads = sum(
        max(cover.need for cover in whole.covers_of[day] if (cover.slot or 0) >= 36) for day in range(whole.days)
    )
    there = {key: sum((key, day) not in whole.absences for day in range(whole.days)) for key in keys}
    of_lates = shares(lates, heads, {key: min(12, days // 2) for key, days in there.items()})
    of_weekends = shares(weekends, 2 * len(keys), dict.fromkeys(keys, 3))
    return [
        replace(person, fair_lates=of_lates[person.key], fair_weekends=of_weekends[person.key])
        for person in whole.people
    ]


# ---------------------------------------------------------------- the measurement

FIRST_ROSTER, WHOLE, GOAL_GAP = 10.0, 60.0, 0.02


def run(*, quick: bool = False, seconds: float | None = None) -> None:
    """When the first roster that breaks nothing stands, and how far from its bound the last one is."""
    case, limit = problem(40 if quick else 100), seconds or WHOLE
    house.say(
        f"   {len(case.people)} people, {case.days} days, {len(case.covers)} half hours, {len(case.absences)} days of"
        f" leave, {len(case.wishes)} wishes; at most {limit:g} s"
    )
    began, processor = perf_counter(), process_time()
    told: list[tuple[float, int]] = []
    answer = solve(case, seconds=limit, better=lambda _roster, cost: told.append((perf_counter() - began, cost)))
    used = process_time() - processor
    for at, cost in told:
        house.say(f"      {at:6.1f} s   {cost}")
    if answer.roster is None or answer.gap is None or not check.is_lawful(case, answer.roster):
        house.say("   MISSED: no lawful roster")
        return
    for goal, value, most in (
        ("first roster (s)", told[0][0], FIRST_ROSTER),
        ("gap to the bound", answer.gap, GOAL_GAP),
    ):
        house.say(f"   {goal}: {value:.4f} (goal: at most {most:g}; {'reached' if value <= most else 'MISSED'})")
    house.say(
        f"   cost {answer.cost}, bound {answer.bound}, 0 hard violations, {answer.seconds:.1f} s,"
        f" {used:.1f} s of processor"
    )
