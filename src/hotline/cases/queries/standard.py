"""The standard as people look it up: by class, by words, by pinyin initials, and as it stood on any day (B3.7)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from hotline.cases.models import Category, Condition
from hotline.people.models import Person

MOST_FOUND = 200
MOST_WORDS = 6
KINDS = {"c": "component", "e": "event"}


@dataclass(frozen=True, slots=True)
class Big:
    """A big class with the number of conditions in force."""

    kind: str
    code: str
    name: str
    count: int

    @property
    def key(self) -> str:
        """As it stands in an address: C01."""
        return f"{self.kind[0].upper()}{self.code}"


@dataclass(slots=True)
class Group:
    """A sub-class and those of its conditions that are shown."""

    category: Category
    conditions: list[Condition] = field(default_factory=list)


def big_classes(centre_id: int, day: date) -> list[Big]:
    """Every big class that has a condition in force on a day."""
    rows = (
        Condition.objects.on(day)
        .filter(category__centre=centre_id)
        .values_list("category__kind", "category__big_code", "category__big_name")
        .annotate(count=Count("pk"))
        .order_by("category__kind", "category__big_code")
    )
    return [Big(*row) for row in rows]


def of_class(person: Person, key: str, day: date) -> "QuerySet[Condition]":
    """The conditions of a big class (C01), in force on a day."""
    rows = in_force(person, day)
    if not re.fullmatch(r"[CE][0-9A-Z]{1,4}", key):
        return rows.none()
    return rows.filter(category__kind=KINDS[key[0].lower()], category__big_code=key[1:])


def in_force(person: Person, day: date) -> "QuerySet[Condition]":
    """What one may see of the standard of a day, in the order of its codes."""
    rows = Condition.objects.visible_to(person).on(day).select_related("category", "department")
    return rows.order_by("category__kind", "category__big_code", "category__small_code", "seq")


def found(person: Person, text: str, day: date) -> "QuerySet[Condition]":
    """Conditions that hold every word: of the class, its pinyin or initials, its code, or of the two conditions."""
    rows = in_force(person, day)
    for word in text.split()[:MOST_WORDS]:
        rows = rows.filter(_holds(word))
    return rows


def _holds(word: str) -> Q:
    small = Q(category__small_name__icontains=word) | Q(category__big_name__icontains=word)
    either = small | Q(filing_condition__icontains=word) | Q(closing_condition__icontains=word)
    either |= Q(handling_unit__icontains=word) | Q(department__name__icontains=word)
    low = word.lower()
    if re.fullmatch(r"[a-z]+", low):
        either |= Q(category__key__startswith=low) | Q(category__key__contains=f" {low}")
    code = re.fullmatch(r"([ce])(\d{1,4})(?:-(\d{1,3}))?", low)
    if code:
        whole = Q(category__kind=KINDS[code[1]], category__big_code__startswith=code[2][:2])
        whole &= Q(category__small_code__startswith=code[2][2:])
        either |= whole & Q(seq=int(code[3])) if code[3] else whole
    return either


def grouped(rows: Iterable[Condition]) -> list[Group]:
    """Conditions under their sub-classes, in the order they come."""
    groups: dict[int, Group] = {}
    for row in rows:
        groups.setdefault(row.category_id, Group(row.category)).conditions.append(row)
    return list(groups.values())


def editions(condition: Condition) -> list[Condition]:
    """Every edition of a condition, newest first."""
    rows = Condition.objects.filter(category=condition.category_id, seq=condition.seq)
    return list(rows.select_related("department").order_by("-days"))


def others(condition: Condition, day: date) -> list[Condition]:
    """The other conditions of the same sub-class in force on a day."""
    rows = Condition.objects.on(day).filter(category=condition.category_id).exclude(seq=condition.seq)
    return list(rows.order_by("seq"))
