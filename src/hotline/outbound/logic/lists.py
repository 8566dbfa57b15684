"""Lists of people to call, and of numbers not to call, as somebody sends them: every bad row is named. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from hotline.cases.logic import tables
from hotline.cases.logic.tables import Bad, Fault, Line
from hotline.customers.logic import normalise
from hotline.kernel.rules import Refused
from hotline.kernel.words import gettext_noop as _

# What a column may be called; the first word is ours.
NUMBER = ("number", "phone", "电话", "电话号码", "手机", "手机号", "联系电话", "号码")
NAME = ("name", "姓名", "名称", "联系人")
REASON = ("reason", "原因", "理由")
UNTIL = ("until", "有效期", "截止", "至")
MOST_COLUMNS = 30
LONGEST_HEAD = 40
LONGEST_CELL = 200
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody to call."""

    line: int
    e164: str
    name: str
    data: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Plan:
    """What a file says: whom to call, once each; how many rows named somebody again; which rows make no sense."""

    rows: list[Row] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    again: int = 0
    faults: list[Fault] = field(default_factory=list)
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Barred:
    """A number not to call."""

    line: int
    e164: str
    reason: str
    until: date | None


def read(name: str, content: bytes) -> Plan:
    """Read a list of people to call. Bad when it is no such table at all.

    A number and, where there is one, a name are known by their columns; every other column is kept as it is. Whoever
    stands there twice is called once: the first row counts.
    """
    lines, faults, head = _table(name, content, {"number": NUMBER, "name": NAME})
    extra = [one for one in head if one not in {"number", "name"}]
    plan = Plan(columns=extra, faults=faults, lines=len(lines) + len(faults))
    seen: set[str] = set()
    for line in lines:
        try:
            row = _row(line, extra)
        except Bad as bad:
            plan.faults.append(Fault(line.number, bad.column, bad.reason, bad.params))
            continue
        if row.e164 in seen:
            plan.again += 1
            continue
        seen.add(row.e164)
        plan.rows.append(row)
    plan.faults.sort(key=lambda fault: fault.line)
    return plan


def read_barred(name: str, content: bytes) -> tuple[list[Barred], list[Fault]]:
    """Read a list of numbers not to call: number, reason, and until when (nothing: for good)."""
    lines, faults, head = _table(name, content, {"number": NUMBER, "reason": REASON, "until": UNTIL})
    if "reason" not in head:
        raise Bad(_("The header lacks {columns}."), columns=REASON[0])
    found: dict[str, Barred] = {}
    for line in lines:
        try:
            number = line.read("number", _number)
            reason = line.read("reason", tables.text(LONGEST_CELL))
            until = line.read("until", _day_or_never)
        except Bad as bad:
            faults.append(Fault(line.number, bad.column, bad.reason, bad.params))
            continue
        found.setdefault(number, Barred(line.number, number, reason, until))
    faults.sort(key=lambda fault: fault.line)
    return list(found.values()), faults


def _table(name: str, content: bytes, known: dict[str, tuple[str, ...]]) -> tuple[list[Line], list[Fault], list[str]]:
    text = tables.workbook_as_csv(content) if name.lower().endswith(".xlsx") else content
    rows = tables.records(text)
    ours = {other: one for one, others in known.items() for other in others}
    _line, first = next(rows, (0, []))
    head = [ours.get(word.strip().lower(), word.strip()) for word in first]
    _check_head(head)
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, record in rows:
        if len(lines) + len(faults) >= tables.MOST_ROWS:
            raise Bad(_("The table has more than {most} rows."), most=tables.MOST_ROWS)
        if not any(cell.strip() for cell in record):
            continue
        if len(record) != len(head):
            note = _("The row has {found} columns where the header has {wanted}.")
            faults.append(Fault(number, "", note, {"found": str(len(record)), "wanted": str(len(head))}))
        else:
            lines.append(Line(number, dict(zip(head, (cell.strip() for cell in record), strict=True))))
    if not lines and not faults:
        raise Bad(_("The table has no rows."))
    return lines, faults, head


def _check_head(head: list[str]) -> None:
    if "number" not in head:
        raise Bad(_("The header lacks {columns}."), columns=f"{NUMBER[0]} ({NUMBER[2]})")
    if len(head) > MOST_COLUMNS:
        raise Bad(_("The table has more than {most} columns."), most=MOST_COLUMNS)
    if not all(head):
        raise Bad(_("A column of the header has no name."))
    long = next((word for word in head if len(word) > LONGEST_HEAD), None)
    if long is not None:
        raise Bad(_("The column “{column}” has too long a name."), column=long)
    twice = sorted({word for word in head if head.count(word) > 1})
    if twice:
        raise Bad(_("The header names {columns} twice."), columns=", ".join(twice))


def _row(line: Line, extra: list[str]) -> Row:
    number = line.read("number", _number)
    name = line.read("name", tables.text(LONGEST_NAME, needed=False))
    cell = _optional(LONGEST_CELL)
    data = tuple((one, line.read(one, cell)) for one in extra)
    return Row(line.number, number, name, data)


def _optional(most: int) -> Callable[[str], str]:
    return tables.text(most, needed=False)


def _number(cell: str) -> str:
    if not cell:
        raise Bad(_("There is no number."))
    try:
        return normalise(cell).e164
    except Refused:
        raise Bad(_("“{cell}” is not a number one can dial; a landline needs its area code."), cell=cell) from None


def _day_or_never(cell: str) -> date | None:
    if not cell:
        return None
    try:
        return date.fromisoformat(cell[:10].replace("/", "-"))
    except ValueError:
        raise Bad(_("“{cell}” is not a day such as 2026-03-09."), cell=cell) from None
