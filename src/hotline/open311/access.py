"""Who may do what with the open interface: programs act under the centre's own, keys and webhooks are the system's."""

from hotline.core.access import permission
from hotline.open311.models import ADMINISTERS, ApiKey, Delivery, Subscription
from hotline.people.models import Centre, Person


@permission("open311.administer")
def administers(person: Person) -> bool:
    """Those who look after the system: keys, webhooks, what they used and sent."""
    return person.standing.is_any(*ADMINISTERS)


def _administers(person: Person, centre_id: int) -> bool:
    return person.centre_id == centre_id and administers(person)


@permission("open311.make")
def makes(person: Person) -> bool:
    """Keys and subscriptions are made by those who look after the system."""
    return administers(person) or person.is_system


@permission("open311.view_api_key")
def views_api_key(person: Person, key: ApiKey) -> bool:
    """Agrees with ApiKey.objects.visible_to."""
    return _administers(person, key.centre_id)


@permission("open311.change_key")
def changes_key(person: Person, key: ApiKey) -> bool:
    """Whoever sees it."""
    return views_api_key(person, key)


@permission("open311.view_subscription")
def views_subscription(person: Person, subscription: Subscription) -> bool:
    """Agrees with Subscription.objects.visible_to."""
    return _administers(person, subscription.centre_id)


@permission("open311.change_subscription")
def changes_subscription(person: Person, subscription: Subscription) -> bool:
    """Whoever sees it; the program that switches off what does not answer."""
    own = person.is_system and person.centre_id == subscription.centre_id
    return own or views_subscription(person, subscription)


@permission("open311.view_delivery")
def views_delivery(person: Person, delivery: Delivery) -> bool:
    """Agrees with Delivery.objects.visible_to."""
    return _administers(person, delivery.subscription.centre_id)


@permission("open311.resend")
def resends(person: Person, delivery: Delivery) -> bool:
    """Whoever sees it."""
    return views_delivery(person, delivery)


@permission("open311.deliver")
def delivers(person: Person, centre: Centre) -> bool:
    """The centre's own program."""
    return person.is_system and person.centre_id == centre.pk


@permission("open311.count")
def counts(person: Person, centre: Centre) -> bool:
    """The centre's own program."""
    return person.is_system and person.centre_id == centre.pk


@permission("open311.post")
def posts(person: Person, key: ApiKey) -> bool:
    """The centre's own program, for a key that may report."""
    return person.is_system and person.centre_id == key.centre_id and key.may_create


@permission("open311.tell")
def tells(person: Person, key: ApiKey) -> bool:
    """The centre's own program, for a key that may tell of updates."""
    return person.is_system and person.centre_id == key.centre_id and key.may_update
