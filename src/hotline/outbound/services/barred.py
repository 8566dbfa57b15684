"""Who must not be called: written down, taken in as a list, lifted with a reason."""

from datetime import date, datetime

from django.db import transaction

from hotline.core import clock, live
from hotline.core.access import authorize
from hotline.customers.logic import normalise
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.outbound.logic import lists
from hotline.outbound.logic.words import Source
from hotline.outbound.models import DoNotCall
from hotline.outbound.services.lists import Faulty
from hotline.people.models import Centre, Person

CLAUSE = "A3.14"


@transaction.atomic
def bar(
    *,
    number: str,
    reason: str,
    source: Source,
    until: date | None = None,
    is_total: bool = False,
    by: Person,
    at: datetime,
) -> DoNotCall:
    """From now on no campaign calls this number; one that is there already is made longer, never shorter.

    With `is_total` nobody here calls it, not even about a report of his own.
    """
    authorize(by, "outbound.bar", by.centre)
    if not reason.strip():
        raise Refused(Refusal(CLAUSE, _("Say why."), {"field": "reason"}))
    if until is not None and until < clock.local_day(at):
        raise Refused(Refusal(CLAUSE, _("This day has passed."), {"field": "until"}))
    row = _enter(by.centre, normalise(number).e164, reason.strip(), source, until, by, at, is_total=is_total)
    live.touch(f"barred:{by.centre_id}")
    return row


def _enter(
    centre: Centre,
    e164: str,
    reason: str,
    source: Source,
    until: date | None,
    by: Person,
    at: datetime,
    *,
    is_total: bool = False,
) -> DoNotCall:
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)  # one at a time, or two write the same number
    row = DoNotCall.objects.select_for_update().filter(centre=centre, e164=e164, lifted_at__isnull=True).first()
    if row is None:
        row = DoNotCall(centre=centre, e164=e164)
    elif row.until is None or (until is not None and until <= row.until):
        if not is_total or row.is_total:
            return row
        until = row.until  # what it says already holds at least as long
    row.until, row.reason, row.source, row.by, row.at = until, reason[:200], source, by, at
    row.is_total = row.is_total or is_total
    row.save()
    return row


@transaction.atomic
def take_in(*, name: str, content: bytes, source: Source, by: Person, at: datetime) -> tuple[int, int]:
    """Take in a list of numbers not to call: how many it names, and how many were new or made longer.

    Raises `tables.Bad` when it is no such table, `Faulty` when rows make no sense: then nothing was taken in.
    """
    authorize(by, "outbound.bar", by.centre)
    rows, faults = lists.read_barred(name, content)
    if faults:
        raise Faulty(faults, len(rows) + len(faults))
    changed = 0
    for row in rows:
        kept = _enter(by.centre, row.e164, row.reason, source, row.until, by, at)
        changed += kept.at == at
    if changed:
        live.touch(f"barred:{by.centre_id}")
    return len(rows), changed


@transaction.atomic
def lift(*, row_id: int, reason: str, by: Person, at: datetime) -> DoNotCall:
    """The number may be called again, with the reason."""
    row = DoNotCall.objects.select_for_update().get(pk=row_id)
    authorize(by, "outbound.lift", row)
    if row.lifted_at is not None:
        return row
    if not reason.strip():
        raise Refused(Refusal(CLAUSE, _("Say why."), {"field": "reason"}))
    row.lifted_at, row.lifted_by, row.lifted_why = at, by, reason.strip()[:200]
    row.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
    live.touch(f"barred:{row.centre_id}")
    return row
