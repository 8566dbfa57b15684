"""Customers for tests, made through the services."""

from typing import Any

from hotline.customers import services
from hotline.customers.models import Customer
from hotline.people.models import Centre
from hotline.people.tests import builders as people

NUMBER = "17730481956"
MASKED = "177****1956"
E164 = "+8617730481956"


def customer(centre: Centre, *, name: str = "陈云澜", number: str = NUMBER, **details: Any) -> Customer:
    """Somebody who called."""
    return services.register(by=people.system(centre), at=people.AT, name=name, number=number, **details)
