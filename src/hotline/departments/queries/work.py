"""Kinds of work, and which agreement holds for a hand-out."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext

from hotline.cases.models import Case, Category
from hotline.departments.logic.terms import works_of
from hotline.departments.models import Agreement, AgreementStatus
from hotline.people.models import Person, Position, Post, Unit


def choices(centre_id: int) -> list[tuple[str, str]]:
    """Every kind of work that can be agreed on: all, classes, sub-classes."""
    rows = list(Category.objects.filter(centre=centre_id))
    classes = {row.code[:3]: row.big_name for row in rows}
    found = [("", gettext("All kinds of work"))]
    found += [(code, f"{code} {name}") for code, name in sorted(classes.items())]
    return found + [(row.code, f"{row.code} {row.small_name}") for row in sorted(rows, key=lambda one: one.code)]


def in_force(department_id: int, on: date) -> list[Agreement]:
    """The newest version of each kind of work that holds on a day."""
    rows = Agreement.objects.filter(
        department=department_id, status=AgreementStatus.IN_FORCE, valid_from__lte=on
    ).select_related("centre_signer", "department_signer")
    newest: dict[str, Agreement] = {}
    for row in rows.order_by("work", "-valid_from", "-pk"):
        newest.setdefault(row.work, row)
    return list(newest.values())


def agreement_for(case: Case, department_id: int, on: date) -> Agreement | None:
    """What is agreed with a department for this case on that day: the nearest kind of work counts."""
    return nearest(in_force(department_id, on), case.category.code if case.category else "")


def nearest(agreements: Sequence[Agreement], code: str) -> Agreement | None:
    """The agreement on the narrowest kind of work that holds the code."""
    by_work = {row.work: row for row in agreements}
    return next((by_work[work] for work in works_of(code) if work in by_work), None)


def general(department_ids: Iterable[int], on: date) -> dict[int, Agreement]:
    """For each department the agreement that stands for the whole: on all work, else its newest."""
    rows = Agreement.objects.filter(
        department__in=list(department_ids), status=AgreementStatus.IN_FORCE, valid_from__lte=on
    )
    found: dict[int, Agreement] = {}
    for row in rows.order_by("department", "-valid_from", "-pk"):
        known = found.get(row.department_id)
        if known is None or (known.work and not row.work):
            found[row.department_id] = row
    return found


def agreements(person: Person, department: Unit) -> QuerySet[Agreement]:
    """Every version one may see, the newest first."""
    names = ("centre_signer", "department_signer", "drafted_by", "status_by")
    rows = Agreement.objects.visible_to(person).filter(department=department)
    return rows.select_related(*names).order_by("work", "-valid_from", "-pk")


def clerks(department_id: int, on: date) -> list[Person]:
    """Who answers for a department on a day."""
    posts = Post.objects.on(on).filter(unit=department_id, position=Position.DEPARTMENT_CLERK)
    return list(Person.objects.filter(pk__in=posts.values("person"), is_active=True).order_by("pk"))
