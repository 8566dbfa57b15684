"""Who has which telephone, and whether the exchange reaches it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hotline.people.models import Person
from hotline.telephony.models import Member, Phone

OWN_DEVICES = frozenset({"desk", "fixed"})  # whoever has one picks up there, and needs no window in the browser


def kind_of(phone: Phone | None) -> str:
    """What somebody talks with: nothing yet, the browser, a telephone that signs in, one with a fixed address."""
    if phone is None or not (phone.digest or phone.contact):
        return "none"
    if phone.contact:
        return "fixed"
    return "browser" if phone.is_browser else "desk"


@dataclass(frozen=True, slots=True)
class Desk:
    """A person who serves a queue, with his telephone."""

    person: Person
    phone: Phone | None

    @property
    def kind(self) -> str:
        """As `kind_of` says."""
        return kind_of(self.phone)

    @property
    def is_reachable(self) -> bool | None:
        """As the exchange last said; None when it has said nothing."""
        reach = getattr(self.phone, "reach", None)
        return reach.is_reachable if reach is not None else None

    @property
    def since(self) -> datetime | None:
        """Since when."""
        reach = getattr(self.phone, "reach", None)
        return reach.since if reach is not None else None


def people(person: Person) -> "QuerySet[Person]":
    """Everybody of the centre who serves a queue in use, by name."""
    serving = Member.objects.filter(queue__centre=person.centre_id, queue__is_active=True).values("person")
    rows = Person.objects.filter(pk__in=serving, is_active=True)
    return rows.select_related("phone_line__reach").order_by("name_key", "pk")


def desk_of(person: Person) -> Desk:
    """A person from `people` with his telephone."""
    return Desk(person, getattr(person, "phone_line", None))
