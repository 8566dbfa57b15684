"""What a month would be if a line were overturned; nothing is written."""

from hotline.appraisal.logic import Overturned, without
from hotline.appraisal.models import Line, Sheet
from hotline.rulebook.assessment.contract import facts_of
from hotline.rulebook.assessment.facts import Facts
from hotline.rulebook.assessment.lines import Assessment
from hotline.rulebook.assessment.month import assess


def kept_facts(sheet: Sheet, **instead: object) -> Facts:
    """The facts of a sheet as kept, or with others in their place, without what was overturned already."""
    granted = [Overturned(one["part"], tuple(one["evidence"])) for one in sheet.facts["overturned"]]
    return without(facts_of(sheet.facts["facts"] | instead), granted)


def what_if(sheet: Sheet, line: Line) -> Assessment:
    """The month if this line were overturned."""
    return assess(without(kept_facts(sheet), [Overturned(line.part, tuple(line.evidence))]))
