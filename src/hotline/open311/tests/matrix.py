"""Something real for each argument of the addresses of this area."""

from hotline.cases.models import Case
from hotline.cases.tests.builders import NINE, Town
from hotline.open311.models import Delivery
from hotline.open311.services import webhooks
from hotline.open311.tests import builders
from hotline.people.tests import builders as people


def arguments(town: Town, case: Case) -> dict[str, dict[str, object]]:
    """A key, a webhook with a delivery, a service and a request of the town."""
    key, _text = builders.key(town)
    row = builders.subscription(town, "https://example.com/hook")
    webhooks.gather(centre=town.centre, by=people.system(town.centre), at=NINE)
    delivery = Delivery.objects.filter(subscription=row)[0]
    return {
        "open311": {"code": "C0101", "number": case.number, "token": case.number, "rest": "nothing.json", "pk": key.pk},
        "open311:webhook": {"pk": row.pk},
        "open311:renew_secret": {"pk": row.pk},
        "open311:delivery": {"pk": delivery.pk},
        "open311:resend": {"pk": delivery.pk},
        "open311:of_case": {"case_id": case.pk},
    }
