"""Import a filing and closing standard: all of it or nothing, and a second time without any change (B2.4)."""

from collections.abc import Hashable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from hotline.cases.logic.duplicates import usual_radius
from hotline.cases.logic.standard_file import ConditionRow
from hotline.cases.models import Case, Category, Condition, ImportRun
from hotline.cases.queries import imports as queries
from hotline.cases.services.imports import record_run
from hotline.core import clock, live
from hotline.core.access import authorize
from hotline.people.logic import name_key
from hotline.people.models import Centre, Person, Unit

ClassKey = tuple[str, str, str]


@transaction.atomic
def import_standard(
    *,
    file_name: str,
    content: bytes,
    by: Person,
    at: datetime,
    since: date | None = None,
    complete: bool = False,
) -> ImportRun:
    """Take in a standard. Any bad row: nothing is written but the run, which names every bad row.

    A changed condition keeps its old edition until today and gets a new one from today; one whose edition of today
    has filed a case already gets it from tomorrow. `since` is the first day of conditions that are new here.
    With `complete`, conditions that the file does not name end today.
    """
    authorize(by, "cases.import")
    centre = Centre.objects.select_for_update(no_key=True).get(pk=by.centre_id)
    today = clock.local_day(at)
    plan = queries.standard_plan(centre, content, complete=complete)
    if not plan.refused:
        writing = _Writing(centre, today, since or today)
        for row in plan.new:
            writing.add(row)
        for row in plan.changed:
            writing.change(row)
        if complete:
            writing.end_all_but(plan.named)
        live.touch(f"standard:{centre.pk}")
    return record_run(
        kind="standard", file_name=file_name, content=content, plan=plan, written=not plan.refused, by=by, at=at
    )


class _Writing:
    """Writes rows whose soundness is known; classes and departments are read once."""

    def __init__(self, centre: Centre, today: date, since: date) -> None:
        self.centre, self.today, self.since = centre, today, since
        self.departments: dict[str, Unit] = queries.departments(centre)
        self.editions = queries.last_editions(centre)
        rows = Category.objects.select_for_update().filter(centre=centre)
        self.classes: dict[ClassKey, Category] = {(row.kind, row.big_code, row.small_code): row for row in rows}

    def class_of(self, row: ConditionRow) -> Category:
        """The class of a row, made or renamed as the row says."""
        key = (row.kind, row.big_code, row.small_code)
        known = self.classes.get(key)
        if known is None:
            known = Category(centre=self.centre, kind=row.kind, big_code=row.big_code, small_code=row.small_code)
            known.radius_m = usual_radius(row.small_name)
        elif queries.same_class(known, row):
            return known
        known.big_name, known.small_name = row.big_name, row.small_name
        if row.radius_m is not None:
            known.radius_m = row.radius_m
        known.key = class_key(row.small_name, row.big_name)
        known.save()
        self.classes[key] = known
        return known

    def add(self, row: ConditionRow) -> None:
        """A condition that is new, or that ended and comes back."""
        ended = self.editions.get(row.key)
        first = max(self.since, ended.days.upper) if ended is not None and ended.days.upper else self.since
        self._open(row, first)

    def change(self, row: ConditionRow) -> None:
        """Close the old edition and open the new one; only names of classes may have changed."""
        category, old = self.class_of(row), self.editions[row.key]
        if old.row_hash == row.hash():
            return
        first = self.today
        if old.days.lower >= first:
            if not Case.objects.filter(condition=old).exists():
                self._fill(old, row, category)
                old.save()
                return
            first = old.days.lower + timedelta(days=1)
        old.days = DateRange(old.days.lower, first)
        old.save(update_fields=["days"])
        self._open(row, first)

    def end_all_but(self, named: set[Hashable]) -> None:
        """End what the file does not name."""
        for key, edition in self.editions.items():
            if key in named or edition.days.upper is not None:
                continue
            if edition.days.lower < self.today:
                edition.days = DateRange(edition.days.lower, self.today)
                edition.save(update_fields=["days"])
            elif Case.objects.filter(condition=edition).exists():
                edition.days = DateRange(edition.days.lower, edition.days.lower + timedelta(days=1))
                edition.save(update_fields=["days"])
            else:
                edition.delete()

    def _open(self, row: ConditionRow, first: date) -> None:
        category = self.class_of(row)
        edition = Condition(category=category, seq=row.seq, days=DateRange(first, None))
        self._fill(edition, row, category)
        edition.save()

    def _fill(self, edition: Condition, row: ConditionRow, category: Category) -> None:
        edition.category = category
        edition.filing_condition, edition.closing_condition = row.filing_condition, row.closing_condition
        edition.limit_value, edition.limit_unit = row.limit_value, row.limit_unit
        edition.department = self.departments[row.department] if row.department else None
        edition.handling_unit, edition.supervising = row.handling_unit, row.supervising
        edition.legal_basis, edition.requirement = row.legal_basis, row.requirement
        edition.needs_gate, edition.photos = row.needs_gate, row.photos
        edition.row_hash = row.hash()


def class_key(small_name: str, big_name: str) -> str:
    """What a class is found by: initials and pinyin of its own name, then of its big class."""
    words = [name_key(name, surname_first=False).split(" ") for name in (small_name, big_name)]
    return " ".join([words[0][-1], words[0][0], words[1][-1], words[1][0]])[:240]
