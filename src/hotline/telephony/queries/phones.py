"""Who has which telephone, and whether the exchange reaches it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from hotline.people.models import Person, Post
from hotline.people.queries import matches
from hotline.telephony.models import Member, Phone
from hotline.telephony.models.setup import HAS_PHONE

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
    """A person who may have a telephone, with it."""

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


def people(person: Person, day: date, text: str = "") -> "QuerySet[Person]":
    """Everybody of the centre who may telephone: who serves a queue in use, and on that day answers or leads who do.

    Whoever has a telephone is among them. `text` is a part of the name, its initials, or the number of a person.
    """
    here = Person.objects.filter(centre=person.centre_id, is_active=True, is_system=False)
    serving = Member.objects.filter(queue__centre=person.centre_id, queue__is_active=True).values("person")
    held = Post.objects.on(day).filter(position__in=HAS_PHONE).values("person")
    rows = here.filter(Q(pk__in=serving) | Q(pk__in=held) | Q(phone_line__isnull=False))
    if text:
        rows = rows.filter(matches(text))
    return rows.select_related("phone_line__reach").order_by("name_key", "pk")


def desk_of(person: Person) -> Desk:
    """A person from `people` with his telephone."""
    return Desk(person, getattr(person, "phone_line", None))
