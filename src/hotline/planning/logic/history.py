"""Files of past amounts: day, time, amount, and if known the handling time; every bad row is named. Pure."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time

from hotline.cases.logic import tables
from hotline.cases.logic.tables import Bad, Fault, Line
from hotline.kernel.words import gettext_noop as _

# What a column may be called; the first word is ours.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "日期"),
    "time": ("time", "slot", "时间", "时段"),
    "amount": ("amount", "calls", "count", "数量", "话务量"),
    "handling_seconds": ("handling_seconds", "aht", "处理时长"),
}
REQUIRED = frozenset({"date", "time", "amount"})
MOST = 1_000_000
LONGEST = 6 * 3600
Cell = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Amount:
    """How much came in a half hour, and the seconds each took on average, where known."""

    amount: int
    handling_seconds: int | None = None


@dataclass(slots=True)
class Plan:
    """What a file says: half hours with their amounts, and the rows that make no sense."""

    cells: dict[Cell, Amount] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0


def read(name: str, content: bytes) -> Plan:
    """Read a CSV file or a workbook. Bad when it is no such table at all."""
    text = tables.workbook_as_csv(content) if name.lower().endswith(".xlsx") else content
    lines, faults = tables.table(_our_head(text), REQUIRED, frozenset(COLUMNS))
    plan = Plan(faults=faults, rows=len(lines))
    seen: dict[tuple[date, time], int] = {}
    work: dict[Cell, list[tuple[int, int | None]]] = {}
    for line in lines:
        try:
            key, amount, seconds = _row(line)
        except Bad as bad:
            plan.faults.append(Fault(line.number, bad.column, bad.reason, bad.params))
            continue
        if key in seen:
            note = _("Line {other} says something about this time already.")
            plan.faults.append(Fault(line.number, "time", note, {"other": str(seen[key])}))
            continue
        seen[key] = line.number
        day, moment = key
        work.setdefault((day, moment.hour * 2 + moment.minute // 30), []).append((amount, seconds))
    plan.cells = {cell: _together(parts) for cell, parts in work.items()}
    return plan


def _row(line: Line) -> tuple[tuple[date, time], int, int | None]:
    day = line.read("date", _day)
    moment = line.read("time", _time)
    amount = line.read("amount", tables.number(0, MOST))
    seconds = line.read("handling_seconds", tables.number(1, LONGEST)) if line.cells.get("handling_seconds") else None
    return (day, moment), amount, seconds


def _together(parts: list[tuple[int, int | None]]) -> Amount:
    """Rows of five minutes add up to their half hour; handling times are weighted by what they stand for."""
    amount = sum(part for part, _seconds in parts)
    known = [(part, seconds) for part, seconds in parts if seconds is not None and part]
    if not known:
        return Amount(amount)
    return Amount(amount, sum(part * seconds for part, seconds in known) // sum(part for part, _seconds in known))


def _day(cell: str) -> date:
    try:
        return date.fromisoformat(cell[:10].replace("/", "-"))
    except ValueError:
        raise Bad(_("“{cell}” is not a day such as 2026-03-09."), cell=cell) from None


def _time(cell: str) -> time:
    try:
        return time.fromisoformat(cell.zfill(5) if len(cell) == 4 else cell)
    except ValueError:
        raise Bad(_("“{cell}” is not a time such as 08:30."), cell=cell) from None


def _our_head(content: bytes) -> bytes:
    """The same table with our words in its header."""
    text = tables.decoded(content)
    head, newline, rest = text.partition("\n")
    ours = {other: name for name, others in COLUMNS.items() for other in others}
    words = [ours.get(word.strip().lower(), word.strip()) for word in next(csv.reader([head]), [])]
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(words)
    return (out.getvalue() + newline + rest).encode()
