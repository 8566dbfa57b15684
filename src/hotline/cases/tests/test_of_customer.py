"""A customer's cases on his page, for those who may know of them."""

import pytest
from django.test import Client
from django.urls import reverse

from hotline.cases.tests import builders
from hotline.customers import services as customers
from hotline.customers.tests import builders as callers

pytestmark = pytest.mark.django_db


@pytest.mark.clause("A3.4", "A3.6")
def test_a_customers_cases_stand_on_his_page_unless_somebody_is_secret():
    town = builders.town()
    customer = callers.customer(town.centre)
    open_case = builders.report(town, customer=customer)
    hidden = builders.report(town, customer=customer, secret=True)
    other = builders.report(town)
    browser = Client()
    operator = town.operator
    browser.force_login(operator)
    address = reverse("cases:of_customer", args=[customer.pk])
    assert address in browser.get(reverse("customers:page", args=[customer.pk])).content.decode()
    page = browser.get(address).content.decode()
    assert open_case.number in page
    assert hidden.number not in page
    assert other.number not in page
    customers.set_secret(customer_id=customer.pk, is_secret=True, reason="", by=operator, at=builders.NINE)
    assert open_case.number not in browser.get(address).content.decode()
    assert browser.get(reverse("cases:of_customer", args=[0])).status_code == 404
