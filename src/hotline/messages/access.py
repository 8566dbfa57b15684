"""Who may send texts, see them, word them, and look behind the mask."""

from hotline.core.access import permission
from hotline.messages.models import ANSWERS_FOR_TEXTS, Message
from hotline.people import queries as people
from hotline.people.models import Person, Position

KEEPS = (Position.CENTRE_SUPERVISOR, Position.SYSADMIN)
SENDS = (
    *ANSWERS_FOR_TEXTS,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.OPERATOR,
    Position.AGENT,
    Position.DISPATCHER,
    Position.QUALITY,
)


@permission("messages.send")
def sends(person: Person) -> bool:
    """Programs, and people who deal with citizens or departments; other areas ask their own permission first."""
    return person.is_system or person.standing.is_any(*SENDS)


@permission("messages.deliver")
def delivers(person: Person, message: Message) -> bool:
    """The centre's program that works the queue."""
    return person.is_system and person.centre_id == message.centre_id


@permission("messages.purge")
def purges(person: Person) -> bool:
    """The nightly program."""
    return person.is_system


@permission("messages.view_list")
def views_list(person: Person) -> bool:
    """Those who answer for what the centre says outside."""
    return person.standing.is_any(*ANSWERS_FOR_TEXTS)


@permission("messages.view_message")
def views_message(person: Person, message: Message) -> bool:
    """Agrees with Message.objects.visible_to."""
    return person.centre_id == message.centre_id and person.standing.is_any(*ANSWERS_FOR_TEXTS)


@permission("messages.keep")
def keeps(person: Person, message: Message | None = None) -> bool:
    """Word occasions, try the sender, send again or withdraw."""
    same = message is None or message.centre_id == person.centre_id
    return same and person.standing.is_any(*KEEPS)


@permission("messages.reveal")
def reveals(person: Person, message: Message | None = None) -> bool:
    """Look at the whole address and text, logged: keepers who have signed to keep secrets."""
    return not person.is_system and keeps(person, message) and people.has_signed(person)
