"""The solver: its bound never lies, its rosters break nothing, and what it calls the best no roster beats."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hotline.rosters.logic import check
from hotline.rosters.logic.columns import Generator
from hotline.rosters.logic.dive import Diver, Dives
from hotline.rosters.logic.greedy import Greedy
from hotline.rosters.logic.problem import Cover, Wish
from hotline.rosters.logic.search import Budget, fill
from hotline.rosters.logic.solver import Status, solve
from hotline.rosters.tests import problems
from hotline.rosters.tests.problems import person, problem, row

pytestmark = pytest.mark.clause("D2.1")
ONE = Budget(seconds=20, workers=1)
SMALL = Budget(seconds=2, workers=1)


def never():
    return False


def crew(count=6, days=14, need=3):
    """A fortnight of a small crew, short of a head at the weekends."""
    limits = {"longest_run": 5, "shortest_run": 2, "shortest_rest": 2, "most_of_kind": {"late": 4}}
    covers = tuple(Cover(day, 1 + (day % 7 < need), 100, 1, kind=kind) for day in range(days) for kind in KINDS)
    wishes = tuple(Wish(who, (3 * who + 1) % days, None, wants=False, weight=3) for who in range(count))
    people = [person(who, most_minutes=10 * 480, least_minutes=4 * 480, **limits) for who in range(count)]
    return problem(*people, days=days, covers=covers, wishes=wishes, rest_minimum=660)


KINDS = ("early", "late")


@settings(max_examples=40, deadline=None)
@given(problems.problems(most_people=2, days=7))
def test_a_proven_roster_is_the_best_and_the_bound_is_below_every_roster(facts):
    best = fill(facts, ONE)
    answer = solve(facts, seconds=20, budget=SMALL, rounds=3)
    if best.is_impossible:
        assert answer.status in {Status.IMPOSSIBLE, Status.UNKNOWN}
        assert answer.roster is None
        return
    assume(best.is_optimal)
    assert answer.roster is not None
    assert check.is_lawful(facts, answer.roster)
    assert answer.cost == check.cost(facts, answer.roster)
    least = check.cost(facts, best.roster)
    assert answer.bound <= least <= answer.cost
    if answer.status == Status.OPTIMAL:
        assert answer.cost == least


@settings(max_examples=40, deadline=None)
@given(problems.problems(most_people=2, days=7), st.integers(0, 9))
def test_the_cheapest_row_at_any_prices_is_never_dearer_than_a_lawful_one(facts, seed):
    found = fill(facts, ONE).roster
    if found is None:
        return
    generator = Generator(facts)
    rows = generator.rows_of(found)
    assert generator.roster(rows.values()) == found
    paid = np.random.default_rng(seed).integers(-20, 20, generator.places.costs.shape)
    paid[..., -1] = 0
    for group in generator.groups:
        cheapest = group.pricer.cheapest(group.pricer.solve((generator.places.costs + paid)[group.members]))
        for at, whose in enumerate(group.members):
            prices = sum(paid[whose, day, kind] for day, kind in enumerate(rows[whose].kinds))
            assert cheapest[at] <= rows[whose].cost + prices + 1e-6


def test_the_bound_of_the_rows_is_met_by_the_best_roster():
    facts = crew()
    generator = Generator(facts)
    generator.run(never)
    found = fill(facts, ONE)
    assert found.is_optimal
    assert generator.bound == pytest.approx(generator.value, rel=1e-6)
    assert generator.bound <= check.cost(facts, found.roster) + 1e-6


def test_dropping_rows_keeps_those_that_are_given_and_the_bound():
    facts = crew()
    generator = Generator(facts)
    rows = Greedy(generator).run(never)
    generator.run(never)
    value, bound = generator.value, generator.bound
    generator.close(rows[0])
    generator._prune()
    assert set(generator.closed) == {0}
    assert generator.closed[0].kinds == rows[0].kinds
    generator._solve()
    assert generator.value >= value - 1e-6
    generator.open(generator.closed[0])
    generator.rounds(20)
    assert generator.bound >= bound
    assert generator.value == pytest.approx(value, abs=1e-4)


def test_a_dive_leaves_the_given_rows_alone_and_everything_open():
    facts = crew()
    generator = Generator(facts)
    first = Greedy(generator).run(never)
    generator.run(never)
    given_rows = {who: first[who] for who in (0, 1, 2)}
    rows = Diver(generator, 1).dive({3, 4, 5}, given_rows, never)
    assert {who: rows[who].kinds for who in given_rows} == {who: one.kinds for who, one in given_rows.items()}
    assert not generator.closed
    assert check.is_lawful(facts, generator.roster(rows.values()))


def test_dives_end_when_they_lead_nowhere_and_keep_the_best():
    facts = crew()
    generator = Generator(facts)
    generator.run(never)
    costs = []

    def offer(rows):
        costs.append(check.cost(facts, generator.roster(rows.values())))
        return costs[-1]

    dives = Dives(generator, offer)
    dives.run(never)
    assert dives.cost == min(costs)
    assert check.cost(facts, generator.roster(dives.best.values())) == dives.cost
    refused = Dives(generator, lambda _rows: None)
    refused.run(never)
    assert (refused.cost, refused.best) == (None, {})


def test_a_first_roster_gives_everybody_a_row_though_time_is_over():
    facts = crew()
    generator = Generator(facts)
    rows = Greedy(generator).run(lambda: True)
    assert set(rows) == set(range(len(facts.people)))
    assert check.is_lawful(facts, generator.roster(rows.values()))


def test_whoever_gets_no_row_by_prices_gets_one_by_the_model(monkeypatch):
    monkeypatch.setattr(Generator, "answer", lambda *_words: None)
    monkeypatch.setattr(Generator, "run", lambda *_words: None)
    found = []
    solve(crew(3, 7), seconds=30, better=lambda roster, _cost: found.append(roster), stop=lambda: bool(found))
    assert {person for person, _day in found[0]} == {0, 1, 2}


def test_people_with_many_small_limits_get_a_row():
    limits = {"early": 2, "late": 1}
    facts = problem(person(most_of_kind=limits, least_minutes=2 * 480, most_minutes=3 * 630), days=14)
    generator = Generator(facts)
    (column,) = Greedy(generator).run(never).values()
    assert check.is_lawful(facts, generator.roster([column]))


def test_it_goes_on_from_a_roster_and_tells_of_each_better_one():
    facts = crew()
    generator = Generator(facts)
    start = generator.roster(Greedy(generator).run(lambda: True).values())
    told = []
    answer = solve(facts, seconds=20, start=start, better=lambda _roster, cost: told.append(cost), rounds=2)
    assert told == sorted(told, reverse=True)
    assert (told[0], told[-1]) == (check.cost(facts, start), answer.cost)
    assert answer.gap is not None
    assert 0 <= answer.gap < 0.05


def test_the_same_seed_gives_the_same_roster():
    facts = crew(4, 7)
    steady = Budget(seconds=20, work=5, workers=2, seed=3, steady=True)
    answers = [solve(facts, seconds=60, budget=steady, rounds=2) for _ in range(2)]
    assert answers[0].roster == answers[1].roster


def test_what_no_roster_can_be_is_said():
    facts = problem(person(fixed := 0, most_weekends=0), fixed={(fixed, 5): "early"})
    answer = solve(facts, seconds=20)
    assert (answer.status, answer.roster, answer.cost, answer.gap) == (Status.IMPOSSIBLE, None, None, None)


def test_it_stops_when_it_is_told():
    answer = solve(crew(), seconds=60, stop=lambda: True)
    assert answer.seconds < 20


def test_a_limit_of_a_kind_is_never_broken_by_a_row():
    facts = problem(
        person(most_of_kind={"late": 1}), days=7, covers=tuple(Cover(day, 1, 50, kind="late") for day in range(7))
    )
    answer = solve(facts, seconds=20)
    assert (answer.status, answer.cost, answer.bound) == (Status.OPTIMAL, 300, 300)
    assert list(answer.roster.values()).count("late") == 1


def test_prices_of_places_are_what_the_rules_charge():
    facts = problem(wishes=(Wish(0, 1, None, wants=False, weight=7),), absences=frozenset({(0, 2)}), days=3)
    costs = Generator(facts).places.costs[0]
    assert np.isinf(costs[2, 0])
    assert (costs[1, 0], costs[1, -1]) == (7, 0)
    assert check.cost(facts, row(".E")) == 7
