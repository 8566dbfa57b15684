"""Why there is no roster, told by few rules that clash; what a wish costs, exactly where that can be known."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings

from hotline.rosters.logic import check
from hotline.rosters.logic.explain import price_of, why_impossible
from hotline.rosters.logic.problem import Cover, Wish
from hotline.rosters.logic.search import Budget, fill
from hotline.rosters.logic.solver import solve
from hotline.rosters.tests import problems
from hotline.rosters.tests.problems import person, problem, row

pytestmark = pytest.mark.clause("B2.2")
ONE = Budget(seconds=20, workers=1)


def told(facts):
    reason = why_impossible(facts, seconds=20)
    assert reason is not None
    return reason.is_minimal, {(clash.rule, clash.people) for clash in reason.clashes}


# ---------------------------------------------------------------- why there is none


def test_a_run_set_by_hand_that_is_too_long_is_named_with_its_person_and_nobody_else():
    fixed = {(1, day): "early" for day in range(2, 6)}
    minimal, clashes = told(problem(person(0, longest_run=3), person(1, longest_run=3), fixed=fixed))
    assert minimal
    assert {who for _rule, who in clashes} == {(1,)}
    assert {rule for rule, _who in clashes} == {"run.longest", "fixed"}


def test_a_late_shift_and_an_early_one_set_after_it_clash_over_the_rest():
    facts = problem(person(0), fixed={(0, 2): "late", (0, 3): "early"}, rest_minimum=660)
    reason = why_impossible(facts, seconds=20)
    rest = next(clash for clash in reason.clashes if clash.rule.startswith("rest"))
    assert rest.clause
    assert rest.people == (0,)


def test_where_a_roster_exists_nothing_is_in_the_way():
    assert why_impossible(problem(person(0)), seconds=20) is None


@settings(max_examples=15, deadline=None)
@given(problems.problems(most_people=2, days=7))
def test_what_clashes_is_named_exactly_when_there_is_no_roster(facts):
    best = fill(facts, ONE)
    assume(best.is_optimal or best.is_impossible)
    reason = why_impossible(facts, seconds=20)
    assert (reason is not None) == best.is_impossible
    assert reason is None or reason.clashes


# ---------------------------------------------------------------- what a wish costs


def short(*wishes):
    """Two people for one head a day at a hundred points each: whoever is free on a day he wishes leaves the other."""
    covers = tuple(Cover(day, 1, 100, 1, kind="early") for day in range(7))
    return problem(person(0), person(1), days=7, covers=covers, wishes=wishes)


def test_a_wish_that_is_met_costs_nothing():
    wish = Wish(0, 1, None, wants=False, weight=3)
    assert price_of(short(wish), row("E.E"), wish).cost == 0


def test_a_wish_costs_what_the_cheapest_roster_that_meets_it_costs_more():
    wish = Wish(0, 1, None, wants=False, weight=3)
    alone = replace(short(wish), people=(person(0),))
    now = solve(replace(alone, wishes=()), seconds=20).roster
    assert now[0, 1] == "early"
    price = price_of(alone, now, wish, seconds=20)
    assert (price.cost, price.is_exact) == (100 - 3, True)  # a head lacks, and the wish's own points are saved
    assert (0, 1) not in price.roster
    assert check.is_lawful(alone, price.roster)


def test_a_colleague_who_steps_in_makes_it_cheap():
    wish = Wish(0, 1, None, wants=False, weight=3)
    facts = short(wish)
    now = row("EEEEEEE")
    price = price_of(facts, now, wish, seconds=20)
    assert (price.cost, price.is_exact) == (-3, True)
    assert price.roster[1, 1] == "early"


def test_a_wish_against_what_a_hand_has_set_cannot_be_met():
    wish = Wish(0, 1, None, wants=False, weight=3)
    facts = replace(short(wish), fixed={(0, 1): "early"})
    price = price_of(facts, row("EEEEEEE"), wish, seconds=20)
    assert (price.cost, price.is_exact, price.roster) == (None, True, None)


def test_in_a_large_month_the_search_tells_what_it_costs_at_most_and_keeps_the_rules():
    wish = Wish(0, 3, None, wants=False, weight=3)
    limits = {"longest_run": 5, "most_minutes": 20 * 480}
    covers = tuple(Cover(day, 6, 100, 1, kind="early") for day in range(28))
    facts = problem(*[person(who, **limits) for who in range(20)], days=28, covers=covers, wishes=(wish,))
    start = solve(replace(facts, wishes=(Wish(0, 3, "early", wants=True, weight=500),)), seconds=15, rounds=1).roster
    assert start[0, 3] == "early"
    heard = []
    price = price_of(facts, start, wish, seconds=6, told=heard.append)
    assert price.cost is not None
    assert price.cost <= 0  # another of twenty steps in
    assert not price.is_exact
    assert check.is_lawful(facts, price.roster)
    assert check.cost(facts, price.roster) - check.cost(facts, start) == price.cost
    assert heard == sorted(heard, reverse=True)
    assert heard[-1] == price.cost
