"""Series: opened once, and their numbers put right."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person, Skill
from hotline.planning.models import Series, Source
from hotline.rulebook.staffing import Line

OWN = "reports"


@dataclass(frozen=True, slots=True)
class Numbers:
    """What may be settled about a series."""

    name: str
    line: Line = Line.GOVERNMENT
    handling_seconds: int = 240
    patience_seconds: int | None = None
    hour_fen: int = 3000
    skill: Skill | None = None


@transaction.atomic
def open_series(
    *, centre: Centre, code: str, numbers: Numbers, by: Person, at: datetime, source: Source = Source.CASES
) -> Series:
    """Begin to forecast a kind of work; the same code again gives the series that is there."""
    authorize(by, "planning.settle_series", centre)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    found, _created = Series.objects.get_or_create(
        centre=centre, code=code, defaults={"source": source, **_values(numbers)}
    )
    live.touch(f"planning:{centre.pk}")
    return found


@transaction.atomic
def settle_series(*, series_id: int, numbers: Numbers, by: Person, at: datetime) -> Series:
    """Put the numbers of a series right; forecasts that were made keep theirs."""
    series = Series.objects.select_for_update(of=("self",)).select_related("centre").get(pk=series_id)
    authorize(by, "planning.settle_series", series.centre)
    if not numbers.name.strip():
        raise Refused(Refusal("A1.4", gettext_noop("A series needs a name."), {"field": "name"}))
    for name, value in _values(numbers).items():
        setattr(series, name, value)
    series.save()
    live.touch(f"planning:{series.centre_id}")
    return series


def _values(numbers: Numbers) -> dict[str, object]:
    return {
        "name": numbers.name.strip(),
        "line": numbers.line.value,
        "handling_seconds": numbers.handling_seconds,
        "patience_seconds": numbers.patience_seconds,
        "hour_fen": numbers.hour_fen,
        "skill": numbers.skill,
    }
