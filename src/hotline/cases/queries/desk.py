"""What the operator's desk shows: categories by pinyin, the standard of one, what happened last."""

from datetime import date

from django.db.models import Q

from hotline.cases.models import Case, CaseEvent, Category, Condition
from hotline.people.models import Person

MOST_OFFERED = 20


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


def last_event(case: Case) -> CaseEvent | None:
    """What happened to the case last, and by whom."""
    return CaseEvent.objects.select_related("actor").filter(case=case.pk, seq=case.version).first()
