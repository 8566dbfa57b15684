"""Who calls when, about what, how patient and how talkative: the same for the same seed, day by day.

Whoever reports something at the telephone is one of the day's arrivals; the others only ask, and leave no case.
"""

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from hotline.acd.simulated.exchange import Caller
from hotline.cases.models import Source
from hotline.config.demo import arrivals
from hotline.config.demo.arrivals import BY_HOUR, CLOSES, OPENS, Arrival
from hotline.config.demo.world import SEED, around
from hotline.core import clock

MARK = "sim-"  # how a call of the simulated exchange is known
SECOND = timedelta(seconds=1)
OURS, HANDED_ON = "12319", "12345"  # the second one belongs to the city's hotline, which hands such callers on
DIRECT = "12319001"  # leads to those alone who sit at a real browser
OF_A_HUNDRED_HANDED_ON = 14
REPORTS, ASKS = 95 * SECOND, 65 * SECOND  # how long most talks take
WRITTEN_AT = (3, 4)  # of the talk: by then the report is written down
PATIENCE = 170  # seconds, on an average
LEAST = 6


@dataclass(frozen=True, slots=True)
class Planned:
    """A call that is going to come, and what is reported with it (None: somebody only asks)."""

    caller: Caller
    arrival: Arrival | None


@lru_cache(maxsize=8)
def of_day(day: date, *, per_day: int, asks: int, seed: str = SEED) -> dict[str, Planned]:
    """Every call of a local day by its name: those among so many reports, and so many who only ask."""
    reports = [one for one in arrivals.of_day(day, seed=seed, per_day=per_day) if one.source == Source.PHONE]
    rows: list[tuple[datetime, str, Arrival | None]] = [(one.at, one.citizen.number, one) for one in reports]
    rows += [(at, number, None) for at, number in _questions(day, asks, seed)]
    rows.sort(key=lambda row: row[0])
    found = {}
    for order, (at, number, arrival) in enumerate(rows):
        name = f"{MARK}{day:%Y%m%d}-{per_day}-{order}"
        pick = random.Random(f"{seed}:{name}")
        found[name] = Planned(_caller(name, at, number, pick, REPORTS if arrival else ASKS), arrival)
    return found


def _questions(day: date, count: int, seed: str) -> list[tuple[datetime, str]]:
    pick = random.Random(f"{seed}:asks:{day}")
    hours = {hour: weight for hour, weight in BY_HOUR.items() if OPENS <= hour < CLOSES}
    found = []
    for hour in pick.choices(list(hours), list(hours.values()), k=count):
        at = clock.wall(day, hour) + timedelta(milliseconds=pick.randrange(3_600_000))
        found.append((at, arrivals.citizen(int(pick.betavariate(0.9, 2) * arrivals.FAMILIES)).number))
    return found


def _caller(name: str, at: datetime, number: str, pick: random.Random, talk: timedelta) -> Caller:
    dialled = HANDED_ON if pick.randrange(100) < OF_A_HUNDRED_HANDED_ON else OURS
    patience = (LEAST + pick.expovariate(1 / PATIENCE)) * SECOND
    return Caller(name, at, number, dialled, patience, around(pick, talk, 0.5))


def for_somebody_real(number: str, at: datetime) -> Caller:
    """Whoever looks at the demonstration is called by this number, or by one of the city's citizens."""
    pick = random.Random(f"{number}:{at.isoformat()}")
    number = number or arrivals.citizen(pick.randrange(arrivals.FAMILIES)).number
    name = f"{MARK}real-{at:%Y%m%d%H%M%S}-{number[-4:]}"
    return Caller(name, at, number, DIRECT, 120 * SECOND, around(pick, 150 * SECOND, 0.3))
