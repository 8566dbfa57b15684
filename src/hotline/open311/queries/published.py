"""What is published: which centres, which services, which requests. Secret cases are in no answer."""

from datetime import date

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from hotline.cases.models import Case, Category, Condition
from hotline.kernel.words import gettext_noop
from hotline.open311.logic.asking import BAD, MISSING, Fault, Faulty
from hotline.open311.logic.wishes import CONDITION, OWN_ID, SECRET, UNSURE, Choice
from hotline.people.models import Centre

NONE = "off"


def centres() -> list[Centre]:
    """Those that are published: all, or the ones the installation names."""
    rows = Centre.objects.order_by("pk")
    named = settings.OPEN311_CENTRES
    return [] if named == [NONE] else list(rows.filter(code__in=named) if named else rows)


def centre_of(jurisdiction: str) -> Centre:
    """The centre that is meant. Where there is one, whatever was said means it; among several one must be named."""
    found = centres()
    if len(found) == 1:
        return found[0]
    named = [centre for centre in found if centre.code == jurisdiction]
    if named:
        return named[0]
    if found and not jurisdiction:
        raise Faulty(Fault(BAD, gettext_noop("jurisdiction_id is missing.")))
    raise Faulty(Fault(MISSING, gettext_noop("There is no such jurisdiction_id.")))


def services(centre: Centre, day: date) -> list[Category]:
    """The classes of the standard with a condition in force, each with its conditions of the day."""
    in_force = Condition.objects.on(day).order_by("seq")
    rows = Category.objects.filter(centre=centre, pk__in=in_force.values("category"))
    return list(rows.prefetch_related(Prefetch("conditions", in_force, to_attr="in_force")))


def service(centre: Centre, code: str, day: date) -> Category | None:
    """The class of a code, with its conditions of the day."""
    return next((row for row in services(centre, day) if row.code == code), None)


def conditions_of(category: Category) -> list[Condition]:
    """The conditions of a class that `services` found."""
    found: list[Condition] = category.in_force  # type: ignore[attr-defined]
    return found


def offered(category: Category) -> dict[str, tuple[bool, list[Choice]]]:
    """What is asked of whoever reports in a class: code -> (required, choices)."""
    conditions = conditions_of(category)
    choices = [Choice(str(row.seq), row.filing_condition) for row in conditions]
    return {
        CONDITION: (len(conditions) > 1, [*choices, Choice(UNSURE, gettext_noop("I am not sure"))]),
        SECRET: (False, [Choice("yes", gettext_noop("Yes")), Choice("no", gettext_noop("No"))]),
        OWN_ID: (False, []),
    }


def requests(centre: Centre) -> QuerySet[Case]:
    """Cases that everybody may know of: classified, and kept secret neither by themselves nor for their caller."""
    rows = Case.objects.filter(centre=centre, is_secret=False, category__isnull=False)
    return rows.exclude(customer__is_secret=True)
