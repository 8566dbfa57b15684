"""Small problems for tests of the rules and the solver."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st

from hotline.rosters.logic.problem import (
    Booking,
    Cover,
    Hours,
    Pattern,
    Person,
    Place,
    Problem,
    Scheme,
    ShiftKind,
    Wish,
)

MONDAY = date(2027, 3, 1)
OPERATOR = frozenset({"operator"})
EARLY = ShiftKind("early", 510, 540, 480, positions=OPERATOR, breaks=((210, 270),))
LATE = ShiftKind("late", 570, 750, 630, positions=OPERATOR, breaks=((150, 270),), is_late=True)
LEAD = ShiftKind("lead", 510, 540, 480, positions=frozenset({"shift_leader"}))
KINDS = (EARLY, LATE, LEAD)


def person(key: int = 0, **limits: Any) -> Person:
    """An operator."""
    return Person(key, **{"positions": OPERATOR, **limits})


def problem(*people: Person, days: int = 14, **facts: Any) -> Problem:
    """A fortnight from a Monday on."""
    return Problem(**{"first": MONDAY, "days": days, "kinds": KINDS, "people": people or (person(),), **facts})


def row(text: str, person: int = 0) -> dict[Place, str]:
    """A roster of one person: a letter a day, `.` a day off."""
    words = {"E": "early", "L": "late", "B": "lead", "?": "unknown"}
    return {(person, day): words[letter] for day, letter in enumerate(text) if letter in words}


kinds_on = st.sampled_from(["early", "late"])
given_on = st.sampled_from(["early", "early", "late", None, None])


@st.composite
def _people(draw: st.DrawFn, key: int, days: int) -> Person:
    maybe = st.booleans()
    limits: dict[str, Any] = {
        "longest_run": draw(st.none() | st.integers(2, 6)),
        "shortest_run": draw(st.integers(1, 2)),
        "shortest_rest": draw(st.integers(1, 2)),
        "most_weekends": draw(st.none() | st.integers(0, 2)),
        "most_of_kind": {"late": draw(st.integers(0, 4))} if draw(maybe) else {},
        "before": tuple(draw(st.lists(given_on, max_size=3))),
        "pattern": draw(st.none() | st.builds(Pattern, st.just(2), st.just(2), st.integers(0, 3), st.just(3))),
        "fair_lates": draw(st.none() | st.integers(0, 3)),
        "fair_weekends": draw(st.none() | st.integers(0, 1)),
    }
    if draw(maybe):
        most = draw(st.integers(2, days))
        limits["most_minutes"] = most * 480
        limits["least_minutes"] = draw(st.integers(0, most // 2)) * 480
    return person(key, skills=frozenset({"english"}) if draw(maybe) else frozenset(), **limits)


@st.composite
def problems(draw: st.DrawFn, *, most_people: int = 3, days: int = 9) -> Problem:
    """Any problem of a few people."""
    people = [draw(_people(key, days)) for key in range(draw(st.integers(1, most_people)))]
    places = st.tuples(st.integers(0, len(people) - 1), st.integers(0, days - 1))
    bare = problem(
        *people,
        days=days,
        rest_minimum=draw(st.sampled_from([None, 660])),
        hours=draw(st.sampled_from([None, Hours(), Hours(Scheme.AVERAGED, overtime_month=0)])),
        late_weight=draw(st.sampled_from([0, 4])),
        weekend_weight=draw(st.sampled_from([0, 5])),
        absences=frozenset(draw(st.lists(places, max_size=3))),
        partly=dict(draw(st.lists(st.tuples(places, st.sampled_from([((0, 780),), ((720, 1440),)])), max_size=2))),
        fixed=dict(draw(st.lists(st.tuples(places, given_on), max_size=2))),
        blocked=frozenset((who, day, "late") for who, day in draw(st.lists(places, max_size=2))),
    )
    wishes = st.builds(
        lambda place, kind, wants, weight: Wish(place[0], place[1], kind, wants, weight),
        places,
        st.none() | kinds_on,
        st.booleans(),
        st.integers(1, 9),
    )
    bookings = st.builds(
        lambda day, start, who: Booking(f"{day}-{start}-{who}", day, start, start + 60, frozenset({who}), weight=8),
        st.integers(0, days - 1),
        st.sampled_from([540, 720, 1200]),
        st.integers(0, len(people) - 1),
    )
    return replace(
        bare,
        covers=tuple(draw(st.lists(_covers(days), max_size=12, unique_by=lambda one: (one.day, one.slot, one.kind)))),
        wishes=tuple(draw(st.lists(wishes, max_size=4))),
        bookings=tuple(draw(st.lists(bookings, max_size=2, unique_by=lambda one: one.key))),
    )


def _covers(days: int) -> st.SearchStrategy[Cover]:
    def cover(day: int, need: int, place: tuple[str | None, int | None], skill: str, weights: tuple[int, int]) -> Cover:
        return Cover(day, need, *weights, kind=place[0], slot=place[1], skill=skill)

    kinds = st.tuples(kinds_on, st.none())
    slots = st.tuples(st.none(), st.sampled_from([17, 20, 24, 27, 38, 43]))
    weights = st.sampled_from([(20, 1), (100, 0), (7, 3)])
    skills = st.sampled_from(["", "", "english"])
    return st.builds(cover, st.integers(0, days - 1), st.integers(0, 2), kinds | slots, skills, weights)


def rosters(problem: Problem) -> st.SearchStrategy[dict[Place, str]]:
    """Any roster of a problem, lawful or not."""
    places = [(person.key, day) for person in problem.people for day in range(problem.days)]
    given = st.lists(given_on, min_size=len(places), max_size=len(places))
    return given.map(lambda row: {place: kind for place, kind in zip(places, row, strict=True) if kind is not None})
