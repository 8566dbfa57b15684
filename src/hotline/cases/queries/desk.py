"""What the operator's desk shows: categories by pinyin, the standard of one, likely same cases."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from hotline.cases.logic.near import box_around, metres_between
from hotline.cases.models import Case, CaseEvent, Category, Condition
from hotline.people.models import Person

MOST_OFFERED = 20
MOST_SIMILAR = 5
LOOK_BACK = timedelta(days=90)
LOOK_BACK_ENDED = timedelta(days=7)
Place = tuple[Decimal, Decimal]


def categories(person: Person, text: str) -> list[Category]:
    """Sub-classes whose name, code, pinyin or initials hold the text: `ssjg` finds 上水井盖."""
    rows = Category.objects.filter(centre=person.centre_id)
    text = text.strip()
    low = "".join(text.lower().split())
    if low:
        by_key = Q(pk=int(text)) if _is_key(text) else Q()  # a draft that is restored knows the key alone
        rows = rows.filter(_named(text, low) | by_key)
    return sorted(rows, key=lambda row: _rank(row, low))[:MOST_OFFERED]


def _named(text: str, low: str) -> Q:
    found = Q(small_name__icontains=text) | Q(key__contains=low) | Q(big_name__icontains=text)
    if low[:1] in {"c", "e"} and low[1:].isdigit():
        kind = "component" if low[0] == "c" else "event"
        found |= Q(kind=kind, big_code=low[1:3], small_code__startswith=low[3:])
    return found


def _rank(row: Category, low: str) -> tuple[int, str]:
    """Beginnings before middles."""
    begins = any(word.startswith(low) for word in (row.small_name.lower(), *row.key.split()))
    return (0 if begins else 1, row.code)


def category_by_key(person: Person, key: str) -> Category | None:
    """The sub-class with this key, of the person's own centre."""
    return Category.objects.filter(centre=person.centre_id, pk=int(key)).first() if _is_key(key) else None


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def conditions(category_id: int | None, day: date) -> list[Condition]:
    """The filing conditions of a sub-class in force on a day."""
    if category_id is None:
        return []
    return list(Condition.objects.on(day).filter(category=category_id).select_related("department", "category"))


@dataclass(frozen=True, slots=True)
class Similar:
    """A case that may be the same matter, or comes from the same caller."""

    case: Case
    metres: int | None
    same_caller: bool


def similar(
    person: Person,
    *,
    category: Category | None,
    point: Place | None,
    customer_id: int | None,
    apart_from: int | None,
    at: datetime,
) -> list[Similar]:
    """Cases of the same sub-class nearby (90 days open, 7 days ended), and those of the same caller: two queries."""
    rows = Case.objects.visible_to(person).select_related("category")
    rows = rows.exclude(pk=apart_from) if apart_from else rows
    rows = rows.filter(arrived_at__gte=at - LOOK_BACK).filter(
        Q(ended_at__isnull=True) | Q(ended_at__gte=at - LOOK_BACK_ENDED)
    )
    found = _nearby(rows, category, point) if category and point else []
    known = {one.case.pk for one in found}
    if customer_id is not None:
        same = rows.filter(customer=customer_id).order_by("-pk")[:MOST_SIMILAR]
        found += [Similar(case, None, same_caller=True) for case in same if case.pk not in known]
    return found


def _nearby(rows: "QuerySet[Case]", category: Category, point: Place) -> list[Similar]:
    box = box_around(*point, category.radius_m)
    inside = rows.filter(
        category=category, latitude__range=(box.south, box.north), longitude__range=(box.west, box.east)
    ).order_by("-pk")[:50]
    near = [Similar(case, metres_between(point, (case.latitude, case.longitude)), same_caller=False) for case in inside]  # type: ignore[arg-type]
    within = [one for one in near if one.metres is not None and one.metres <= category.radius_m]
    return sorted(within, key=lambda one: one.metres or 0)[:MOST_SIMILAR]


def last_event(case: Case) -> CaseEvent | None:
    """What happened to the case last, and by whom."""
    return CaseEvent.objects.select_related("actor").filter(case=case.pk, seq=case.version).first()
