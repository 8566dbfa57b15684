"""The numbers by which citizens are served, by the day since which they hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.kernel.rules import Dated

FIRST_DAY = date(2020, 1, 1)
PERCENT = 100


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times in so long."""

    most: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """What the public pages bear, and who is called back when."""

    limits: Mapping[str, tuple[Limit, ...]]
    fastest: timedelta  # nobody fills in the form sooner than this
    longest: timedelta  # after which a form is too old to be sent
    stash: timedelta  # so long photos wait for their form
    kept: timedelta  # a mail address and the right to follow a report, after its end
    rated_within: timedelta  # so long after the end it can be rated
    called_share: Mapping[str, int]  # percent of the closed cases of a source that are called back
    first_call: timedelta  # after the end
    next_calls: tuple[timedelta, ...]  # after a call that reached nobody; after the last one it is given up
    hours: tuple[int, int]  # by the centre's wall clock, between which citizens are called
    due: timedelta  # a call-back is late after that
    taken: timedelta  # a call-back in hand for so long without an outcome goes back into the queue


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TERMS: Dated[Terms] = Dated(
    {
        FIRST_DAY: Terms(
            limits={
                "post": (Limit(40, HOUR), Limit(200, DAY)),  # forms sent from one address, good or bad
                "report": (Limit(10, HOUR), Limit(30, DAY)),
                "track": (Limit(20, HOUR), Limit(60, DAY)),  # wrong codes from one address
                "number": (Limit(10, HOUR),),  # wrong codes for one case
                "supplement": (Limit(10, DAY),),
                "rate": (Limit(10, DAY),),
            },
            fastest=timedelta(seconds=2),
            longest=timedelta(hours=12),
            stash=timedelta(hours=24),
            kept=timedelta(days=180),
            rated_within=timedelta(days=30),
            called_share={"phone": 100, "web": 100, "letter": 100, "visit": 100},
            first_call=timedelta(hours=1),
            next_calls=(timedelta(hours=4), timedelta(hours=28)),
            hours=(9, 20),
            due=timedelta(days=3),
            taken=timedelta(hours=1),
        ),
    }
)


def is_called(source: str, number: int, share: Mapping[str, int]) -> bool:
    """Whether the case with this key is in the sample: spread evenly, and the same whenever it is asked."""
    percent = share.get(source, 0)
    return (number * percent) % PERCENT < percent


def next_call(tries: int, terms: Terms) -> timedelta | None:
    """How long to wait after so many calls that reached nobody; None when it is given up."""
    return terms.next_calls[tries - 1] if tries <= len(terms.next_calls) else None


def in_hours(local: datetime, hours: tuple[int, int]) -> datetime:
    """The moment itself, or the next one at which a citizen may be called."""
    first, last = hours
    begins = local.replace(hour=first, minute=0, second=0, microsecond=0)
    if local < begins:
        return begins
    return local if local.hour < last else begins + timedelta(days=1)
