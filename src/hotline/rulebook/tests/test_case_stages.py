"""The limits of the stages by example."""

from datetime import date, timedelta

import pytest

from hotline.rulebook.case_custody import Stage
from hotline.rulebook.case_stages import FIRST_DAY, STAGE_LIMITS, UNLIMITED_HERE, limit_of

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("stage", "minutes"),
    [("acceptance", 15), ("verify", 30), ("filing", 15), ("dispatch", 15), ("check", 30), ("closing", 30)],
)
def test_the_limit_of_each_stage(stage, minutes):
    assert STAGE_LIMITS.on(DAY)[stage] == timedelta(minutes=minutes)
    assert limit_of(stage, DAY) == timedelta(minutes=minutes)


@pytest.mark.parametrize("stage", ["handling", "parked"])
def test_handling_is_limited_by_its_condition_and_parking_by_nothing(stage):
    assert limit_of(stage, DAY) is None


def test_every_stage_has_a_limit_or_says_that_it_has_none():
    for edition in STAGE_LIMITS.items():
        limits = edition[1]
        assert set(limits) | UNLIMITED_HERE == {stage.value for stage in Stage}
        assert not set(limits) & UNLIMITED_HERE
        assert all(type(stage) is str for stage in limits)
        assert all(limit > timedelta(0) for limit in limits.values())


def test_before_the_first_day_nothing_is_in_force():
    with pytest.raises(LookupError):
        limit_of("check", FIRST_DAY - timedelta(days=1))


def test_a_name_that_is_no_stage_is_a_mistake():
    with pytest.raises(KeyError):
        limit_of("wrong", DAY)
