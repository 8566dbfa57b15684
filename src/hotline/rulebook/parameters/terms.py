"""Terms of other chapters as a centre has set them: the term in force on a day, with the centre's own values put in."""

from dataclasses import replace
from datetime import date, timedelta

from hotline.rulebook.parameters.values import Reading
from hotline.rulebook.staffing import OVERTIME, OvertimeTerms


def overtime_terms(day: date, read: Reading) -> OvertimeTerms:
    """What the law allows, with the centre's scheme of hours and its rest between shifts (A7.5)."""
    rest = timedelta(seconds=int(read.number("rest.minimum") * 3600))
    return replace(OVERTIME.on(day), is_averaged=read.choice("hours.scheme") == "averaged", rest=rest)
