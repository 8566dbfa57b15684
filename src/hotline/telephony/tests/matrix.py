"""Something real for every argument of the addresses of telephony."""

from typing import TYPE_CHECKING

from hotline.telephony.tests import builders

if TYPE_CHECKING:  # telephony stands below cases
    from hotline.cases.models import Case
    from hotline.cases.tests.builders import Town


def arguments(town: "Town", case: "Case") -> dict[str, dict[str, object]]:
    """A call that one of the town's people took, its queue and its recording."""
    house = builders.house(town.centre)
    builders.arrive(house, "m1")
    call = builders.talk(house, "m1", town.operator, builders.NINE + 10 * builders.SECOND)
    key = builders.recording(house, call, builders.NINE + 10 * builders.SECOND)
    return {
        "telephony": {"pk": call.pk, "key": key},
        "telephony:queue": {"pk": house.queue.pk},
        "telephony:person": {"pk": town.operator.pk},
        "cases:on_call": {"pk": call.pk},
        "cases:tie_call": {"pk": call.pk},
    }
