"""Which telephones are registered at the exchange, as the exchange says."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.people.models import Centre, Person
from hotline.telephony.models import Phone, PhoneReach


@transaction.atomic
def note(*, centre: Centre, reached: Mapping[int, bool], by: Person, at: datetime) -> int:
    """Keep by person whose telephone can be reached; how many have changed."""
    authorize(by, "telephony.run_acd", centre)
    phones = Phone.objects.filter(person__centre=centre, person__in=list(reached)).select_related("reach")
    changed = 0
    for phone in phones:
        now = reached[phone.person_id]
        known: PhoneReach | None = getattr(phone, "reach", None)
        if known is None:
            PhoneReach.objects.create(phone=phone, is_reachable=now, since=at)
        elif known.is_reachable == now:
            continue
        else:
            known.is_reachable, known.since = now, at
            known.save(update_fields=["is_reachable", "since"])
        changed += 1
        live.touch(f"phone:{phone.person_id}")
    return changed
