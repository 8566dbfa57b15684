"""The demonstration's handbook: a version published for the next month, and one on which the staff are asked."""

import pytest

from hotline.config.demo import handbook
from hotline.core import clock
from hotline.handbook import queries
from hotline.handbook.models import Acknowledgement, Edition, ExecutionCheck
from hotline.handbook.tests import builders as b
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D0.2", "D3.1")]


def test_whoever_looks_finds_a_version_to_acknowledge_and_one_to_speak_about(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)
    centre = people.centre()
    staff = people.everybody(centre)
    for _twice in range(2):
        handbook.fill(centre, b.AT)
    assert sorted(Edition.objects.values_list("status", flat=True)) == ["consulting", "published"]
    assert (b.target(centre, b.OCTOBER), b.target(centre, b.NOVEMBER)) == (97, 99)
    assert Acknowledgement.objects.exists()
    assert sorted(ExecutionCheck.objects.values_list("status", flat=True)) == ["corrected", "planned"]
    assert any(queries.to_acknowledge(person) for person in staff.values())
    assert staff[Position.OPERATOR].is_active
