"""Customers: known again, masked, looked at with a reason that is kept, and secret at their wish."""

import pytest

from hotline.customers.models import Reveal
from hotline.customers.tests import builders as customers
from tests.journeys.seat import expect

pytestmark = pytest.mark.journey


@pytest.mark.clause("A3.6")
def test_a_number_is_seen_with_a_reason_and_every_look_is_told(sit, town):
    customer = customers.customer(town.centre, name="陈云澜")
    seat = sit(town.operator)
    seat.open(f"/customers/{customer.pk}/")
    seat.sees(customers.MASKED)
    seat.misses(customers.NUMBER)
    seat.press("v")
    reason = seat.page.locator("#dialog [name=reason]")
    expect(reason).to_be_visible()
    reason.focus()
    seat.press("Control+Enter")
    expect(seat.page.locator("#dialog .field-error, #dialog :invalid").first).to_be_attached()
    reason.fill("回访核对")
    seat.press("Control+Enter")
    shown = (
        seat.page.locator("#dialog")
        .get_by_text("177 3048 1956")
        .or_(seat.page.locator("#dialog").get_by_text(customers.NUMBER))
    )
    expect(shown.first).to_be_visible()
    look = Reveal.objects.get(customer=customer)
    assert (look.person, look.what, look.reason) == (town.operator, "number", "回访核对")
    seat.press("Escape")
    seat.open("/customers/reveals/")
    seat.sees("回访核对")
    seat.sees(town.operator.name)


@pytest.mark.clause("A3.6")
def test_a_customer_who_wishes_it_is_kept_secret_at_every_desk(sit, town):
    customer = customers.customer(town.centre, name="陈云澜")
    seat = sit(town.operator)
    seat.open(f"/customers/{customer.pk}/")
    seat.page.get_by_text("身份保密", exact=True).click()
    form = seat.page.locator("form[action$='/secrecy/']")
    form.locator("[name=reason]").fill("市民要求保密")
    seat.press("Control+Enter")
    seat.sees("保密", within="h1 ~ *")
    seat.misses("陈云澜")
    other = sit(town.second)
    other.open("/customers/")
    other.sees("保密", within="table")
    other.misses("陈云澜")
