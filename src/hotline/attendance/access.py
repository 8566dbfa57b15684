"""Who sees attendance, who decides excuses and corrections, who holds talks. A list and a row always agree."""

from datetime import date

from hotline.attendance.models import (
    DECIDES,
    LEADS,
    AttendanceFact,
    Correction,
    Excuse,
    MonthStatement,
    Talk,
)
from hotline.core import clock
from hotline.core.access import permission
from hotline.core.clock import local_day
from hotline.people.models import Person, Position
from hotline.people.models.teams import led

HOLDS_TALKS = (*DECIDES, Position.SHIFT_LEADER)
# Who is told, the nearest first: the next only where nobody holds the one before.
DECIDING = ((Position.CENTRE_SUPERVISOR,), (Position.MANAGER,), (Position.DIRECTOR,))
TALKING = ((Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR), (Position.MANAGER,), (Position.DIRECTOR,))


def sees(person: Person, other: Person, first: date, last: date | None = None) -> bool:
    """The same scope as `models.scope`, for a row of these days."""
    if other.centre_id != person.centre_id:
        return False
    if other.pk == person.pk or person.standing.is_any(*LEADS):
        return True
    return led(person, other, first, last)


def sees_now(person: Person, other: Person) -> bool:
    """The same for somebody as he stands today, whatever he did before."""
    return sees(person, other, clock.today())


@permission("attendance.view_own")
def views_own(person: Person) -> bool:
    """Everybody who holds a position sees his own."""
    return not person.is_system and bool(person.standing.positions)


@permission("attendance.view_team")
def views_team(person: Person) -> bool:
    """Those who lead the centre or a team."""
    return person.standing.is_any(*LEADS, Position.TEAM_LEADER)


@permission("attendance.view_attendance_fact")
def views_fact(person: Person, fact: AttendanceFact) -> bool:
    """The same rows as AttendanceFact.objects.visible_to."""
    return sees(person, fact.person, fact.day)


@permission("attendance.view_excuse")
def views_excuse(person: Person, excuse: Excuse) -> bool:
    """The same rows as Excuse.objects.visible_to."""
    return sees(person, excuse.person, local_day(excuse.span.lower))


@permission("attendance.view_correction")
def views_correction(person: Person, correction: Correction) -> bool:
    """The same rows as Correction.objects.visible_to."""
    return sees(person, correction.person, correction.fact.day)


@permission("attendance.view_talk")
def views_talk(person: Person, talk: Talk) -> bool:
    """The same rows as Talk.objects.visible_to."""
    return sees(person, talk.person, local_day(talk.opened_at))


@permission("attendance.view_month_statement")
def views_statement(person: Person, statement: MonthStatement | None = None) -> bool:
    """The same rows as MonthStatement.objects.visible_to."""
    return person.standing.is_any(*LEADS) and (statement is None or statement.centre_id == person.centre_id)


@permission("attendance.derive")
def derives(person: Person, centre_id: int) -> bool:
    """The centre's program, and those who lead: deriving again changes nothing but what the records changed."""
    return person.centre_id == centre_id and (person.is_system or person.standing.is_any(*LEADS))


@permission("attendance.ask")
def asks(person: Person, about: Person) -> bool:
    """For oneself, or for somebody whom one leads."""
    return sees_now(person, about) and not person.is_system


@permission("attendance.decide")
def decides(person: Person, row: Excuse | Correction | None = None) -> bool:
    """The supervisor or those above; never what one asked for, nor about oneself."""
    if not person.standing.is_any(*DECIDES):
        return False
    here = row is None or row.person.centre_id == person.centre_id
    return here and (row is None or person.pk not in (row.asked_by_id, row.person_id))


@permission("attendance.open_talk")
def opens_talk(person: Person, about: Person) -> bool:
    """The centre's program."""
    return bool(person.is_system) and person.centre_id == about.centre_id


@permission("attendance.hold_talk")
def holds_talk(person: Person, talk: Talk | None = None) -> bool:
    """Those who lead the shift or the centre, with others and not with themselves."""
    if not person.standing.is_any(*HOLDS_TALKS):
        return False
    return talk is None or (talk.person.centre_id == person.centre_id and talk.person_id != person.pk)


@permission("attendance.read_health")
def reads_health(person: Person, talk: Talk) -> bool:
    """What was said of somebody's health: himself, the supervisor and those above."""
    decides_here = talk.person.centre_id == person.centre_id and person.standing.is_any(*DECIDES)
    return talk.person_id == person.pk or decides_here


@permission("attendance.confirm_month")
def confirms_month(person: Person, centre_id: int | None = None) -> bool:
    """The shift leader makes the month's statistics (B2.2), or the supervisor in his place."""
    wanted = (Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR)
    return centre_id in {None, person.centre_id} and person.standing.is_any(*wanted)
