"""The whole table of indicators from what is known of a month, of one person and of many."""

from dataclasses import fields, replace
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.rulebook.indicators import INDICATORS, Key, Known, indicator, indicators, performance, total
from hotline.rulebook.parameters.values import in_force

DAY = date(2026, 10, 1)
VALUES = in_force(DAY)
KNOWN = Known(
    working_days=22, rostered=20, attended=18, on_time=17, away=1, paid_s=18 * 8 * 3600, inbound=720, outbound=30,
    talk_s=90_000, hold_s=1_500, after_s=36_000, waiting_s=200_000, with_case=600, cases=630, reports=650, judged=40,
    right=39, monitored=5, zero=1, soft=210, technical=200, complaints=3, upheld=1,
)  # fmt: skip


def possible(known: Known) -> Known:
    """Numbers that can be together: parts within their wholes, scores of 50."""
    return replace(
        known, away=min(known.away, known.rostered), soft=min(known.soft, 50 * known.monitored),
        technical=min(known.technical, 50 * known.monitored), right=min(known.right, known.judged),
    )  # fmt: skip


numbers = st.builds(Known, **{one.name: st.integers(0, 10**6) for one in fields(Known)}).map(possible)


@pytest.mark.parametrize(
    ("key", "printed", "field"),
    [
        pytest.param(Key.ATTENDANCE, Fraction(18, 22), Fraction(18, 20), marks=pytest.mark.clause("A6.1")),
        pytest.param(Key.ON_TIME, Fraction(17, 21), Fraction(17, 19), marks=pytest.mark.clause("A6.2")),
        pytest.param(
            Key.UTILISATION, Fraction(327_500, 22 * 8 * 3600), Fraction(327_500, 18 * 8 * 3600),
            marks=pytest.mark.clause("A6.3"),
        ),
        pytest.param(Key.HANDLING, Fraction(327_500, 720), Fraction(127_500, 750), marks=pytest.mark.clause("A6.4")),
        pytest.param(Key.CALLS, Fraction(720, 22), Fraction(720, 18), marks=pytest.mark.clause("A6.5")),
        pytest.param(Key.ENTRY, Fraction(630, 750), Fraction(600, 720), marks=pytest.mark.clause("A6.6")),
        pytest.param(
            Key.QUALITY, Fraction(39, 40) * 82, Fraction(39, 40) * 82, marks=pytest.mark.clause("A6.7")
        ),
        pytest.param(Key.CRITICAL, Fraction(1, 5), Fraction(1, 5), marks=pytest.mark.clause("A6.8")),
        pytest.param(Key.COMPLAINTS, Fraction(3, 750), Fraction(1, 750), marks=pytest.mark.clause("A6.9")),
    ],
)  # fmt: skip
def test_each_figure_by_both_definitions(key, printed, field):
    found = indicator(key, KNOWN, VALUES)
    assert (found.printed.value, found.field.value) == (printed, field)
    assert found.counts == found.field


def test_the_table_follows_the_handbook():
    assert [one.clause for one in INDICATORS] == [f"A6.{number}" for number in range(1, 10)]
    assert set(indicators(KNOWN, VALUES)) == set(Key)


@pytest.mark.clause("A6.11")
def test_target_performance_of_the_table():
    found = performance(indicators(KNOWN, VALUES), VALUES)
    assert [one.score for one in found.scored] == [Fraction(15, 2), 25, 15]  # 40 calls a day, 90 %, 89.5 %
    assert (found.score, found.of, found.of_hundred) == (Fraction(95, 2), 55, Fraction(950, 11))


@pytest.mark.clause("A6.11")
def test_what_is_not_known_leaves_the_total():
    found = performance(indicators(Known(working_days=22, rostered=20, attended=20, on_time=20), VALUES), VALUES)
    assert [one.score for one in found.scored] == [None, 25, 15]
    assert found.of_hundred == 100


@given(numbers)
def test_nothing_known_gives_no_figure_and_no_figure_is_ever_a_mistake(known):
    assert all(found.value is None for found in indicators(Known(), VALUES).values())
    for found in indicators(known, VALUES).values():
        assert found.value is None or found.value >= 0


@pytest.mark.clause("A6.9")
def test_without_an_exchange_complaints_stand_against_the_reports_taken_in():
    assert indicator(Key.COMPLAINTS, Known(reports=50, complaints=2, upheld=1), VALUES).value == Fraction(1, 50)


@given(st.lists(numbers, max_size=4))
def test_a_team_is_the_sum_of_its_people(people):
    whole = total(people)
    assert all(getattr(whole, one.name) == sum(getattr(each, one.name) for each in people) for one in fields(Known))
