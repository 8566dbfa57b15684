"""Who opens a chain, decides its steps, withdraws it, and appoints somebody to stand in."""

from hotline.approvals import queries
from hotline.approvals.models import Chain, ChainStatus, Delegation
from hotline.core.access import permission
from hotline.people.models import Person, Position

OUTSIDE = frozenset({Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK})


@permission("approvals.open")
def opens(person: Person, asker: Person) -> bool:
    """Whoever asks, or a colleague or program that writes it down for him; what may be asked its area says."""
    return person.centre_id == asker.centre_id


@permission("approvals.decide")
def decides(person: Person, chain: Chain) -> bool:
    """Whoever holds the position of the present step, or stands in for him; nobody what he asked for himself."""
    return chain.status == ChainStatus.OPEN and queries.may_decide(person, chain)


@permission("approvals.withdraw")
def withdraws(person: Person, chain: Chain) -> bool:
    """Whoever asked, or whom the area above lets act for him, as when it was opened."""
    return person.centre_id == chain.centre_id


@permission("approvals.view_chain")
def views_chain(person: Person, chain: Chain) -> bool:
    """The same scope as ChainQuerySet.visible_to, for one row."""
    return Chain.objects.visible_to(person).filter(pk=chain.pk).exists()


@permission("approvals.view_waiting")
def views_waiting(person: Person) -> bool:
    """Whoever works inside the centre: anybody may be asked to stand in."""
    return bool(person.standing.positions - OUTSIDE)


@permission("approvals.view_delegation")
def views_delegation(person: Person, delegation: Delegation) -> bool:
    """The same scope as DelegationQuerySet.visible_to, for one row."""
    if delegation.giver.centre_id != person.centre_id:
        return False
    return person.pk in {delegation.giver_id, delegation.to_id} or queries.arranges(person)


@permission("approvals.appoint")
def appoints(person: Person, giver: Person) -> bool:
    """Everybody for himself; for a colleague who cannot, those who arrange it."""
    same = person.centre_id == giver.centre_id and not giver.is_system
    return same and (person.pk == giver.pk or queries.arranges(person))
