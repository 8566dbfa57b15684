"""What the search of knowledge may reach of cases: the filing and closing standard, its categories (B3.7)."""

from datetime import date

from django.urls import reverse

from hotline.cases.models import Case, Category, Condition
from hotline.cases.queries import standard
from hotline.kernel.words import gettext_noop
from hotline.knowledge import sources
from hotline.people.models import Person

FIELDS = ("kind", "big_code", "small_code", "small_name", "big_name", "key")
OF_ITSELF = frozenset({"立案", "结案", "标准", "条件", "时限"})  # what every condition is about


class Standard(sources.Source):
    """Conditions of the standard by their words, and what stands behind a category's or a case's key."""

    title = gettext_noop("Filing and closing standard")
    view = "cases.view_standard"

    def search(self, person: Person, words: list[str], day: date, limit: int) -> list[sources.Hit]:
        """Conditions in force that hold every word."""
        telling = [word for word in words if word not in OF_ITSELF]
        rows = standard.found(person, " ".join(telling), day)[:limit] if telling else []
        return [_hit(row) for row in rows]

    def categories(self, centre_id: int) -> list[sources.Category]:
        """Every category of a centre."""
        rows = Category.objects.filter(centre=centre_id).values_list(*FIELDS)
        return [
            sources.Category(f"{kind[0].upper()}{big}{small}", small_name, big_name, key)
            for kind, big, small, small_name, big_name, key in rows
        ]

    def of_category(self, person: Person, pk: int) -> sources.Subject | None:
        """A category of the person's centre."""
        row = Category.objects.filter(pk=pk, centre=person.centre_id).first()
        return sources.Subject(code=row.code) if row else None

    def of_case(self, person: Person, pk: int) -> sources.Subject | None:
        """A case that the person may see."""
        row = Case.objects.visible_to(person).select_related("category").filter(pk=pk).first()
        if row is None:
            return None
        return sources.Subject(code=row.category.code if row.category else "", case_number=row.number)


def _hit(row: Condition) -> sources.Hit:
    code = f"{row.category.code}-{row.seq}"
    return sources.Hit(
        key=code,
        title=f"{row.category.small_name} · {row.filing_condition}",
        text=row.closing_condition,
        url=reverse("cases:condition", args=[row.pk]),
        stamp=f"{row.days.lower}",
    )
