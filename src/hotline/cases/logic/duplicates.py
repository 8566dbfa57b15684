"""Whether two reports may be the same matter: what is compared, how it is scored, what is offered. Pure.

Only reports of the same sub-class are compared. What speaks for the same matter, on a scale of 0 to 100:

| what | points |
|---|---|
| both have a position, at most the radius of the sub-class apart | 50 at its edge to 90 at the very spot |
| one of them has no position, and their addresses are the same text | 60 |
| the same caller | 40 alone, 10 on top of a place |

Age takes up to 20 of it away, evenly over the window: 90 days while the earlier case is open, 7 days since it ended. A
radius of 0 switches the offers of a sub-class off. Scores are whole numbers; what scores the same is offered by age.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Generic, TypeVar
from unicodedata import normalize

from hotline.cases.logic.near import metres_between

MOST_OFFERED = 5
OPEN_WINDOW = timedelta(days=90)
ENDED_WINDOW = timedelta(days=7)
AT_EDGE, AT_SPOT = 50, 90
SAME_ADDRESS, SAME_CALLER, CALLER_TOO = 60, 40, 10
OF_AGE = 20
CLEAR = 75  # from here on whoever looks at both rarely disagrees

Place = tuple[Decimal, Decimal]
KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class Report:
    """What of a report is compared."""

    category: int | None
    point: Place | None
    address: str
    caller: int | None
    arrived_at: datetime
    ended_at: datetime | None = None


class Sign(IntEnum):
    """By what two reports are alike, the best sign first."""

    NEAR = 0
    ADDRESS = 1
    CALLER = 2


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two reports are, and by what."""

    score: int
    sign: Sign
    metres: int | None  # None: one of them has no position
    same_caller: bool

    @property
    def is_clear(self) -> bool:
        """Whether hardly anything else can be meant."""
        return self.score >= CLEAR


@dataclass(frozen=True, slots=True)
class Offer(Generic[KeyT]):
    """An earlier case that may be the same matter."""

    key: KeyT
    likeness: Likeness


def likeness(new: Report, earlier: Report, radius_m: int, at: datetime) -> Likeness | None:
    """How alike a report and an earlier case are; None when the earlier one is not to be offered."""
    age = _age(earlier, at)
    if age is None or not radius_m or new.category is None or new.category != earlier.category:
        return None
    same_caller = new.caller is not None and new.caller == earlier.caller
    metres = metres_between(new.point, earlier.point) if new.point and earlier.point else None
    more = CALLER_TOO if same_caller else 0
    if metres is not None and metres <= radius_m:
        sign, points = Sign.NEAR, AT_EDGE + (AT_SPOT - AT_EDGE) * (radius_m - metres) // radius_m + more
    elif metres is None and same_text(new.address, earlier.address):
        sign, points = Sign.ADDRESS, SAME_ADDRESS + more
    elif same_caller:
        sign, points = Sign.CALLER, SAME_CALLER
    else:
        return None
    return Likeness(points - int(OF_AGE * age), sign, metres, same_caller)


def _age(earlier: Report, at: datetime) -> Decimal | None:
    """How much of its window has passed, from 0 to 1; None when it lies outside."""
    since, window = (earlier.arrived_at, OPEN_WINDOW) if earlier.ended_at is None else (earlier.ended_at, ENDED_WINDOW)
    passed = at - since
    if passed > window or at - earlier.arrived_at > OPEN_WINDOW:
        return None
    return Decimal(max(passed, timedelta()) // timedelta(seconds=1)) / Decimal(window // timedelta(seconds=1))


def usual_radius(name: str) -> int:
    """The radius with which a sub-class begins: wells stand close together, noise is reported from around its place."""
    if any(sign in name for sign in ("井", "篦")):
        return 25
    return 100 if "噪" in name else 250


def same_text(one: str, other: str) -> bool:
    """Whether two addresses are the same but for blanks, width and case of letters."""
    return bool(one.strip()) and folded(one) == folded(other)


def folded(text: str) -> str:
    """An address as it is compared."""
    return "".join(normalize("NFKC", text).lower().split())


def offers(
    new: Report, earlier: Iterable[tuple[KeyT, Report]], radius_m: int, at: datetime, most: int = MOST_OFFERED
) -> list[Offer[KeyT]]:
    """What is offered: nearest first, then the same address, then the same caller; among equals the most alike."""
    newest_first = sorted(earlier, key=lambda row: row[1].arrived_at, reverse=True)
    judged = ((key, likeness(new, one, radius_m, at)) for key, one in newest_first)
    found = [Offer(key, like) for key, like in judged if like is not None]
    return sorted(found, key=lambda offer: _rank(offer.likeness))[:most]


def _rank(like: Likeness) -> tuple[int, int, int]:
    return like.sign, (like.metres or 0) if like.sign is Sign.NEAR else 0, -like.score
