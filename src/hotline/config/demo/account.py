"""The account of a replay: what became of every row of the file, and whether the books are right."""

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import F, Sum
from django.db.models.fields import DurationField
from django.db.models.functions import Lower, Upper

from hotline.cases.logic.flow import OPEN, Status
from hotline.cases.logic.nyc311 import RefusedRow, ReportRow, read_nyc311
from hotline.cases.models import Case, ImportRow, ImportRun
from hotline.cases.queries import rebuild
from hotline.core import clock
from hotline.people.models import Centre

SHOWN = 20


@dataclass(slots=True)
class Account:
    """Every row of the file, counted once under what became of it; `faults` must be empty."""

    rows: int = 0
    refused: int = 0
    registered: int = 0
    filed: int = 0
    returned: int = 0
    closed: int = 0
    open: int = 0
    merged: int = 0
    ended_otherwise: int = 0
    named_without_position: int = 0
    busiest_minute: int = 0
    events: int = 0
    holdings: int = 0
    seconds: int = 0
    acts: int = 0
    longest_queue: int = 0
    longest_at: str = ""
    drained_at: str = ""
    refusals: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything adds up."""
        return not self.faults

    def lines(self) -> list[str]:
        """As it is printed."""
        rate = self.acts / self.seconds if self.seconds else 0
        told = [
            f"{self.rows:6} rows in the file",
            f"{self.refused:6} refused, each with its reason in the named list: {self.refusals}",
            f"{self.registered:6} registered at their own moments",
            f"{self.filed:6}   filed",
            f"{self.closed:6}     closed",
            f"{self.open:6}     open: the file knows no end of them",
            f"{self.merged:6}   merged into the case of an earlier report, and answered with it",
            f"{self.returned:6}   returned with the reason",
            f"{self.ended_otherwise:6}   ended otherwise",
            f"{self.named_without_position:6} named: without a position",
            f"{self.busiest_minute:6} in the busiest minute",
            f"{self.longest_queue:6} waited at once at {self.longest_at}; nobody waited at {self.drained_at}",
            f"{self.events:6} events, {self.holdings} holdings",
            f"{self.acts:6} acts in {self.seconds} s, {rate:.0f} a second",
        ]
        if self.holds:
            return [
                *told,
                "       every row is accounted for; holdings sum exactly; the events tell the same: 0 differences",
            ]
        more = [f"       and {len(self.faults) - SHOWN} more"] if len(self.faults) > SHOWN else []
        return [*told, f"{len(self.faults):6} FAULTS", *(f"       {one}" for one in self.faults[:SHOWN]), *more]


def settle(centre: Centre, run: ImportRun, content: bytes, **more: Any) -> Account:
    """Hold the file against the tables, row by row."""
    account = Account(**more)
    rows = Case.objects.filter(centre=centre).exclude(external_id="")
    cases = {case.external_id: case for case in rows.select_related("merged_into")}
    refused = dict(ImportRow.objects.filter(run=run, is_refused=True).values_list("line", "reason"))
    account.refusals = dict(Counter(refused.values()))
    account.named_without_position = ImportRow.objects.filter(run=run, is_refused=False, column="Latitude").count()
    minutes: Counter[str] = Counter()
    for answer in read_nyc311(content):
        account.rows += 1
        if isinstance(answer, RefusedRow):
            account.refused += 1
            if answer.line not in refused:
                account.faults.append(f"line {answer.line} is refused but not named")
            continue
        minutes[f"{clock.local(answer.arrived_at):%Y-%m-%d %H:%M}"] += 1
        _row(account, answer, cases.pop(answer.key, None), refused)
    account.faults += [f"case {case.number} comes from no row" for case in cases.values()]
    account.busiest_minute = max(minutes.values(), default=0)
    _books(account, centre)
    return account


def _row(account: Account, row: ReportRow, case: Case | None, refused: dict[int, str]) -> None:
    if case is None:
        account.refused += 1
        if row.line not in refused:
            account.faults.append(f"line {row.line} ({row.key}) is neither a case nor refused")
        return
    account.registered += 1
    if case.arrived_at != row.arrived_at:
        account.faults.append(f"{case.number} arrived at {case.arrived_at}, not at {row.arrived_at}")
    _ended(account, row, case)


def _ended(account: Account, row: ReportRow, case: Case) -> None:
    account.filed += case.filed_at is not None
    status = case.code
    if status is Status.NOT_ACCEPTED:
        account.returned += 1
        if not case.status_note:
            account.faults.append(f"{case.number} was returned without a reason")
    elif status is Status.MERGED:
        _merged(account, case)
    elif status is Status.CLOSED:
        account.closed += 1
        if row.closed_at is None or case.ended_at is None or case.ended_at < row.closed_at:
            account.faults.append(f"{case.number} was closed before the file says so")
    elif status in OPEN:
        account.open += 1
        if row.closed_at is not None or case.filed_at is None:
            account.faults.append(f"{case.number} stays “{status.value}” although its row has an end")
    else:
        account.ended_otherwise += 1


def _merged(account: Account, case: Case) -> None:
    account.merged += 1
    if case.merged_into is None or case.merged_into.code not in {Status.CLOSED, *OPEN}:
        account.faults.append(f"{case.number} was merged into a case that answers nobody")


def _books(account: Account, centre: Centre) -> None:
    """Holdings sum to the microsecond, and the events tell the same as the tables."""
    length = Upper("holdings__span") - Lower("holdings__span")
    ended = Case.objects.filter(centre=centre, ended_at__isnull=False, reopen_count=0, part_count=0)
    wrong = (
        ended.annotate(held=Sum(length, output_field=DurationField()))
        .exclude(held=F("ended_at") - F("arrived_at"))
        .values_list("number", "held")
    )
    account.faults += [f"{number}: holdings sum to {held}" for number, held in wrong]
    for keys in rebuild.batches(centre.pk):
        rows = Case.objects.filter(pk__in=keys)
        account.events += sum(rows.values_list("version", flat=True))
        account.holdings += rows.filter(holdings__isnull=False).values("holdings").count()
        account.faults += [f"{one.case} {one.what}: {one.stored} / {one.told}" for one in rebuild.differences(keys)]


def keep(account: Account, folder: Path) -> Path:
    """Write the account down for later."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "replay.json"
    path.write_text(json.dumps(asdict(account), ensure_ascii=False, indent=1), encoding="utf-8")
    (folder / "replay.txt").write_text("\n".join(account.lines()) + "\n", encoding="utf-8")
    return path
