"""Who may do what with persons, units, accounts, presence, undertakings and notices."""

from hotline.core import clock
from hotline.core.access import permission
from hotline.people.models import Notice, Person, Position, Post
from hotline.people.models.organisation import LEADS_CENTRE

ORGANISES = (Position.DIRECTOR, Position.MANAGER, Position.HR, Position.SYSADMIN, Position.SYSTEM)
KEEPS_ACCOUNTS = (Position.HR, Position.SYSADMIN, Position.SYSTEM)
PUBLISHES = (Position.DIRECTOR, Position.MANAGER, Position.HR, Position.SYSTEM)
OUTSIDE = frozenset({Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK})


def is_system_of(person: Person, centre_id: int) -> bool:
    """A program of that centre."""
    return bool(person.is_system) and person.centre_id == centre_id


@permission("people.view_person")
def views_person(person: Person, other: Person) -> bool:
    """The same scope as PersonQuerySet.visible_to, for one row."""
    if person.centre_id != other.centre_id:
        return False
    if person.pk == other.pk or person.standing.is_any(*LEADS_CENTRE):
        return True
    teams = [unit for position, unit in person.standing.held if position == Position.TEAM_LEADER]
    return bool(teams) and Post.objects.on(clock.today()).filter(unit__in=teams, person=other.pk).exists()


@permission("people.view_notice")
def views_notice(person: Person, notice: Notice) -> bool:
    """A notice is its recipient's alone."""
    return notice.recipient_id == person.pk


@permission("people.list_persons")
def lists_persons(person: Person) -> bool:
    """Whoever may see more than himself."""
    return person.standing.is_any(*LEADS_CENTRE, Position.TEAM_LEADER)


@permission("people.view_chart")
def views_chart(person: Person) -> bool:
    """Everybody inside the centre; those outside it have no business with its teams."""
    return bool(person.standing.positions - OUTSIDE)


@permission("people.organise")
def organises(person: Person, centre_id: int | None = None) -> bool:
    """Make units, hire, give and end posts and skills, in one's own centre."""
    return centre_id in {None, person.centre_id} and (person.is_system or person.standing.is_any(*ORGANISES))


@permission("people.enter_worklog")
def enters_worklog(person: Person, centre_id: int) -> bool:
    """The centre's program alone: nobody writes the log of anybody's work."""
    return is_system_of(person, centre_id)


@permission("people.keep_account")
def keeps_account(person: Person, other: Person) -> bool:
    """Invite, end sessions, take back two-factor devices, close and reopen accounts."""
    same = person.centre_id == other.centre_id and not other.is_system
    return same and (person.is_system or person.standing.is_any(*KEEPS_ACCOUNTS))


@permission("people.list_accounts")
def lists_accounts(person: Person) -> bool:
    """See the state of all accounts."""
    return person.standing.is_any(*KEEPS_ACCOUNTS)


@permission("people.set_presence")
def sets_presence(person: Person, other: Person) -> bool:
    """One says oneself what one is doing; the system says it for an idle seat."""
    return person.pk == other.pk or is_system_of(person, other.centre_id)


@permission("people.hold_seat")
def holds_seat(person: Person, other: Person) -> bool:
    """Sign in, lock, unlock and leave: one's own seat alone (C4)."""
    return person.pk == other.pk and not person.is_system


@permission("people.end_session")
def ends_session(person: Person, other: Person) -> bool:
    """One's own, or by whoever keeps accounts, or by the system."""
    return person.pk == other.pk or keeps_account(person, other)


@permission("people.notify")
def notifies(person: Person, to: Person) -> bool:
    """Whoever acts in the centre may cause a notice to a colleague; the text comes from code."""
    return person.centre_id == to.centre_id


@permission("people.publish_undertaking")
def publishes_undertaking(person: Person) -> bool:
    """Publish a new text and see who has not signed (A2.14)."""
    return person.is_system or person.standing.is_any(*PUBLISHES)


@permission("people.sign_undertaking")
def signs_undertaking(person: Person) -> bool:
    """Everybody signs for himself."""
    return not person.is_system


@permission("people.set_preferences")
def sets_preferences(person: Person, other: Person) -> bool:
    """One's own language and colours."""
    return person.pk == other.pk
