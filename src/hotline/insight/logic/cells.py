"""Cells of a map: which cell a point lies in, how large a cell is at a zoom, and the classes of a heat map."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

PER_DEGREE = 200  # cells of a month's counts: 0.005 degrees, about 500 m
TILE = 256
CLUSTER_PX = 64
CLASSES = 5


@dataclass(frozen=True, slots=True)
class Box:
    """What of the world a map shows, in millionths of a degree."""

    west: int
    south: int
    east: int
    north: int


def micro(text: str) -> int:
    """A degree as millionths; ValueError when it is none."""
    value = Decimal(text)
    if not value.is_finite() or abs(value) > 400:
        raise ValueError(text)
    return int(value * 1_000_000)


def box_of(text: str) -> Box | None:
    """`west,south,east,north` in degrees; None when it is anything else."""
    try:
        west, south, east, north = (micro(part) for part in text.split(","))
    except (ValueError, ArithmeticError):
        return None
    return Box(west, south, east, north) if west < east and south < north else None


def cluster_micro(zoom: int) -> int:
    """The side of a cluster's cell at a zoom, in millionths of a degree of longitude."""
    return max(int(Fraction(360_000_000 * CLUSTER_PX, TILE * 2**zoom)), 1)


def breaks(counts: Sequence[int]) -> list[int]:
    """The upper bounds of at most five classes that hold about as many cells each, rising."""
    ranked = sorted(counts)
    if not ranked:
        return []
    picked = [ranked[min(len(ranked) * share // CLASSES, len(ranked) - 1)] for share in range(1, CLASSES)]
    return sorted({*picked, ranked[-1]})


def class_of(count: int, bounds: Sequence[int]) -> int:
    """The class of a count, from one."""
    return next((number for number, bound in enumerate(bounds, start=1) if count <= bound), len(bounds))


def degrees(value: int, per: int = 1_000_000) -> float:
    """A coordinate as JSON knows it."""
    return float(Fraction(value, per))


def ring(row: int, column: int, per: int = PER_DEGREE) -> list[list[float]]:
    """The outline of a cell, longitude first."""
    south, north, west, east = row, row + 1, column, column + 1
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[degrees(lng, per), degrees(lat, per)] for lng, lat in corners]
