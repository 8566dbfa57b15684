"""Reads of customers: what may be shown of them, likely duplicates, search, who looked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Prefetch, Q, QuerySet
from django.db.models.functions import Reverse
from django.utils.translation import gettext, ngettext

from hotline.core import clock
from hotline.customers import logic
from hotline.customers.models import INITIALS, SERVES, Customer, CustomerNumber, Reveal
from hotline.people.logic import name_key
from hotline.people.models import Centre, Person

MOST_SUGGESTIONS = 5
FEWEST_DIGITS = 7  # of a number still being typed, before others with that beginning are offered
FEWEST_SEARCHED = 4
RECENT = "-changed_at"


@dataclass(frozen=True, slots=True)
class Card:
    """What a page may show of a customer: no number leaves the mask here."""

    pk: int
    name: str
    salutation: str
    number: str
    others: int
    address: str
    is_secret: bool
    changed_at: datetime
    why: str = ""

    @property
    def more(self) -> str:
        """How many further numbers there are, in words."""
        return (
            ngettext("and %(n)s more number", "and %(n)s more numbers", self.others) % {"n": self.others}
            if self.others
            else ""
        )


def with_numbers(rows: QuerySet[Customer]) -> QuerySet[Customer]:
    """Customers with their numbers, the main one first."""
    return rows.prefetch_related(Prefetch("numbers", CustomerNumber.objects.order_by("-is_main", "pk")))


def card(customer: Customer, person: Person, why: str = "") -> Card:
    """The customer as this person sees it: numbers masked, and of a secret one neither name nor address."""
    numbers = list(customer.numbers.all())
    return Card(
        pk=customer.pk,
        name=shown_name(customer, person),
        salutation=customer.salutation,
        number=logic.mask(numbers[0].e164) if numbers else "",
        others=max(len(numbers) - 1, 0),
        address=gettext("Kept secret") if customer.is_secret and customer.address else customer.address,
        is_secret=customer.is_secret,
        changed_at=customer.changed_at,
        why=why,
    )


def cards(rows: Iterable[Customer], person: Person) -> list[Card]:
    """Several customers as this person sees them."""
    return [card(row, person) for row in rows]


def shown_name(customer: Customer | None, person: Person) -> str:
    """Who called, as far as this person may know: a secret customer is nobody's to see without a logged reveal.

    Those who serve customers see the name, everybody else the family name alone. Costs no query for a row that is
    loaded, so that lists may call it for every line.
    """
    if customer is None:
        return ""
    if customer.is_secret:
        return gettext("Kept secret")
    if not customer.name:
        return gettext("No name given")
    return customer.name if person.standing.is_any(*SERVES) else logic.mask_name(customer.name)


@dataclass(frozen=True, slots=True)
class Line:
    """One of a customer's numbers, masked."""

    pk: int
    masked: str
    kind: str
    is_main: bool
    has_extension: bool


def lines(customer: Customer) -> list[Line]:
    """A customer's numbers as a page may show them."""
    return [
        Line(row.pk, logic.mask(row.e164), row.kind, row.is_main, bool(row.extension)) for row in customer.numbers.all()
    ]


def main_number(customer: Customer) -> CustomerNumber | None:
    """The number under which the customer is called back first."""
    return customer.numbers.order_by("-is_main", "pk").first()


# ---------------------------------------------------------------- likely duplicates


def likely_duplicates(
    centre: Centre | int, *, name: str = "", number: str = "", address: str = ""
) -> list[tuple[Customer, str]]:
    """Customers who are probably the one being typed, with the reason, the surest first; five at most (A3.4).

    The same number, then the same name at the same address, then the same name: each one query along an index, all
    of them good for what is only half typed.
    """
    found: dict[int, tuple[Customer, str]] = {}
    rows = with_numbers(Customer.objects.filter(centre=centre))
    for query, why in _likenesses(name.strip(), number, address.strip()):
        left = MOST_SUGGESTIONS - len(found)
        if left > 0:
            for row in rows.filter(query).exclude(pk__in=list(found))[:left]:
                found[row.pk] = (row, why)
    return list(found.values())


def _likenesses(name: str, number: str, address: str) -> list[tuple[Q, str]]:
    wanted = []
    begins = logic.beginning(number)
    if len(logic.digits_of(number)) >= FEWEST_DIGITS and begins:
        same = CustomerNumber.objects.filter(e164__startswith=begins).values("customer")
        wanted.append((Q(pk__in=same), gettext("Same number")))
    if len(name) >= 2:
        if len(address) >= 2:
            at = Q(name_key=name_key(name), address__startswith=address)
            wanted.append((at, gettext("Same name and address")))
        wanted.append((Q(name=name), gettext("Same name")))
    return wanted


# Whether anybody in the centre is known under a number: for who may not wait for more.
IS_KNOWN = """
SELECT EXISTS (
    SELECT 1 FROM customers_customernumber JOIN customers_customer c ON c.id = customer_id
    WHERE e164 = %(number)s AND c.centre_id = %(centre)s
)
"""


def same_number(centre_id: int, e164: str) -> list[Customer]:
    """Everybody in the centre who is known under a number, the longest known first."""
    holders = CustomerNumber.objects.filter(e164=e164).values("customer")
    return list(Customer.objects.filter(centre=centre_id, pk__in=holders).order_by("since", "pk"))


# ---------------------------------------------------------------- search


def find(person: Person, text: str, limit: int = 8) -> list[Customer]:
    """Customers whom the person may see, by the beginning or end of a number, by name, pinyin or initials.

    Every way goes along an index and stops at `limit`, so that a million rows answer at once.
    """
    text = text.strip()
    rows = with_numbers(Customer.objects.visible_to(person))
    found: dict[int, Customer] = {}
    for way in _ways(text):
        left = limit - len(found)
        if left <= 0:
            break
        for row in rows.filter(way).exclude(pk__in=list(found))[:left]:
            found[row.pk] = row
    return list(found.values())


def _ways(text: str) -> list[Q]:
    digits = logic.digits_of(text)
    if digits and not any(character.isalpha() for character in text):
        return _ways_by_number(text, digits) if len(digits) >= FEWEST_SEARCHED else []
    if not text:
        return []
    if text.isascii():
        low = "".join(text.lower().split())
        initials = Customer.objects.alias(initials=INITIALS).filter(initials__startswith=low).values("pk")
        return [Q(name_key__startswith=low), Q(pk__in=initials), Q(name__startswith=text)]
    return [Q(name__startswith=text)]


def _ways_by_number(text: str, digits: str) -> list[Q]:
    ways = []
    begins = logic.beginning(text)
    if begins:
        ways.append(Q(pk__in=CustomerNumber.objects.filter(e164__startswith=begins).values("customer")))
    tail = CustomerNumber.objects.alias(tail=Reverse(F("e164"))).filter(tail__startswith=digits[::-1])
    ways.append(Q(pk__in=tail.values("customer")))
    return ways


# ---------------------------------------------------------------- reveals


def reveals_today(person: Person, at: datetime) -> int:
    """How often the person has looked behind the mask on this local day."""
    start = clock.wall(clock.local_day(at))
    return Reveal.objects.filter(person=person.pk, at__gte=start, at__lte=at).count()


def looks_at(customer: Customer, person: Person, limit: int = 20) -> list[Reveal]:
    """Who looked behind this customer's mask, newest first, as far as this person may know."""
    rows = Reveal.objects.visible_to(person).filter(customer=customer.pk)
    return list(rows.select_related("person").order_by("-at", "-pk")[:limit])
