"""Counting: events tell which months are behind, and those are counted anew in one statement each.

A month is counted whole, so the counts can be wrong by nothing but time: what a report became later is read again with
its month. 100,000 cases of a month take about a second along the index by arrival.
"""

from datetime import date, datetime

from django.db import connection, transaction

from hotline.cases.logic.flow import Status
from hotline.cases.models import Case, CaseEvent
from hotline.core import clock
from hotline.core.access import authorize
from hotline.insight.logic.cells import PER_DEGREE
from hotline.insight.logic.months import after, back, month_of
from hotline.insight.models import MonthCount, MonthState, PlaceCount, ReadMark, UnmetCount
from hotline.people.models import Centre, Person

BATCH = 50_000
OVERLAP = 5_000  # keys are not given in the order in which transactions end
MARK = "counting"
REASONS = 200  # of a month, the most frequent

_MONTHS_OF = """
    SELECT DISTINCT c.centre_id, date_trunc('month', c.arrived_at AT TIME ZONE %s)::date
    FROM cases_case c WHERE c.id IN (SELECT case_id FROM cases_caseevent WHERE id > %s AND id <= %s)
"""
_MONTH_COUNT = """
    INSERT INTO insight_monthcount
        (centre_id, month, source, category_id, reports, not_accepted, rejected, reworked, reopened)
    SELECT centre_id, %(month)s, source, category_id, count(*),
        count(*) FILTER (WHERE status = %(not_accepted)s), count(*) FILTER (WHERE status = %(rejected)s),
        count(*) FILTER (WHERE rework_count > 0), count(*) FILTER (WHERE reopen_count > 0)
    FROM cases_case WHERE centre_id = %(centre)s AND arrived_at >= %(begins)s AND arrived_at < %(ends)s
    GROUP BY centre_id, source, category_id
"""
_PLACE_COUNT = """
    INSERT INTO insight_placecount (centre_id, month, category_id, district_id, "row", "column", name, reports)
    SELECT centre_id, %(month)s, category_id, max(district_id), floor(latitude * %(per)s), floor(longitude * %(per)s),
        coalesce(mode() WITHIN GROUP (ORDER BY place), ''), count(*)
    FROM cases_case WHERE centre_id = %(centre)s AND arrived_at >= %(begins)s AND arrived_at < %(ends)s
        AND latitude IS NOT NULL AND datum = 'wgs84'
    GROUP BY centre_id, category_id, floor(latitude * %(per)s), floor(longitude * %(per)s)
"""
_UNMET_COUNT = """
    INSERT INTO insight_unmetcount (centre_id, month, status, reason, reports)
    SELECT centre_id, %(month)s, status, left(btrim(status_note), 200), count(*)
    FROM cases_case WHERE centre_id = %(centre)s AND arrived_at >= %(begins)s AND arrived_at < %(ends)s
        AND status IN (%(not_accepted)s, %(rejected)s)
    GROUP BY centre_id, status, left(btrim(status_note), 200)
    ORDER BY count(*) DESC, 4 LIMIT %(reasons)s
"""


@transaction.atomic
def read_events(*, by: Person, at: datetime) -> int:
    """Mark the months of cases to which something happened; how many events were read. The first time all months."""
    authorize(by, "insight.count")
    mark, is_new = ReadMark.objects.select_for_update().get_or_create(name=MARK)
    newest = CaseEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if is_new:
        _mark(_all_months())
        read, mark.last = newest, newest
    else:
        start, until = max(mark.last - OVERLAP, 0), min(newest, mark.last + BATCH)
        if until <= mark.last:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(_MONTHS_OF, [str(clock.ZONE), start, until])
            _mark(cursor.fetchall())
        read, mark.last = until - mark.last, until
    mark.save(update_fields=["last"])
    return read


def _all_months() -> list[tuple[int, date]]:
    found = []
    for centre in Centre.objects.all():
        rows = Case.objects.filter(centre=centre)
        ends = [
            rows.order_by(order).values_list("arrived_at", flat=True).first() for order in ("arrived_at", "-arrived_at")
        ]
        if ends[0] is None or ends[1] is None:
            continue
        month, last = month_of(clock.local_day(ends[0])), month_of(clock.local_day(ends[1]))
        while month <= last:
            found.append((centre.pk, month))
            month = after(month)
    return found


def _mark(months: list[tuple[int, date]]) -> None:
    rows = [MonthState(centre_id=centre, month=month, is_behind=True) for centre, month in months]
    MonthState.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["centre", "month"], update_fields=["is_behind"]
    )


@transaction.atomic
def mark_recent(*, centre: Centre, months: int, by: Person, at: datetime) -> None:
    """Have the last months counted anew, whatever the events say: the night's own check."""
    authorize(by, "insight.count")
    _mark([(centre.pk, month) for month in back(month_of(clock.local_day(at)), months)])


@transaction.atomic
def count_month(*, centre: Centre, month: date, by: Person, at: datetime) -> MonthState:
    """Count a month anew."""
    authorize(by, "insight.count")
    state, _is_new = MonthState.objects.select_for_update().get_or_create(centre=centre, month=month)
    # Cleared before the reading: what happens meanwhile waits for this lock and marks the month again.
    values: dict[str, int | str | date] = {
        "centre": centre.pk,
        "month": month,
        "begins": clock.wall(month),
        "ends": clock.wall(after(month)),
        "per": PER_DEGREE,
        "not_accepted": Status.NOT_ACCEPTED.value,
        "rejected": Status.REJECTED.value,
        "reasons": REASONS,
    }
    for table in (MonthCount, PlaceCount, UnmetCount):
        table._default_manager.filter(centre=centre, month=month).delete()
    with connection.cursor() as cursor:
        for statement in (_MONTH_COUNT, _PLACE_COUNT, _UNMET_COUNT):
            cursor.execute(statement, values)
    state.is_behind, state.counted_at = False, at
    state.reports = sum(MonthCount.objects.filter(centre=centre, month=month).values_list("reports", flat=True))
    state.save(update_fields=["is_behind", "counted_at", "reports"])
    return state
