"""Who stands in for a decider decides about leave, with both names written down; never about his own."""

import pytest

from hotline.approvals import services as approvals
from hotline.approvals.models import Step
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.leave.models import LeaveStatus
from hotline.leave.queries import requests as queries
from hotline.leave.tests import builders as b

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D2.9")]


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: b.AT)


@pytest.fixture
def of():
    """The supervisor is on a journey; her deputy for a fortnight is the shift leader."""
    made = b.house()
    approvals.appoint(
        giver=made.supervisor, to=made.leader, first=b.day(0), last=b.day(13), by=made.supervisor, at=b.AT
    )
    return made


def test_the_stand_in_decides_the_supervisors_step_and_the_director_after_him(of):
    row = b.ask(of.one, first=7, last=8)
    assert [one.pk for _step, one in queries.deciding(of.leader)] == [row.pk]
    assert b.yes(row, of.leader).status == LeaveStatus.ASKED  # two days: the director decides too
    assert b.yes(row, of.director).status == LeaveStatus.GRANTED
    first = Step.objects.filter(chain__subject_id=row.pk).order_by("number")[0]
    assert (first.decided_by, first.stood_in_for) == (of.leader, of.supervisor)


def test_nobody_stands_in_for_his_own_decision(of):
    mine = b.ask(of.leader, kind="sick", first=0, reason="发热")
    with pytest.raises(NotAllowed):
        b.yes(mine, of.leader)
    assert not queries.deciding(of.leader)
