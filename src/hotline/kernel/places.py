"""Which area holds a point: one answer, or a plain word why there is none. The only room that imports shapely."""

import json
import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry import Point as Dot

from hotline.kernel.words import gettext_noop

K = TypeVar("K", bound=Hashable)
Area = Polygon | MultiPolygon


class Why(StrEnum):
    """Why a point has no one area."""

    OUTSIDE = "outside"
    BOUNDARY = "boundary"
    SEVERAL = "several"


@dataclass(frozen=True, slots=True)
class Point:
    """Longitude and latitude in degrees, as stored: exact decimals."""

    lon: Decimal
    lat: Decimal

    def __post_init__(self) -> None:
        if not (self.lon.is_finite() and self.lat.is_finite() and abs(self.lon) <= 180 and abs(self.lat) <= 90):
            raise ValueError(f"not a place on earth: {self.lon}, {self.lat}")


@dataclass(frozen=True, slots=True)
class Unresolved(Generic[K]):
    """No single area: outside all, on a boundary, or inside several; `near` names those it touches or lies in."""

    why: Why
    near: tuple[K, ...] = ()


class BadGeometry(ValueError):
    """A shape that cannot be an area; `note` is an English msgid and `params` fills it."""

    def __init__(self, note: str, **params: object) -> None:
        super().__init__(note.format_map(params))
        self.note, self.params = note, params


class Areas(Generic[K]):
    """Named areas, indexed once and asked often; made from GeoJSON geometries by name."""

    def __init__(self, shapes: Mapping[K, Mapping[str, object]]) -> None:
        self.names: tuple[K, ...] = tuple(shapes)
        self._areas: tuple[Area, ...] = tuple(area_of(shape) for shape in shapes.values())
        for area in self._areas:
            shapely.prepare(area)
        self._tree = shapely.STRtree(self._areas)

    def touching(self, dot: Dot) -> tuple[tuple[K, ...], tuple[K, ...]]:
        """The areas that hold the dot in their inside, and those that have it on their boundary."""
        inside: list[K] = []
        edge: list[K] = []
        for index in sorted(self._tree.query(dot, predicate="intersects").tolist()):
            (inside if self._areas[index].contains(dot) else edge).append(self.names[index])
        return tuple(inside), tuple(edge)

    def overlapping(self) -> tuple[tuple[K, K], ...]:
        """Pairs of areas whose insides meet; neighbours that only share a boundary are none."""
        pairs: list[tuple[K, K]] = []
        for index, area in enumerate(self._areas):
            near = sorted(other for other in self._tree.query(area, predicate="intersects").tolist() if other > index)
            pairs += [
                (self.names[index], self.names[other])
                for other in near
                if area.relate_pattern(self._areas[other], "T********")
            ]
        return tuple(pairs)


def locate(point: Point, areas: Areas[K]) -> K | Unresolved[K]:
    """The one area whose inside holds the point, or why there is none: nothing is guessed on a boundary."""
    inside, edge = areas.touching(Dot(float(point.lon), float(point.lat)))
    if edge:
        return Unresolved(Why.BOUNDARY, inside + edge)
    if len(inside) > 1:
        return Unresolved(Why.SEVERAL, inside)
    return inside[0] if inside else Unresolved(Why.OUTSIDE)


def area_of(shape: Mapping[str, object]) -> Area:
    """The polygon or multi-polygon of a GeoJSON geometry; anything that is not a clean area is refused."""
    kind = shape.get("type")
    if kind not in {"Polygon", "MultiPolygon"}:
        raise BadGeometry(gettext_noop("an area must be a Polygon or a MultiPolygon, not {kind}"), kind=kind)
    for lon, lat in _positions(shape.get("coordinates")):
        if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
            raise BadGeometry(gettext_noop("{lon}, {lat} is not a longitude and latitude"), lon=lon, lat=lat)
    _check_rings(shape)
    area = shapely.from_geojson(json.dumps(shape))
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        raise BadGeometry(gettext_noop("the area is empty"))
    if not area.is_valid:
        raise BadGeometry(gettext_noop("the area is not clean: {reason}"), reason=shapely.is_valid_reason(area))
    return area


def _positions(coordinates: object) -> Iterable[tuple[float, float]]:
    """Every position of nested GeoJSON coordinates; a third number (height) is left out."""
    if not isinstance(coordinates, list | tuple):
        raise BadGeometry(gettext_noop("the coordinates are not lists of numbers"))
    if _is_position(coordinates):
        yield float(coordinates[0]), float(coordinates[1])
        return
    for part in coordinates:
        yield from _positions(part)


def _check_rings(shape: Mapping[str, object]) -> None:
    coordinates = shape["coordinates"]
    assert isinstance(coordinates, list | tuple)
    polygons = [coordinates] if shape["type"] == "Polygon" else coordinates
    for ring in (ring for polygon in polygons for ring in polygon):
        if not isinstance(ring, list | tuple) or not all(_is_position(position) for position in ring):
            raise BadGeometry(gettext_noop("the coordinates are not nested as their type demands"))
        if len(ring) < 4:
            raise BadGeometry(gettext_noop("a ring has fewer than four positions"))
        if list(ring[0]) != list(ring[-1]):
            raise BadGeometry(gettext_noop("a ring is not closed: its first and last positions differ"))


def _is_position(value: object) -> bool:
    numbers = value if isinstance(value, list | tuple) else ()
    return len(numbers) >= 2 and all(isinstance(x, int | float) and not isinstance(x, bool) for x in numbers)
