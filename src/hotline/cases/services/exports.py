"""Exports are logged: what leaves the house leaves a line (A3.6)."""

from datetime import datetime

from django.db import transaction

from hotline.cases.models import Export
from hotline.core.access import authorize
from hotline.people.models import Person

MOST_QUERY = 2000


@transaction.atomic
def log_export(*, what: str, query: str, rows: int, by: Person, at: datetime) -> Export:
    """Write down who takes out which list, with which filters, how many rows."""
    authorize(by, "cases.export")
    return Export.objects.create(
        centre_id=by.centre_id, person=by, what=what, query=query[:MOST_QUERY], rows=rows, at=at
    )
