"""Service requests of New York City (the columns of its open data) as reports: each row read, or named with its reason.

Decisions, each visible in the list of named rows of a run:
- A row that was closed before it was created is refused: one of its two moments is wrong, and nobody can tell which.
- A row without a point becomes a case when a street, a crossing, a landmark or a highway is written: its place stays
  unresolved and waits for a person. It is named, not refused. Without any word of a place it is refused.
- Moments are New York's wall clock. One that the clock skipped is refused; one that came twice is taken as the first.
- Text that was decoded wrongly on its way here (â€™ for ’) is mended where that is certain.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from zoneinfo import ZoneInfo

from hotline.cases.logic import tables
from hotline.cases.logic.tables import Bad, Fault, Line, number, one_of, text
from hotline.kernel.words import gettext_noop as _

ZONE = ZoneInfo("America/New_York")
MOMENT = "%m/%d/%Y %I:%M:%S %p"
EARLIEST = 1990
MICRODEGREE = Decimal("0.000001")
CHANNELS = {"PHONE": "phone", "ONLINE": "web", "MOBILE": "web", "UNKNOWN": "import", "OTHER": "import", "": "import"}
NEEDED = frozenset(["Unique Key", "Created Date", "Closed Date", "Complaint Type", "Latitude", "Longitude"])
PLACES = (
    "Incident Address",
    "Intersection Street 1",
    "Street Name",
    "Cross Street 1",
    "Landmark",
    "Bridge Highway Name",
    "Taxi Pick Up Location",
    "Park Facility Name",
)
NOTHING = frozenset(["", "N/A", "Unspecified", "NA"])


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A row that becomes a case; `notes` say what is odd about it."""

    line: int
    key: str
    arrived_at: datetime
    closed_at: datetime | None
    status: str
    channel: str
    source: str
    complaint: str
    description: str
    place: str
    latitude: Decimal | None
    longitude: Decimal | None
    agency: str
    resolution: str
    notes: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that becomes no case, and why."""

    fault: Fault

    @property
    def line(self) -> int:
        """Where it begins in the file."""
        return self.fault.line


def parse_nyc311(path: Path | str) -> Iterator[ReportRow | RefusedRow]:
    """Every row of a file in its own order. Bad when the file is no such table."""
    return read_nyc311(Path(path).read_bytes())


def read_nyc311(content: bytes) -> Iterator[ReportRow | RefusedRow]:
    """Every row of a table, one answer a row."""
    rows = tables.records(content)
    head = [name.strip() for name in next(rows, (0, []))[1]]
    missing = sorted(NEEDED - set(head))
    if missing:
        raise Bad(_("The header lacks {columns}."), columns=", ".join(missing))
    seen: dict[str, int] = {}
    for line, record in rows:
        if len(record) != len(head):
            note = _("The row has {found} columns where the header has {wanted}.")
            yield RefusedRow(Fault(line, "", note, {"found": str(len(record)), "wanted": str(len(head))}))
            continue
        cells = {name: cell.strip() for name, cell in zip(head, record, strict=True)}
        yield _answer(Line(line, cells), seen)


def _answer(line: Line, seen: dict[str, int]) -> ReportRow | RefusedRow:
    try:
        row = _row(line)
        if row.key in seen:
            raise Bad(_("The same key stands on line {line} already."), "Unique Key", line=seen[row.key])
        seen[row.key] = line.number
        return row
    except Bad as bad:
        key = tables.shown(line.cells["Unique Key"])
        return RefusedRow(Fault(line.number, bad.column, bad.reason, bad.params, key))


def _row(line: Line) -> ReportRow:
    notes: list[Fault] = []
    key = line.read("Unique Key", text(60))
    created = line.read("Created Date", _moment)
    closed = line.read("Closed Date", _moment) if line.cells["Closed Date"] else None
    if closed is not None and closed < created:
        raise Bad(_("It was closed before it was created."), "Closed Date")
    point = _point(line)
    place = _place(line.cells)
    if point is None:
        if not place:
            raise Bad(_("It has neither a position nor a word of its place."), "Latitude")
        note = _("It has no position; the place is known only by its words: {place}.")
        notes.append(Fault(line.number, "Latitude", note, {"place": tables.shown(place)}, key, is_refused=False))
    channel = line.cells.get("Open Data Channel Type", "")
    return ReportRow(
        line=line.number,
        key=key,
        arrived_at=created,
        closed_at=closed,
        status=_clean(line.cells.get("Status", "")),
        channel=channel,
        source=CHANNELS.get(channel, "import"),
        complaint=line.read("Complaint Type", text(100)),
        description=_description(line.cells),
        place=place,
        latitude=point[0] if point else None,
        longitude=point[1] if point else None,
        agency=_clean(line.cells.get("Agency Name", "") or line.cells.get("Agency", "")),
        resolution=_clean(line.cells.get("Resolution Description", "")),
        notes=tuple(notes),
    )


def _moment(cell: str) -> datetime:
    """New York's wall clock as an aware moment in UTC."""
    try:
        naive = datetime.strptime(cell, MOMENT)  # noqa: DTZ007 (the zone follows)
        moment = naive.replace(tzinfo=ZONE).astimezone(UTC)
        if naive.year < EARLIEST:
            raise ValueError(cell)
    except (ValueError, OverflowError):
        raise Bad(_("“{cell}” is not a moment like 02/28/2023 11:45:00 PM."), cell=cell) from None
    if moment.astimezone(ZONE).replace(tzinfo=None) != naive:
        raise Bad(_("The clock of New York never showed {cell}."), cell=cell)
    return moment


def _point(line: Line) -> tuple[Decimal, Decimal] | None:
    """Latitude and longitude to a millionth of a degree; None without them."""
    if not line.cells["Latitude"] and not line.cells["Longitude"]:
        return None
    return line.read("Latitude", _degrees(90)), line.read("Longitude", _degrees(180))


class _degrees:  # noqa: N801 (reads like the other readers of cells)
    """A number of degrees, at most so many either way."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, cell: str) -> Decimal:
        try:
            value = Decimal(cell) if re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,20})?", cell) else Decimal("NaN")
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) > self.most:
            raise Bad(_("“{cell}” is not a number of degrees up to {most}."), cell=cell, most=self.most)
        return value.quantize(MICRODEGREE)


def _clean(cell: str) -> str:
    """Text as it was meant: mended where it was decoded wrongly, without signs that no text has."""
    if any("\x80" <= sign <= "\x9f" for sign in cell):
        try:
            cell = cell.encode("latin-1").decode("utf-8")
        except ValueError:
            cell = re.sub("[\x80-\x9f]", "", cell)
    return " ".join("".join(sign if sign.isprintable() else " " for sign in cell).split())


def _place(cells: Mapping[str, str]) -> str:
    """The place in words, from the most exact that is written, with the borough behind it; empty without any."""
    said = {name: _clean(cells.get(name, "")) for name in (*PLACES, "Cross Street 2", "Intersection Street 2")}
    found = next((said[name] for name in PLACES if said[name] not in NOTHING), "")
    if not found:
        return ""
    crossing = said["Intersection Street 2"] if found == said["Intersection Street 1"] else said["Cross Street 1"]
    beside = f" / {crossing}" if crossing not in NOTHING and crossing != found and not found[:1].isdigit() else ""
    borough = _clean(cells.get("Borough", "") or cells.get("City", ""))
    behind = f", {borough}" if borough not in NOTHING else ""
    return f"{found}{beside}{behind}"[:200]


def _description(cells: Mapping[str, str]) -> str:
    """What was reported, from the type to the kind of place."""
    parts = [_clean(cells.get(name, "")) for name in ("Complaint Type", "Descriptor", "Location Type")]
    told = [part for part in dict.fromkeys(parts) if part not in NOTHING]
    return ": ".join([told[0], " · ".join(told[1:])] if len(told) > 1 else told)[:4000]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a type of complaint is here: a condition of the standard, or why it goes back."""

    category: str  # a whole code like C0101; empty when it goes back
    seq: int
    return_reason: str


@dataclass(frozen=True, slots=True)
class ReportMap:
    """What the complaints and channels of another system are here."""

    complaints: Mapping[str, Answer]
    channels: Mapping[str, str]


def read_map(complaints: bytes, channels: bytes | None = None) -> ReportMap:
    """Read complaint_type,category,seq,return_reason and channel,source; Bad names the first row that is wrong."""
    answers: dict[str, Answer] = {}
    wanted = frozenset(["complaint_type", "category", "seq", "return_reason"])
    for line in _sound(*tables.table(complaints, wanted, wanted)):
        category = line.read("category", text(9))
        goes_back = category == "return"
        seq = 0 if goes_back else line.read("seq", number(1, 999))
        reason = line.read("return_reason", text(500, needed=goes_back))
        answers[line.read("complaint_type", text(100))] = Answer("" if goes_back else category, seq, reason)
    sources = dict(CHANNELS)
    if channels is not None:
        pair = frozenset(["channel", "source"])
        known = one_of({name: name for name in ("field", "phone", "letter", "visit", "web", "import")})
        for line in _sound(*tables.table(channels, pair, pair)):
            sources[line.read("channel", text(30))] = line.read("source", known)
    return ReportMap(answers, sources)


def _sound(lines: list[Line], faults: list[Fault]) -> list[Line]:
    if faults:
        raise Bad(faults[0].reason, faults[0].column, **faults[0].params)
    return lines
