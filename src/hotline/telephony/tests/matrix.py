"""Something real for every argument of the addresses of telephony."""

from typing import TYPE_CHECKING

from hotline.telephony.models import CheckCause, CheckKind
from hotline.telephony.services import checks, menus
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
    menu = menus.make_menu(centre=house.centre, name="总菜单", by=house.supervisor, at=builders.NINE)
    check = checks.ask(
        centre=house.centre, kind=CheckKind.LINE, cause=CheckCause.ASKED, dialled="12319", by=house.supervisor,
        at=builders.NINE,
    )  # fmt: skip
    assert check is not None
    return {
        "telephony": {"pk": call.pk, "key": key},
        "telephony:queue": {"pk": house.queue.pk},
        "telephony:reason": {"pk": house.centre.rest_reasons.get(code="rest").pk},
        "telephony:check": {"pk": check.pk},
        "telephony:menu": {"pk": menu.pk},
        "telephony:menu_step": {"pk": menu.pk, "key": "s1"},
        "telephony:desk_phone": {"pk": house.first.pk},
        "telephony:person": {"pk": town.operator.pk},
        "cases:on_call": {"pk": call.pk},
        "cases:tie_call": {"pk": call.pk},
    }
