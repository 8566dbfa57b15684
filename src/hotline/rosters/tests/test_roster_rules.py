"""Each rule of the roster finds what breaks it, and the model says of every roster what the checker says."""

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from ortools.sat.python import cp_model

from hotline.rosters.logic import check
from hotline.rosters.logic.candidates import candidates
from hotline.rosters.logic.model import RosterModel
from hotline.rosters.logic.problem import Booking, Cover, Hours, Pattern, Scheme, Wish
from hotline.rosters.logic.rules import counts, rest
from hotline.rosters.logic.rules.book import RULES
from hotline.rosters.tests import problems
from hotline.rosters.tests.problems import person, problem, row
from hotline.rulebook.texts.handbook import CLAUSES

WINDOW = [Cover(0, 0, 0, slot=slot, least=1) for slot in range(17, 44)]

# rule, problem, a roster that breaks it, one that does not
PLANTED = [
    ("one.shift.a.day", problem(), row("?"), row("E")),
    ("shift.offered", problem(), row("B"), row("E")),
    ("away", problem(absences=frozenset({(0, 1)})), row("EE"), row("E.E")),
    ("away", problem(blocked=frozenset({(0, 1, "late")})), row("EL"), row("EE")),
    ("fixed", problem(fixed={(0, 2): "early"}), row("EE"), row("EEE")),
    ("fixed", problem(fixed={(0, 0): None}), row("E"), row(".E")),
    ("rest.minimum", problem(rest_minimum=660), row("LE"), row("ELL.E")),
    ("rest.minimum", problem(person(before=("late",)), rest_minimum=660), row("E"), row("L")),
    ("run.longest", problem(person(longest_run=3)), row("EEEE"), row("EEE.EEE")),
    ("run.longest", problem(person(longest_run=3, before=("early", "early"))), row("EE"), row("E.EEE")),
    ("run.shortest", problem(person(shortest_run=2)), row(".E."), row("E..EE........E")),
    ("run.shortest", problem(person(shortest_run=2, before=(None, "early"))), row("."), row("E")),
    ("rest.shortest", problem(person(shortest_rest=2)), row("E.E"), row(".EE..EEEEEEEEE")),
    ("minutes", problem(person(most_minutes=960)), row("EEE"), row("EE")),
    ("minutes", problem(person(least_minutes=960)), row("E"), row("EE")),
    ("hours.day", problem(hours=Hours(overtime_day=120)), row("L"), row("E")),
    ("hours.month", problem(hours=Hours(overtime_month=300)), row("LLL"), row("LL")),
    ("hours.month", problem(hours=Hours(overtime_month=60)), row("EEEEEE"), row("EEEEE")),
    (
        "hours.month",
        problem(days=7, hours=Hours(Scheme.AVERAGED, overtime_month=0)),
        row("EEEEEE"),
        row("EEEEE"),
    ),
    ("kind.most", problem(person(most_of_kind={"late": 1})), row("L.L"), row("L.E")),
    ("weekends.most", problem(person(most_weekends=1)), row(".....E......E."), row(".....EE.......")),
    ("pattern", problem(person(pattern=Pattern(2, 2)), days=4), row("EEE"), row("EE..")),
    ("bookings", problem(bookings=(Booking("b", 0, 540, 600, frozenset({0})),)), row("L"), row("E")),
    ("cover.least", problem(person(0), person(1), covers=tuple(WINDOW)), row("E"), row("E") | row("L", 1)),
    ("cover.demand", problem(covers=(Cover(0, 1, 9, slot=25),)), row("E"), {(0, 0): "lead"}),
    ("cover.demand", problem(covers=(Cover(0, 0, 0, 2, kind="early"),)), row("E"), row("L")),
    ("cover.demand", problem(covers=(Cover(0, 1, 9, kind="early", skill="english"),)), row("E"), None),
    ("wishes", problem(wishes=(Wish(0, 0, None, wants=False, weight=5),)), row("E"), row(".E")),
    ("wishes", problem(wishes=(Wish(0, 0, "late", wants=True, weight=5),)), row("E"), row("L")),
    ("fair.lates", problem(person(fair_lates=1), late_weight=4), row("LL"), row("LE")),
    ("fair.weekends", problem(person(fair_weekends=1), weekend_weight=4), row(".....E......E."), row(".....EE")),
]


@pytest.mark.clause("D2.1", "A2.1", "A2.18", "B2.2")
@pytest.mark.parametrize(("rule", "facts", "broken", "kept"), PLANTED)
def test_a_rule_finds_what_breaks_it_and_nothing_else(rule, facts, broken, kept):
    found = {violation.rule: violation for violation in check.violations(facts, broken)}
    assert rule in found
    assert found[rule].text()
    assert found[rule].clause == RULES[rule].clause
    if kept is not None:
        assert rule not in {violation.rule for violation in check.violations(facts, kept)}


def test_every_rule_has_something_planted():
    assert {rule for rule, *_ in PLANTED} == set(RULES)


def test_half_past_ten_is_told_in_hours():
    facts = problem(rest_minimum=660)
    (found,) = check.violations(facts, row("LE"))
    assert found.text() == "10.5 hours of rest between late and early; 11 are needed."
    assert (found.person, found.days, found.hard) == (0, (0, 1), True)
    assert [rest.in_hours(minutes) for minutes in (660, 645, -30)] == ["11", "10.75", "-0.5"]


def test_whoever_is_away_or_booked_counts_for_no_cover():
    covers = (Cover(0, 1, 9, slot=20), Cover(0, 0, 0, slot=20, least=1))
    booked = problem(covers=covers, bookings=(Booking("b", 0, 600, 630, frozenset({0})),))
    assert [one.rule for one in check.violations(booked, row("E"))] == ["cover.demand"]
    away = problem(covers=covers, absences=frozenset({(0, 0)}), fixed={(0, 0): "early"})
    assert [one.rule for one in check.violations(away, row("E"))] == ["cover.least", "cover.demand"]


@pytest.mark.clause("D4.5")
def test_of_half_a_day_the_shift_stays_and_only_its_half_counts_for_no_cover():
    morning = (Cover(0, 1, 9, slot=20), Cover(0, 1, 9, slot=20, least=1))
    noon = (Cover(0, 1, 9, slot=30), Cover(0, 0, 0, slot=30, least=1))
    facts = problem(covers=(*morning, *noon), partly={(0, 0): ((780, 1440),)})
    found = check.violations(facts, row("E"))
    assert [(one.rule, one.params["when"]) for one in found] == [("cover.least", "15:00"), ("cover.demand", "15:00")]


def test_further_above_the_share_costs_more():
    facts = problem(person(fair_lates=1), late_weight=4)
    assert [check.cost(facts, row("L" * lates)) for lates in (1, 2, 3, 4, 5)] == [0, 4, 12, 24, 36]


@given(st.dictionaries(st.integers(0, 5), st.integers(0, 9), min_size=1), st.integers(0, 40))
def test_shares_even_out_what_was_before(before, to_give):
    most = dict.fromkeys(before, 6)
    given_now = counts.shares(before, to_give, most)
    assert sum(given_now.values()) == min(to_give, 6 * len(before))
    totals = {key: before[key] + given_now[key] for key in before}
    for one in before:
        for two in before:
            if given_now[one] and given_now[two] < 6:
                assert totals[one] <= totals[two] + 1


def verdict(facts, roster):
    """What the model says of a finished roster: whether it may be, and what it costs."""
    model = RosterModel(facts)
    model.post()
    for (whose, day, kind), has in model._has.items():
        model.cp.add(has == (roster.get((whose, day)) == kind))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model.cp)
    return status == cp_model.OPTIMAL, round(solver.objective_value) if status == cp_model.OPTIMAL else None


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_model_and_checker_agree_on_every_roster(data):
    facts = data.draw(problems.problems())
    roster = data.draw(problems.rosters(facts))
    lawful = check.is_lawful(facts, roster)
    assert verdict(facts, roster) == (lawful, check.cost(facts, roster) if lawful else None)


@pytest.mark.parametrize(("rule", "facts", "broken", "kept"), PLANTED)
def test_the_model_refuses_or_charges_what_was_planted(rule, facts, broken, kept):
    if rule == "one.shift.a.day":
        return  # the model has no variable for a shift that does not exist
    violations = check.violations(facts, broken)
    lawful, cost = verdict(facts, broken)
    assert lawful == (not any(violation.hard for violation in violations))
    if lawful:
        assert cost == sum(violation.cost for violation in violations) > 0


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_change_is_judged_by_itself_as_by_the_whole(data):
    facts = data.draw(problems.problems())
    roster = data.draw(problems.rosters(facts))
    place = (data.draw(st.integers(0, len(facts.people) - 1)), data.draw(st.integers(0, facts.days - 1)))
    change = {place: data.draw(problems.given_on)}
    after = check.changed(roster, change)
    assert check.cost_of_change(facts, roster, change) == check.cost(facts, after) - check.cost(facts, roster)
    worse, _better = check.of_change(facts, roster, change)
    if check.is_lawful(facts, roster):
        assert any(one.hard for one in worse) == (not check.is_lawful(facts, after))


def test_two_equal_wishes_at_one_place_both_count():
    wish = Wish(0, 0, None, wants=False, weight=5)
    facts = problem(wishes=(wish, wish))
    assert check.cost_of_change(facts, {}, {(0, 0): "early"}) == check.cost(facts, row("E")) == 10


@pytest.mark.clause("A7.7")
def test_dragging_a_shift_warns_at_once():
    facts = problem(rest_minimum=660, covers=(Cover(1, 1, 5, kind="late"),))
    worse, better = check.of_change(facts, row("E.E"), {(0, 1): "late"})
    assert [one.rule for one in worse] == ["rest.minimum"]
    assert [one.rule for one in better] == ["cover.demand"]


def test_who_can_take_a_shift_free_before_busy_and_why_not():
    facts = problem(person(0), person(1), person(2, positions=frozenset()), person(3), rest_minimum=660)
    roster = row("L", 0) | row(".E", 3)
    ranked = candidates(facts, roster, 1, "early")
    assert [(one.person, one.may) for one in ranked] == [(1, True), (0, False), (2, False)]
    assert [one.rule for one in ranked[1].worse] == ["rest.minimum"]


@pytest.mark.clause("B2.2")
def test_every_rule_names_a_clause_of_the_handbook_or_a_law_in_the_reader_s_language():
    for rule in RULES.values():
        with translation.override("zh-hans"):
            assert rule.clause in CLAUSES or translation.gettext(rule.clause) != rule.clause, rule.key
