"""A centre's own values in the terms of other chapters; without any they are the terms themselves."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from hotline.rulebook.leave import DAY_TERMS, Code, kinds
from hotline.rulebook.parameters import terms
from hotline.rulebook.parameters.values import Reading, in_force
from hotline.rulebook.shifts import NOTICE
from hotline.rulebook.staffing import GOALS, OVERTIME, Line
from hotline.rulebook.swaps import SWAPS

DAY = date(2026, 3, 9)
pytestmark = pytest.mark.clause("D0.2")


def read(**overrides: object) -> Reading:
    return in_force(DAY, overrides={key.replace("__", "."): raw for key, raw in overrides.items()}).reading()


def test_what_nobody_has_set_is_the_term_itself() -> None:
    own = read()
    assert terms.overtime_terms(DAY, own) == OVERTIME.on(DAY)
    assert terms.notice_terms(DAY, own) == NOTICE.on(DAY)
    assert terms.day_terms(DAY, own) == DAY_TERMS.on(DAY)
    assert terms.swap_terms(DAY, own) == SWAPS.on(DAY)
    assert terms.goals(own) == GOALS.on(DAY)
    for kind in kinds(DAY).values():
        assert terms.own_kind(kind, own) == kind


def test_what_a_centre_has_set_stands_in_the_terms() -> None:
    own = read(
        hours__scheme="averaged", rest__minimum="10.5", leave__day_max=7, leave__annual_max=2, swap__month_max=2,
        swap__count_partner=True, swap__pairs_max=3, swap__pair_notice_months=2, swap__pay_back_months=3,
        roster__notice_days=14, notice_days=3, service__government_percent="90", service__government_s=20,
    )  # fmt: skip
    law, away, swaps = terms.overtime_terms(DAY, own), terms.day_terms(DAY, own), terms.swap_terms(DAY, own)
    assert (law.is_averaged, law.rest) == (True, timedelta(hours=10, minutes=30))
    assert (away.most_away, away.most_annual) == (7, 2)
    assert (swaps.per_month, swaps.pairs_per_year, swaps.counts_partner) == (2, 3, True)
    assert (swaps.pair_notice_months, swaps.pay_back_months) == (2, 3)
    assert terms.notice_terms(DAY, own).notice_days == 14
    assert [terms.own_kind(kinds(DAY)[code], own).notice_days for code in (Code.PERSONAL, Code.SICK)] == [3, 0]
    goal = terms.goals(own)[Line.GOVERNMENT]
    assert (goal.share, goal.within) == (Fraction(9, 10), timedelta(seconds=20))
