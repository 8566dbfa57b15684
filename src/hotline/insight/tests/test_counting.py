"""Counts equal what the cases themselves say, whatever happens to them and in whatever order it is read."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from hotline.cases.models import Case, Source
from hotline.cases.services import filing
from hotline.cases.tests import builders as cases
from hotline.core.access import NotAllowed
from hotline.insight import jobs
from hotline.insight.models import MonthCount, MonthState, PlaceCount, ReadMark, UnmetCount
from hotline.insight.queries import voice
from hotline.insight.services import counting
from hotline.insight.tests.builders import FEBRUARY, LAST_MONTH, MARCH, MINUTE, NOW, count, months, report
from hotline.people.queries import system_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A1.2")]


def counted(of: cases.Town, month: date) -> dict[tuple[str, int | None], int]:
    rows = MonthCount.objects.filter(centre=of.centre, month=month)
    return {(source, category): n for source, category, n in rows.values_list("source", "category", "reports")}


def test_the_counts_equal_a_direct_count() -> None:
    of = months()
    count(of)
    for month, reports in ((FEBRUARY, 2), (MARCH, 4)):
        assert counted(of, month) == voice.direct_count(of.centre.pk, month)
        assert MonthState.objects.get(centre=of.centre, month=month).reports == reports
    assert voice.totals(of.centre.pk, MARCH) == {
        "reports": 4, "not_accepted": 0, "rejected": 1, "reworked": 0, "reopened": 0,
    }  # fmt: skip
    assert PlaceCount.objects.filter(month=MARCH).aggregate(n=Sum("reports"))["n"] == 4
    assert list(UnmetCount.objects.values_list("status", "reason", "reports")) == [("rejected", "不属受理范围", 1)]


def test_only_months_to_which_something_happened_are_counted_anew() -> None:
    of = months()
    count(of)
    case = report(of, cases.NINE + 10 * MINUTE)
    counting.read_events(by=system_person(of.centre), at=NOW)
    behind = MonthState.objects.filter(is_behind=True).values_list("month", flat=True)
    assert MARCH in behind
    jobs.count_behind(NOW)
    ReadMark.objects.update(last=ReadMark.objects.get().last)
    filing.reject(case_id=case.pk, version=1, reason="重复", by=of.operator, at=cases.NINE + 11 * MINUTE)
    count(of)
    assert counted(of, MARCH) == voice.direct_count(of.centre.pk, MARCH)
    assert voice.totals(of.centre.pk, MARCH)["rejected"] == 2


def test_reading_again_changes_nothing() -> None:
    of = months()
    count(of)
    before = counted(of, MARCH)
    assert counting.read_events(by=system_person(of.centre), at=NOW) == 0
    for _again in range(2):
        counting.count_month(centre=of.centre, month=MARCH, by=system_person(of.centre), at=NOW)
    assert counted(of, MARCH) == before


def test_a_random_life_of_cases_is_counted_exactly() -> None:
    dice = random.Random(7)  # noqa: S311 a test's dice
    of = months()
    alive: list[Case] = []
    for step in range(30):
        at = (LAST_MONTH if dice.random() < 0.3 else cases.NINE) + (20 + step) * MINUTE
        if alive and dice.random() < 0.4:
            case = alive.pop(dice.randrange(len(alive)))
            filing.reject(
                case_id=case.pk, version=1, reason="不属实", by=of.operator, at=cases.NINE + timedelta(days=1)
            )
        else:
            source = dice.choice([Source.PHONE, Source.WEB, Source.VISIT])
            alive.append(report(of, at, categorised=dice.random() < 0.8, source=source))
        if dice.random() < 0.3:
            count(of)
    count(of)
    for month in (FEBRUARY, MARCH):
        assert counted(of, month) == voice.direct_count(of.centre.pk, month)


def test_the_night_counts_anew_what_no_event_told() -> None:
    of = months()
    count(of)
    MonthCount.objects.filter(month=MARCH).update(reports=99)
    counting.mark_recent(centre=of.centre, months=2, by=system_person(of.centre), at=NOW)
    jobs.count_behind(NOW)
    assert counted(of, MARCH) == voice.direct_count(of.centre.pk, MARCH)


def test_a_centre_never_counts_another() -> None:
    of, other = months(), cases.town()
    report(other, cases.NINE)
    count(of)
    assert voice.totals(other.centre.pk, MARCH)["reports"] == 1
    assert voice.totals(of.centre.pk, MARCH)["reports"] == 4


def test_people_do_not_count() -> None:
    of = months()
    with pytest.raises(NotAllowed):
        counting.count_month(centre=of.centre, month=MARCH, by=of.operator, at=NOW)


def test_a_month_is_counted_in_few_statements() -> None:
    of = months()
    by = system_person(of.centre)
    counting.count_month(centre=of.centre, month=MARCH, by=by, at=NOW)
    with CaptureQueriesContext(connection) as asked:
        counting.count_month(centre=of.centre, month=MARCH, by=by, at=NOW)
    assert len(asked) <= 14
