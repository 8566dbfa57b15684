"""A filing and closing standard as a table: ours, or the columns in which cities publish theirs (B2.4)."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from hashlib import sha256

from hotline.cases.logic import tables
from hotline.cases.logic.tables import Bad, Fault, Line, canonical, code, number, one_of, text
from hotline.kernel.words import gettext_noop as _

REQUIRED = frozenset(
    [
        *("kind", "big_code", "big_name", "small_code", "small_name", "seq"),
        *("filing_condition", "closing_condition", "limit_value", "limit_unit"),
    ]
)
OURS = frozenset(["department", "gate", "photo", "requirement", "radius_m"])
CITY = frozenset(
    [
        *("limit_text", "handling_unit", "supervising_dept"),
        *("legal_basis", "legal_clause", "collection_requirement"),
    ]
)
KINDS = {"component": "component", "event": "event", "部件": "component", "事件": "event"}
UNITS = {
    "urgent_hour": "urgent_hour",
    "urgent_day": "urgent_day",
    "work_hour": "work_hour",
    "work_day": "work_day",
    "紧急工作时": "urgent_hour",
    "紧急工作日": "urgent_day",
    "工作时": "work_hour",
    "工作日": "work_day",
}
GATE = {"": False, "no": False, "yes": True, "否": False, "是": True}
PHOTO = {"": "after", "none": "none", "after": "after", "before_after": "before_after"}
LONG = tables.LONGEST_CELL
_OPTIONAL = text(LONG, needed=False, lines=True)
Key = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """One condition of the standard as a file gives it."""

    line: int
    kind: str
    big_code: str
    big_name: str
    small_code: str
    small_name: str
    radius_m: int | None  # None: the file does not say
    seq: int
    filing_condition: str
    closing_condition: str
    limit_value: int
    limit_unit: str
    department: str
    handling_unit: str
    supervising: str
    legal_basis: str
    requirement: str
    needs_gate: bool
    photos: str

    @property
    def key(self) -> Key:
        """What makes it the same condition in the next edition."""
        return self.kind, self.big_code, self.small_code, self.seq

    @property
    def quoted(self) -> str:
        """The key as people quote it."""
        return f"{self.kind[0].upper()}{self.big_code}{self.small_code}-{self.seq}"

    def terms(self) -> dict[str, object]:
        """What an edition of the condition is: everything but the names of its classes."""
        names = {"line", "kind", "big_code", "big_name", "small_code", "small_name", "radius_m", "seq"}
        return {name: value for name, value in asdict(self).items() if name not in names}

    def hash(self) -> str:
        """Moves when the condition is another one."""
        return sha256(canonical(self.terms()).encode()).hexdigest()


def parse_standard(content: bytes, departments: Iterable[str] = ()) -> tuple[list[ConditionRow], list[Fault]]:
    """Every row that can be read, and what is wrong with each other one.

    `departments` are the names that the column of that name may hold.
    """
    lines, faults = tables.table(content, REQUIRED, REQUIRED | OURS | CITY)
    known = frozenset(departments)
    rows: list[ConditionRow] = []
    for line in lines:
        try:
            rows.append(_row(line, known))
        except Bad as bad:
            faults.append(Fault(line.number, bad.column, bad.reason, bad.params, _quoted(line)))
    faults += _disagreements(rows)
    return rows, sorted(faults, key=lambda fault: fault.line)


def _quoted(line: Line) -> str:
    cells = line.cells
    return tables.shown(f"{cells['kind'][:1].upper()}{cells['big_code']}{cells['small_code']}-{cells['seq']}")


def _row(line: Line, departments: frozenset[str]) -> ConditionRow:
    read = line.read
    return ConditionRow(
        line=line.number,
        kind=read("kind", one_of(KINDS)),
        big_code=read("big_code", code),
        big_name=read("big_name", text(60)),
        small_code=read("small_code", code),
        small_name=read("small_name", text(60)),
        radius_m=read("radius_m", number(0, 10_000)) if line.cells.get("radius_m") else None,
        seq=read("seq", number(1, 999)),
        filing_condition=read("filing_condition", text(LONG, lines=True)),
        closing_condition=read("closing_condition", text(LONG, lines=True)),
        limit_value=read("limit_value", number(1, 9_999)),
        limit_unit=read("limit_unit", one_of(UNITS)),
        department=read("department", _department(departments)),
        handling_unit=read("handling_unit", _OPTIONAL),
        supervising=read("supervising_dept", _OPTIONAL),
        legal_basis="\n".join(
            part for part in (read("legal_basis", _OPTIONAL), read("legal_clause", _OPTIONAL)) if part
        ),
        requirement=read("requirement", _OPTIONAL) or read("collection_requirement", _OPTIONAL),
        needs_gate=read("gate", one_of(GATE)),
        photos=read("photo", one_of(PHOTO)),
    )


def _department(known: frozenset[str]) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if cell and cell not in known:
            raise Bad(_("There is no department called “{cell}”."), cell=cell)
        return cell

    return read


def _disagreements(rows: list[ConditionRow]) -> list[Fault]:
    """The same condition twice, and classes that rows name differently."""
    faults: list[Fault] = []
    conditions: dict[Key, int] = {}
    classes: dict[tuple[str, ...], tuple[int, tuple[object, ...]]] = {}
    for row in rows:
        if row.key in conditions:
            note = _("The same condition stands on line {line} already.")
            faults.append(Fault(row.line, "seq", note, {"line": str(conditions[row.key])}, row.quoted))
        conditions.setdefault(row.key, row.line)
        for column, place, said in (
            ("big_name", (row.kind, row.big_code), (row.big_name,)),
            ("small_name", (row.kind, row.big_code, row.small_code), (row.small_name, row.radius_m)),
        ):
            first, before = classes.setdefault(place, (row.line, said))
            if before != said:
                note = _("The same class is called otherwise on line {line}.")
                faults.append(Fault(row.line, column, note, {"line": str(first)}, row.quoted))
    return faults
