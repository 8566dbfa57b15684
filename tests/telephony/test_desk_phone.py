"""A telephone on the desk: a secret told once, signing in by itself, ringing for its person."""

import pytest

from hotline.core import clock
from hotline.telephony.models import PhoneReach, Wish, WishKind
from hotline.telephony.services import phones
from tests.telephony.floor import BEHAVIOURS, Floor, until

pytestmark = pytest.mark.telephony


def heard(floor: Floor) -> None:
    """Wait until the ACD has read what was set."""
    waiting = Wish.objects.filter(centre=floor.centre, taken_at__isnull=True)
    until(lambda: not waiting.exists(), 8, floor.log)


def test_a_desk_telephone_signs_in_with_its_secret_and_takes_calls(floor):
    first = floor.house.first
    old = phones.issue_desk(person=first, by=floor.house.supervisor, at=clock.now())
    login = phones.issue_desk(person=first, by=floor.house.supervisor, at=clock.now())
    heard(floor)
    reach = PhoneReach.objects.filter(phone__person=first)
    until(reach.exists, 8, floor.log)
    assert not reach.get().is_reachable
    until(lambda: floor.register(login.account, login.secret, "takes") == 0, 20, floor.log)
    until(lambda: reach.filter(is_reachable=True).exists(), 8, floor.log)
    assert floor.register(old.account, old.secret, "takes") != 0, "the secret before opens nothing any more"
    floor.telephones("takes")
    floor.wish(first, WishKind.SIGN_IN)
    floor.wish(first, WishKind.READY)
    floor.state(first, "ready")
    caller = floor.caller(stays=60_000)
    [call] = floor.calls()
    call = floor.answered(call)
    assert call.person == first
    floor.hangs_up(caller)
    floor.ended(call)


def test_a_telephone_at_another_address_is_rung_there_alone(floor: Floor) -> None:
    floor.telephones("takes")
    floor.telephones("colleague")
    first = floor.person(floor.house.first, "takes", ready=False)
    floor.wish(first, WishKind.SIGN_OUT)
    floor.person(first, "colleague")
    caller = floor.caller(stays=60_000)
    [call] = floor.calls()
    assert floor.answered(call).person == first
    floor.hangs_up(caller)
    floor.ended(call)
    rung = {name: _invites(floor, name) for name in ("takes", "colleague")}
    assert rung == {"takes": 0, "colleague": 1}


def _invites(floor: Floor, behaviour: str) -> int:
    """How often the telephones of a behaviour were rung."""
    messages = floor.folder / f"short-{BEHAVIOURS[behaviour][0]}.csv"
    lines = messages.read_text(errors="replace").splitlines() if messages.exists() else []
    return sum("\tR\t" in line and "INVITE sip:" in line for line in lines)
