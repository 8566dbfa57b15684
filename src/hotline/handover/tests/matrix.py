"""Something real for every argument of the addresses of hand-overs."""

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.cases.tests.builders import Town
from hotline.customers.models import Customer
from hotline.handover.services import following, items


def arguments(town: Town, case: Case) -> dict[str, dict[str, object]]:
    """A note that the operator hands over, and a customer who asks again about his case."""
    item = items.add_note(text="系统今晚升级", to=town.second, by=town.operator, at=cases.NINE)
    asked = following.ask_first_owner(
        case_id=case.pk, text="何时修好", is_transfer=False, by=town.second, at=cases.NINE + cases.HOUR
    )
    customer = Customer.objects.create(centre=town.centre, name="孙甜", since=cases.NINE, changed_at=cases.NINE)
    return {
        "handover": {"pk": item.pk, "number": case.number},
        "handover:record": {"pk": item.handover_id},
        "handover:answer": {"pk": asked.pk},
        "handover:of_case": {"pk": case.pk},
        "handover:of_customer": {"pk": customer.pk},
    }
