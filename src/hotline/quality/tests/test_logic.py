"""Drawing samples: each case once, by seed alone, within the sizes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.quality.logic import Decided, SizeBy, Sizes, Unit, draw, fingerprint, units
from hotline.rulebook.accuracy import Decision

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
pytestmark = pytest.mark.clause("D3.8")


def decided(person: int, case: int, decision: Decision = Decision.FILED, seq: int = 3, day: int = 9) -> Decided:
    return Decided(person, decision, case, seq, date(2026, 3, day))


frames = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 80), st.sampled_from(list(Decision))), unique_by=lambda row: row[:2]
).map(lambda rows: [Unit(person, decision, case, 3) for person, case, decision in rows])
sizes = st.builds(
    Sizes,
    st.sampled_from(list(SizeBy)),
    st.fixed_dictionaries({decision: st.integers(0, 100) for decision in Decision}),
)


def test_filing_and_dispatching_the_same_case_is_one_unit() -> None:
    found = units([decided(1, 7), decided(1, 7, Decision.DISPATCHED, 4)], FIRST, LAST)
    assert found == [Unit(1, Decision.FILED, 7, 3)]


def test_two_persons_with_one_case_are_two_units() -> None:
    found = units([decided(1, 7), decided(2, 7, Decision.DISPATCHED, 4)], FIRST, LAST)
    assert found == [Unit(1, Decision.FILED, 7, 3), Unit(2, Decision.DISPATCHED, 7, 4)]


def test_a_case_belongs_to_the_period_in_which_it_was_first_decided() -> None:
    rows = [decided(1, 7, day=9), decided(1, 7, Decision.DISPATCHED, 4, day=20)]
    assert len(units(rows, date(2026, 3, 1), date(2026, 3, 15))) == 1
    assert units(rows, date(2026, 3, 16), LAST) == []


def test_a_percentage_is_rounded_up_so_that_small_strata_are_not_left_out() -> None:
    ten = Sizes(SizeBy.PERCENT, {Decision.FILED: 10})
    assert [ten.size(Decision.FILED, n) for n in (0, 1, 10, 11, 100)] == [0, 1, 1, 2, 10]


@given(frames, sizes, st.text(min_size=1))
def test_the_same_frame_and_seed_give_the_same_sample_in_whatever_order_it_is_read(
    frame: list[Unit], wanted: Sizes, seed: str
) -> None:
    once, again = draw(frame, wanted, seed), draw(list(reversed(frame)), wanted, seed)
    assert once == again
    assert once.frame_hash == fingerprint(frame)


@given(frames, sizes, st.text(min_size=1))
def test_every_stratum_is_drawn_to_its_size_and_nothing_twice(frame: list[Unit], wanted: Sizes, seed: str) -> None:
    sample = draw(frame, wanted, seed)
    assert len(set(sample.units)) == len(sample.units)
    assert set(sample.units) <= set(frame)
    assert sample.population == len(frame)
    for stratum in sample.strata:
        assert len(stratum.drawn) == wanted.size(stratum.decision, stratum.population)


def test_each_unit_has_its_fair_chance() -> None:
    """Of 20 cases 5 are drawn; over 2,000 seeds each comes up about 500 times (six standard deviations are 116)."""
    frame = [Unit(1, Decision.FILED, case, 3) for case in range(20)]
    five = Sizes(SizeBy.COUNT, {Decision.FILED: 5})
    times = dict.fromkeys(range(20), 0)
    for seed in range(2_000):
        for unit in draw(frame, five, str(seed)).units:
            times[unit.case] += 1
    assert all(384 < count < 616 for count in times.values())


def test_a_larger_sample_holds_the_smaller_one() -> None:
    frame = [Unit(1, Decision.FILED, case, 3) for case in range(20)]
    small, large = (draw(frame, Sizes(SizeBy.COUNT, {Decision.FILED: n}), "s") for n in (5, 9))
    assert set(small.units) < set(large.units)


def test_another_day_changes_nothing_but_the_period() -> None:
    assert units([decided(1, 7, day=9)], FIRST + timedelta(days=9), LAST) == []
