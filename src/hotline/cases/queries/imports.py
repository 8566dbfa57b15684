"""What a file would change, compared with what there is: for the preview, and for the services that then write it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from django.conf import settings
from django.db.models import QuerySet

from hotline.cases.logic import nyc311
from hotline.cases.logic.districts_file import AreaRow, parse_districts
from hotline.cases.logic.nyc311 import RefusedRow, ReportMap, ReportRow, read_map
from hotline.cases.logic.standard_file import ConditionRow, Key, parse_standard
from hotline.cases.logic.tables import Bad, Fault, shown
from hotline.cases.models import Case, Category, Condition, District, Grid, ImportRow, ImportRun
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Centre, Person, Unit, UnitKind

RowT = TypeVar("RowT")
KINDS = ("standard", "districts", "reports")
MAPS = ("nyc311",)
KEYS_AT_ONCE = 1_000


@dataclass(slots=True)
class Plan(Generic[RowT]):
    """What a file would do. With any refused row a standard or a map does nothing at all."""

    new: list[RowT] = field(default_factory=list)
    changed: list[RowT] = field(default_factory=list)
    unchanged: int = 0
    ended: int = 0
    named: set[Hashable] = field(default_factory=set)  # keys of every sound row
    faults: list[Fault] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Rows that are not taken; a file that cannot be read at all counts as one."""
        return sum(fault.is_refused for fault in self.faults)

    @property
    def rows(self) -> int:
        """Every row of the file, each counted once."""
        return len(self.new) + len(self.changed) + self.unchanged + self.refused


def unreadable(bad: Bad) -> Fault:
    """The fault of a file as a whole."""
    return Fault(0, bad.column, bad.reason, bad.params)


def departments(centre: Centre) -> dict[str, Unit]:
    """The departments that a standard may name."""
    rows = Unit.objects.filter(centre=centre.pk, kind=UnitKind.DEPARTMENT, is_active=True)
    return {row.name: row for row in rows}


def last_editions(centre: Centre) -> dict[Key, Condition]:
    """The newest edition of every condition of the centre."""
    rows = Condition.objects.filter(category__centre=centre.pk).select_related("category").order_by("days")
    return {(row.category.kind, row.category.big_code, row.category.small_code, row.seq): row for row in rows}


def standard_plan(centre: Centre, content: bytes, *, complete: bool = False) -> Plan[ConditionRow]:
    """What a standard would change; `complete`: conditions that it does not name end."""
    plan: Plan[ConditionRow] = Plan()
    try:
        rows, plan.faults = parse_standard(content, departments(centre))
    except Bad as bad:
        plan.faults = [unreadable(bad)]
        return plan
    editions = last_editions(centre)
    wrong = {fault.line for fault in plan.faults}
    for row in rows:
        if row.line in wrong:
            continue
        known = editions.get(row.key)
        if known is None or known.days.upper is not None:
            plan.new.append(row)
        elif known.row_hash != row.hash() or not same_class(known.category, row):
            plan.changed.append(row)
        else:
            plan.unchanged += 1
    plan.named = {row.key for row in rows}
    if complete:
        plan.ended = sum(key not in plan.named and edition.days.upper is None for key, edition in editions.items())
    return plan


def same_class(category: Category, row: ConditionRow) -> bool:
    """Whether the row names its classes as they are named here."""
    radius = row.radius_m is None or row.radius_m == category.radius_m
    return (category.big_name, category.small_name) == (row.big_name, row.small_name) and radius


def areas_of(centre: Centre) -> dict[tuple[str, str, str], District | Grid]:
    """Every district and grid of the centre by the key of its row in a file."""
    found: dict[tuple[str, str, str], District | Grid] = {}
    for district in District.objects.filter(centre=centre.pk):
        found["district", "", district.code] = district
    for grid in Grid.objects.filter(district__centre=centre.pk).select_related("district"):
        found["grid", grid.district.code, grid.code] = grid
    return found


def districts_plan(centre: Centre, content: bytes, *, complete: bool = False) -> Plan[AreaRow]:
    """What a map would change; `complete`: areas that it does not hold are taken out of use."""
    plan: Plan[AreaRow] = Plan()
    known = areas_of(centre)
    try:
        outlines = {area.code: area.outline for (kind, _d, _c), area in known.items() if kind == "district"}
        rows, plan.faults = parse_districts(content, outlines)
    except Bad as bad:
        plan.faults = [unreadable(bad)]
        return plan
    wrong = {fault.line for fault in plan.faults if fault.is_refused}
    for row in rows:
        area = known.get(row.key)
        if row.line in wrong:
            continue
        if area is None:
            plan.new.append(row)
        elif (area.name, area.outline, area.is_active) != (row.name, row.outline, True):
            plan.changed.append(row)
        else:
            plan.unchanged += 1
    plan.named = {row.key for row in rows}
    if complete:
        plan.ended = sum(key not in plan.named and area.is_active for key, area in known.items())
    return plan


def reports_plan(centre: Centre, content: bytes, report_map: ReportMap) -> Plan[ReportRow]:
    """Which reports would become cases; those that are cases already stay as they are."""
    plan: Plan[ReportRow] = Plan()
    try:
        answers = list(nyc311.read_nyc311(content))
    except Bad as bad:
        plan.faults = [unreadable(bad)]
        return plan
    rows = [answer for answer in answers if isinstance(answer, ReportRow)]
    taken = taken_keys(centre, [row.key for row in rows])
    codes = set(categories_by_code(centre))
    plan.new = [row for row in rows if row.key not in taken]
    plan.unchanged = len(rows) - len(plan.new)
    plan.faults = [answer.fault for answer in answers if isinstance(answer, RefusedRow)]
    for row in rows:
        plan.faults += [*row.notes, *_unknown(row, report_map, codes)]
    plan.faults.sort(key=lambda fault: fault.line)
    return plan


def _unknown(row: ReportRow, report_map: ReportMap, codes: set[str]) -> list[Fault]:
    """A complaint that has no class here becomes a case without one, and is named."""
    answer = report_map.complaints.get(row.complaint)
    if answer is not None and (not answer.category or answer.category in codes):
        return []
    note = _("“{complaint}” has no class in the standard here.")
    return [Fault(row.line, "Complaint Type", note, {"complaint": shown(row.complaint)}, row.key, is_refused=False)]


def taken_keys(centre: Centre, keys: list[str]) -> set[str]:
    """Which keys of another system are cases already."""
    found: set[str] = set()
    for at in range(0, len(keys), KEYS_AT_ONCE):
        part = keys[at : at + KEYS_AT_ONCE]
        rows = Case.objects.filter(centre=centre.pk, external_id__in=part)
        found.update(rows.values_list("external_id", flat=True))
    return found


def categories_by_code(centre: Centre) -> dict[str, Category]:
    """The classes of the centre by the code they are quoted by."""
    return {row.code: row for row in Category.objects.filter(centre=centre.pk)}


def named_map(name: str) -> ReportMap:
    """What the complaints and channels of a known system are here; Bad when there is no such map."""
    if name not in MAPS:
        raise Bad(_("There is no map called “{name}”; there are: {known}."), name=name, known=", ".join(MAPS))
    folder = Path(settings.PROJECT) / "tools" / "content"
    return read_map((folder / f"{name}_map.csv").read_bytes(), (folder / f"{name}_sources.csv").read_bytes())


def kept_file(sha256: str) -> Path:
    """Where the file of a run lies, under the hash of its bytes."""
    return Path(settings.VAR) / "imports" / sha256


def runs(person: Person) -> "QuerySet[ImportRun]":
    """The runs one may see, newest first."""
    return ImportRun.objects.visible_to(person).select_related("by").order_by("-at", "-pk")


def named_rows(run: ImportRun) -> "QuerySet[ImportRow]":
    """The rows that a run names, in the order of the file."""
    return ImportRow.objects.filter(run=run.pk).order_by("line", "pk")


def outcome(run: ImportRun) -> Mapping[str, int]:
    """How many rows are done, of how many: for the bar while a run goes on."""
    return {"done": run.new + run.changed + run.unchanged + run.refused, "rows": run.rows}
