"""Reports of two months, made through the services; and the counts of them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hotline.cases.models import Case, Source
from hotline.cases.services import filing
from hotline.cases.tests import builders as cases
from hotline.insight.services import counting
from hotline.people.queries import system_person

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)
NOW = datetime(2026, 3, 20, 2, 0, tzinfo=UTC)
APRIL = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)  # 08:00 on the first
LAST_MONTH = datetime(2026, 2, 10, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def report(of: cases.Town, at: datetime, *, categorised: bool = True, source: str = Source.PHONE, **more: Any) -> Case:
    """A report at a moment, of the town's sub-class or of none."""
    category = of.condition.category if categorised else None
    return cases.report(of, at, category=category, source=source, **more)


def months() -> cases.Town:
    """Two reports in February; in March four, one of them rejected, one far away, one without a category."""
    of = cases.town()
    report(of, LAST_MONTH)
    report(of, LAST_MONTH + MINUTE, source=Source.WEB)
    report(of, cases.NINE)
    report(of, cases.NINE + MINUTE, latitude=Decimal("37.940000"), longitude=Decimal("112.590000"), place="北大街")
    report(of, cases.NINE + 2 * MINUTE, categorised=False)
    refused = report(of, cases.NINE + 3 * MINUTE)
    filing.reject(case_id=refused.pk, version=1, reason="不属受理范围", by=of.operator, at=cases.NINE + 4 * MINUTE)
    return of


def count(of: cases.Town, at: datetime = NOW) -> None:
    """Read what happened, and count the months it concerns."""
    from hotline.insight import jobs  # noqa: PLC0415 as the worker does it

    by = system_person(of.centre)
    while counting.read_events(by=by, at=at):
        pass
    jobs.count_behind(at)
