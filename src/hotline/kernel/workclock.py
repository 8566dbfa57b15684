"""The work clock: how much of a limit has passed, and when it runs out.

`elapsed` and `deadline` are each other's inverse and exact to the microsecond. What holds at the ends:

- A deadline is the *earliest* moment at which the limit is used up. A limit that runs out with the morning ends at
  12:00, not at 14:00; one that fills a day exactly ends that day at 18:00, not the next morning.
- A start outside working time counts from the next working moment; a limit of nothing ends where it starts.
- Urgent units are continuous, day and night, every day. A work hour is an hour of working time; a work day is the
  working time of one standard day (8 h for 8-12 and 14-18), not "until the same time tomorrow".

Working time is reckoned in Asia/Shanghai, which has had no summer time since 1991. Results are in UTC. A calendar is
frozen and numbered: a changed calendar is a new one, and what was promised under the old one stands.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
SATURDAY, SUNDAY = 5, 6
_LAST_ORDINAL = date.max.toordinal()


class Unit(StrEnum):
    """The four units in which a standard prints its limits."""

    URGENT_HOUR = "urgent_hour"
    URGENT_DAY = "urgent_day"
    WORK_HOUR = "work_hour"
    WORK_DAY = "work_day"

    @property
    def continuous(self) -> bool:
        """Whether the unit runs day and night, as the urgent ones do."""
        return self in {Unit.URGENT_HOUR, Unit.URGENT_DAY}


class DayKind(StrEnum):
    """What a date is; holidays and make-up days are announced, the others follow from the week."""

    WORKING = "working"
    OFF = "off"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"

    @property
    def works(self) -> bool:
        """Whether limits in work hours and work days run on it."""
        return self in {DayKind.WORKING, DayKind.MAKE_UP}


@dataclass(frozen=True)
class WorkCalendar:
    """Working intervals of a day, the weekly days of rest, and the dates that differ from the week.

    An interval that ends at 00:00 ends at midnight. Intervals are sorted and do not overlap.
    """

    version: int
    intervals: tuple[tuple[time, time], ...]
    days: Mapping[date, DayKind] = field(default_factory=dict)
    rest_weekdays: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    _spans: tuple[tuple[int, int], ...] = field(init=False, repr=False, compare=False)
    _changed: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _change: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _week: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _per_day: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.rest_weekdays < frozenset(range(7)):
            raise ValueError("at least one day of the week must be a working day")
        object.__setattr__(self, "days", dict(self.days))
        object.__setattr__(self, "_spans", _spans_of(self.intervals))
        object.__setattr__(self, "_per_day", sum(end - start for start, end in self._spans))
        week = [0]
        for weekday in range(7):
            week.append(week[-1] + (weekday not in self.rest_weekdays))
        object.__setattr__(self, "_week", tuple(week))
        self._index_changes()

    def _index_changes(self) -> None:
        # Only dates that differ from their weekday are indexed: their running sum corrects the count of the weeks.
        changed, change = [], [0]
        for day, kind in sorted(self.days.items()):
            step = int(kind.works) - int(day.weekday() not in self.rest_weekdays)
            if step:
                changed.append(day.toordinal())
                change.append(change[-1] + step)
        object.__setattr__(self, "_changed", tuple(changed))
        object.__setattr__(self, "_change", tuple(change))

    @property
    def standard_day(self) -> timedelta:
        """The working time of one working day."""
        return self._per_day * MICROSECOND

    def kind_on(self, day: date) -> DayKind:
        """What that date is."""
        usual = DayKind.OFF if day.weekday() in self.rest_weekdays else DayKind.WORKING
        return self.days.get(day, usual)

    def worked(self, moment: datetime) -> int:
        """Working microseconds from the beginning of the calendar to the moment: it only ever rises."""
        local = _local(moment)
        day = local.toordinal()
        before = self._working_days_before(day) * self._per_day
        if not self.kind_on(local.date()).works:
            return before
        now = (local - datetime.combine(local.date(), time())) // MICROSECOND
        return before + sum(min(now, end) - start for start, end in self._spans if start < now)

    def moment_of(self, worked: int) -> datetime:
        """The earliest moment at which so many working microseconds have passed; the inverse of `worked`."""
        whole, left = divmod(worked - 1, self._per_day)
        left += 1  # counted from 1 to a full day, so that a full day ends in the evening and not the next morning
        day = datetime.combine(date.fromordinal(self._nth_working_day(whole)), time(), tzinfo=ZONE)
        for start, end in self._spans:
            if left <= end - start:
                return (day + (start + left) * MICROSECOND).astimezone(UTC)
            left -= end - start
        raise AssertionError("a day cannot hold more than its intervals")

    def _working_days_before(self, ordinal: int) -> int:
        # Ordinal 1 is a Monday, so whole weeks and the remainder count from there.
        weeks, days = divmod(ordinal - 1, 7)
        return weeks * self._week[7] + self._week[days] + self._change[bisect_left(self._changed, ordinal)]

    def _nth_working_day(self, index: int) -> int:
        """Ordinal of the working day with that number, counted from 0."""
        low, high = 1, _LAST_ORDINAL
        while low < high:
            middle = (low + high) // 2
            if self._working_days_before(middle + 1) > index:
                high = middle
            else:
                low = middle + 1
        return low


def standard_calendar(*, version: int, days: Mapping[date, DayKind] | None = None) -> WorkCalendar:
    """Monday to Friday, 8-12 and 14-18, with the announced holidays and make-up days given."""
    morning, afternoon = (time(8), time(12)), (time(14), time(18))
    return WorkCalendar(version=version, intervals=(morning, afternoon), days=days or {})


def elapsed(calendar: WorkCalendar, unit: Unit, start: datetime, end: datetime) -> Fraction:
    """How many units of a limit passed between two moments; never negative, additive over any split."""
    return Fraction(elapsed_time(calendar, unit, start, end) // MICROSECOND, length_of(calendar, unit))


def elapsed_time(calendar: WorkCalendar, unit: Unit, start: datetime, end: datetime) -> timedelta:
    """The time on the unit's own clock between two moments: wall clock for urgent units, else working time."""
    since, until = start.astimezone(UTC), end.astimezone(UTC)
    _local(start), _local(end)
    if until < since:
        raise ValueError(f"the end {end} lies before the start {start}")
    if unit.continuous:
        return until - since
    return (calendar.worked(until) - calendar.worked(since)) * MICROSECOND


def deadline(calendar: WorkCalendar, unit: Unit, start: datetime, amount: int | Fraction | Decimal) -> datetime:
    """The earliest moment at which `amount` units have passed since start: `elapsed(start, deadline) == amount`."""
    _local(start)
    span = Fraction(amount) * length_of(calendar, unit)
    if span < 0:
        raise ValueError(f"a limit cannot be negative: {amount}")
    if span.denominator != 1:
        raise ValueError(f"{amount} {unit} is not a whole number of microseconds")
    since = start.astimezone(UTC)
    if span == 0:
        return since
    if unit.continuous:
        return since + span.numerator * MICROSECOND
    return calendar.moment_of(calendar.worked(since) + span.numerator)


def length_of(calendar: WorkCalendar, unit: Unit) -> int:
    """The length of one unit in microseconds on its own clock."""
    lengths = {
        Unit.URGENT_HOUR: HOUR,
        Unit.URGENT_DAY: 24 * HOUR,
        Unit.WORK_HOUR: HOUR,
        Unit.WORK_DAY: calendar.standard_day,
    }
    return lengths[unit] // MICROSECOND


def _local(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("the work clock needs aware datetimes")
    return moment.astimezone(ZONE).replace(tzinfo=None)


def _spans_of(intervals: Iterable[tuple[time, time]]) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    for start, end in intervals:
        begins, ends = _since_midnight(start), _since_midnight(end) or 24 * HOUR // MICROSECOND
        if ends <= begins or (found and begins < found[-1][1]):
            raise ValueError(f"working intervals must be sorted and apart: {start} to {end}")
        found.append((begins, ends))
    if not found:
        raise ValueError("a working day needs at least one interval")
    return tuple(found)


def _since_midnight(moment: time) -> int:
    return (datetime.combine(date.min, moment) - datetime.combine(date.min, time())) // MICROSECOND
