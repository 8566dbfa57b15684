"""The seat: locked by hand, and one person at one seat at a time."""

import pytest

from hotline.people.models import WorkLog
from hotline.people.tests.builders import PASSWORD
from tests.journeys.seat import Seat, promptly

pytestmark = pytest.mark.journey


def kinds(person):
    return list(WorkLog.objects.filter(person=person).order_by("pk").values_list("kind", flat=True))


def unlock(seat: Seat) -> None:
    seat.arrives("/seat/unlock/")
    seat.sees("席位已锁定")
    seat.has_focus("input[name=password]")
    seat.write(PASSWORD)
    seat.press("Enter")


@pytest.mark.clause("D2.15")
def test_the_seat_is_locked_by_hand_and_opened_by_its_person(sit, town):
    seat = sit(town.operator)
    seat.page.locator(".topbar .me").focus()
    seat.press("Enter")
    seat.tab_to(seat.page.get_by_role("button", name="锁屏（离席）"))
    seat.press("Enter")
    seat.arrives("/seat/unlock/")
    seat.open("/cases/desk")  # nothing else is to be had
    unlock(seat)
    seat.arrives("/cases/desk")
    assert kinds(town.operator) == ["login", "lock", "unlock"]


@pytest.mark.clause("D2.15")
def test_a_sign_in_elsewhere_ends_the_first_at_once(sit, town):
    first = sit(town.operator)
    first.arrives("/cases/desk")
    first.is_listening()
    second = sit(town.operator)
    first.arrives("/account/login/", timeout=promptly())
    first.sees("您已在另一席位登录，本席位已退出。", within="body")
    second.open("/cases/desk")
    second.arrives("/cases/desk")
    assert kinds(town.operator) == ["login", "taken_over", "login"]
