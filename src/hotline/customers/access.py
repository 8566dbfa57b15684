"""Who may see customers, keep their data, and look behind the mask."""

from hotline.core.access import permission
from hotline.customers.models import Customer, Reveal, serves
from hotline.people.models import Centre, Person, Position

ANSWERS_FOR_SECRECY = (Position.DIRECTOR, Position.CENTRE_SUPERVISOR, Position.SYSADMIN)
ONLY_READS = frozenset({Position.QUALITY})


def _keeps(person: Person) -> bool:
    """Serves customers with a duty to write down what they say."""
    return serves(person) and bool(person.standing.positions - ONLY_READS)


@permission("customers.view_list")
def views_list(person: Person) -> bool:
    """Those who serve customers and have signed to keep their secrets (A2.14)."""
    return serves(person)


@permission("customers.view_customer")
def views_customer(person: Person, customer: Customer) -> bool:
    """Agrees with Customer.objects.visible_to."""
    return serves(person) and customer.centre_id == person.centre_id


@permission("customers.register")
def registers(person: Person, centre: Centre | None = None) -> bool:
    """Those who talk with customers, and programs that bring reports in."""
    same = centre is None or centre.pk == person.centre_id
    return same and (person.is_system or _keeps(person))


@permission("customers.update")
def updates(person: Person, customer: Customer | None = None) -> bool:
    """Whoever may register may also put right."""
    same = customer is None or customer.centre_id == person.centre_id
    return same and (person.is_system or _keeps(person))


@permission("customers.reveal")
def reveals(person: Person, customer: Customer | None = None) -> bool:
    """People, never programs, who serve this customer; every look is logged and counted (A3.6)."""
    same = customer is None or customer.centre_id == person.centre_id
    return same and not person.is_system and _keeps(person)


@permission("customers.view_reveals")
def views_reveals(person: Person) -> bool:
    """Everybody who can have looked sees his own looks; who answers for secrecy sees all."""
    return serves(person) or person.standing.is_any(*ANSWERS_FOR_SECRECY)


@permission("customers.view_reveal")
def views_reveal(person: Person, reveal: Reveal) -> bool:
    """Agrees with Reveal.objects.visible_to."""
    if reveal.person.centre_id != person.centre_id:
        return False
    return reveal.person_id == person.pk or person.standing.is_any(*ANSWERS_FOR_SECRECY)
