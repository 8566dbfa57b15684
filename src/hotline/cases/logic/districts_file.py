"""Districts and grids as GeoJSON: ours with both, or a plain map that only names its areas."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import shapely

from hotline.cases.logic import tables
from hotline.cases.logic.tables import Bad, Fault, canonical, text
from hotline.kernel.places import Area, Areas, BadGeometry, area_of
from hotline.kernel.words import gettext_noop as _

MOST_FEATURES = 20_000
KINDS = ("district", "grid")
Shape = dict[str, object]
Key = tuple[str, str, str]  # kind, code of its district (empty for a district), code


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One district or grid; `line` counts the features from one."""

    line: int
    kind: str
    code: str
    name: str
    district: str
    outline: Shape

    @property
    def key(self) -> Key:
        """What makes it the same area in the next file."""
        return self.kind, self.district if self.kind == "grid" else "", self.code

    def hash(self) -> str:
        """Moves when the area has another name or outline."""
        return sha256(canonical([self.name, self.outline]).encode()).hexdigest()


def parse_districts(content: bytes, known: Mapping[str, Shape] | None = None) -> tuple[list[AreaRow], list[Fault]]:
    """Every area and every fault. `known` are outlines of districts that are there already, by code.

    Areas that overlap are taken and named: a point in both is answered by nobody until the map is mended.
    """
    features = _features(content)
    rows: list[AreaRow] = []
    faults: list[Fault] = []
    for line, feature in enumerate(features, start=1):
        try:
            rows.append(_row(line, feature))
        except Bad as bad:
            faults.append(Fault(line, bad.column, bad.reason, bad.params, _quoted(feature)))
    faults += _twice(rows)
    if not faults:
        faults += _lost_grids(rows, known or {}) or _overlaps(rows)
    return rows, sorted(faults, key=lambda fault: fault.line)


def _no_constant(word: str) -> float:
    raise ValueError(word)


def _features(content: bytes) -> list[object]:
    try:
        whole = json.loads(tables.decoded(content), parse_constant=_no_constant)
    except (ValueError, RecursionError) as bad:
        if isinstance(bad, Bad):
            raise
        raise Bad(_("The file is not GeoJSON: {why}."), why=bad) from bad
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or not features:
        raise Bad(_("The file holds no features."))
    if len(features) > MOST_FEATURES:
        raise Bad(_("The table has more than {most} rows."), most=MOST_FEATURES)
    return features


def _quoted(feature: object) -> str:
    said = feature.get("properties") if isinstance(feature, dict) else None
    return tables.shown(_first(said, "code", "id", "adcode") or "") if isinstance(said, dict) else ""


def _first(said: dict[str, object], *names: str) -> object:
    return next((said[name] for name in names if said.get(name) not in (None, "")), None)


def _word(said: dict[str, object], column: str, most: int, *names: str) -> str:
    """A property as text; numbers may stand for codes."""
    value = _first(said, *names)
    try:
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            raise Bad(_("This holds signs that no text has."))
        return text(most)("" if value is None else str(value).strip())
    except ValueError as bad:  # a whole number of more digits than a text may have
        wrong = bad if isinstance(bad, Bad) else Bad(_("This is longer than {most} signs."), most=most)
        wrong.column = column
        raise wrong from None


def _row(line: int, feature: object) -> AreaRow:
    said = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(said, dict):
        raise Bad(_("The feature has no properties."), "properties")
    kind = said.get("kind", "district")
    if kind not in KINDS:
        raise Bad(_("“{cell}” is none of {words}."), "kind", cell=kind, words=", ".join(KINDS))
    code = _word(said, "code", 20, "code", "id", "adcode")
    if not re.fullmatch(r"[0-9A-Za-z_-]+", code):
        raise Bad(_("“{cell}” is not a code of digits and letters."), "code", cell=code)
    district = _word(said, "district", 20, "district") if kind == "grid" else ""
    return AreaRow(line, str(kind), code, _word(said, "name", 60, "name"), district, _outline(feature.get("geometry")))


def _outline(geometry: object) -> Shape:
    """The clean geometry: its type and its positions, nothing else that came along."""
    try:
        if not isinstance(geometry, dict):
            raise BadGeometry(_("the area is empty"))
        area_of(geometry)
        return {"type": geometry["type"], "coordinates": _flat(geometry["coordinates"])}
    except BadGeometry as bad:
        raise Bad(bad.note, "geometry", **bad.params) from bad
    except (ArithmeticError, RecursionError, TypeError, ValueError, shapely.errors.ShapelyError) as bad:
        raise Bad(_("The area cannot be read: {why}."), "geometry", why=bad) from bad


def _flat(part: object) -> object:
    """Positions without their height."""
    assert isinstance(part, list)
    return [float(part[0]), float(part[1])] if not isinstance(part[0], list) else [_flat(inner) for inner in part]


def _twice(rows: list[AreaRow]) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[Key, int] = {}
    for row in rows:
        if row.key in seen:
            note = _("The same area stands at {line} already.")
            faults.append(Fault(row.line, "code", note, {"line": str(seen[row.key])}, row.code))
        seen.setdefault(row.key, row.line)
    return faults


def _lost_grids(rows: list[AreaRow], known: Mapping[str, Shape]) -> list[Fault]:
    """Grids of districts that do not exist, or that have no ground in theirs."""
    outlines = dict(known) | {row.code: row.outline for row in rows if row.kind == "district"}
    grounds: dict[str, Area] = {}
    faults: list[Fault] = []
    for row in rows:
        if row.kind != "grid":
            continue
        if row.district not in outlines:
            note = _("There is no district “{cell}”.")
            faults.append(Fault(row.line, "district", note, {"cell": row.district}, row.code))
            continue
        ground = grounds.setdefault(row.district, area_of(outlines[row.district]))
        if not ground.relate_pattern(area_of(row.outline), "T********"):
            note = _("The grid lies outside its district.")
            faults.append(Fault(row.line, "geometry", note, {}, row.code))
    return faults


def _overlaps(rows: list[AreaRow]) -> list[Fault]:
    """Districts that share ground with districts, grids with grids of their district: named, not refused."""
    groups: dict[str, dict[int, Shape]] = {}
    by_line = {row.line: row for row in rows}
    for row in rows:
        groups.setdefault(row.district, {})[row.line] = row.outline
    return [
        Fault(
            second,
            "geometry",
            _("It overlaps “{other}”: points in both are answered by nobody."),
            {"other": by_line[first].name},
            by_line[second].code,
            is_refused=False,
        )
        for shapes in groups.values()
        for first, second in Areas(shapes).overlapping()
    ]
