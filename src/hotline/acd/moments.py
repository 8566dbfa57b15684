"""Which moment an event counts at: the exchange's own, as far as it can be believed. Pure."""

from datetime import datetime, timedelta

MOST_LATE = timedelta(seconds=5)  # what is told later than this was not late: one of the two clocks was set


def moment(told: datetime | None, now: datetime) -> datetime:
    """The moment at which something happened that is heard now.

    An event waits its turn while a busy machine lets it, and must not count from then on. What the exchange's clock
    puts into the future, or further back than anybody waits for his turn, counts from now. That no moment lies before
    the one before it is the engine's own care.
    """
    if told is None or told > now or now - told > MOST_LATE:
        return now
    return told
