"""The demonstration's agreements, objections, failing delivery and instructions come through the services."""

import pytest

from hotline.cases.tests import builders as cases
from hotline.config.demo import departments
from hotline.core import clock
from hotline.departments.models import Agreement, Delivery, Objection
from hotline.departments.tests import builders as b
from hotline.people.models import UnitKind
from hotline.people.tests import builders as people
from hotline.routines.models import Confirmation, Instruction

pytestmark = pytest.mark.django_db


def test_a_centre_is_filled_once_and_believably(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)
    town = cases.town()
    b.supervisor(town)
    b.other_department(town)
    people.unit(town.centre, "无人处", UnitKind.DEPARTMENT)
    for _ in range(4):
        b.dispatched(town)
    departments.fill(town.centre, b.AT)
    departments.fill(town.centre, b.AT)
    assert sorted(Agreement.objects.values_list("status", flat=True)) == ["in_force", "offered", "offered"]
    assert Objection.objects.filter(status="raised").count() == 1
    assert Objection.objects.filter(status="rejected").count() == 2
    assert Delivery.objects.filter(status="failed", channel="mail").count() == 1
    assert Instruction.objects.count() == 3
    assert Confirmation.objects.exists()
