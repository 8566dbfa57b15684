"""The past of other systems, taken in from a file: all of it or nothing."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from hotline.cases.logic.tables import Bad
from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person
from hotline.planning.logic import history
from hotline.planning.models import Count, HistoryFile, Series

BATCH = 2000


@transaction.atomic
def import_history(*, series_id: int, name: str, content: bytes, by: Person, at: datetime) -> HistoryFile:
    """Take a file of past amounts in. A bad row refuses the whole; the same file again changes nothing."""
    series = Series.objects.select_for_update(of=("self",)).get(pk=series_id)
    authorize(by, "planning.import_history", series)
    digest = sha256(content).hexdigest()
    known = HistoryFile.objects.filter(series=series, sha256=digest).first()
    if known is not None:
        return known
    plan = _plan(name, content)
    days = sorted({day for day, _slot in plan.cells})
    file = HistoryFile.objects.create(
        series=series, name=name[:120], sha256=digest, first=days[0], last=days[-1], rows=plan.rows,
        taken_at=at, taken_by=by,
    )  # fmt: skip
    Count.objects.bulk_create(
        (
            Count(
                series=series, file=file, day=day, slot=slot, amount=cell.amount,
                handling_seconds=cell.handling_seconds,
            )
            for (day, slot), cell in sorted(plan.cells.items())
        ),
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["series", "day", "slot"],
        update_fields=["file", "amount", "handling_seconds"],
    )  # fmt: skip
    live.touch(f"planning:{series.centre_id}")
    return file


def _plan(name: str, content: bytes) -> history.Plan:
    try:
        plan = history.read(name, content)
    except Bad as bad:
        raise Refused(Refusal("A1.4", bad.reason, bad.params)) from bad
    if plan.faults:
        note = gettext_noop("{count} rows cannot be read; nothing was taken in.")
        raise Refused(Refusal("A1.4", note, {"count": len(plan.faults)}))
    return plan
