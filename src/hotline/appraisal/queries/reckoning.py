"""What a month would be if a line were overturned; nothing is written."""

from collections.abc import Collection

from hotline.appraisal.logic import Overturned, without
from hotline.appraisal.models import Appeal, AppealStatus, Line, Sheet
from hotline.rulebook.assessment.contract import facts_of
from hotline.rulebook.assessment.facts import Facts
from hotline.rulebook.assessment.month import assess


def kept_facts(sheet: Sheet, **instead: object) -> Facts:
    """The facts of a sheet as kept, or with others in their place, without what was overturned already."""
    granted = [Overturned(one["part"], tuple(one["evidence"])) for one in sheet.facts["overturned"]]
    return without(facts_of(sheet.facts["facts"] | instead), granted)


def booked_since(sheet_ids: Collection[int]) -> dict[int, list[Overturned]]:
    """By sheet of a closed month the lines whose correction is booked in a later one, the first first; one query."""
    rows = Appeal.objects.filter(line__sheet__in=sheet_ids, status=AppealStatus.GRANTED, booked__isnull=False)
    found: dict[int, list[Overturned]] = {}
    for row in rows.select_related("line").order_by("status_at", "pk"):
        found.setdefault(row.line.sheet_id, []).append(Overturned(row.line.part, tuple(row.line.evidence)))
    return found


def gain(sheet: Sheet, line: Line, booked: Collection[Overturned]) -> tuple[int, int]:
    """The points and fen that overturning a line brings, over what `booked` (`booked_since`) has brought already.

    Taken one after the other the gains of all lines add up to what they bring together, caps and cliffs included.
    """
    standing = without(kept_facts(sheet), booked)
    before, after = assess(standing), assess(without(standing, [Overturned(line.part, tuple(line.evidence))]))
    return after.points - before.points, after.fen - before.fen
