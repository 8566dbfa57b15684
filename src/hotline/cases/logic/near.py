"""How far places lie apart, well enough to offer what may be the same case. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

EARTH_M = 6_371_000
METRES_A_DEGREE = 111_195
PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of degrees around a point."""

    south: Decimal
    north: Decimal
    west: Decimal
    east: Decimal


def box_around(latitude: Decimal, longitude: Decimal, metres: int) -> Box:
    """The rectangle that holds every point within so many metres."""
    up = Decimal(metres) / METRES_A_DEGREE
    aside = up / narrowing(latitude)
    edges = (latitude - up, latitude + up, longitude - aside, longitude + aside)
    return Box(*(value.quantize(PLACES) for value in edges))


def narrowing(latitude: Decimal) -> Decimal:
    """How much shorter a degree of longitude is than one of latitude there."""
    return Decimal(repr(max(cos(radians(latitude)), 0.01))).quantize(PLACES)


def metres_between(here: tuple[Decimal, Decimal], there: tuple[Decimal, Decimal]) -> int:
    """Whole metres between two points (latitude, longitude), along the ground."""
    lat1, lat2 = radians(here[0]), radians(there[0])
    half_up, half_aside = (lat2 - lat1) / 2, radians(there[1] - here[1]) / 2
    inner = sin(half_up) ** 2 + cos(lat1) * cos(lat2) * sin(half_aside) ** 2
    return round(2 * EARTH_M * asin(sqrt(min(1, inner))))
