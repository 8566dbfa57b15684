"""Import reports of another system: every row becomes a case, or is named with its reason (B3.1).

A run goes on in steps of their own: what is registered stays when the machine stops, and the next start goes on from
there, because a case is known by the key it had in the other system.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import IntegrityError, transaction

from hotline.cases.events import ReportsUploaded
from hotline.cases.logic import nyc311
from hotline.cases.logic.nyc311 import ReportMap, ReportRow
from hotline.cases.logic.tables import Bad, Fault, shown
from hotline.cases.models import Category, ImportRow, ImportRun, Source
from hotline.cases.queries import imports as queries
from hotline.cases.services import intake
from hotline.cases.services.imports import keep_file, name_rows, record_run
from hotline.core import events, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.people.models import Person

KIND = "reports"
EACH = 50  # rows after which a run tells how far it is
Tell = Callable[[int, int], None]


@transaction.atomic
def begin_reports(
    *, file_name: str, content: bytes, map_name: str, by: Person, at: datetime, in_background: bool = False
) -> ImportRun:
    """Read a file, name what will not become a case, and open the run; `go_on` registers the cases.

    A file that is no such table is kept as a run with its one reason. With `in_background` a job goes on by itself.
    """
    authorize(by, "cases.import")
    authorize(by, "cases.register")
    try:
        report_map = queries.named_map(map_name)
    except Bad as bad:
        raise Refused(Refusal("cases.import", bad.reason, bad.params)) from bad
    plan = queries.reports_plan(by.centre, content, report_map)
    rows = plan.rows
    plan.new, plan.unchanged = [], 0  # counted as they are registered
    run = record_run(kind=KIND, file_name=file_name, content=content, plan=plan, written=True, by=by, at=at)
    ImportRun.objects.filter(pk=run.pk).update(rows=rows)
    run.rows = rows
    if rows > run.refused:
        keep_file(content=content, by=by, at=at)
        if in_background:
            events.emit(ReportsUploaded(run.pk, map_name), at=at)
    return run


def go_on(*, run_id: int, map_name: str, by: Person, at: datetime, tell: Tell | None = None) -> ImportRun:
    """Register the rows of a run that are no cases yet, each in a transaction of its own; safe to run twice."""
    with transaction.atomic():
        authorize(by, "cases.import")
        run = ImportRun.objects.select_for_update().get(pk=run_id, centre=by.centre_id, kind=KIND)
        if run.new + run.unchanged + run.refused >= run.rows:
            return run
        content = queries.kept_file(run.sha256).read_bytes()
    registering = _Registering(run, queries.named_map(map_name), by, at)
    rows = [answer for answer in nyc311.read_nyc311(content) if isinstance(answer, ReportRow)]
    rows.sort(key=lambda row: (row.arrived_at, row.line))
    taken = queries.taken_keys(by.centre, [row.key for row in rows])
    # A run that was broken off knows what it made, but for the last few: the rest of what is taken was there before.
    registering.unchanged = max(len(taken) - run.new, 0)
    todo = [row for row in rows if row.key not in taken]
    for done, row in enumerate(todo, start=1):
        registering.register(row)
        if done % EACH == 0:
            registering.save()
            if tell:
                tell(done, len(todo))
    registering.save()
    return registering.run


@transaction.atomic
def refuse_row(*, run_id: int, row: ReportRow, refusal: Refusal, by: Person, at: datetime) -> None:
    """Name a row that was registered at its own moment and that the centre's own rules did not take."""
    authorize(by, "cases.import")
    run = ImportRun.objects.select_for_update().get(pk=run_id, centre=by.centre_id, kind=KIND)
    said = {name: shown(value) for name, value in refusal.params.items() if name != "field"}
    fault = Fault(row.line, str(refusal.params.get("field", "")), refusal.note, said, row.key)
    name_rows(run=run, faults=[fault], by=by, at=at)
    run.refused += 1
    run.save(update_fields=["refused"])


@transaction.atomic
def count_new(*, run_id: int, new: int, by: Person, at: datetime) -> ImportRun:
    """Say in a run how many of its rows have become cases, where each was registered at its own moment."""
    authorize(by, "cases.import")
    run = ImportRun.objects.select_for_update().get(pk=run_id, centre=by.centre_id, kind=KIND)
    run.new = new
    run.save(update_fields=["new"])
    live.touch(f"import:{run.pk}", f"imports:{run.centre_id}")
    return run


class _Registering:
    """Registers rows one by one and counts."""

    def __init__(self, run: ImportRun, report_map: ReportMap, by: Person, at: datetime) -> None:
        self.run, self.map, self.by, self.at = run, report_map, by, at
        self.classes: dict[str, Category] = queries.categories_by_code(by.centre)
        self.new, self.unchanged = run.new, 0
        self.refused = ImportRow.objects.filter(run=run, is_refused=True).count()

    def register(self, row: ReportRow) -> None:
        """One row becomes a case, or is named."""
        try:
            with transaction.atomic():
                intake.register(
                    by=self.by,
                    at=self.at,
                    source=self.map.channels.get(row.channel, Source.IMPORT),
                    description=row.description,
                    place=row.place,
                    latitude=row.latitude,
                    longitude=row.longitude,
                    category=self.class_of(row),
                    external_id=row.key,
                    arrived_at=row.arrived_at,
                )
            self.new += 1
        except IntegrityError:  # another run has just taken the same key
            self.unchanged += 1
        except Refused as error:
            self.name(row, error.refusals[0])

    def class_of(self, row: ReportRow) -> Category | None:
        """The class of a complaint; None where it has none here, or where it goes back."""
        answer = self.map.complaints.get(row.complaint)
        return self.classes.get(answer.category) if answer else None

    def name(self, row: ReportRow, refusal: Refusal) -> None:
        """A row that the centre's own rules do not take."""
        said = {name: shown(value) for name, value in refusal.params.items() if name != "field"}
        column = str(refusal.params.get("field", ""))
        fault = Fault(row.line, column, refusal.note, said, row.key)
        if ImportRow.objects.filter(run=self.run, line=row.line, is_refused=True).exists():
            return  # named before the run was broken off
        name_rows(run=self.run, faults=[fault], by=self.by, at=self.at)
        self.refused += 1

    @transaction.atomic
    def save(self) -> None:
        """Tell how far the run is."""
        authorize(self.by, "cases.import")
        self.run.new, self.run.unchanged, self.run.refused = self.new, self.unchanged, self.refused
        self.run.save(update_fields=["new", "unchanged", "refused"])
        live.touch(f"import:{self.run.pk}", f"imports:{self.run.centre_id}")
