"""Reading tables that somebody sends: text, header, cells; every fault is named with its line, column and reason."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import TypeVar
from zipfile import BadZipFile

from openpyxl import load_workbook

from hotline.kernel.words import gettext_noop as _

T = TypeVar("T")
MOST_BYTES = 30_000_000
MOST_ROWS = 50_000
LONGEST_CELL = 5_000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something about a row: why it is refused, or (`is_refused` false) what to look at although it was taken."""

    line: int
    column: str
    reason: str  # an English msgid, filled by params
    params: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    is_refused: bool = True


class Bad(ValueError):
    """A cell that cannot be read; `column` when it is another one than the cell's own."""

    def __init__(self, reason: str, column: str = "", /, **params: object) -> None:
        super().__init__(reason)
        self.reason, self.column = reason, column
        self.params = {name: shown(value) for name, value in params.items()}


def shown(value: object, most: int = 60) -> str:
    """A value as a message may quote it: short, and without signs that neither page nor database can hold."""
    text = "".join(sign if sign.isprintable() else "�" for sign in str(value))
    return text if len(text) <= most else f"{text[: most - 1]}…"


def decoded(content: bytes) -> str:
    """The text of a file; a file that is no UTF-8 text is refused as a whole."""
    if len(content) > MOST_BYTES:
        raise Bad(_("The file is larger than {most} MB."), most=MOST_BYTES // 1_000_000)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        line = content.count(b"\n", 0, bad.start) + 1
        note = _("The file is not UTF-8 text (line {line}). In a spreadsheet, save it as “CSV UTF-8”.")
        raise Bad(note, line=line) from bad


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table with the number of the line on which it begins."""

    number: int
    cells: Mapping[str, str]

    def read(self, column: str, reader: Callable[[str], T]) -> T:
        """A cell as something; a fault of the cell carries its column."""
        try:
            return reader(self.cells.get(column, ""))
        except Bad as bad:
            bad.column = bad.column or column
            raise


def records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV text with their lines; Bad when the quoting of the file is broken."""
    source = io.StringIO(decoded(content), newline="")
    reader = csv.reader(source, strict=True)
    line = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as bad:
            raise Bad(_("The table breaks off at line {line}: {why}."), line=line, why=bad) from bad
        if record:
            yield line, record
        line = reader.line_num + 1


def table(content: bytes, required: frozenset[str], known: frozenset[str]) -> tuple[list[Line], list[Fault]]:
    """The rows of a table with a header; rows of another length are faults. Bad when there is no such table."""
    rows = records(content)
    head = [name.strip() for name in next(rows, (0, []))[1]]
    _check_head(head, required, known)
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, record in rows:
        if len(lines) + len(faults) >= MOST_ROWS:
            raise Bad(_("The table has more than {most} rows."), most=MOST_ROWS)
        if len(record) != len(head):
            note = _("The row has {found} columns where the header has {wanted}.")
            faults.append(Fault(number, "", note, {"found": str(len(record)), "wanted": str(len(head))}))
        else:
            lines.append(Line(number, dict(zip(head, (cell.strip() for cell in record), strict=True))))
    if not lines and not faults:
        raise Bad(_("The table has no rows."))
    return lines, faults


def workbook_as_csv(content: bytes) -> bytes:
    """The first sheet of a workbook as the text of a CSV file, a line for each row. Bad when it cannot be read."""
    if len(content) > MOST_BYTES:
        raise Bad(_("The file is larger than {most} MB."), most=MOST_BYTES // 1_000_000)
    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        out = io.StringIO()
        writer = csv.writer(out)
        for number, row in enumerate(sheet.iter_rows(values_only=True)):
            if number > MOST_ROWS:
                raise Bad(_("The table has more than {most} rows."), most=MOST_ROWS)
            # An empty row stays an empty line, so that faults name the line that the sender sees.
            writer.writerow([_cell(value) for value in row] if any(value is not None for value in row) else [])
    except (BadZipFile, KeyError, IndexError, ValueError, OSError) as bad:
        if isinstance(bad, Bad):
            raise
        raise Bad(_("This is no workbook that can be read.")) from bad
    return out.getvalue().encode()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case time():
            return f"{value:%H:%M}"
        case float() if value.is_integer():
            return str(int(value))
    return " ".join(str(value).splitlines())


def _check_head(head: list[str], required: frozenset[str], known: frozenset[str]) -> None:
    missing = sorted(required - set(head))
    if missing:
        raise Bad(_("The header lacks {columns}."), columns=", ".join(missing))
    foreign = sorted(set(head) - known)
    if foreign:
        raise Bad(_("The header has columns nobody knows: {columns}."), columns=", ".join(foreign))
    twice = sorted({name for name in head if head.count(name) > 1})
    if twice:
        raise Bad(_("The header names {columns} twice."), columns=", ".join(twice))


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]|[\ud800-\udfff]")


def text(most: int, *, needed: bool = True, lines: bool = False) -> Callable[[str], str]:
    """A text of at most so many signs; on one line unless `lines`."""

    def read(cell: str) -> str:
        if needed and not cell:
            raise Bad(_("This must not be empty."))
        if len(cell) > most:
            raise Bad(_("This is longer than {most} signs."), most=most)
        if _CONTROL.search(cell) or (not lines and re.search(r"[\r\n\t]", cell)):
            raise Bad(_("This holds signs that no text has."))
        return cell

    return read


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number between two."""

    def read(cell: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", cell) or not least <= int(cell) <= most:
            raise Bad(_("“{cell}” is not a whole number from {least} to {most}."), cell=cell, least=least, most=most)
        return int(cell)

    return read


def one_of(words: Mapping[str, T]) -> Callable[[str], T]:
    """One of a few words; of those that mean the same, a message names the first."""
    first = {value: word for word, value in list(words.items())[::-1] if word}
    named = ", ".join(word for word in words if first.get(words[word]) == word)

    def read(cell: str) -> T:
        if cell not in words:
            raise Bad(_("“{cell}” is none of {words}."), cell=cell, words=named)
        return words[cell]

    return read


def code(cell: str) -> str:
    """A class code: up to four digits or capital letters."""
    if not re.fullmatch(r"[0-9A-Z]{1,4}", cell):
        raise Bad(_("“{cell}” is not a code of one to four digits."), cell=cell)
    return cell


def canonical(value: object) -> str:
    """The same text for the same content, for hashes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
