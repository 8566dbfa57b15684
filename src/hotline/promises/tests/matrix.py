"""Something real for every argument of the addresses of promises."""

from hotline.cases.models import Case
from hotline.cases.tests import builders as cases
from hotline.cases.tests.builders import Town
from hotline.customers.models import Customer
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.promises.logic import Channel, Kind
from hotline.promises.services import ledger, questions


def arguments(town: Town, case: Case) -> dict[str, dict[str, object]]:
    """A promise about the case, and a difficult issue before a supervisor."""
    people.person(town.centre, position=Position.CENTRE_SUPERVISOR)
    promise = ledger.open_promise(
        kind=Kind.REPLY, what="答复进展", due=cases.NINE + cases.HOUR, via=Channel.PHONE, holder=town.operator,
        by=town.operator, at=cases.NINE, case=case,
    )  # fmt: skip
    question = questions.ask_superior(
        call_at=cases.NINE, content="投诉反复", contact="本人", promised_at=cases.NINE + cases.HOUR, by=town.operator,
        at=cases.NINE,
    )  # fmt: skip
    customer = Customer.objects.create(centre=town.centre, name="钱多", since=cases.NINE, changed_at=cases.NINE)
    return {
        "promises": {"pk": promise.pk, "act": "keep"},
        "promises:question": {"pk": question.pk},
        "promises:question_act": {"pk": question.pk, "act": "say_more"},
        "promises:of_case": {"pk": case.pk},
        "promises:of_customer": {"pk": customer.pk},
    }
