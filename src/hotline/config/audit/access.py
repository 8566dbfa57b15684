"""Who reads the audit trail."""

from hotline.core.access import permission
from hotline.people.models import Person, Position

READS = (Position.DIRECTOR, Position.CENTRE_SUPERVISOR, Position.SYSADMIN)


@permission("config.view_audit")
def views_audit(person: Person) -> bool:
    """Those who answer for the centre or look after the system; rows end at their centre."""
    return person.standing.is_any(*READS)
