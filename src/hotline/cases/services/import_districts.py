"""Import districts and grids: the whole map or nothing, and a second time without any change (B3.2)."""

from datetime import datetime

from django.db import transaction

from hotline.cases.logic.districts_file import AreaRow
from hotline.cases.models import District, Grid, ImportRun
from hotline.cases.queries import imports as queries
from hotline.cases.services.imports import record_run
from hotline.core import live
from hotline.core.access import authorize
from hotline.people.models import Centre, Person


@transaction.atomic
def import_districts(*, file_name: str, content: bytes, by: Person, at: datetime, complete: bool = False) -> ImportRun:
    """Take in a map. Any bad area: nothing is written but the run, which names every bad one.

    Areas are known by their codes; cases keep the district and grid they were given. With `complete`, areas that the
    file does not hold are taken out of use: no new place is found in them.
    """
    authorize(by, "cases.import")
    centre = Centre.objects.select_for_update(no_key=True).get(pk=by.centre_id)
    plan = queries.districts_plan(centre, content, complete=complete)
    if not plan.refused:
        known = queries.areas_of(centre)
        for row in sorted([*plan.new, *plan.changed], key=lambda row: row.kind):  # districts before their grids
            known[row.key] = _write(centre, row, known)
        if complete:
            for key, area in known.items():
                if key not in plan.named and area.is_active:
                    area.is_active = False
                    area.save(update_fields=["is_active"])
        live.touch(f"districts:{centre.pk}")
    return record_run(
        kind="districts", file_name=file_name, content=content, plan=plan, written=not plan.refused, by=by, at=at
    )


def _write(centre: Centre, row: AreaRow, known: dict[tuple[str, str, str], District | Grid]) -> District | Grid:
    """Make or change one area."""
    area = known.get(row.key)
    if area is None:
        above = known.get(("district", "", row.district))
        area = Grid(code=row.code) if row.kind == "grid" else District(code=row.code, centre=centre)
        if isinstance(area, Grid):
            assert isinstance(above, District)
            area.district = above
    area.name, area.outline, area.is_active = row.name, row.outline, True
    area.save()
    return area
