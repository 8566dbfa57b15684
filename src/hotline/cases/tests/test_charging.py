"""Everybody's charged time at once is the rule of one holding, a million times."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.cases.logic import charging
from hotline.cases.models import Holding
from hotline.cases.queries import charged, custody
from hotline.cases.services import desk, waivers
from hotline.cases.tests import builders as b
from hotline.cases.tests.test_waivers import asked
from hotline.core import clock, columns
from hotline.kernel.spans import Span, subtract
from hotline.rulebook import case_custody

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
ZERO = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MARCH, APRIL = clock.wall(date(2026, 3, 1)), clock.wall(date(2026, 4, 1))
pytestmark = pytest.mark.clause("D3.7")


def span(start: int, length: int) -> Span:
    return Span(ZERO + start * TICK, ZERO + (start + length) * TICK)


spans = st.builds(span, st.integers(-50, 3000), st.integers(0, 900))
groups = st.lists(spans, max_size=5)
staff = st.dictionaries(st.integers(1, 9), st.tuples(groups, groups), min_size=1, max_size=4)


@given(staff, st.data())
def test_charged_as_the_rule_charges_one_holding(duty, data):
    holdings = data.draw(st.lists(st.tuples(st.sampled_from(sorted(duty)), spans), max_size=8))
    work = {key: subtract(shifts, breaks) for key, (shifts, breaks) in duty.items()}
    columns_of = (
        [key for key, _span in holdings],
        [(span.start - EPOCH) // TICK for _key, span in holdings],
        [(span.end - EPOCH) // TICK for _key, span in holdings],
    )
    found = charging.charge(*(np.array(one, dtype=np.int64) for one in columns_of), work, EPOCH)
    rule = case_custody.charged.on(date(2026, 3, 1))
    assert [int(one) * TICK for one in found] == [rule(span, *duty[key], []) for key, span in holdings]


def test_a_new_edition_of_the_rule_needs_its_counterpart_here():
    assert len(case_custody.charged._editions) == 1


@pytest.mark.django_db
def test_a_month_says_what_custody_says_of_each_holding():
    town = b.town()
    for minute in (0, 11, 37):
        case = b.report(town, b.NINE + minute * b.MINUTE)
        desk.release(
            case_id=case.pk, version=b.fresh(case).version, reason="换人", by=town.operator,
            at=b.NINE + 2 * minute * b.MINUTE + b.MINUTE,
        )  # fmt: skip
    rows = list(Holding.objects.filter(person=town.operator, span__upper_inf=False).order_by("span"))
    told = [one for one in custody.charge(rows, APRIL) if one.charged]
    assert len(told) == 3
    mine = charged.months([town.operator.pk], MARCH, APRIL)[town.operator.pk]
    assert mine.count == 3
    assert mine.seconds == sum(one.charged // timedelta(seconds=1) for one in told)
    assert mine.over == [(one.holding.case.number, one.charged) for one in told if one.is_over]
    assert len(mine.over) == 2
    assert charged.months([town.second.pk], MARCH, APRIL) == {}
    one_by_one = charged.holdings(town.operator.pk, MARCH, APRIL)
    assert [(one.case, one.time) for one in one_by_one] == [(one.holding.case.number, one.charged) for one in told]
    by_case = replace(case_custody.CUSTODY.on(date(2026, 3, 1)), average_of=case_custody.AverageOf.CASE)
    assert charged.months([town.operator.pk], MARCH, APRIL, charged.Charging(by_case))[town.operator.pk].count == 3


@pytest.mark.django_db
def test_a_waived_case_is_out_of_the_month(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    town = b.town()
    case = b.report(town, b.NINE)
    desk.release(
        case_id=case.pk, version=b.fresh(case).version, reason="换人", by=town.operator, at=b.NINE + 6 * b.MINUTE
    )
    assert charged.months([town.operator.pk], MARCH, APRIL)[town.operator.pk].count == 1
    waiver = asked(case, by=town.operator)
    waivers.decide_waiver(waiver_id=waiver.pk, approve=True, by=town.leader, at=b.NINE + 2 * b.HOUR)
    assert charged.months([town.operator.pk], MARCH, APRIL) == {}


@pytest.mark.django_db
def test_columns_hold_whole_numbers_and_refuse_the_rest():
    found = columns.fetch(
        "SELECT n::bigint, '2000-01-01 00:00:01+00'::timestamptz FROM generate_series(1, %s) n", [3], ("n", "at")
    )
    assert (sorted(found["n"].tolist()), found["at"].tolist()) == ([1, 2, 3], [1_000_000] * 3)
    assert columns.fetch("SELECT 1::bigint WHERE false", [], ("n",))["n"].tolist() == []
    for sql in ("SELECT 1::int", "SELECT NULL::bigint", "SELECT 'eight by'::text, 1::bigint"):
        with pytest.raises(columns.NotWhole):
            columns.fetch(sql, [], ("n",))
