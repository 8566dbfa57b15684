"""The arithmetic of rosters: local wall clock to spans, gaps in the service window, the days of a month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from holidays import country_holidays

from hotline.kernel.rules import Dated
from hotline.kernel.spans import Span, intersect, subtract, union

ZONE = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
FIRST_DAY = date(2020, 1, 1)

# A2.1: the hours in which somebody must be there for those who call.
SERVICE_WINDOW: Dated[tuple[time, time]] = Dated({FIRST_DAY: (time(8, 30), time(22))})
# The working time in which limits of work hours and work days run.
WORKING_TIME: Dated[tuple[tuple[time, time], ...]] = Dated(
    {FIRST_DAY: ((time(8), time(12)), (time(14), time(18)))},
)


def wall(day: date, at: time) -> datetime:
    """A moment by the centre's wall clock."""
    return datetime.combine(day, at, ZONE)


def shift_span(day: date, starts: time, ends: time) -> Span:
    """A shift of that local day; one that ends not later than it starts ends on the next day (D2.1)."""
    return Span(wall(day, starts), wall(day if ends > starts else day + ONE_DAY, ends))


def break_spans(shift: Span, minutes: Sequence[int]) -> tuple[Span, ...]:
    """The breaks of a shift, given as minutes after its start in pairs: from, to, from, to, …"""
    pairs = zip(minutes[::2], minutes[1::2], strict=True)
    return tuple(Span(shift.start + since * MINUTE, shift.start + until * MINUTE) for since, until in pairs)


def minutes_of(shift: Span, breaks: Iterable[Span]) -> list[int]:
    """Breaks as minutes after the shift's start: the inverse of `break_spans`."""
    return [(moment - shift.start) // MINUTE for rest in breaks for moment in (rest.start, rest.end)]


def minutes_after(starts: time, breaks: Iterable[tuple[time, time]]) -> list[int]:
    """Breaks by the wall clock as minutes after a shift's start; a time before the start is of the next day."""
    base = starts.hour * 60 + starts.minute
    return [(at.hour * 60 + at.minute - base) % (24 * 60) for pair in breaks for at in pair]


def faults_of_breaks(starts: time, ends: time, minutes: Sequence[int]) -> bool:
    """Whether breaks do not come in rising pairs within the shift."""
    if len(minutes) % 2:
        return True
    length = shift_span(FIRST_DAY, starts, ends).length // MINUTE
    rising = all(one < two for one, two in pairwise(minutes))
    return not rising or any(minute > length for minute in minutes)


def service_window(day: date) -> Span:
    """The hours of a day in which the centre serves (A2.1)."""
    since, until = SERVICE_WINDOW.on(day)
    return shift_span(day, since, until)


@dataclass(frozen=True, slots=True)
class Cover:
    """What of the service window nobody covers, and where everybody on shift is at rest at the same time."""

    window: Span
    nobody: tuple[Span, ...]
    all_at_rest: tuple[Span, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every moment of the window is covered."""
        return not self.nobody and not self.all_at_rest


def cover(day: date, duties: Iterable[tuple[Span, Sequence[Span]]]) -> Cover:
    """A2.1: the uncovered intervals of a day's service window, from shifts with their breaks."""
    window, whole = service_window(day), list(duties)
    on_shift = union(span for span, _breaks in whole)
    at_work = union(*(subtract([span], breaks) for span, breaks in whole))
    resting = subtract(intersect([window], on_shift), at_work)
    return Cover(window, subtract([window], on_shift), resting)


def month_days(first: date) -> tuple[date, ...]:
    """Every day of the month in which `first` lies."""
    day, found = first.replace(day=1), []
    while day.month == first.month:
        found.append(day)
        day += ONE_DAY
    return tuple(found)


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day from the first to the last, both included."""
    return tuple(first + n * ONE_DAY for n in range((last - first).days + 1))


class DayOff(StrEnum):
    """Kinds of days that a holiday library knows, by the words of the calendar's own table."""

    STATUTORY = "statutory"
    REST = "rest"
    MAKE_UP = "make_up"


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says, as the library tells it."""

    day: date
    kind: DayOff
    name: str
    is_announced: bool


def special_days(year: int) -> list[SpecialDay]:
    """Public holidays of mainland China with their rest days and make-up working days.

    The library estimates years whose arrangement has not been announced without saying so; it has no arranged days
    for them, and that is how they are told apart here.
    """
    arranged = country_holidays("CN", years=year, language="zh_CN")
    plain = country_holidays("CN", years=year, language="en_US", observed=False)
    announced = year in arranged.special_public_holidays
    found = []
    for day, name in arranged.items():
        is_statutory = day in plain and "substituted" not in plain[day]
        found.append(SpecialDay(day, DayOff.STATUTORY if is_statutory else DayOff.REST, name, announced))
    make_up = (day for day in arranged.weekend_workdays if day.year == year)
    found += [SpecialDay(day, DayOff.MAKE_UP, "", announced) for day in make_up]
    return sorted(found, key=lambda special: special.day)
