"""Which days are not what their weekday says: asked of the area above that keeps the calendar."""

from collections.abc import Callable, Mapping
from datetime import date

from hotline.kernel.workclock import DayKind

Calendar = Callable[[date], Mapping[date, DayKind]]
_calendars: list[Calendar] = []


def fill(calendar: Calendar) -> None:
    """Let an area say the announced days, as known on a day; the first one counts."""
    if calendar not in _calendars:
        _calendars.append(calendar)


def announced(on: date) -> dict[date, DayKind]:
    """Every day that is not what its weekday says; without a calendar the week alone counts."""
    return dict(_calendars[0](on)) if _calendars else {}
