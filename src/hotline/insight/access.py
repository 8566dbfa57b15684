"""Who reads what cases say together, and who settles to whom it is sent."""

from hotline.core.access import permission
from hotline.insight.models import READS, SETTLES, Recipient, Report
from hotline.people.models import Person, Position

P = Position
MAPS = (
    P.DIRECTOR,
    P.MANAGER,
    P.CENTRE_SUPERVISOR,
    P.SHIFT_LEADER,
    P.TEAM_LEADER,
    P.OPERATOR,
    P.AGENT,
    P.DISPATCHER,
    P.QUALITY,
)


@permission("insight.view_voice")
def views_voice(person: Person) -> bool:
    """Whoever leads, checks or trains: what customers want reaches those who can change something."""
    return person.standing.is_any(*READS)


@permission("insight.view_report")
def views_report(person: Person, report: Report) -> bool:
    """The same rows as `Report.objects.visible_to`."""
    return report.centre_id == person.centre_id and person.standing.is_any(*READS)


@permission("insight.view_map")
def views_map(person: Person) -> bool:
    """Whoever sees the cases of the whole centre."""
    return person.standing.is_any(*MAPS)


@permission("insight.settle_recipients")
def settles_recipients(person: Person) -> bool:
    """Those who answer for what the centre says outside."""
    return person.standing.is_any(*SETTLES)


@permission("insight.view_recipient")
def views_recipient(person: Person, recipient: Recipient) -> bool:
    """The same rows as `Recipient.objects.visible_to`."""
    return recipient.centre_id == person.centre_id and person.standing.is_any(*SETTLES)


@permission("insight.count")
def counts(person: Person) -> bool:
    """The program that counts, and the system administrator."""
    return person.is_system or person.standing.is_any(P.SYSADMIN)


@permission("insight.make_report")
def makes_report(person: Person) -> bool:
    """The program on the first of a month, and those who settle to whom it goes."""
    return person.is_system or person.standing.is_any(*SETTLES)
