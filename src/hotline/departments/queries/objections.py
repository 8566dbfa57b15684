"""Objections to decide and decided, their course, and what the catalogue should say."""

from datetime import datetime

from django.db.models import F, QuerySet

from hotline.cases.models import Case
from hotline.departments.models import CatalogueHint, HintStatus, Objection
from hotline.departments.models.objections import OPEN
from hotline.people.models import Person

MOST = 200
NAMES = (
    "case__category",
    "case__condition",
    "hop__department",
    "hop__given_by",
    "hop__run",
    "raised_by",
    "suggested",
    "evidence",
    "status_by",
)


def objections(person: Person) -> QuerySet[Objection]:
    """Objections one may see, with all that a page shows."""
    return Objection.objects.visible_to(person).select_related(*NAMES)


def to_decide(person: Person) -> list[Objection]:
    """Open ones, the most urgent first."""
    rows = objections(person).filter(status__in=OPEN).prefetch_related("decisions__by")
    return list(rows.order_by("due_at", "pk")[:MOST])


def decided(person: Person) -> QuerySet[Objection]:
    """Those that are over, the newest first."""
    return objections(person).exclude(status__in=OPEN).order_by("-status_at", "-pk")


def late(person: Person, at: datetime) -> int:
    """How many should have been decided by now."""
    return Objection.objects.visible_to(person).filter(status__in=OPEN, due_at__lt=at).count()


def of_case(person: Person, case: Case) -> Objection | None:
    """The last objection of a case."""
    return objections(person).filter(case=case).order_by("-pk").first()


def hints(person: Person) -> QuerySet[CatalogueHint]:
    """Corrections of the catalogue, open ones first."""
    names = ("condition__category", "wrong", "right", "objection__case", "status_by")
    rows = CatalogueHint.objects.visible_to(person).select_related(*names)
    return rows.order_by(F("status").desc(), "-at", "-pk")


def hint_for(case: Case) -> CatalogueHint | None:
    """What was learnt about the condition of a case: the newest correction that was not dropped."""
    if case.condition_id is None:
        return None
    rows = CatalogueHint.objects.filter(condition=case.condition_id).exclude(status=HintStatus.DROPPED)
    return rows.select_related("wrong", "right").order_by("-at", "-pk").first()
