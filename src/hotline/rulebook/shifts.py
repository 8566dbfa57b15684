"""The shifts of the handbook (D2.1) as dated data, and when one of them begins, rests and ends on a given day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from hotline.kernel.rules import Dated, rule
from hotline.kernel.words import gettext_noop

ZONE = ZoneInfo("Asia/Shanghai")
FIRST_DAY = date(2020, 1, 1)
WEEKDAYS = frozenset(range(5))
WEEKEND = frozenset({5, 6})
EVERY_DAY = WEEKDAYS | WEEKEND


class Post(StrEnum):
    """Whose column of the printed table a shift stands in."""

    OPERATOR = "operator"
    SHIFT_LEADER = "shift_leader"


class Kind(StrEnum):
    """Early 早班, mid 中班, late 晚班."""

    EARLY = "early"
    MID = "mid"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class ShiftType:
    """One cell of the shift table: local times, breaks within them, and the days of the week it is worked on."""

    code: str
    kind: Kind
    post: Post
    name: str  # an English msgid
    weekdays: frozenset[int]
    start: time
    end: time  # at or before `start`: on the next day
    breaks: tuple[tuple[time, time], ...]
    must_clear_queue: bool = False  # D2.4: nobody leaves with a case in hand
    remark: str = ""  # an English msgid shown beside the shift where a person should decide


_LUNCH = ((time(12), time(13)),)  # reading 2: one hour in 8:30-17:30, which leaves 8 h
_LATE_REST = ((time(12), time(14)),)  # as printed for the late shift
_EARLY_HOURS = (time(8, 30), time(17, 30))
_LATE_HOURS = (time(9, 30), time(22))
_MID_REMARK = gettext_noop(
    "The handbook prints the same hours for the mid and the early shift: the centre should decide."
)


def _type(code: str, kind: Kind, post: Post, name: str, weekdays: frozenset[int]) -> ShiftType:
    late = kind is Kind.LATE
    start, end = _LATE_HOURS if late else _EARLY_HOURS
    return ShiftType(
        code=code,
        kind=kind,
        post=post,
        name=name,
        weekdays=weekdays,
        start=start,
        end=end,
        breaks=_LATE_REST if late else _LUNCH,
        must_clear_queue=late,
        remark=_MID_REMARK if kind is Kind.MID else "",
    )


SHIFTS: Dated[tuple[ShiftType, ...]] = Dated(
    {
        FIRST_DAY: (
            _type("early", Kind.EARLY, Post.OPERATOR, gettext_noop("Early shift"), WEEKDAYS),
            _type("mid", Kind.MID, Post.OPERATOR, gettext_noop("Mid shift"), WEEKDAYS),
            _type("late", Kind.LATE, Post.OPERATOR, gettext_noop("Late shift"), WEEKDAYS),
            _type("weekend_early", Kind.EARLY, Post.OPERATOR, gettext_noop("Weekend early shift"), WEEKEND),
            _type("weekend_late", Kind.LATE, Post.OPERATOR, gettext_noop("Weekend late shift"), WEEKEND),
            _type("leader_early", Kind.EARLY, Post.SHIFT_LEADER, gettext_noop("Shift leader, early"), EVERY_DAY),
            _type("leader_late", Kind.LATE, Post.SHIFT_LEADER, gettext_noop("Shift leader, late"), EVERY_DAY),
        ),
    }
)


@rule("D2.1", since=FIRST_DAY)
def offered(day: date, post: Post, shifts: Iterable[ShiftType]) -> tuple[ShiftType, ...]:
    """D2.1: the shifts that the table has for this post on this day of the week."""
    return tuple(shift for shift in shifts if shift.post is post and day.weekday() in shift.weekdays)


@rule("D2.1", since=FIRST_DAY)
def shift_hours(shift: ShiftType, day: date) -> tuple[datetime, datetime]:
    """D2.1: when a shift of that day begins and ends; it belongs to the local date of its start."""
    return _between(day, shift.start, shift.end)


@rule("D2.1", since=FIRST_DAY)
def shift_rests(shift: ShiftType, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """D2.1: the rests within that day's shift, 12:00-14:00 on the late one as printed (reading 2 for the others)."""
    start, _end = _between(day, shift.start, shift.end)
    found = []
    for since, until in shift.breaks:
        # A break printed earlier in the day than the shift's start falls after midnight.
        on = day if since >= shift.start else day + timedelta(days=1)
        found.append(_between(on, since, until))
    assert all(begins >= start for begins, _ends in found)
    return tuple(found)


def shift_span(shift: ShiftType, day: date) -> tuple[datetime, datetime]:
    """Begin and end of a shift that starts on `day`, by the edition of D2.1 in force on that day."""
    return shift_hours.on(day)(shift, day)


def shift_breaks(shift: ShiftType, day: date) -> tuple[tuple[datetime, datetime], ...]:
    """Begin and end of each rest within the shift that starts on `day`."""
    return shift_rests.on(day)(shift, day)


def paid_time(shift: ShiftType, day: date) -> timedelta:
    """The shift's length without its breaks: 8 h early, 10.5 h late."""
    start, end = shift_span(shift, day)
    return end - start - sum((until - since for since, until in shift_breaks(shift, day)), timedelta())


def shift_type(code: str, day: date) -> ShiftType:
    """The shift of that code as in force on that day; LookupError when there is none."""
    for shift in SHIFTS.on(day):
        if shift.code == code:
            return shift
    raise LookupError(f"no shift {code!r} on {day}")


def _between(day: date, start: time, end: time) -> tuple[datetime, datetime]:
    last = day if end > start else day + timedelta(days=1)
    return datetime.combine(day, start, ZONE), datetime.combine(last, end, ZONE)


# ---------------------------------------------------------------- announcing the roster


@dataclass(frozen=True, slots=True)
class NoticeTerms:
    """How long before its first day a roster is announced."""

    notice_days: int  # A7.7 `roster.notice_days`, reading 70: calendar days before the day concerned


NOTICE: Dated[NoticeTerms] = Dated({FIRST_DAY: NoticeTerms(notice_days=28)})


@rule("A7.7", since=FIRST_DAY)
def days_late(day: date, told_on: date, terms: NoticeTerms) -> int:
    """A7.7: by how many days too late a shift of that day is announced or changed; none while there is time."""
    return max(0, terms.notice_days - (day - told_on).days)


# ---------------------------------------------------------------- planning a month


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a month's roster is planned by, beside the law's hours (`staffing.OVERTIME`). Weights are points."""

    longest_run: int  # days with a shift in a row
    least_share: Fraction  # of the month's ordinary hours, that the solver gives to everybody at the desk
    under: int  # each head too few in a half hour
    over: int  # each head too many
    late: int  # each late shift above a fair share
    weekend: int
    pattern: int  # each day otherwise than the pattern somebody keeps
    booking: int  # each booked person who is not on shift then
    wish: int  # times one to three, as much as the wish matters
    history_months: int  # how far back fairness looks


PLANNING: Dated[PlanTerms] = Dated(
    {
        FIRST_DAY: PlanTerms(
            longest_run=6,
            least_share=Fraction(4, 5),
            under=20,
            over=1,
            late=4,
            weekend=4,
            pattern=3,
            booking=20,
            wish=3,
            history_months=3,
        )
    }
)
