"""Lists taken in: all rows or none, each bad row named, each number once, nobody who must not be called."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from hotline.cases.logic.tables import Fault
from hotline.core import clock, live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.outbound.logic import lists
from hotline.outbound.logic.words import Standing, Status
from hotline.outbound.models import Batch, DoNotCall, Record
from hotline.outbound.services.campaigns import CLAUSE, locked
from hotline.people.models import Person

AT_ONCE = 2000  # rows in one statement


class Faulty(Exception):
    """A list of which rows make no sense: nothing of it was taken in."""

    def __init__(self, faults: Sequence[Fault], rows: int) -> None:
        super().__init__(f"{len(faults)} of {rows} rows")
        self.faults, self.rows = tuple(faults), rows


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of a list."""

    rows: int
    added: int
    again: int
    known: int
    barred: int


@transaction.atomic
def take_in(*, campaign_id: int, name: str, content: bytes, by: Person, at: datetime) -> Taken:
    """Take a list of people to call into a campaign, from CSV or xlsx.

    Raises `tables.Bad` when it is no such table, `Faulty` when rows make no sense. The same list again changes
    nothing; whoever must not be called is left out and counted.
    """
    campaign = locked(campaign_id)
    authorize(by, "outbound.run_campaign", campaign)
    if campaign.code is Status.CLOSED:
        raise Refused(Refusal(CLAUSE, _("This campaign is closed; what it was stays as it was.")))
    plan = lists.read(name, content)
    if plan.faults:
        raise Faulty(plan.faults, plan.lines)
    numbers = [row.e164 for row in plan.rows]
    known = _found(numbers, lambda part: Record.objects.filter(campaign=campaign, e164__in=part))
    day = clock.local_day(at)
    barred = _found(
        [one for one in numbers if one not in known],
        lambda part: DoNotCall.objects.filter(centre=campaign.centre_id, e164__in=part).in_force(day),
    )
    new = [row for row in plan.rows if row.e164 not in known and row.e164 not in barred]
    taken = Taken(plan.lines, len(new), plan.again, len(known), len(barred))
    if not new:
        return taken
    batch = Batch.objects.create(
        campaign=campaign, name=name[:200], sha256=hashlib.sha256(content).hexdigest(), rows=taken.rows,
        added=taken.added, again=taken.again, known=taken.known, barred=taken.barred, by=by, at=at,
    )  # fmt: skip
    rows = [
        Record(
            campaign=campaign, batch=batch, line=row.line, e164=row.e164, name=row.name, data=dict(row.data),
            next_at=at, status=Standing.WAITING, status_at=at, status_by=by,
        )
        for row in new
    ]  # fmt: skip
    Record.objects.bulk_create(rows, batch_size=AT_ONCE)
    more = [column for column in plan.columns if column not in campaign.columns]
    if more:
        campaign.columns = [*campaign.columns, *more]
        campaign.save(update_fields=["columns"])
    live.touch(f"campaign:{campaign.pk}", f"campaigns:{campaign.centre_id}")
    return taken


def _found(numbers: Sequence[str], rows_of: Callable[[Sequence[str]], QuerySet[Any]]) -> set[str]:
    found: set[str] = set()
    for part in _parts(numbers):
        found |= set(rows_of(part).values_list("e164", flat=True))
    return found


def _parts(numbers: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(numbers), AT_ONCE):
        yield numbers[start : start + AT_ONCE]
