"""What is known of everybody's month for the indicators (A6), counted anew while the month is open."""

from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction

from hotline.appraisal.models import Measure, Period, PeriodStatus
from hotline.appraisal.queries import known
from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Centre, Person


@transaction.atomic
def measure(*, centre: Centre, month: date, by: Person, at: datetime) -> int:
    """Count a month that is not closed, whole numbers a person (A6.1 to A6.9); how many people there are."""
    authorize(by, "appraisal.compute", centre.pk)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if Period.objects.filter(centre=centre, month=month, status=PeriodStatus.CLOSED).exists():
        raise Refused(Refusal("D3.2", _("The month is closed: its indicators stay as they are.")))
    rows = [
        Measure(person=one.person, month=month, unit_id=one.unit_id, numbers=asdict(one.known), made_at=at)
        for one in known.month_of(centre, month, at)
    ]
    Measure.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["person", "month"], update_fields=["unit", "numbers", "made_at"]
    )
    live.touch(f"indicators:{centre.pk}")
    return len(rows)
