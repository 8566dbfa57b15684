"""Earlier cases that may be the same matter as a report: found along indexes, judged by logic/duplicates.py."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Power

from hotline.cases.logic import duplicates
from hotline.cases.logic.duplicates import Likeness, Place, Report
from hotline.cases.logic.flow import ENDED, Status
from hotline.cases.logic.near import Box, box_around, narrowing
from hotline.cases.models import Case, Category
from hotline.cases.models.case import folded
from hotline.people.models import Person

# So many are looked at of each kind; the nearest of a burst are always among them.
LOOKED_AT = 25
TAKES_MORE = frozenset(Status) - {Status.REJECTED, Status.NOT_ACCEPTED, Status.CANCELLED, Status.MERGED}


@dataclass(frozen=True, slots=True)
class Similar:
    """A case that may be the same matter, or that only comes from the same caller."""

    case: Case
    likeness: Likeness | None  # None: another sub-class, the caller is all they have in common

    @property
    def metres(self) -> int | None:
        """How far away it is."""
        return self.likeness.metres if self.likeness else None

    @property
    def same_caller(self) -> bool:
        """Whether it comes from the same caller."""
        return self.likeness is None or self.likeness.same_caller

    @property
    def same_address(self) -> bool:
        """Whether it was found by the text of its address."""
        return self.likeness is not None and self.likeness.sign is duplicates.Sign.ADDRESS

    @property
    def takes_more(self) -> bool:
        """Whether a report can be merged into it."""
        return self.likeness is not None and self.case.code in TAKES_MORE


def similar(
    person: Person,
    *,
    category: Category | None,
    point: Place | None,
    address: str,
    customer_id: int | None,
    apart_from: int | None,
    at: datetime,
) -> list[Similar]:
    """What may be the same matter, nearest first, then the caller's other cases; five at most, five queries at most."""
    rows = Case.objects.visible_to(person).exclude(status=Status.MERGED.value).select_related("category")
    if apart_from:
        rows = rows.exclude(pk=apart_from)
    of_caller = _of_caller(rows, customer_id, at)
    if category is None or not category.radius_m:
        return [Similar(case, None) for case in of_caller[: duplicates.MOST_OFFERED]]
    new = Report(category.pk, point, address, customer_id, at)
    known = {case.pk: case for case in [*_alike(rows, category, new, at), *of_caller]}
    found = duplicates.offers(new, ((key, report_of(case)) for key, case in known.items()), category.radius_m, at)
    offered = [Similar(known[offer.key], offer.likeness) for offer in found]
    keys = {offer.key for offer in found}
    others = [Similar(case, None) for case in of_caller if case.pk not in keys]
    return [*offered, *others][: duplicates.MOST_OFFERED]


def similar_to(person: Person, case: Case, at: datetime) -> list[Similar]:
    """What may be the same matter as a case that is already there."""
    if case.code in ENDED:
        return []
    return similar(
        person,
        category=case.category,
        point=point_of(case),
        address=case.place,
        customer_id=case.customer_id,
        apart_from=case.pk,
        at=at,
    )


def point_of(case: Case) -> Place | None:
    """The position of a case; none without both of its numbers."""
    return (case.latitude, case.longitude) if case.latitude is not None and case.longitude is not None else None


def report_of(case: Case) -> Report:
    """A case as it is compared."""
    return Report(case.category_id, point_of(case), case.place, case.customer_id, case.arrived_at, case.ended_at)


def _alike(rows: "QuerySet[Case]", category: Category, new: Report, at: datetime) -> list[Case]:
    """Cases of the sub-class near the place or with its address: open ones, and those that ended lately."""
    of_class = rows.filter(category=category)
    still = of_class.filter(ended_at__isnull=True, arrived_at__gte=at - duplicates.OPEN_WINDOW)
    lately = of_class.filter(ended_at__gte=at - duplicates.ENDED_WINDOW)
    found: list[Case] = []
    if new.point:
        box = box_around(*new.point, category.radius_m)
        for part in (still, lately):
            found += _nearest(part.filter(_inside(box)), new.point)
    text = new.address.replace(" ", "").lower()
    if text:
        # a position tells more than a text: with one, only what has none is looked for by its address
        same = Q(latitude__isnull=True) if new.point else Q()
        for part in (still, lately):
            addressed = part.filter(same).annotate(folded=folded("place")).filter(folded=text)
            found += addressed.order_by("-arrived_at")[:LOOKED_AT]
    return found


def _inside(box: Box) -> Q:
    return Q(latitude__range=(box.south, box.north), longitude__range=(box.west, box.east))


def _nearest(rows: "QuerySet[Case]", point: Place) -> list[Case]:
    """The nearest, on a plane that touches the ground there; they are sorted exactly afterwards."""
    north = F("latitude") - Value(point[0])
    east = (F("longitude") - Value(point[1])) * Value(narrowing(point[0]))
    return list(rows.order_by(Power(north, 2) + Power(east, 2), "-pk")[:LOOKED_AT])


def _of_caller(rows: "QuerySet[Case]", customer_id: int | None, at: datetime) -> list[Case]:
    if customer_id is None:
        return []
    recent = Q(ended_at__isnull=True, arrived_at__gte=at - duplicates.OPEN_WINDOW)
    lately = Q(ended_at__gte=at - duplicates.ENDED_WINDOW)
    return list(rows.filter(customer=customer_id).filter(recent | lately).order_by("-pk")[:LOOKED_AT])
