"""What is set for a centre's telephones, as the pages of setting show it: numbers, reasons, skills to ask for."""

from django.db.models import QuerySet

from hotline.people.models import Person, Skill
from hotline.telephony.models import Line, RestReason


def lines(person: Person) -> "QuerySet[Line]":
    """The centre's numbers with where they lead."""
    return Line.objects.filter(centre=person.centre_id).select_related("queue", "menu").order_by("dialled")


def reasons(person: Person) -> "QuerySet[RestReason]":
    """The centre's reasons of not being ready, those in use first."""
    return RestReason.objects.filter(centre=person.centre_id).order_by("-is_active", "name", "pk")


def skills(person: Person) -> list[Skill]:
    """The skills that the centre's people may have."""
    return list(Skill.objects.filter(centre=person.centre_id).order_by("name", "pk"))
