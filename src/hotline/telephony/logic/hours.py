"""When a queue is open. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from hotline.kernel.workclock import ZONE


@dataclass(frozen=True, slots=True)
class Hours:
    """From (included) to until (not included) by the wall clock, every day; both empty: day and night."""

    opens: time | None = None
    closes: time | None = None

    def open_at(self, at: datetime) -> bool:
        """Whether the queue takes calls at that moment; hours over midnight are understood."""
        if self.opens is None or self.closes is None or self.opens == self.closes:
            return True
        now = at.astimezone(ZONE).time()
        if self.opens < self.closes:
            return self.opens <= now < self.closes
        return now >= self.opens or now < self.closes

    def closes_after(self, at: datetime) -> datetime | None:
        """The next moment at which the queue closes; None when it never does."""
        if self.opens is None or self.closes is None or self.opens == self.closes:
            return None
        moment = datetime.combine(at.astimezone(ZONE).date(), self.closes, tzinfo=ZONE)
        return (moment if moment > at else moment + timedelta(days=1)).astimezone(UTC)


ALWAYS = Hours()
