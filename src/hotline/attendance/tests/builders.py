"""A town whose shifts are over, with log-ins and cases; time is always given."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hotline.attendance.models import AttendanceFact
from hotline.attendance.services import deriving
from hotline.cases.models import Attachment, Case, FileKind
from hotline.cases.services import desk
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.core.ids import uuid7
from hotline.people.models import Person, Position
from hotline.people.queries import system_person
from hotline.people.services import seats
from hotline.people.tests import builders as people
from hotline.rosters.tests import builders as rosters

DAY = cases.DAY  # Monday, 9 March 2026
MONTH = date(2026, 3, 1)
EVENING = clock.wall(DAY, 23)
NEXT_MONTH = clock.wall(date(2026, 4, 1), 9)


@dataclass
class House:
    """A town and who decides in it."""

    town: cases.Town
    supervisor: Person
    hr: Person

    @property
    def operator(self) -> Person:
        """Whose shift it is."""
        return self.town.operator


def house() -> House:
    """A town with a supervisor and human resources; both operators are on the early shift of 9 March."""
    town = cases.town()
    return House(
        town,
        supervisor=people.person(town.centre, position=Position.CENTRE_SUPERVISOR, name="周主管"),
        hr=people.person(town.centre, position=Position.HR, name="许人事"),
    )


def wall(hour: int, minute: int = 0, day: date = DAY) -> datetime:
    """A moment of the centre's wall clock."""
    return clock.wall(day, hour, minute)


def log_in(person: Person, at: datetime) -> None:
    """Sign in at a seat."""
    seats.begin_session(person=person, session_key=f"{person.pk}-{at}", seat="A1", by=person, at=at)


def given(of: House, at: datetime, to: Person | None = None) -> Case:
    """A colleague's case that the shift leader gives to the operator, who does nothing about it yet."""
    case = cases.report(of.town, at, by=of.town.second)
    to = to or of.operator
    desk.assign(case_id=case.pk, version=case.version, to=to, reason="分配", by=of.town.leader, at=at + cases.SECOND)
    return cases.fresh(case)


def late_day(of: House, day: date = DAY, minutes: int = 20) -> Case:
    """A case waits for the operator from 8:15 on, and he signs in so many minutes after the start of his shift."""
    if day != DAY:
        rosters.on_shift(of.operator, day)
    case = given(of, clock.wall(day, 8, 15))
    came = clock.wall(day, 8, 30) + timedelta(minutes=minutes)
    log_in(of.operator, came)
    cases.Walk(of.town, case, came).pre_filed()
    return case


def derived(of: House, at: datetime = EVENING, first: date = DAY, last: date = DAY) -> int:
    """Judge the days."""
    centre = of.town.centre
    return deriving.derive(centre=centre, first=first, last=last, by=system_person(centre), at=at)


def fact_of(person: Person, day: date = DAY) -> AttendanceFact:
    """The current finding about a shift."""
    return AttendanceFact.objects.get(person=person, day=day, is_current=True)


def photo(of: House, case: Case) -> Attachment:
    """A file of a case."""
    return Attachment.objects.create(
        id=uuid7(EVENING), case=case, event_seq=1, kind=FileKind.EVIDENCE, name="故障.png", media_type="image/png",
        size=1, sha256="0" * 64, by=of.operator, at=EVENING,
    )  # fmt: skip
