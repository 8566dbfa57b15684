"""Every stage has its limit, or says that it comes from elsewhere."""

from datetime import date, timedelta

import pytest

from hotline.rulebook.case_custody import Stage
from hotline.rulebook.case_stages import STAGE_LIMITS, UNLIMITED_HERE
from hotline.rulebook.parameters.terms import stage_limit
from hotline.rulebook.parameters.values import in_force

DAY = date(2026, 3, 2)


def limit_of(stage, **overrides):
    return stage_limit(stage, in_force(DAY, overrides=overrides).reading())


@pytest.mark.parametrize(
    ("stage", "minutes"),
    [("acceptance", 15), ("verify", 30), ("filing", 15), ("dispatch", 15), ("check", 30), ("closing", 30)],
)
def test_the_limits_of_the_stages(stage, minutes):
    assert limit_of(stage) == timedelta(minutes=minutes)
    assert limit_of(stage, **{f"stage.{stage}_minutes": 45}) == timedelta(minutes=45)


@pytest.mark.parametrize("stage", ["handling", "parked"])
def test_handling_and_parking_have_none_here(stage):
    assert limit_of(stage) is None


def test_no_stage_is_forgotten_and_an_unknown_one_is_an_error():
    assert set(Stage) == STAGE_LIMITS.on(DAY).keys() | UNLIMITED_HERE
    with pytest.raises(KeyError):
        limit_of("lunch")
