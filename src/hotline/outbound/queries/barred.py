"""What the list of those not to be called says to a call that belongs to no campaign."""

from datetime import datetime

from hotline.core import clock
from hotline.kernel.rules import Refusal
from hotline.kernel.words import gettext_noop as _
from hotline.outbound.models import DoNotCall
from hotline.people.models import Person


def refusal(person: Person, number: str, at: datetime) -> Refusal | None:
    """Why a person may not call this number (E.164) at all, or None; a bar for campaigns alone does not bind here."""
    rows = DoNotCall.objects.in_force(clock.local_day(at))
    row = rows.filter(centre=person.centre_id, e164=number, is_total=True).first()
    if row is None:
        return None
    return Refusal("A3.14", _("This number must not be called: {reason}"), {"field": "number", "reason": row.reason})
