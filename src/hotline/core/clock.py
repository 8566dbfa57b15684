"""The only reader of the clock. Everything else takes `at`.

`HOTLINE_CLOCK=<moment shown at start>/<unix seconds of that start>/<speed>` makes every process of an installation
show another time that runs at another pace: a demonstration of a past afternoon, or a day in a minute.
"""

import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Pace:
    """How the shown time runs beside the real one."""

    shown: datetime
    since: Fraction  # unix seconds
    speed: Fraction

    def at(self, real: Fraction) -> datetime:
        """The moment shown when the real clock says `real` (unix seconds)."""
        microseconds = int((real - self.since) * self.speed * 1_000_000)
        return self.shown + timedelta(microseconds=microseconds)


def parse_pace(text: str) -> Pace:
    """Read the three parts of HOTLINE_CLOCK."""
    shown, since, speed = text.split("/")
    return Pace(datetime.fromisoformat(shown).astimezone(UTC), Fraction(since), Fraction(speed))


@cache
def pace() -> Pace | None:
    """The pace of this process, or None when it lives in real time."""
    text = os.environ.get("HOTLINE_CLOCK", "")
    return parse_pace(text) if text else None


def speed() -> Fraction:
    """Shown seconds in a real second."""
    running = pace()
    return running.speed if running else Fraction(1)


def now() -> datetime:
    """The present moment, aware, UTC, to the microsecond."""
    running = pace()
    if running is None:
        return datetime.now(UTC)
    return running.at(Fraction(time.time_ns(), 1_000_000_000))


def today() -> date:
    """The present local day of the centre."""
    return local_day(now())


def local(at: datetime) -> datetime:
    """The same moment on the centre's wall clock."""
    return at.astimezone(ZONE)


def local_day(at: datetime) -> date:
    """The centre's calendar day of a moment."""
    return at.astimezone(ZONE).date()


def wall(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """A moment given by the centre's wall clock."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE).astimezone(UTC)
