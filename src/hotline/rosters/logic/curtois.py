"""The published text format of shift scheduling (Curtois & Qu, 2014): read, written, and evaluated for itself.

`evaluate` looks at the file of the instance and the text of a roster alone: it knows neither our problem nor our rules,
so that it can tell when they are wrong.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import TypeVar

from hotline.rosters.logic.problem import Cover, Person, Place, Problem, Roster, ShiftKind, Wish

T = TypeVar("T")
# "All instances start on a Monday"; which one is of no matter.
A_MONDAY = date(2024, 1, 1)
SATURDAY = 5
SECTIONS = ("HORIZON", "SHIFTS", "STAFF", "DAYS_OFF", "SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS", "COVER")


class NotReadable(Exception):
    """The text is not an instance or not a roster: where in it, and what is expected there."""

    def __init__(self, where: str, expected: str) -> None:
        super().__init__(f"{where}: {expected}")
        self.where, self.expected = where, expected


@dataclass(frozen=True, slots=True)
class Shift:
    """A line of SECTION_SHIFTS."""

    key: str
    minutes: int
    bars: frozenset[str]


@dataclass(frozen=True, slots=True)
class Staff:
    """A line of SECTION_STAFF."""

    key: str
    most: dict[str, int]
    most_minutes: int
    least_minutes: int
    longest_run: int
    shortest_run: int
    shortest_rest: int
    most_weekends: int


@dataclass(frozen=True, slots=True)
class Request:
    """A line of one of the sections of requests."""

    person: str
    day: int
    shift: str
    weight: int


@dataclass(frozen=True, slots=True)
class Need:
    """A line of SECTION_COVER."""

    day: int
    shift: str
    heads: int
    under: int
    over: int


@dataclass(slots=True)
class Instance:
    """An instance as its file says it."""

    days: int = 0
    shifts: dict[str, Shift] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    days_off: dict[str, frozenset[int]] = field(default_factory=dict)
    on: list[Request] = field(default_factory=list)
    off: list[Request] = field(default_factory=list)
    cover: list[Need] = field(default_factory=list)


# --- reading ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its place, which refuses what it does not understand."""

    section: str
    number: int
    cells: tuple[str, ...]

    def fail(self, cell: str, expected: str) -> NotReadable:
        return NotReadable(f"line {self.number}, SECTION_{self.section}, {cell}", expected)

    def takes(self, *names: str, at_least: int | None = None) -> None:
        least = len(names) if at_least is None else at_least
        if not least <= len(self.cells) or (at_least is None and len(self.cells) > len(names)):
            raise self.fail("the whole line", f"expected {', '.join(names)}, separated by commas")

    def number_at(self, at: int, name: str, *, below: int | None = None) -> int:
        text = self.cells[at]
        if not (text.isascii() and text.isdigit()) or len(text) > 9 or (below is not None and int(text) >= below):
            limit = "" if below is None else f" below {below}"
            raise self.fail(name, f"expected a whole number{limit}, found {text!r}")
        return int(text)

    def weight_at(self, at: int, name: str) -> int:
        """A weight, which some of the published files write with a sign."""
        bare = _Line(self.section, self.number, tuple(cell.removeprefix("-") for cell in self.cells))
        size = bare.number_at(at, name)
        return -size if self.cells[at].startswith("-") else size

    def one_of(self, at: int, name: str, known: dict[str, T]) -> str:
        if self.cells[at] not in known:
            raise self.fail(name, f"expected one of those defined above, found {self.cells[at]!r}")
        return self.cells[at]


def _lines(text: str) -> Iterator[_Line]:
    section = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("SECTION_"):
            section = line.removeprefix("SECTION_")
            if section not in SECTIONS:
                raise NotReadable(
                    f"line {number}", f"expected one of SECTION_{', SECTION_'.join(SECTIONS)}, found {line!r}"
                )
        elif not section:
            raise NotReadable(f"line {number}", f"expected SECTION_HORIZON before anything else, found {line[:40]!r}")
        else:
            yield _Line(section, number, tuple(cell.strip() for cell in line.split(",")))


def read(text: str) -> Instance:
    """The instance that a file says; NotReadable names the line and what is expected there."""
    found, seen, bars = Instance(), set(), []
    for line in _lines(text):
        seen.add(line.section)
        if line.section == "SHIFTS":
            bars.append(line)
        _READ[line.section](found, line)
    for name, is_there in (("HORIZON", found.days), ("SHIFTS", found.shifts), ("STAFF", found.staff)):
        if not is_there:
            raise NotReadable(f"SECTION_{name}", "expected a section with at least one line")
    for line in bars:
        unknown = found.shifts[line.cells[0]].bars - found.shifts.keys()
        if unknown:
            raise line.fail("shifts which cannot follow", f"expected shifts of this section, found {min(unknown)!r}")
    return found


def _read_horizon(found: Instance, line: _Line) -> None:
    line.takes("days")
    found.days = line.number_at(0, "days", below=3661)
    if not found.days:
        raise line.fail("days", "expected at least one day")


def _read_shift(found: Instance, line: _Line) -> None:
    line.takes("shift", "minutes", "shifts which cannot follow", at_least=2)
    key = line.cells[0]
    if not key or key in found.shifts or "\t" in key:
        raise line.fail("shift", f"expected a name of its own, found {key!r}")
    bars = "".join(line.cells[2:3])
    found.shifts[key] = Shift(key, line.number_at(1, "minutes"), frozenset(filter(None, bars.split("|"))))


def _read_staff(found: Instance, line: _Line) -> None:
    names = ("most minutes", "least minutes", "longest run", "shortest run", "shortest rest", "most weekends")
    line.takes("person", "most shifts", *names)
    key = line.cells[0]
    if not key or key in found.staff:
        raise line.fail("person", f"expected a name of its own, found {key!r}")
    most = {}
    for part in filter(None, line.cells[1].split("|")):
        shift, equals, count = part.partition("=")
        if not equals or shift not in found.shifts or not count.isdigit():
            raise line.fail("most shifts", f"expected SHIFT=NUMBER|SHIFT=NUMBER…, found {part!r}")
        most[shift] = int(count)
    found.staff[key] = Staff(key, most, *(line.number_at(2 + at, name) for at, name in enumerate(names)))


def _read_days_off(found: Instance, line: _Line) -> None:
    line.takes("person", "days", at_least=1)
    person = line.one_of(0, "person", found.staff)
    days = {line.number_at(at, "day", below=found.days) for at in range(1, len(line.cells))}
    found.days_off[person] = found.days_off.get(person, frozenset()) | days


def _request(found: Instance, line: _Line) -> Request:
    line.takes("person", "day", "shift", "weight")
    return Request(
        line.one_of(0, "person", found.staff),
        line.number_at(1, "day", below=found.days),
        line.one_of(2, "shift", found.shifts),
        line.weight_at(3, "weight"),
    )


def _read_cover(found: Instance, line: _Line) -> None:
    line.takes("day", "shift", "requirement", "weight for under", "weight for over")
    day, shift = line.number_at(0, "day", below=found.days), line.one_of(1, "shift", found.shifts)
    heads, under, over = (
        line.weight_at(2, "requirement"),
        line.weight_at(3, "weight for under"),
        line.weight_at(4, "weight for over"),
    )
    found.cover.append(Need(day, shift, heads, under, over))


_READ: dict[str, Callable[[Instance, _Line], None]] = {
    "HORIZON": _read_horizon,
    "SHIFTS": _read_shift,
    "STAFF": _read_staff,
    "DAYS_OFF": _read_days_off,
    "SHIFT_ON_REQUESTS": lambda found, line: found.on.append(_request(found, line)),
    "SHIFT_OFF_REQUESTS": lambda found, line: found.off.append(_request(found, line)),
    "COVER": _read_cover,
}


def problem(instance: Instance) -> Problem:
    """The instance as a problem of ours."""
    return Problem(
        first=A_MONDAY,
        days=instance.days,
        kinds=tuple(
            ShiftKind(shift.key, start=0, length=shift.minutes, worked=shift.minutes, bars=shift.bars)
            for shift in instance.shifts.values()
        ),
        people=tuple(
            Person(
                staff.key,
                most_of_kind=staff.most,
                least_minutes=staff.least_minutes,
                most_minutes=staff.most_minutes,
                longest_run=staff.longest_run,
                shortest_run=staff.shortest_run,
                shortest_rest=staff.shortest_rest,
                most_weekends=staff.most_weekends,
            )
            for staff in instance.staff.values()
        ),
        covers=tuple(Cover(need.day, need.heads, need.under, need.over, kind=need.shift) for need in instance.cover),
        wishes=tuple(
            Wish(request.person, request.day, request.shift, wants, request.weight)
            for wants, requests in ((True, instance.on), (False, instance.off))
            for request in requests
        ),
        absences=frozenset((person, day) for person, days in instance.days_off.items() for day in days),
    )


# --- rosters as text --------------------------------------------------------------------------------------------------


def write(instance: Instance, roster: Roster) -> str:
    """A line a person, a shift or nothing a day, tab separated."""
    rows = ("\t".join(roster.get((person, day), "") for day in range(instance.days)) for person in instance.staff)
    return "".join(f"{row}\n" for row in rows)


def read_roster(instance: Instance, text: str) -> dict[str, list[str]]:
    """The shifts of each person, empty where there is none."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) != len(instance.staff):
        raise NotReadable("the whole file", f"expected {len(instance.staff)} lines, found {len(lines)}")
    found = {}
    for number, (person, line) in enumerate(zip(instance.staff, lines, strict=True), start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != instance.days:
            raise NotReadable(f"line {number}", f"expected {instance.days} cells, found {len(cells)}")
        for day, cell in enumerate(cells):
            if cell and cell not in instance.shifts:
                raise NotReadable(f"line {number}, day {day}", f"expected a shift or nothing, found {cell!r}")
        found[person] = cells
    return found


def roster(instance: Instance, text: str) -> dict[Place, str]:
    """A roster of ours from its text."""
    rows = read_roster(instance, text)
    return {(person, day): cell for person, cells in rows.items() for day, cell in enumerate(cells) if cell}


# --- the independent evaluation ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a roster costs by the published rules, and each hard rule it breaks."""

    objective: int
    hard: tuple[str, ...]


def evaluate(instance: Instance, text: str) -> Evaluation:
    """Judge the text of a roster by the published description of the benchmark."""
    rows = read_roster(instance, text)
    hard = [fault for person, cells in rows.items() for fault in _faults(instance, instance.staff[person], cells)]
    cost = sum(request.weight for request in instance.on if rows[request.person][request.day] != request.shift)
    cost += sum(request.weight for request in instance.off if rows[request.person][request.day] == request.shift)
    for need in instance.cover:
        heads = sum(cells[need.day] == need.shift for cells in rows.values())
        cost += max(0, need.heads - heads) * need.under + max(0, heads - need.heads) * need.over
    return Evaluation(cost, tuple(hard))


def _faults(instance: Instance, staff: Staff, cells: Sequence[str]) -> Iterator[str]:
    who = staff.key
    for day in sorted(instance.days_off.get(who, ())):
        if cells[day]:
            yield f"{who}: shift on day off {day}"
    for day in range(1, len(cells)):
        if cells[day - 1] and cells[day] in instance.shifts[cells[day - 1]].bars:
            yield f"{who}: {cells[day]} after {cells[day - 1]} on day {day}"
    counts = Counter(filter(None, cells))
    for shift, most in staff.most.items():
        if counts[shift] > most:
            yield f"{who}: {counts[shift]} shifts {shift}, most {most}"
    minutes = sum(instance.shifts[cell].minutes for cell in cells if cell)
    if not staff.least_minutes <= minutes <= staff.most_minutes:
        yield f"{who}: {minutes} minutes, not {staff.least_minutes} to {staff.most_minutes}"
    weekends = sum(any(cells[day : day + 2]) for day in range(SATURDAY, len(cells), 7))
    if weekends > staff.most_weekends:
        yield f"{who}: {weekends} weekends, most {staff.most_weekends}"
    yield from _run_faults(staff, cells)


def _run_faults(staff: Staff, cells: Sequence[str]) -> Iterator[str]:
    day = 0
    for works, group in groupby(cells, key=bool):
        length = len(list(group))
        at_edge = day == 0 or day + length == len(cells)
        if works and length > staff.longest_run:
            yield f"{staff.key}: {length} shifts in a row from day {day}, most {staff.longest_run}"
        least = staff.shortest_run if works else staff.shortest_rest
        if length < least and not at_edge:
            yield f"{staff.key}: {length} {'shifts' if works else 'days off'} in a row from day {day}, least {least}"
        day += length
