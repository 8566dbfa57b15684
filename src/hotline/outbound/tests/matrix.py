"""Something real for every argument of this area's addresses."""

from typing import Any

from hotline.core.clock import now
from hotline.outbound.logic.words import Source
from hotline.outbound.models import Record
from hotline.outbound.services import barred, campaigns, lists
from hotline.outbound.tests import builders
from hotline.people.models import Position
from hotline.people.tests import builders as people


def arguments(town: Any, case: Any) -> dict[str, dict[str, object]]:
    """A campaign of this town with a list, somebody on it, and a number that must not be called."""
    owner = people.person(town.centre, position=Position.SHIFT_LEADER)
    campaign = campaigns.make(values=builders.SETTINGS, by=owner, at=now())
    campaigns.write_script(campaign_id=campaign.pk, text="您好", fields=builders.FIELDS, by=owner, at=now())
    lists.take_in(campaign_id=campaign.pk, name="a.csv", content=builders.numbers(1), by=owner, at=now())
    row = barred.bar(number="13900009999", reason="投诉", source=Source.COMPLAINT, by=owner, at=now())
    person = Record.objects.get(campaign=campaign)
    of_person = ("record", "dial", "call", "settle", "give_back", "reveal")
    return {
        "outbound": {"pk": campaign.pk, "act": "pause"},
        "outbound:lift": {"pk": row.pk},
        **{f"outbound:{name}": {"pk": person.pk} for name in of_person},
    }
