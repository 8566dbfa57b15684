"""Which ACD leads: the newest. Its epoch stands in everything it writes; an older one can write nothing more."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.people.models import Centre, Person
from hotline.telephony.models import Leader


class Deposed(Exception):
    """Another ACD leads by now: stop at once."""


@transaction.atomic
def take_lead(*, centre: Centre, switch: str, by: Person, at: datetime) -> int:
    """Begin to lead a centre's calls; the epoch under which to write from now on."""
    authorize(by, "telephony.run_acd", centre)
    Leader.objects.get_or_create(centre=centre)
    leader = Leader.objects.select_for_update().get(centre=centre)
    leader.epoch += 1
    leader.began_at = leader.beat_at = at
    leader.switch, leader.note = switch, {}
    leader.save(update_fields=["epoch", "began_at", "beat_at", "switch", "note"])
    live.touch(f"phones:{centre.pk}")
    return leader.epoch


@transaction.atomic
def beat(*, centre: Centre, epoch: int, note: dict[str, object], by: Person, at: datetime) -> None:
    """A sign of life, with what is worth knowing; raises Deposed when another leads."""
    authorize(by, "telephony.run_acd", centre)
    if not Leader.objects.filter(centre=centre, epoch=epoch).update(beat_at=at, note=note):
        raise Deposed


# Within a transaction, the first thing: who leads a centre (its key is asked for); no other begins before it ends.
HOLD_LEAD = "SELECT epoch FROM telephony_leader WHERE centre_id = %s FOR UPDATE"


# Somebody is reserved for an offer as long as this epoch leads. Whoever leads knows whom it has reserved already; what
# an ACD before it has left is void.
RESERVE = """
INSERT INTO telephony_reservation (person_id, offer, epoch, until)
SELECT %(person)s, %(offer)s, %(epoch)s, %(until)s FROM telephony_leader
WHERE centre_id = %(centre)s AND epoch = %(epoch)s
ON CONFLICT (person_id) DO UPDATE SET offer = excluded.offer, epoch = excluded.epoch, until = excluded.until
WHERE telephony_reservation.epoch <= excluded.epoch
RETURNING person_id
"""


def demand_lead(found: Sequence[Sequence[int]], epoch: int) -> None:
    """Go on only while this epoch leads; `found` is the answer to HOLD_LEAD."""
    if [row[0] for row in found] != [epoch]:
        raise Deposed
