"""A campaign's data goes out of the house: who took it, how much of it, and why."""

from datetime import datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.outbound.models import Export, Record
from hotline.outbound.services.campaigns import CLAUSE, locked
from hotline.people.models import Person


@transaction.atomic
def note_export(*, campaign_id: int, with_numbers: bool, reason: str, by: Person, at: datetime) -> Export:
    """Write down that a campaign's data is taken out; whole numbers need a reason (A3.6)."""
    campaign = locked(campaign_id)
    authorize(by, "outbound.export", campaign)
    if with_numbers and not reason.strip():
        raise Refused(Refusal(CLAUSE, _("Say why whole numbers are needed."), {"field": "reason"}))
    return Export.objects.create(
        campaign=campaign, by=by, at=at, rows=Record.objects.filter(campaign=campaign).count(),
        with_numbers=with_numbers, reason=reason.strip()[:200],
    )  # fmt: skip
