"""How moments, spans of time and private numbers are written, in Chinese and in English."""

from datetime import date, datetime, timedelta

from django.utils.translation import get_language

from hotline.core import clock

MINUTE = 60
HOUR = 3600
DAY = 86400

_AGO = ((DAY, "天", "day"), (HOUR, "小时", "hour"), (MINUTE, "分钟", "minute"))
_WEEK_ZH = "一二三四五六日"
_WEEK_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTH_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def chinese() -> bool:
    """Whether the page is being written in Chinese."""
    return (get_language() or "zh").startswith("zh")


def seconds_of(span: timedelta | int) -> int:
    """Whole seconds of a span, cut towards zero, so that 4 min 59.9 s never reads as 5 min."""
    if isinstance(span, timedelta):
        sign = -1 if span < timedelta(0) else 1
        return sign * (abs(span) // timedelta(seconds=1))
    return span


def duration(span: timedelta | int) -> str:
    """`4分32秒` or `4m 32s`; hours drop the seconds, days the minutes."""
    total = seconds_of(span)
    sign, total = ("−" if total < 0 else ""), abs(total)
    days, rest = divmod(total, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    units = ("天", "小时", "分", "秒") if chinese() else ("d", "h", "m", "s")
    gap = "" if chinese() else " "
    if days:
        text = f"{days}{units[0]}{gap}{hours}{units[1]}"
    elif hours:
        text = f"{hours}{units[1]}{gap}{minutes:02d}{units[2]}"
    elif minutes:
        text = f"{minutes}{units[2]}{gap}{seconds:02d}{units[3]}"
    else:
        text = f"{seconds}{units[3]}"
    return sign + text


def day(value: date, beside: date | None = None) -> str:
    """`10月12日 周一` or `Mon 12 Oct`; with the year when it is not the year of `beside`."""
    week = value.weekday()
    year = value.year if beside is not None and beside.year != value.year else None
    if chinese():
        text = f"{value.month}月{value.day}日 周{_WEEK_ZH[week]}"
        return f"{year}年{text}" if year else text
    text = f"{_WEEK_EN[week]} {value.day} {_MONTH_EN[value.month - 1]}"
    return f"{text} {year}" if year else text


def moment(value: datetime, beside: datetime | None = None) -> str:
    """`10月12日 周一 14:05` or `Mon 12 Oct 14:05` on the centre's wall clock; today's moments keep only the time."""
    local = clock.local(value)
    if beside is None:
        return f"{day(local.date())} {local:%H:%M}"
    now = clock.local(beside)
    if local.date() == now.date():
        return f"{local:%H:%M}"
    return f"{day(local.date(), now.date())} {local:%H:%M}"


def moment_exact(value: datetime) -> str:
    """The moment with year and seconds, for tooltips, timelines and print."""
    local = clock.local(value)
    if chinese():
        return f"{local.year}年{day(local.date())} {local:%H:%M:%S}"
    return f"{day(local.date())} {local.year} {local:%H:%M:%S}"


def ago(value: datetime, at: datetime) -> str:
    """How long before `at` something was, in the largest whole unit."""
    total = seconds_of(at - value)
    if total < MINUTE:
        return "刚刚" if chinese() else "just now"
    size, zh, en = next(unit for unit in _AGO if total >= unit[0])
    count = total // size
    return f"{count}{zh}前" if chinese() else f"{count} {en}{'' if count == 1 else 's'} ago"


def phone_masked(number: str) -> str:
    """A telephone number with its middle hidden: first three and last four stay when it is long enough."""
    digits = number.strip()
    if len(digits) < 8:
        return "*" * max(len(digits) - 2, 0) + digits[-2:]
    return f"{digits[:3]}{'*' * (len(digits) - 7)}{digits[-4:]}"


def share(numerator: int, denominator: int) -> str:
    """A percentage with one decimal, rounded half up in whole numbers; a dash when there is nothing to divide by."""
    if denominator == 0:
        return "—"
    tenths = (numerator * 2000 + denominator) // (2 * denominator)
    return f"{tenths // 10}.{tenths % 10}%"
