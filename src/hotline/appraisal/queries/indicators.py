"""Indicators of a month for pages: a centre's teams, a team's people, one person, and how it went over the months."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, QuerySet, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from hotline.appraisal.models import Measure
from hotline.appraisal.queries.known import read
from hotline.people.models import Person, Unit
from hotline.rulebook.indicators import Known

MONTHS = 12
NAMES = tuple(one.name for one in fields(Known))
SUMS: dict[str, Any] = {
    f"sum_{name}": Coalesce(Sum(Cast(KT(f"numbers__{name}"), BigIntegerField())), 0) for name in NAMES
}


@dataclass(frozen=True, slots=True)
class Team:
    """A unit's month: its people's numbers added up."""

    unit_id: int | None
    name: str
    people: int
    known: Known


def months(reader: Person) -> list[date]:
    """The months that were counted, the newest first."""
    rows = Measure.objects.visible_to(reader).order_by("-month").values_list("month", flat=True).distinct()
    return list(rows[:MONTHS])


def _known(row: dict[str, Any]) -> Known:
    return Known(**{name: row[f"sum_{name}"] for name in NAMES})


def teams(reader: Person, month: date) -> list[Team]:
    """Every unit of a month whose people the reader may see, by name."""
    rows = Measure.objects.visible_to(reader).filter(month=month).order_by()
    grouped: Any = rows.values("unit").annotate(**SUMS, people=Sum(1))
    found = list(grouped)
    units = {unit.pk: unit for unit in Unit.objects.filter(pk__in=[row["unit"] for row in found if row["unit"]])}
    told = [
        Team(row["unit"], units[row["unit"]].name if row["unit"] else "", row["people"], _known(row)) for row in found
    ]
    return sorted(told, key=lambda one: (units[one.unit_id].name_key if one.unit_id else "", one.unit_id or 0))


def people(reader: Person, month: date, unit_id: int | None) -> list[tuple[Person, Known]]:
    """The people of a unit in a month, by name."""
    rows = Measure.objects.visible_to(reader).filter(month=month, unit=unit_id).select_related("person")
    return [(row.person, read(row.numbers)) for row in rows.order_by("person__name_key", "person")]


def of_person(reader: Person, person_id: int) -> QuerySet[Measure]:
    """One person's months, as far as the reader may see them, the newest first."""
    rows = Measure.objects.visible_to(reader).filter(person=person_id)
    return rows.select_related("person", "unit").order_by("-month")


def trend(reader: Person, known: Sequence[date], **scope: object) -> list[tuple[date, Known]]:
    """Month by month, the oldest first: of everybody, of a unit or of a person."""
    rows = Measure.objects.visible_to(reader).filter(month__in=known, **scope).order_by()
    grouped: Any = rows.values("month").annotate(**SUMS)
    by_month = {row["month"]: _known(row) for row in grouped}
    return [(month, by_month[month]) for month in sorted(by_month)]
