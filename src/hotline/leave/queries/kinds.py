"""The kinds of leave as a centre has them: who decides, how they are counted, which need a certificate (D2.8, D4.5)."""

from collections.abc import Mapping
from datetime import date

from hotline.handbook.queries import InForce
from hotline.leave.models import Leave
from hotline.rulebook.leave import Kind
from hotline.rulebook.parameters.terms import own_kinds
from hotline.rulebook.roles import FIRST_DAY


class Kinds:
    """The kinds in force in a centre on each of many days, by code: one query for all of them."""

    def __init__(self, centre_id: int) -> None:
        self._in_force = InForce(centre_id)
        self._of_month: dict[date, Mapping[str, Kind]] = {}

    def on(self, day: date) -> Mapping[str, Kind]:
        """The kinds of a day; values change on a first of a month only."""
        month = max(day, FIRST_DAY).replace(day=1)
        if month not in self._of_month:
            self._of_month[month] = own_kinds(month, self._in_force.on(month).reading())
        return self._of_month[month]

    def of(self, leave: Leave) -> Kind:
        """What holds for a leave, by what is in force on its first day."""
        return self.on(leave.first)[leave.kind]
