"""Who may see and who may plan the roster."""

from hotline.core.access import permission
from hotline.people.models import Centre, Person, Position
from hotline.rosters.models import Absence, RosterEntry
from hotline.rosters.models.shifts import OUTSIDE

LEADS = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER)


def _same_centre(person: Person, thing: RosterEntry | Person | Centre | None) -> bool:
    match thing:
        case None:
            return True
        case Centre():
            return person.centre_id == thing.pk
        case RosterEntry():
            return person.centre_id == thing.person.centre_id
    return person.centre_id == thing.centre_id


@permission("rosters.view_today")
def views_today(person: Person) -> bool:
    """Whoever works inside the centre sees who is on duty; departments and the field do not."""
    return bool(person.standing.positions - OUTSIDE)


@permission("rosters.view_month")
def views_month(person: Person) -> bool:
    """Everybody has a month of shifts to look at: his own at least."""
    return bool(person.standing.positions)


@permission("rosters.view_roster_entry")
def views_entry(person: Person, entry: RosterEntry) -> bool:
    """Agrees with RosterEntry.objects.visible_to."""
    inside = not person.standing.positions <= OUTSIDE
    return _same_centre(person, entry) and (inside or entry.person_id == person.pk)


@permission("rosters.plan")
def plans(person: Person, thing: RosterEntry | Person | Centre | None = None) -> bool:
    """Those who lead the centre plan, and the system where it acts for them."""
    return (person.is_system or person.standing.is_any(*LEADS)) and _same_centre(person, thing)


@permission("rosters.set_calendar")
def sets_calendar(person: Person) -> bool:
    """The calendar holds for everybody: administrators and those who answer for the centre."""
    wanted = (Position.SYSADMIN, Position.DIRECTOR, Position.CENTRE_SUPERVISOR)
    return person.is_system or person.standing.is_any(*wanted)


@permission("rosters.set_shifts")
def sets_shifts(person: Person, centre: Centre | None = None) -> bool:
    """Shift types are the handbook's: those who answer for the centre, and its administrators."""
    wanted = (Position.SYSADMIN, Position.DIRECTOR, Position.CENTRE_SUPERVISOR)
    return (person.is_system or person.standing.is_any(*wanted)) and _same_centre(person, centre)


@permission("rosters.book_absence")
def books_absence(person: Person, away: Person) -> bool:
    """Whoever decided in the area above, for somebody of the same centre; nobody for himself but when he falls ill."""
    return person.is_system or _same_centre(person, away)


@permission("rosters.view_absence")
def views_absence(person: Person, absence: Absence) -> bool:
    """Agrees with Absence.objects.visible_to."""
    inside = not person.standing.positions <= OUTSIDE
    return person.centre_id == absence.person.centre_id and (inside or absence.person_id == person.pk)


@permission("rosters.hand_over")
def hands_over(person: Person, entry: RosterEntry) -> bool:
    """Whoever approved the swap in the area above, for shifts of the same centre; nobody his own (C3)."""
    return _same_centre(person, entry) and person.pk != entry.person_id
