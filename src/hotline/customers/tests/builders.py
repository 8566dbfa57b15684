"""Customers for tests, made through the services."""

from typing import Any

from django.db import connection

from hotline.customers import services
from hotline.customers.models import Customer, CustomerNumber
from hotline.people.logic import name_key
from hotline.people.models import Centre
from hotline.people.tests import builders as people

NUMBER = "17730481956"
MASKED = "177****1956"
E164 = "+8617730481956"


def customer(centre: Centre, *, name: str = "陈云澜", number: str = NUMBER, **details: Any) -> Customer:
    """Somebody who called."""
    return services.register(by=people.system(centre), at=people.AT, name=name, number=number, **details)


def many(centre: Centre, count: int) -> None:
    """So many people who called, each with a number of his own, and a database that knows how many they are."""
    signs = "陈林黄张李王吴刘蔡杨许郑云澜晓月志远高明"
    names = [f"{signs[n % 12]}{signs[n // 12 % 20]}{signs[n // 240 % 20]}" for n in range(count)]
    made = Customer.objects.bulk_create(
        Customer(centre=centre, name=name, name_key=name_key(name), since=people.AT, changed_at=people.AT)
        for name in names
    )
    CustomerNumber.objects.bulk_create(
        CustomerNumber(customer=customer, e164=f"+861{3_000_000_000 + 7919 * n}") for n, customer in enumerate(made)
    )
    with connection.cursor() as cursor:
        for model in (Customer, CustomerNumber):
            cursor.execute(f"ANALYZE {model._meta.db_table}")
