"""What came: amounts by day and half hour of a series, from wherever its history comes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db.models import Count as CountOf
from django.db.models import DurationField, ExpressionWrapper, F, IntegerField, Max, Min, Sum
from django.db.models.functions import Cast, ExtractHour, ExtractMinute, Least, TruncDate

from hotline.cases.logic.flow import Stage
from hotline.cases.models import Case, Holding
from hotline.core import clock
from hotline.planning.logic.day import HALF_HOURS, slot_at
from hotline.planning.logic.forecast import MOST_WEEKS, Floats, History, Kind
from hotline.planning.models import Count, Series, Source
from hotline.rosters.models import CalendarDay, DayKind

DAY = timedelta(days=1)
LEARNED_DAYS = 28
LONGEST_WORK = timedelta(minutes=30)  # a case in hand for longer was lying there
AT_DESK = (Stage.ACCEPTANCE, Stage.FILING, Stage.DISPATCH, Stage.CLOSING)
KINDS: Mapping[str, Kind] = {
    DayKind.REST: Kind.FREE,
    DayKind.STATUTORY: Kind.FREE,
    DayKind.MAKE_UP: Kind.MAKE_UP,
    DayKind.WORKDAY: Kind.ORDINARY,
}
Cells = dict[tuple[date, int], int]


@dataclass(frozen=True, slots=True)
class Feed:
    """A source of history: its first day, what came between two days, and how long each takes."""

    first_day: Callable[[Series], date | None]
    between: Callable[[Series, date, date], Cells]
    handling: Callable[[Series, date, date], int | None]
    last_day: Callable[[Series, datetime], date]  # the last whole day
    known_until: Callable[[Series, date, datetime], int]  # half hours of a day of which everything is known


# ---------------------------------------------------------------- our own reports


def _first_case(series: Series) -> date | None:
    first = Case.objects.filter(centre=series.centre_id).aggregate(first=Min("arrived_at"))["first"]
    return clock.local_day(first) if first else None


def _cases(series: Series, first: date, last: date) -> Cells:
    rows = Case.objects.filter(
        centre=series.centre_id, arrived_at__gte=clock.wall(first), arrived_at__lt=clock.wall(last + DAY)
    )
    counted = (
        rows.order_by()
        .values(
            day=TruncDate("arrived_at", tzinfo=clock.ZONE),
            hour=ExtractHour("arrived_at", tzinfo=clock.ZONE),
            half=Cast(ExtractMinute("arrived_at", tzinfo=clock.ZONE), IntegerField()) / 30,
        )
        .annotate(amount=CountOf("pk"))
    )
    return {(row["day"], row["hour"] * 2 + row["half"]): row["amount"] for row in counted}


def _handling_of_cases(series: Series, first: date, last: date) -> int | None:
    """Seconds of work at the desk for each report that came: time in hands there, what merely lay there cut off."""
    start, end = clock.wall(first), clock.wall(last + DAY)
    held = Holding.objects.filter(
        case__centre=series.centre_id,
        case__arrived_at__gte=start,
        case__arrived_at__lt=end,
        person__isnull=False,
        stage__in=[stage.value for stage in AT_DESK],
        span__upper_inf=False,
    )
    length = ExpressionWrapper(F("span__endswith") - F("span__startswith"), output_field=DurationField())
    worked = held.aggregate(whole=Sum(Least(length, LONGEST_WORK)), cases=CountOf("case", distinct=True))
    return worked["whole"] // timedelta(seconds=1) // worked["cases"] if worked["cases"] else None


def _cases_until(_series: Series, day: date, at: datetime) -> int:
    return min(max(slot_at(clock.wall(day), at), 0), HALF_HOURS)


# ---------------------------------------------------------------- imported files


def _first_count(series: Series) -> date | None:
    first: date | None = Count.objects.filter(series=series).aggregate(first=Min("day"))["first"]
    return first


def _counts(series: Series, first: date, last: date) -> Cells:
    rows = Count.objects.filter(series=series, day__range=(first, last))
    return {(day, slot): amount for day, slot, amount in rows.values_list("day", "slot", "amount")}


def _handling_of_counts(series: Series, first: date, last: date) -> int | None:
    rows = Count.objects.filter(series=series, day__range=(first, last), handling_seconds__isnull=False)
    found = rows.aggregate(work=Sum(F("amount") * F("handling_seconds")), amount=Sum("amount"))
    return found["work"] // found["amount"] if found["amount"] else None


def _last_count(series: Series, at: datetime) -> date:
    newest = Count.objects.filter(series=series).order_by("-day").values_list("day", flat=True).first()
    yesterday = clock.local_day(at) - DAY
    return min(newest, yesterday) if newest else yesterday


def _counts_until(series: Series, day: date, at: datetime) -> int:
    """A file may stop in the middle of a day: what comes later is unknown, not nothing."""
    last: int | None = Count.objects.filter(series=series, day=day).aggregate(last=Max("slot"))["last"]
    return 0 if last is None else min(last + 1, _cases_until(series, day, at))


FEEDS: Mapping[str, Feed] = {
    Source.CASES: Feed(
        first_day=_first_case,
        between=_cases,
        handling=_handling_of_cases,
        last_day=lambda _series, at: clock.local_day(at) - DAY,
        known_until=_cases_until,
    ),
    Source.FILE: Feed(
        first_day=_first_count,
        between=_counts,
        handling=_handling_of_counts,
        last_day=_last_count,
        known_until=_counts_until,
    ),
}


# ---------------------------------------------------------------- what planning asks


def between(series: Series, first: date, last: date) -> Cells:
    """What came in each half hour of these days."""
    return FEEDS[series.source].between(series, first, last)


def known_until(series: Series, day: date, at: datetime) -> int:
    """How many half hours of a day are over and known."""
    return FEEDS[series.source].known_until(series, day, at)


def handling_seconds(series: Series, at: datetime) -> int:
    """How long one takes, learned from four weeks; until there are any, what the series says."""
    last = FEEDS[series.source].last_day(series, at)
    learned = FEEDS[series.source].handling(series, last - (LEARNED_DAYS - 1) * DAY, last)
    return learned or series.handling_seconds


def history(series: Series, at: datetime, ahead: int) -> History | None:
    """The whole known past up to yesterday, as a forecast wants it; nothing where there is none.

    A day without a single one is a day on which nothing was recorded: unknown, not empty.
    """
    feed = FEEDS[series.source]
    known, last = feed.first_day(series), feed.last_day(series, at)
    if known is None or known > last:
        return None
    first = max(known, last - (MOST_WEEKS * 7 - 1) * DAY)
    counts: Floats = np.zeros(((last - first).days + 1, HALF_HOURS))
    for (day, slot), amount in feed.between(series, first, last).items():
        counts[(day - first).days, slot] = amount
    counts[counts.sum(axis=1) == 0] = np.nan
    return History(first, counts, special(first, clock.local_day(at) + ahead * DAY))


def special(first: date, last: date) -> dict[date, Kind]:
    """What the calendar says about days that are not as their weekday."""
    rows = CalendarDay.objects.filter(day__range=(first, last)).values_list("day", "kind")
    return {day: KINDS[kind] for day, kind in rows if KINDS[kind] is not Kind.ORDINARY}
