"""Indicators and ranking by example, both definitions side by side."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook import figures as f
from hotline.rulebook.parameters.values import in_force
from hotline.rulebook.ranking import Months, ranking, reward_proposals

DAY = date(2026, 10, 1)
DAYS = f.Days(working_days=22, rostered=15, attended=14, on_time=12, away=1, paid_minutes=Fraction(15 * 630))
TALK = f.Talk(
    inbound=300, outbound=100, talk=Fraction(60_000), hold=Fraction(3_000), after=Fraction(15_000),
    waiting=Fraction(120_000), with_case=270, cases=330,
)  # fmt: skip


def read(**overrides):
    return in_force(DAY, overrides={key.replace("__", "."): value for key, value in overrides.items()}).reading()


def both(defined):
    return defined.printed.value, defined.field.value, defined.value


@pytest.mark.clause("A6.1")
def test_attendance_rate():
    assert both(f.attendance_rate.on(DAY)(DAYS, read())) == (Fraction(14, 22), Fraction(14, 15), Fraction(14, 15))
    assert f.attendance_rate.on(DAY)(DAYS, read(attendance__base="calendar")).value == Fraction(14, 22)


@pytest.mark.clause("A6.2")
def test_on_time_rate_leaves_leave_and_training_out():
    assert both(f.on_time_rate.on(DAY)(DAYS, read())) == (Fraction(12, 21), Fraction(12, 14), Fraction(12, 14))


@pytest.mark.clause("A6.3")
def test_utilisation():
    busy = Fraction(198_000, 60)
    printed, field, counts = both(f.utilisation.on(DAY)(DAYS, TALK, read()))
    assert (printed, field, counts) == (busy / (480 * 22), busy / 9450, busy / 9450)
    assert f.utilisation.on(DAY)(DAYS, TALK, read(util__base="printed")).value == printed


@pytest.mark.clause("A6.4")
def test_handling_time():
    assert both(f.handling_time.on(DAY)(TALK, read())) == (660, 195, 195)
    assert f.handling_time.on(DAY)(TALK, read(aht__base="inbound")).value == 260
    assert f.handling_time.on(DAY)(TALK, read(aht__waiting="waiting")).value == 495


@pytest.mark.clause("A6.5")
def test_calls_per_day():
    assert both(f.calls_per_day.on(DAY)(DAYS, TALK)) == (Fraction(300, 22), Fraction(300, 14), Fraction(300, 14))


@pytest.mark.clause("A6.6")
def test_entry_rate():
    assert both(f.entry_rate.on(DAY)(TALK)) == (Fraction(330, 400), Fraction(9, 10), Fraction(9, 10))


@pytest.mark.clause("A6.7")
def test_transaction_quality():
    assert f.transaction_quality.on(DAY)(Fraction(98, 100), Fraction(45), Fraction(40)) == Fraction("83.3")
    assert f.transaction_quality.on(DAY)(None, Fraction(45), Fraction(40)) is None
    with pytest.raises(ValueError, match="of 50 each"):
        f.transaction_quality.on(DAY)(Fraction(1), Fraction(51), Fraction(0))


@pytest.mark.clause("A6.8")
def test_critical_error_rate():
    assert f.critical_error_rate.on(DAY)(1, 20).value == Fraction(1, 20)
    assert f.critical_error_rate.on(DAY)(0, 0).value is None


@pytest.mark.clause("A6.9")
def test_complaint_rate():
    assert both(f.complaint_rate.on(DAY)(1, 3, 500)) == (Fraction(3, 500), Fraction(1, 500), Fraction(1, 500))


@pytest.mark.clause("A6.10")
def test_skill_score():
    assert f.skill_score.on(DAY)(Fraction(80), Fraction(90), read()) == 86


@pytest.mark.clause("A6.11")
@pytest.mark.parametrize(("calls", "score"), [(29, "0"), (30, "0"), (40, "7.5"), (49, "14.25"), (50, "15"), (90, "15")])
def test_target_score(calls, score):
    target = f.targets(read())[0]
    assert f.target_score.on(DAY)(Fraction(calls), target, "linear") == Fraction(score)


@pytest.mark.clause("A6.11")
def test_target_performance_of_what_is_known():
    table = f.targets(read())
    assert [(one.name, one.least, one.most, one.weight) for one in table] == [
        ("calls", 30, 50, 15),
        ("attendance", 60, 85, 25),
        ("on_time", 60, 85, 15),
    ]
    found = f.target_performance.on(DAY)(
        list(zip(table, (Fraction(40), Fraction(85), None), strict=True)), "linear", DAY
    )
    assert (found.score, found.of, found.of_hundred) == (Fraction("32.5"), 40, Fraction("81.25"))
    nothing = f.target_performance.on(DAY)([(one, None) for one in table], "linear", DAY)
    assert (nothing.score, nothing.of, nothing.of_hundred) == (0, 0, None)


@pytest.mark.clause("A6.11")
@given(st.fractions(0, 200), st.fractions(0, 200))
def test_more_of_a_figure_never_scores_less(one, other):
    target = f.targets(read())[1]
    low, high = sorted((one, other))
    scores = [f.target_score.on(DAY)(value, target, "linear") for value in (low, high)]
    assert 0 <= scores[0] <= scores[1] <= target.weight


@pytest.mark.clause("A6.1", "A6.2", "A6.3", "A6.4", "A6.5", "A6.6")
def test_without_anything_to_divide_by_there_is_no_figure():
    days = replace(DAYS, working_days=0, rostered=0, attended=0, on_time=0, away=0, paid_minutes=Fraction(0))
    talk = f.Talk(0, 0, Fraction(0), Fraction(0), Fraction(0), Fraction(0))
    found = [
        f.attendance_rate.on(DAY)(days, read()),
        f.on_time_rate.on(DAY)(days, read()),
        f.utilisation.on(DAY)(days, talk, read()),
        f.handling_time.on(DAY)(talk, read()),
        f.calls_per_day.on(DAY)(days, talk),
        f.entry_rate.on(DAY)(talk),
    ]
    assert [one.value for one in found] == [None] * 6


# ---------------------------------------------------------------- ranking


def places(people, months=6, **overrides):
    return [
        (one.person, one.place) for one in ranking.on(DAY)([Months(*one) for one in people], months, read(**overrides))
    ]


PEOPLE = [("an", [100, 98, 100, 98]), ("bo", [99] * 6), ("ci", [110, 110, 110]), ("di", [97] * 6), ("en", [])]


@pytest.mark.clause("D3.15")
def test_places_by_the_mean_of_enough_months_and_ties_share_one():
    assert places(PEOPLE) == [("an", 1), ("bo", 1), ("di", 3), ("ci", None), ("en", None)]
    assert places(PEOPLE, rank__by="sum") == [("bo", 1), ("di", 2), ("an", 3), ("ci", None), ("en", None)]
    assert places([("an", [99] * 7), ("bo", [90] * 8)], months=12) == [("bo", 1), ("an", None)]


@pytest.mark.clause("D5")
def test_whoever_is_first_is_proposed_for_a_reward():
    found = ranking.on(DAY)([Months(*one) for one in PEOPLE], 6, read())
    proposals = reward_proposals.on(DAY)(found, "2026 H1")
    assert [(one.clause, one.matter.value, one.evidence) for one in proposals] == [
        ("D5", "reward", ("an",)),
        ("D5", "reward", ("bo",)),
    ]
