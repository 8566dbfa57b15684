"""A town with shifts that are over, its supervisor, human resources and a trainer; time is always given."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from hotline.appraisal.models import Line, Period, Sheet
from hotline.appraisal.services import assessing, recording
from hotline.attendance.tests import builders as attendance
from hotline.cases.services import desk
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.people.models import Person, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people

DAY = attendance.DAY
MONTH = date(2026, 3, 1)
EVENING = attendance.EVENING
APRIL = clock.wall(date(2026, 4, 1), 9)
AFTER = APRIL + timedelta(days=3)
MAY = clock.wall(date(2026, 5, 1), 9)


@dataclass
class House:
    """A town and who acts in it."""

    days: attendance.House
    trainer: Person
    director: Person

    @property
    def town(self) -> cases.Town:
        """Its people and places."""
        return self.days.town

    @property
    def operator(self) -> Person:
        """Whose month it is."""
        return self.days.operator

    @property
    def supervisor(self) -> Person:
        """Who decides and confirms."""
        return self.days.supervisor

    @property
    def hr(self) -> Person:
        """Who closes."""
        return self.days.hr


def house(*, late: bool = True) -> House:
    """The operator came 20 minutes late on 9 March and a case lay in his hands for 25 minutes of it."""
    days = attendance.house()
    centre = days.town.centre
    if late:
        case = cases.fresh(attendance.late_day(days))
        at = clock.wall(DAY, 8, 55)
        desk.release(case_id=case.pk, version=case.version, reason="换人", by=days.operator, at=at)
        attendance.derived(days)
    return House(
        days,
        trainer=people.person(centre, position=Position.TRAINER, name="陶培训"),
        director=people.person(centre, position=Position.DIRECTOR, name="段主任"),
    )


def computed(of: House, month: date = MONTH, at: datetime = APRIL) -> Period:
    """The month as computed by the centre's program."""
    centre = of.town.centre
    return assessing.compute(centre=centre, month=month, by=system_person(centre), at=at)


def shown(of: House) -> Period:
    """The month as everybody sees it."""
    return assessing.show(period_id=computed(of).pk, by=of.hr, at=APRIL)


def closed(of: House) -> Period:
    """The month, closed by two."""
    period = shown(of)
    assessing.confirm(period_id=period.pk, by=of.supervisor, at=AFTER)
    return assessing.close(period_id=period.pk, by=of.hr, at=AFTER)


def sheet_of(person: Person, month: date = MONTH) -> Sheet:
    """The current sheet."""
    return Sheet.objects.get(person=person, period__month=month, is_current=True)


def deduction(person: Person, part: str = "attendance", month: date = MONTH) -> Line:
    """The first deduction of a part."""
    rows = sheet_of(person, month).lines.filter(part=part, sort="deduction")
    found = rows.order_by("place").first()
    assert found is not None
    return found


def exam(of: House, score: str = "79", month: date = MONTH, at: datetime = EVENING) -> None:
    """The operator's exam."""
    recording.record_exam(
        person=of.operator, month=month, score=Decimal(score), paper="3月业务考试", by=of.trainer, at=at
    )
