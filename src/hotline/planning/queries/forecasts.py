"""Forecasts as they hold now, corrections included, and how good they were when the day had come."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from hotline.core import clock
from hotline.people.models import Centre, Person
from hotline.planning.models import ForecastRun, ForecastValue, Override, Series
from hotline.planning.queries import amounts

DAY = timedelta(days=1)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Cell:
    """A half hour to come: the amount with its range, the time each takes, and how far a person has put it right."""

    day: date
    slot: int
    mean: Decimal
    low: Decimal
    high: Decimal
    handling_seconds: int
    percent: int = 100


def series_of(person: Person) -> list[Series]:
    """Every series that a person may see."""
    return list(Series.objects.visible_to(person).filter(is_active=True))


def main_series(centre: Centre | int) -> Series | None:
    """The series that the day as it goes is held against: the first that was opened."""
    return Series.objects.filter(centre=centre, is_active=True).order_by("pk").first()


def newest(series: Series, before: datetime | None = None) -> ForecastRun | None:
    """The last run, or the last one made before a moment."""
    rows = ForecastRun.objects.filter(series=series).select_related("made_by")
    return (rows.filter(made_at__lt=before) if before else rows).first()


def handling_of(run: ForecastRun | None) -> int | None:
    """How long one took, as it was learned when the run was made."""
    rows = ForecastValue.objects.filter(run=run).values_list("handling_seconds", flat=True)
    return rows.first() if run else None


def overrides(series: Series, first: date, last: date) -> list[Override]:
    """Corrections that hold on these days."""
    rows = Override.objects.filter(series=series, day__range=(first, last), ended_at__isnull=True)
    return list(rows.select_related("made_by"))


def cells(series: Series, first: date, last: date, run: ForecastRun | None = None) -> list[Cell]:
    """What is to come on these days by a run (the newest), corrections included: three queries."""
    run = run or newest(series)
    if run is None:
        return []
    factors = _factors(overrides(series, first, last))
    rows = ForecastValue.objects.filter(run=run, day__range=(first, last)).order_by("day", "slot")
    found = []
    for row in rows:
        factor = factors.get((row.day, row.slot), Decimal(1))
        found.append(
            Cell(
                row.day, row.slot, row.mean * factor, row.low * factor, row.high * factor, row.handling_seconds,
                int(factor * 100),
            )
        )  # fmt: skip
    return found


def _factors(rows: Sequence[Override]) -> dict[tuple[date, int], Decimal]:
    found: dict[tuple[date, int], Decimal] = defaultdict(lambda: Decimal(1))
    for row in rows:
        for slot in range(row.first_slot, row.last_slot):
            found[row.day, slot] *= Decimal(row.percent) / 100
    return dict(found)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the past: what the forecast had said before it began, and what came."""

    day: date
    said: Decimal | None
    came: int
    off: Decimal  # absolute errors of its half hours

    @property
    def error(self) -> Decimal | None:
        """Errors of the half hours over what came."""
        return self.off / self.came if self.said is not None and self.came else None


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How good the forecasts of the last weeks were."""

    days: tuple[Day, ...]

    @property
    def judged(self) -> list[Day]:
        """Days for which there was a forecast."""
        return [day for day in self.days if day.said is not None and day.came]

    @property
    def error(self) -> Decimal | None:
        """Absolute errors by half hour over all that came."""
        came = sum(day.came for day in self.judged)
        return sum((day.off for day in self.judged), ZERO) / came if came else None

    @property
    def bias(self) -> Decimal | None:
        """Too high is above zero."""
        came = sum(day.came for day in self.judged)
        said = sum((day.said or ZERO for day in self.judged), ZERO)
        return (said - came) / came if came else None


def accuracy(series: Series, at: datetime, days: int = 14) -> Accuracy:
    """Each of the last days against the last forecast made before it began: four queries, whatever the number."""
    today = clock.local_day(at)
    first, last = today - days * DAY, today - DAY
    came = amounts.between(series, first, last)
    said = _said(series, first, last)
    found = []
    for index in range(days):
        day = first + index * DAY
        values = said.get(day)
        arrived = {slot: amount for (on, slot), amount in came.items() if on == day}
        slots = set(arrived) | set(values or ())
        off = sum((abs((values or {}).get(slot, ZERO) - arrived.get(slot, 0)) for slot in slots), ZERO)
        whole = sum(values.values(), ZERO) if values is not None else None
        found.append(Day(day, whole, sum(arrived.values()), off))
    return Accuracy(tuple(found))


def _said(series: Series, first: date, last: date) -> dict[date, dict[int, Decimal]]:
    """For each day what the last run before it had said. A run says more days than one, so days share runs."""
    runs_made = list(
        ForecastRun.objects.filter(series=series, first__lte=last, made_at__lt=clock.wall(last + DAY))
        .order_by("-made_at")
        .values_list("pk", "made_at", "first", "days")
    )
    chosen: dict[int, list[date]] = defaultdict(list)
    for index in range((last - first).days + 1):
        day = first + index * DAY
        for pk, made_at, begins, length in runs_made:
            if made_at < clock.wall(day) and begins <= day < begins + length * DAY:
                chosen[pk].append(day)
                break
    found: dict[date, dict[int, Decimal]] = {day: {} for listed in chosen.values() for day in listed}
    rows = ForecastValue.objects.filter(run__in=list(chosen), day__range=(first, last))
    for run_id, day, slot, mean in rows.values_list("run", "day", "slot", "mean"):
        if day in chosen[run_id]:
            found[day][slot] = mean
    return found


def stale(at: datetime) -> list[Series]:
    """Series in use without a forecast of this day."""
    made = ForecastRun.objects.filter(first=clock.local_day(at)).values("series")
    return list(Series.objects.filter(is_active=True).exclude(pk__in=made).select_related("centre").order_by("pk"))
